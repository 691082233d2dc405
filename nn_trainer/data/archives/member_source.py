"""A member of an archive as a source of bytes, read anew each time, from any thread."""

from __future__ import annotations

import bz2
import io
import os
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from nn_trainer.data.archives.bombs import MOST_BYTES, is_bomb
from nn_trainer.data.free_memory import fits_in_memory
from nn_trainer.data.source import digest_of
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _
from nn_trainer.wording import number

if TYPE_CHECKING:
    from nn_trainer.data.archives.archive import Archive

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # of a member of a zip: signature, bytes of its name and of what is extra
_LARGE = 1 << 26  # bytes of a member that memory is asked for
_GUESS = 256  # bytes of name and extra that are read with the header
_STORED, _DEFLATED, _BZIP2 = 0, 8, 12  # how a member of a zip is packed


class Content(Protocol):
    """Where the bytes of a member are, and how they are packed."""

    def read(self, source: MemberSource) -> bytes:
        """All bytes, unpacked. Raises `ImageError` and `OSError`."""


@dataclass(frozen=True, slots=True)
class MemberSource:
    """A file in an archive."""

    archive: Archive  # equal only to itself: read anew it may hold other things
    inner: str  # the path in the archive, with slashes
    size: int
    content: Content = field(compare=False, repr=False)

    @property
    def path(self) -> Path:
        """The archive's path and the name in there, as in set.zip/cat/1.jpg."""
        return self.archive.path / self.inner

    @property
    def location(self) -> str:
        """The path as a text."""
        return os.path.join(self.archive.path, self.inner)  # noqa: PTH118 - many times faster than a `Path`

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.inner.rpartition("/")[2]

    def open(self) -> BinaryIO:
        """The unpacked bytes. Raises `ImageError` for what is damaged, encrypted or made to do harm, and `OSError`."""
        return io.BytesIO(self.read())

    def read(self) -> bytes:
        """The unpacked bytes. Raises as `open`."""
        if self.size > _LARGE and (self.size > MOST_BYTES or not fits_in_memory(self.size)):
            reason = _("The file unpacks to {n} MB, more than can be read").format(n=number(self.size // 10**6))
            raise ImageError(self.path, "too large", reason, _("Save it in a smaller size"))  # not shown
        return self.content.read(self)

    def digest(self) -> bytes:
        """The BLAKE2b hash of the bytes, 16 bytes long, which is that of a file with the same."""
        return digest_of(self.read())


@dataclass(frozen=True, slots=True)
class Plain:
    """Bytes that lie unpacked in the archive, as in a tar."""

    offset: int

    def read(self, source: MemberSource) -> bytes:
        """Read a piece of the archive."""
        content = source.archive.read_at(self.offset, source.size)
        if len(content) < source.size:
            raise _damaged(source)
        return content


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are kept in memory, as nothing but reading all before them leads there again."""

    content: bytes

    def read(self, source: MemberSource) -> bytes:
        """What is kept."""
        return self.content


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not read, and why."""

    kind: str
    reason: str
    action: str

    def read(self, source: MemberSource) -> bytes:
        """Raise `ImageError`."""
        raise ImageError(source.path, self.kind, self.reason, self.action)


@dataclass(frozen=True, slots=True)
class Zipped:
    """A member of a zip; `offset` is where its header lies, before its name and its bytes.

    Source of the layout: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", section 4.3.7.
    """

    offset: int
    packed: int
    method: int
    checksum: int

    def read(self, source: MemberSource) -> bytes:
        """Read the header and the bytes in one piece, unpack them, and compare their checksum."""
        if is_bomb(self.packed, source.size):
            reason = _("The file unpacks to {n} MB from next to nothing, as one made to do harm")
            reason = reason.format(n=number(source.size // 10**6))
            raise ImageError(source.path, "too large", reason, _("Delete it"))  # not shown
        piece = source.archive.read_at(self.offset, _LOCAL_HEADER.size + _GUESS + self.packed)
        if len(piece) < _LOCAL_HEADER.size:
            raise _damaged(source)
        signature, name, extra = _LOCAL_HEADER.unpack_from(piece)
        start = _LOCAL_HEADER.size + name + extra
        if name + extra > _GUESS:
            packed = source.archive.read_at(self.offset + start, self.packed)
        else:
            packed = piece[start : start + self.packed]
        if signature != b"PK\x03\x04" or len(packed) < self.packed:
            raise _damaged(source)
        content = self._unpack(packed, source)
        if len(content) != source.size or zlib.crc32(content) != self.checksum:
            raise _damaged(source)
        return content

    def _unpack(self, packed: bytes, source: MemberSource) -> bytes:
        if self.method == _STORED:
            return packed
        if self.method not in (_DEFLATED, _BZIP2):
            reason = _("The file is packed in a way that cannot be read (method {n})").format(n=self.method)
            action = _("Unpack the archive, and open the folder")
            raise ImageError(source.path, "unsupported format", reason, action)  # not shown
        try:
            # Never more than what is said, and one byte to see whether there is more.
            if self.method == _DEFLATED:
                return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, source.size + 1)
            return bz2.BZ2Decompressor().decompress(packed, source.size + 1)
        except (zlib.error, OSError, ValueError) as error:
            raise _damaged(source) from error


def _damaged(source: MemberSource) -> ImageError:
    reason = _("The file is damaged inside of the archive")
    return ImageError(source.path, "damaged", reason, _("Copy or download the archive again"))
