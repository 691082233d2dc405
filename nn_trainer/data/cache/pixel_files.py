"""Pixels of a data set in a file that is mapped into memory: written as they are decoded, then kept for the next time.

A file is named by what it holds: a digest of the digests of the image files, of the preprocessing and of the code.  Two
processes that write the same one replace it by its equal.  Its rows come first, then a sum over some of them, by which
a damaged file is known.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import zlib
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from nn_trainer.arrays import PixelArray
from nn_trainer.atomic import beside
from nn_trainer.data.cache.cache_settings import free_bytes, images_dir, read_settings
from nn_trainer.data.cache.code_version import code_version
from nn_trainer.data.cache.upkeep import make_room, note_use
from nn_trainer.data.preprocessing import Preprocessing

_BLOCK = 1 << 20
_SAMPLES = 64  # blocks of a file that are looked at: reading a large one through would take minutes
_SUM = 4  # bytes


class NewPixels:
    """Room for the pixels of images that are about to be decoded, in a file that has no name yet.

    Raises `OSError` where the disk has not enough room, also when that is less than was promised.
    """

    def __init__(self, count: int, preprocessing: Preprocessing) -> None:
        self._temporary = beside(images_dir() / "pixels")  # not shown
        size = max(1, count * math.prod(preprocessing.shape))
        try:
            with self._temporary.open("xb") as file:
                _reserve(file.fileno(), size + _SUM)
            self.rows: PixelArray = np.memmap(self._temporary, np.uint8, "r+", shape=(count, *preprocessing.shape))
        except BaseException:
            self.discard()
            raise
        self._preprocessing = preprocessing

    def keep(self, digests: Sequence[bytes | None]) -> tuple[str, PixelArray]:
        """Write the first rows, those of files with these digests, to the disk, and give the file its name.

        Returns that and the rows, which can only be read from now on.  `rows` are gone: nobody may hold them any more,
        since a file that is mapped to be written gets no other name on Windows.  Raises `OSError` and `DatasetError`.
        """
        name = pixels_name(digests, self._preprocessing)
        count, size = len(digests), self.rows[: len(digests)].nbytes
        with self._temporary.open("r+b") as file:
            file.seek(size)
            file.write(_sum(self.rows[:count]))
            file.flush()
            os.fsync(file.fileno())
        del self.rows
        target = self._temporary.with_name(name)
        self._temporary.replace(target)
        rows = open_pixels(name, count, self._preprocessing)
        if rows is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        make_room(spare=target)
        return name, rows

    def left(self, count: int) -> PixelArray:
        """The first rows, where `keep` failed: they stay as they are, in a file that goes with them."""
        if not hasattr(self, "rows"):
            self.rows = np.memmap(self._temporary, np.uint8, "r", shape=(count, *self._preprocessing.shape))
        self.discard()
        return self.rows[:count]

    def discard(self) -> None:
        """Give the room back as soon as nobody uses the rows any more."""
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def new_pixels(count: int, preprocessing: Preprocessing, *, must: bool = False) -> NewPixels | None:
    """Room for pixels on the disk, None if the cache may not take that much.

    With `must`, for pixels that memory has no room for, all that the disk has free may be taken, unless a person has
    set another limit.  Raises `OSError` where the disk has not enough.
    """
    needed = count * math.prod(preprocessing.shape) + _SUM
    settings = read_settings()
    if not make_room(needed) and not (must and settings.keep and settings.gigabytes is None):
        return None
    if needed > free_bytes():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return NewPixels(count, preprocessing)


def pixels_name(digests: Sequence[bytes | None], preprocessing: Preprocessing) -> str:
    """The name of the file that holds the pixels of files with these digests.

    Raises `FileNotFoundError` where one has none: the file went while it was read, and nobody can say what was in it.
    """
    if None in digests:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    written = json.dumps([code_version(), len(digests), preprocessing.as_dict()], sort_keys=True)
    digest = hashlib.blake2b(written.encode(), digest_size=20)
    for each in digests:
        digest.update(each or bytes(16))
    return f"{digest.hexdigest()}.pixels"  # not shown


def open_pixels(name: str, count: int, preprocessing: Preprocessing) -> PixelArray | None:
    """The rows (N, height, width, channels) in a file of the cache; None if it is gone or damaged: then it is removed.

    They are mapped, so that only those that are asked for are read, and cannot be written to.
    """
    try:
        path = images_dir() / name
        size = count * math.prod(preprocessing.shape)
        with path.open("rb") as file:
            whole = os.fstat(file.fileno()).st_size >= size + _SUM
            file.seek(size)
            known = file.read(_SUM)
        if whole:
            rows: PixelArray = np.memmap(path, np.uint8, "r", shape=(count, *preprocessing.shape))
            if _sum(rows) == known:
                note_use(path)
                return rows
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        path.unlink()
    return None


def _sum(rows: PixelArray) -> bytes:
    """The CRC-32 of some blocks of the rows, evenly spread, the first and the last too; of all of a small file."""
    flat = rows.reshape(-1)
    blocks = max(1, math.ceil(flat.size / _BLOCK))
    found = 0
    for place in np.unique(np.linspace(0, blocks - 1, min(blocks, _SAMPLES)).astype(np.int64)).tolist():
        found = zlib.crc32(flat[place * _BLOCK : (place + 1) * _BLOCK].data, found)
    return found.to_bytes(_SUM, "little")


def _reserve(file: int, size: int) -> None:
    """Have the disk give `size` bytes now: where it is full, writing to a mapped file would end the program."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
        return
    zeros = bytes(min(size, 1 << 22))
    for start in range(0, size, len(zeros)):
        os.write(file, zeros[: size - start])
