"""The size of the image cache, and what is removed of it: all of it, or what was not used for the longest time."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from nn_trainer.atomic import PART, remove_stale_files
from nn_trainer.data.cache.cache_settings import images_dir, most_bytes


def cache_bytes() -> int:
    """How many bytes the files of the cache take; 0 where it cannot be looked at."""
    return sum(size for _, size, _ in _files())


def clear_cache() -> int:
    """Remove all that is kept, and return how many bytes that were; data sets that are open go on to work.

    What cannot be removed, such as files that another program has open on Windows, stays.
    """
    return sum(_remove(path, size) for _, size, path in _files())


def make_room(needed: int = 0, spare: Path | None = None) -> bool:
    """Remove the files that were not used for the longest time, until `needed` further bytes are within the limit.

    The file `spare` stays, and so do those that are being written.
    Returns whether the limit is kept now; nothing is removed for what would not fit at all.
    """
    with suppress(OSError):
        remove_stale_files(images_dir())
    files = sorted(_files())
    used = sum(size for _, size, _ in files)
    try:
        most = most_bytes(used)
    except OSError:
        return False
    kept = [(size, path) for _, size, path in files if path == spare or path.suffix == PART]
    stays = sum(size for size, _ in kept)
    if needed + stays > most:
        return False
    for _, size, path in files:
        if used + needed <= most:
            break
        if (size, path) not in kept:
            used -= _remove(path, size)
    return used + needed <= most


def note_use(path: Path) -> None:
    """Note that a file of the cache was used just now."""
    with suppress(OSError):
        os.utime(path)


def _files() -> list[tuple[int, int, Path]]:
    """(last use, bytes, path) of each file."""
    found = []
    with suppress(OSError), os.scandir(images_dir()) as entries:
        for entry in entries:
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime_ns, status.st_size, Path(entry.path)))
    return found


def _remove(path: Path, size: int) -> int:
    """Remove a file, and return how many bytes are free now."""
    try:
        path.unlink()
    except OSError:
        return 0
    return size
