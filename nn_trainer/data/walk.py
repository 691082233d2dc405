"""Walking through folders: what may be a picture, without following links in circles."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data import filetypes
from nn_trainer.data.problems import Problem
from nn_trainer.work import Task

_WHAT = "Looking through the folders"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be a picture."""

    path: Path
    size: int  # bytes; -1 when the file is not there


class Walker:
    """Lists folders and pictures below `root`, each folder once; collects what went wrong in `problems`."""

    def __init__(self, root: Path, task: Task | None = None) -> None:
        self.problems: list[Problem] = []
        self._real_root = os.path.realpath(root)
        self._linked: set[str] = set()  # real folders outside of the root that a link led to
        self._task = task or Task()
        self._found = 0

    def folders(self, folder: Path) -> list[Path]:
        """The folders directly in `folder` that are not hidden, by name."""
        entries = (entry for entry in self._entries(folder) if self._is_folder(entry))
        return [Path(e.path) for e in entries if not (e.is_symlink() and self._leads_in_circles(e.path))]

    def pictures(self, folder: Path, deep: bool = True) -> list[FoundFile]:
        """The files that may be pictures in `folder` (and in the folders in it, if `deep`), by path."""
        found: list[FoundFile] = []
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            for entry in self._entries(here):
                if self._is_folder(entry):
                    if deep and self._may_enter(entry):
                        waiting.append(Path(entry.path))
                elif (size := _size_if_candidate(entry)) is not None:
                    found.append(FoundFile(Path(entry.path), size))
                    self._found += 1
        found.sort(key=lambda file: str(file.path))
        return found

    def holds_picture(self, folder: Path) -> bool:
        """Whether there is anything in `folder`, at any depth, that may be a picture."""
        waiting = [folder]
        while waiting:
            for entry in self._entries(waiting.pop()):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif not entry.is_dir() and _size_if_candidate(entry) is not None:
                    return True
        return False

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        self._task.check()
        self._task.progress(self._found, 0, _WHAT)
        try:
            with os.scandir(folder) as scan:
                return sorted((e for e in scan if not filetypes.is_hidden(e.name)), key=lambda entry: entry.name)
        except OSError as error:
            problem = Problem(
                folder, "unreadable", f"The folder cannot be opened ({error.strerror})", "Change its permissions"
            )
            if problem not in self.problems:
                self.problems.append(problem)
            return []

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _may_enter(self, entry: os.DirEntry[str]) -> bool:
        """Whether a folder is no link, or one that leads out of the data set to a folder not seen yet."""
        if not entry.is_symlink():
            return True
        real = os.path.realpath(entry.path)
        if real in self._linked or self._leads_in_circles(entry.path):
            return False
        self._linked.add(real)
        return True

    def _leads_in_circles(self, link: str) -> bool:
        """Whether a link stays inside of the data set, which counts pictures twice, or holds it, which never ends."""
        real = os.path.realpath(link)
        return _inside(real, self._real_root) or _inside(self._real_root, real)


def stat_size(path: Path) -> int:
    """The size of a file in bytes; -1 if it cannot be found out, which opening it will explain."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _size_if_candidate(entry: os.DirEntry[str]) -> int | None:
    """The size of a file that is or may be meant as a picture, else None."""
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
        with Path(entry.path).open("rb") as file:
            return status.st_size if filetypes.by_content(file.read(32)) else None
    except OSError:
        return None


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
