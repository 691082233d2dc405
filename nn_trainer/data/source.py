"""Where the bytes of an image come from: a file, or anything that can be opened like one."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from nn_trainer.errors import ImageError
from nn_trainer.i18n import _

_CHUNK = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)  # the first is of Windows alone


class Source(Protocol):
    """Something with a name whose bytes can be read, as often as wanted and from any thread."""

    @property
    def path(self) -> Path:
        """Where a person finds it; of the member of an archive, the archive's path and its name in there."""

    @property
    def name(self) -> str:
        """The last part of the path."""

    @property
    def size(self) -> int:
        """Bytes; -1 if it is not there, which `open` will explain."""

    def open(self) -> BinaryIO:
        """The bytes, from their start. Raises `OSError`, or `ImageError` for what must not be opened."""

    def digest(self) -> bytes:
        """What equal bytes have in common and others have not; reads them all. Raises as `open`."""


@dataclass(frozen=True, slots=True, init=False)
class FileSource:
    """A file of a folder. There may be hundreds of thousands, so they share the text of their folder."""

    folder: str  # with the separator at its end
    name: str
    size: int

    def __init__(self, path: str | os.PathLike[str], size: int) -> None:
        text = os.fspath(path)  # taken apart here: a `Path` takes ten times as long, and memory
        if os.altsep and os.altsep in text:
            text = str(Path(text))
        cut = text.rfind(os.sep) + 1
        set_field = object.__setattr__  # as in every frozen dataclass
        set_field(self, "folder", sys.intern(text[:cut]))
        set_field(self, "name", text[cut:])
        set_field(self, "size", size)

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> FileSource:
        """The file of that path, whether it is there or not."""
        path = Path(path)
        try:
            return cls(path, path.stat().st_size)
        except (OSError, ValueError):
            return cls(path, -1)

    @property
    def path(self) -> Path:
        """Made anew each time."""
        return Path(self.folder + self.name)

    @property
    def location(self) -> str:
        """The path as a text."""
        return self.folder + self.name

    def open(self) -> BinaryIO:
        """The file, opened to be read; a pipe or a device, which could wait for ever, is not."""
        self._require_regular(os.stat(self.location).st_mode)  # noqa: PTH116
        return self.path.open("rb")

    def read_up_to(self, most: int) -> bytes:
        """The first `most` bytes, sooner than from `open`. Raises the same."""
        location = self.folder + self.name
        self._require_regular(os.stat(location).st_mode)  # noqa: PTH116
        file = os.open(location, os.O_RDONLY | _BINARY)
        try:
            content = piece = os.read(file, min(most, self.size + 1))
            while piece and len(content) not in (self.size, most):  # a file server may send less at a time
                piece = os.read(file, most - len(content))
                content += piece
            return content
        finally:
            os.close(file)

    def _require_regular(self, mode: int) -> None:
        if stat.S_ISDIR(mode):
            reason = _("This is a folder, not a file")
            raise ImageError(self.path, "not an image", reason, _("Choose an image in it"))  # not shown
        if not stat.S_ISREG(mode):
            reason = _("This is a pipe or a device, not a file")
            raise ImageError(self.path, "special file", reason, _("Delete it"))  # not shown

    def digest(self) -> bytes:
        """The BLAKE2b hash of the bytes, 16 bytes long."""
        with self.open() as file:
            digest = hashlib.blake2b(digest_size=16)
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.digest()


def digest_of(content: bytes) -> bytes:
    """The digest of a source with this content."""
    return hashlib.blake2b(content, digest_size=16).digest()


def location_of(source: Source) -> str:
    """The path of a source as a text, which is there sooner than the path."""
    return getattr(source, "location", None) or os.fspath(source.path)
