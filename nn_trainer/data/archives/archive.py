"""An archive as a tree of folders: what may be used of it, and a problem for each member that may not."""

from __future__ import annotations

import errno
import os
import stat
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nn_trainer.data import filetypes
from nn_trainer.data.archives.archive_kinds import archive_around, is_nested, kind_of
from nn_trainer.data.archives.found import Found
from nn_trainer.data.archives.member_names import inner_path
from nn_trainer.data.archives.member_source import MemberSource, Refused
from nn_trainer.data.archives.tar_index import index_tar
from nn_trainer.data.archives.zip_index import index_zip
from nn_trainer.data.problems import Problem
from nn_trainer.data.source import FileSource, Source
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.work import Task

_OFTEN = 1000  # members between two looks at the task
_PASS_ON = _("Unpack the archive to use it")


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """What a folder of an archive lists, with what is asked of an `os.DirEntry`."""

    name: str
    path: str
    source: MemberSource | None  # None: a folder

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.source is None

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.source is not None

    def is_symlink(self) -> bool:
        """Whether it is a link: those of an archive are not followed."""
        return False

    def stat(self) -> os.stat_result:
        """Its kind and size."""
        kind, size = (stat.S_IFDIR, 0) if self.source is None else (stat.S_IFREG, self.source.size)
        return os.stat_result((kind | 0o444, 0, 0, 1, 0, 0, size, 0, 0, 0))


class Archive:
    """The members of an archive, read from its index once; what they hold is read from the file when it is wanted."""

    def __init__(self, path: Path, task: Task | None = None) -> None:
        """Raises `DatasetError` when it cannot be used at all, `OSError` and `CancelledError`."""
        self.path = path
        self.problems: list[Problem] = []
        self._stamp = _stamp(path.stat())
        self._folders: dict[str, dict[str, MemberSource | None]] = {"": {}}
        task = task or Task()
        kind = kind_of(path)
        found = index_zip(path) if kind == "zip" else index_tar(path, kind, task)
        for number, member in enumerate(found):
            if number % _OFTEN == 0:
                task.check()
                task.progress(number, 0, _("Looking through the archive"))
            self._add(member)

    def scandir(self, folder: Path) -> list[MemberEntry]:
        """What is in a folder. Raises `FileNotFoundError`."""
        inner = self._inner(folder)
        if inner is None or inner not in self._folders:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        start = f"{self.path}{os.sep}{inner.replace('/', os.sep)}{os.sep if inner else ''}"
        return [MemberEntry(name, start + name, source) for name, source in self._folders[inner].items()]

    def is_folder(self, path: Path) -> bool:
        """Whether there is such a folder; `path` begins with that of the archive."""
        return self._inner(path) in self._folders

    def member(self, path: Path) -> MemberSource | None:
        """The file of that path, which begins with that of the archive."""
        inner = self._inner(path)
        if inner is None:
            return None
        folder, _slash, name = inner.rpartition("/")
        return self._folders.get(folder, {}).get(name)

    def missing(self, path: Path) -> MemberSource:
        """What stands for a file that is not there; `path` begins with that of the archive."""
        reason = _("There is no such file in the archive")
        content = Refused("missing file", reason, _("Check the name and the folder"))  # not shown
        return MemberSource(self, self._inner(path) or "", -1, content)

    def read_at(self, offset: int, count: int) -> bytes:
        """`count` bytes of the file, fewer at its end. Raises `ImageError` if it was changed, and `OSError`."""
        with self.path.open("rb", buffering=0) as file:
            if _stamp(os.fstat(file.fileno())) != self._stamp:
                reason = _("The archive was changed after it was opened")
                raise ImageError(self.path, "changed", reason, _("Reload the data"))  # not shown
            file.seek(offset)
            pieces = []
            while count and (piece := file.read(count)):
                pieces.append(piece)
                count -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def is_current(self) -> bool:
        """Whether the file is still the one that was read."""
        try:
            return _stamp(self.path.stat()) == self._stamp
        except OSError:
            return False

    def _inner(self, path: Path) -> str | None:
        try:
            inner = path.relative_to(self.path).as_posix()
        except ValueError:
            return None
        return "" if inner == "." else inner

    def _add(self, found: Found) -> None:
        inner = inner_path(found.name)
        if inner is None:
            reason = _("The member {name} leads out of the archive").format(name=display_path(found.name))
            self.problems.append(Problem(self.path, "outside", reason, _("Delete it from the archive")))  # not shown
            return
        if not inner:
            return
        folder, _slash, name = inner.rpartition("/")
        if found.kind == stat.S_IFDIR:
            self._make_folder(inner)
        elif found.kind != stat.S_IFREG:
            if filetypes.by_name(name) is not False:
                reason = _("This is a link or a device, which is not followed in an archive")
                self._refuse(inner, "special file", reason)  # not shown
        elif is_nested(name):
            reason = _("The file is an archive in the archive, and was not opened")
            self._refuse(inner, "nested archive", reason)  # not shown
        elif self._make_folder(folder):
            self._add_file(inner, found)

    def _add_file(self, inner: str, found: Found) -> None:
        folder, _slash, name = inner.rpartition("/")
        size, content = found.size, found.content
        if found.same_as:
            target = self.member(self.path / (inner_path(found.same_as) or ""))
            if target is None:
                reason = _("The link leads to a file that is not in the archive")
                self._refuse(inner, "broken link", reason)  # not shown
                return
            size, content = target.size, target.content
        if inner in self._folders:
            self._say_in_the_way(inner)
            return
        if name in self._folders[folder]:
            self._refuse(inner, "duplicate", _("The archive holds two files of this name; the last one is used"), False)
        self._folders[folder][name] = MemberSource(self, inner, size, content)

    def _make_folder(self, inner: str) -> bool:
        """Make a folder and those around it, unless a file of that name is in the way."""
        if inner in self._folders:
            return True
        folder = ""
        for name in inner.split("/"):
            here = f"{folder}/{name}" if folder else name
            if here not in self._folders:
                if self._folders[folder].get(name) is not None:
                    self._say_in_the_way(here)
                    return False
                self._folders[folder][name] = None
                self._folders[here] = {}
            folder = here
        return True

    def _say_in_the_way(self, inner: str) -> None:
        self._refuse(inner, "duplicate", _("The archive holds a file and a folder of this name; one is passed over"))

    def _refuse(self, inner: str, kind: str, reason: str, skipped: bool = True) -> None:
        if not any(filetypes.is_hidden(part) for part in inner.split("/")):
            self.problems.append(Problem(self.path / inner, kind, reason, _PASS_ON, skipped))


