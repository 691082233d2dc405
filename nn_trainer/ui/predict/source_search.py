"""Looks for images in what was dropped, off the GUI thread: in folders, and in files that nobody looked at yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.problems import display_path
from nn_trainer.data.walk import Walker, walker_of
from nn_trainer.i18n import _
from nn_trainer.paths import is_folder
from nn_trainer.ui.widgets.drops import FileKind, ImageSource, look_at_file
from nn_trainer.work import Task
from nn_trainer.workers.latest_job import LatestJob


@dataclass(frozen=True, slots=True)
class Found:
    """What one search came to: at most as many images as were asked for."""

    name: str  # of what was searched
    images: list[ImageSource]
    more: bool  # there are more images, which nobody counted
    problems: list[str]  # sentences on folders that could not be opened


def images_in(paths: Sequence[Path], walkers: list[Walker], task: Task) -> Iterator[Path]:
    """The images of folders and archives, one by one, so that nobody need wait for the rest.

    Any other file is taken for an image.

    Each folder is walked by a Walker that is put into `walkers`, where what went wrong can be read afterwards.
    """
    for path in paths:
        if look_at_file(path) is not FileKind.FOLDER and not is_folder(path):
            yield path
            continue
        walker = walker_of(path, task)
        walkers.append(walker)
        yield from (image.path for image in walker.walk(path))


class SourceSearch(QObject):
    """One search at a time; the others wait for their turn, and each is heard of."""

    found = Signal(object)  # Found
    failed = Signal(str, object)  # the name of what was searched, and the exception
    progressed = Signal(str, int)  # the name of what is searched, and how many images are found so far
    idle = Signal()  # nothing waits any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Sequence[Path]] = deque()
        self._name = ""
        self._most = 0
        self._job = LatestJob(self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._job.progress.connect(self._on_progress)

    def is_busy(self) -> bool:
        """Whether something is searched or waits."""
        return self._job.is_busy() or bool(self._waiting)

    def search(self, paths: Sequence[Path], most: int) -> None:
        """Search these after all that wait; all searches together give at most `most` images from now on."""
        self._waiting.append(tuple(paths))
        self._most = most
        self._go_on()

    def cancel(self) -> int:
        """Forget all searches; how many there were."""
        count = len(self._waiting) + self._job.is_busy()
        self._waiting.clear()
        self._job.drop()
        return count

    def _go_on(self) -> None:
        if self._job.is_busy():
            return
        if not self._waiting:
            self.idle.emit()
            return
        paths, most = self._waiting.popleft(), self._most
        name = self._name = display_path(paths[0].name) if len(paths) == 1 else _("what was dropped")
        self.progressed.emit(name, 0)

        def work(task: Task) -> Found:
            walkers: list[Walker] = []
            images = list(islice(images_in(paths, walkers, task), most + 1))
            problems = [
                f"{display_path(problem.path)}: {problem.reason}." for walker in walkers for problem in walker.problems
            ]
            return Found(name, [ImageSource.from_file(path) for path in images[:most]], len(images) > most, problems)

        self._job.ask(work)

    @Slot(object)
    def _on_done(self, found: Found) -> None:
        self._most -= len(found.images)
        self.found.emit(found)
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(self._name, error)
        self._go_on()

    @Slot(int, int, str)
    def _on_progress(self, found: int, _total: int, _what: str) -> None:
        self.progressed.emit(self._name, found)
