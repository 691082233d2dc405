"""Files that are either the old one or the whole new one, never a half."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` by way of a temporary file beside it.

    Raises `OSError` if that cannot be done; what was at `path` before is then untouched.
    """
    path = _target(path)
    temporary = _beside(path)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_writable(path: Path) -> None:
    """Raise `OSError` now if `write_atomically` could not write a small file to `path`; leave nothing behind."""
    temporary = _beside(_target(path))
    temporary.open("xb").close()
    temporary.unlink()


def _target(path: Path) -> Path:
    """The file behind a link, so that the link stays one; refuse what must not be replaced by a file."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "It is a folder", str(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "It is a device or a pipe", str(path))
    return target


def _beside(path: Path) -> Path:
    """A name that is free and not too long, whatever the length of `path.name`."""
    return path.with_name(f".{secrets.token_hex(8)}.part")
