"""Walking through folders, or an archive: what may be an image, without following links in circles."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from nn_trainer.data import filetypes
from nn_trainer.data.archives.archive import Archive, MemberEntry, open_archive
from nn_trainer.data.archives.archive_kinds import is_archive
from nn_trainer.data.passed_over import PassedOver
from nn_trainer.data.problems import Problem
from nn_trainer.data.source import FileSource, Source, location_of
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _
from nn_trainer.paths import is_folder
from nn_trainer.work import Task

Entry = os.DirEntry[str] | MemberEntry

_OFTEN = 1000  # entries of a folder between two looks at the task


class Walker:
    """Lists folders and images below `root`, each folder once; collects what went wrong in `problems`,
    and what was not looked at in `passed_over`.

    Everything that is known of a data set's folder is asked here, so that an archive can stand in its place: `root`
    is then its path, and a folder in it has that path in front, as in set.zip/cat.
    """

    def __init__(self, root: Path, task: Task | None = None, archive: Archive | None = None) -> None:
        self.problems: list[Problem] = [] if archive is None else list(archive.problems)
        self._archive = archive
        self.passed_over = PassedOver(root)
        self._root = root
        self._real_root = os.path.realpath(root)
        self._linked: set[str] = set()  # real folders outside of the root that a link led to
        self._task = task or Task()
        self._found = 0
        self._folders: dict[Path, list[Path]] = {}  # in each
        self._latest: tuple[Path | None, list[Entry]] = (None, [])
        self._listings: dict[Path, dict[str, Entry]] = {}  # of folders in which files are looked for by name

    def folders(self, folder: Path) -> list[Path]:
        """The folders directly in `folder` that are not hidden, by name."""
        if folder not in self._folders:
            entries = (entry for entry in self._entries(folder) if self._is_folder(entry))
            inner = [Path(e.path) for e in entries if not (e.is_symlink() and self._leads_in_circles(e.path))]
            self._folders[folder] = inner
        return self._folders[folder]

    def images(self, folder: Path, deep: bool = True) -> list[Source]:
        """The files that may be images in `folder` (and in the folders in it, if `deep`), by path."""
        return sorted(self.walk(folder, deep), key=location_of)

    def walk(self, folder: Path, deep: bool = True) -> Iterator[Source]:
        """The files that may be images, one by one as they are found, so that the caller can stop early."""
        waiting = [folder]
        while waiting:
            inner, passed_over = [], []
            here = waiting.pop()
            for entry in self._entries(here):
                if self._is_folder(entry):
                    if deep and self._may_enter(entry):
                        inner.append(Path(entry.path))
                elif (size := _size_if_candidate(entry)) is not None:
                    self._found += 1
                    yield _source(entry, size)
                else:
                    passed_over.append(entry.name)
            self.passed_over.files(here, passed_over)
            waiting += reversed(inner)

    def holds_image(self, folder: Path) -> bool:
        """Whether there is anything in `folder`, at any depth, that may be an image."""
        waiting = [folder]
        while waiting:
            for entry in self._entries(waiting.pop()):
                if self._is_folder(entry):
                    if not entry.is_symlink():
                        waiting.append(Path(entry.path))
                elif _size_if_candidate(entry) is not None:
                    return True
        return False

    def files(self, folder: Path, endings: tuple[str, ...] = ("",)) -> list[Source]:
        """The regular files directly in `folder` that are not hidden, of whatever kind, by name.

        Only those whose name has one of `endings`, in small letters: the others are not even asked for their size.
        """
        names = (name for name in self._listing(folder) if name.casefold().endswith(endings))
        return [source for name in names if (source := self._regular(folder, name)) is not None]

    def file(self, folder: Path, written: str, endings: tuple[str, ...] = ("",)) -> Source | None:
        """The file that `written`, a relative path with slashes, means in `folder`; the first of `endings` that fits.

        None if there is none, or if it would lie outside of `folder`.
        """
        path = Path(os.path.normpath(written))
        if not written or "\0" in written or path.is_absolute() or path.parts[:1] == (os.pardir,):
            return None
        where = folder / path.parent
        return next((s for ending in endings if (s := self._regular(where, path.name + ending)) is not None), None)

    def missing(self, folder: Path, written: str) -> Source:
        """What stands for a file that `file` did not find: opening it says that it is not there."""
        path = folder / written
        return FileSource(path, -1) if self._archive is None else self._archive.missing(path)

    def _listing(self, folder: Path) -> dict[str, Entry]:
        if folder not in self._listings:
            there = folder == self._root or self._is_there(folder)
            self._listings[folder] = {entry.name: entry for entry in self._entries(folder)} if there else {}
        return self._listings[folder]

    def _is_there(self, folder: Path) -> bool:
        return is_folder(folder) if self._archive is None else self._archive.is_folder(folder)

    def _regular(self, folder: Path, name: str) -> Source | None:
        entry = self._listing(folder).get(name)
        try:
            if entry is None or not entry.is_file():
                return None
            return _source(entry, entry.stat().st_size)
        except OSError:
            return None

    def _entries(self, folder: Path) -> list[Entry]:
        """What is in a folder, by name; what is asked for twice in a row is read once."""
        if self._latest[0] != folder:
            self._latest = folder, self._read_entries(folder)
        return self._latest[1]

    def _read_entries(self, folder: Path) -> list[Entry]:
        self._look_up()
        found: dict[str, Entry] = {}
        try:
            with self._scan(folder) as scan:
                for number, entry in enumerate(scan, 1):
                    found[entry.name] = entry
                    if number % _OFTEN == 0:
                        self._look_up()
        except OSError as error:
            reason = _("The folder cannot be opened ({error})").format(error=error.strerror)
            problem = Problem(folder, "unreadable", reason, _("Change its permissions"))
            if problem not in self.problems:
                self.problems.append(problem)
        passed_over = self.passed_over.by_name(folder, found)
        names = (name for name in found if not filetypes.is_hidden(name) and name not in passed_over)
        return [found[name] for name in sorted(names)]

    def _scan(self, folder: Path) -> AbstractContextManager[Iterable[Entry]]:
        return os.scandir(folder) if self._archive is None else nullcontext(self._archive.scandir(folder))

    def _look_up(self) -> None:
        self._task.check()
        self._task.progress(self._found, 0, _("Looking through the folders"))

    def _is_folder(self, entry: Entry) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _may_enter(self, entry: Entry) -> bool:
        """Whether a folder is not a link, or one that leads out of the data set to a folder not seen yet."""
        if not entry.is_symlink():
            return True
        real = os.path.realpath(entry.path)
        if real in self._linked or self._leads_in_circles(entry.path):
            return False
        self._linked.add(real)
        return True

    def _leads_in_circles(self, link: str) -> bool:
        """Whether a link stays inside of the data set, which counts images twice, or holds it, which never ends."""
        real = os.path.realpath(link)
        return _inside(real, self._real_root) or _inside(self._real_root, real)


def walker_of(path: Path, task: Task | None = None) -> Walker:
    """The walker of a folder or of an archive. Raises `DatasetError` of an archive, and `CancelledError`."""
    return Walker(path, task, open_archive(path, task) if is_archive(path) else None)


def _size_if_candidate(entry: Entry) -> int | None:
    """The size of a file that is or may be meant as an image, else None."""
    named = filetypes.by_name(entry.name)
    if named is False:
        return None
    try:
        status = entry.stat()
    except OSError:  # a broken link, or a circle of links
        return -1 if named else None
    if named:
        return status.st_size
    if not stat.S_ISREG(status.st_mode):  # never open a pipe or a device
        return None
    try:
        with _source(entry, status.st_size).open() as file:
            return status.st_size if filetypes.by_content(file.read(filetypes.HEAD)) else None
    except (OSError, ImageError):
        return None


def _source(entry: Entry, size: int) -> Source:
    if isinstance(entry, MemberEntry) and entry.source is not None:
        return entry.source
    return FileSource(entry.path, size)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
