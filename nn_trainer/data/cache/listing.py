"""What is in a folder as its file system tells it, without opening a file: by this a known folder is known again."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.work import Task

_PASSED_OVER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # not shown; written by looking at a folder
_OFTEN = 1000  # entries between two looks at the task
_TICK = 2_000_000_000  # nanoseconds: two changes of a file within them may bear the same time
_SKEW = 3600_000_000_000  # nanoseconds: how far the clock of a file server may be ahead

Stamp = tuple[int, int, int]  # bytes, and the times of the last change of the content and of the entry, in nanoseconds


@dataclass(slots=True)
class Listing:
    """All files below a folder, each with its stamp; links are followed, each folder once."""

    root: str
    began: int = field(default_factory=time.time_ns)
    paths: list[str] = field(default_factory=list)  # relative to the root, folders in front of what is in them
    stamps: list[Stamp] = field(default_factory=list)

    @property
    def is_of_one_file(self) -> bool:
        """Whether an archive was listed: it is known as a whole."""
        return self.paths == [""]

    @property
    def digest(self) -> str:
        """What equal listings have in common, and others have not."""
        digest = hashlib.blake2b("\0".join(self.paths).encode("utf-8", "surrogatepass"), digest_size=20)
        digest.update(np.array(self.stamps, "<i8").tobytes())
        return digest.hexdigest()

    def settled(self, stamps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(N,) whether files with these stamps (N, 3) were the same for a while when they were listed.

        Another that changes in the same moment might keep its stamp.
        """
        latest = stamps[:, 1:].max(axis=1, initial=0)
        settled: NDArray[np.bool_] = (latest < self.began - _TICK) | (latest > self.began + _SKEW)
        return settled

    @property
    def is_settled(self) -> bool:
        """Whether a file that changes from now on has another stamp, whichever it is."""
        return not self.stamps or bool(self.settled(np.array(self.stamps, np.int64)).all())


def list_files(root: Path, task: Task | None = None) -> Listing:
    """List a folder, or the one file that `root` is.  Raises `OSError` if it cannot be listed, and `CancelledError`."""
    listing, task = Listing(os.fspath(root)), task or Task()
    if os.path.isdir(root):  # noqa: PTH112 - Path's can raise
        _list(listing, listing.root, "", {os.path.realpath(root)}, task)
    else:
        listing.paths.append("")
        listing.stamps.append(_stamp(os.stat(root)))  # noqa: PTH116
    return listing


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _list(listing: Listing, folder: str, relative: str, linked: set[str], task: Task) -> None:
    task.check()
    inner: list[tuple[str, str]] = []
    paths, stamps = listing.paths, listing.stamps
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=attrgetter("name"))
    for number, entry in enumerate(entries, 1):
        if entry.name in _PASSED_OVER:
            continue
        try:
            status = entry.stat()
            paths.append(relative + entry.name)
            if stat.S_ISDIR(status.st_mode):
                stamps.append((-2, 0, 0))  # what changes in it shows in itself
                if not entry.name.startswith(".") and _is_new(entry, linked):
                    inner.append((entry.path, relative + entry.name + os.sep))
            else:
                stamps.append(_stamp(status))
        except OSError:  # a broken link, or no permission
            paths.append(relative + entry.name)
            stamps.append((-1, 0, 0))
        if number % _OFTEN == 0:
            task.check()
    for path, inside in inner:
        try:
            _list(listing, path, inside, linked, task)
        except OSError:  # a folder that may not be opened, as it was when it was listed before
            paths.append(inside)
            stamps.append((-1, 0, 0))


def _is_new(entry: os.DirEntry[str], linked: set[str]) -> bool:
    """Whether a folder is not a link, or one to a folder that was not seen yet."""
    if not entry.is_symlink():
        return True
    real = os.path.realpath(entry.path)
    if real in linked:
        return False
    linked.add(real)
    return True
