"""Where the bytes of an image come from: a file, or anything that can be opened like one."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from nn_trainer.errors import ImageError
from nn_trainer.i18n import _

_CHUNK = 1 << 20


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


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of a folder."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> FileSource:
        """The file of that path, whether it is there or not."""
        path = Path(path)
        try:
            return cls(path, path.stat().st_size)
        except (OSError, ValueError):
            return cls(path, -1)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def open(self) -> BinaryIO:
        """The file, opened to be read; a pipe or a device, which could wait for ever, is not."""
        mode = self.path.stat().st_mode
        if stat.S_ISDIR(mode):
            reason = _("This is a folder, not a file")
            raise ImageError(self.path, "not an image", reason, _("Choose an image in it"))  # not shown
        if not stat.S_ISREG(mode):
            reason = _("This is a pipe or a device, not a file")
            raise ImageError(self.path, "special file", reason, _("Delete it"))  # not shown
        return self.path.open("rb")

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