_open: weakref.WeakValueDictionary[Path, Archive] = weakref.WeakValueDictionary()
_last: list[Archive] = []  # the one opened last: its members are often asked for one by one, by their paths
_lock = threading.Lock()


def open_archive(path: Path, task: Task | None = None) -> Archive:
    """The archive of that path, as it was read before if it is in use and was not changed.

    Raises `DatasetError`, also for what the system does not let one read, and `CancelledError`.
    """
    with _lock:
        archive = _open.get(path)
    if archive is None or not archive.is_current():
        try:
            archive = Archive(path, task)
        except OSError as error:
            text = _("{file} cannot be read ({error}). Check its permissions and the disk.")
            raise DatasetError(text.format(file=display_path(path), error=error.strerror or error)) from error
    with _lock:
        _open[path] = archive
        _last[:] = [archive]
    return archive


def source_at(path: str | os.PathLike[str]) -> Source:
    """The file of that path, or the member of an archive, as in set.zip/cat/1.jpg, whether it is there or not."""
    source = FileSource.at(path)
    if source.size >= 0 or (around := archive_around(path)) is None:
        return source
    try:
        return open_archive(around).member(Path(path)) or source
    except DatasetError:
        return source


@dataclass(frozen=True, slots=True, eq=False)
class LaterMember:
    """A member of an archive that is known from before: the archive is not opened until the bytes are wanted."""

    location: str  # the path as a text
    size: int

    @property
    def path(self) -> Path:
        """Made anew each time."""
        return Path(self.location)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.name

    def __eq__(self, other: object) -> bool:
        """Whether it is the same member, by its path."""
        if not isinstance(other, LaterMember | MemberSource):
            return NotImplemented
        return (self.location, self.size) == (other.location, other.size)

    def __hash__(self) -> int:
        return hash(self.location)

    def open(self) -> BinaryIO:
        """The unpacked bytes. Raises `ImageError` and `OSError`."""
        return source_at(self.location).open()

    def digest(self) -> bytes:
        """The BLAKE2b hash of the bytes. Raises as `open`."""
        return source_at(self.location).digest()


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
