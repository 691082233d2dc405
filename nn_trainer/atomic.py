"""Files that are either the old one or the whole new one, never a half."""

from __future__ import annotations

import errno
import os
import platform
import re
import secrets
import stat
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

from nn_trainer.i18n import _

PART = ".part"  # how the names of temporary files end
_NAME = re.compile(r"\.nn-trainer-(?P<machine>[0-9a-f]{8})-(?P<pid>\d{1,10})-[0-9a-f]{16}\.part")
_OLD = 24 * 3600.0  # seconds; nothing is written for as long as that


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` by way of a temporary file beside it, which gets the access rights of the old file.

    Temporary files that a killed program left in the folder are removed first.  Raises `OSError` if the file cannot be
    written; what was at `path` before is then untouched.
    """
    path = _target(path)
    remove_stale_files(path.parent)
    temporary = beside(path)
    try:
        with temporary.open("xb") as file:
            with suppress(FileNotFoundError):
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))  # before there is something to read in it
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_writable(path: Path) -> None:
    """Raise `OSError` now if `write_atomically` could not write a small file to `path`; leave nothing behind."""
    temporary = beside(_target(path))
    temporary.open("xb").close()
    temporary.unlink()


def remove_stale_files(folder: Path) -> None:
    """Remove the temporary files whose program is dead, or that are a day old; nothing happens where that fails."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = _NAME.fullmatch(entry.name)
            with suppress(OSError):  # of one that belongs to somebody else; the others can be removed
                if name is not None and _is_stale(entry, name["machine"], int(name["pid"])):
                    Path(entry.path).unlink()


def _is_stale(entry: os.DirEntry[str], machine: str, pid: int) -> bool:
    """Whether nobody writes this file any more; only of a program on this machine it is known that it is dead."""
    if not entry.is_file(follow_symlinks=False):
        return False
    if machine == _machine() and sys.platform != "win32":  # where a signal of 0 would end the other program
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            pass  # it lives, and is somebody else's
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD


def _target(path: Path) -> Path:
    """The file behind a link, so that the link stays one; refuse what must not be replaced by a file."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, _("It is a folder"), str(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, _("It is a device or a pipe"), str(path))
    return target


def beside(path: Path) -> Path:
    """A name that is free, says who writes it, and is not too long, whatever the length of `path.name`."""
    return path.with_name(f".nn-trainer-{_machine()}-{os.getpid()}-{secrets.token_hex(8)}{PART}")  # not shown


def _machine() -> str:
    """This machine, in eight characters; a folder may be shared by several, each with a process of the same number."""
    return f"{zlib.crc32(platform.node().encode('utf-8', 'replace')):08x}"
