"""Looks for images in folders, off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.walk import Walker
from nn_trainer.ui.widgets.drops import FileKind, ImageSource, look_at_file
from nn_trainer.work import Task
from nn_trainer.workers.background import BackgroundJob, run_in_background


class FolderSearch(QObject):
    """One search at a time; a new one replaces the one before."""

    found = Signal(object)  # a list of ImageSource
    ended = Signal(bool)  # True: there are more images than were asked for

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: BackgroundJob | None = None
        self._most = 0

    def search(self, folders: Sequence[Path], most: int) -> None:
        """Find at most `most` images."""
        self.cancel()
        self._most = most

        def work(task: Task) -> list[ImageSource]:
            def found() -> Iterator[Path]:
                for path in folders:
                    if look_at_file(path) is FileKind.FOLDER:
                        yield from (picture.path for picture in Walker(path, task).pictures(path))
                    else:
                        yield path

            return [ImageSource.from_file(path) for path in islice(found(), most + 1)]

        self._job = run_in_background(work)
        self._job.succeeded.connect(self._on_found)

    def cancel(self) -> None:
        """Forget the search."""
        if self._job is not None:
            self._job.succeeded.disconnect(self._on_found)
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _on_found(self, sources: list[ImageSource]) -> None:
        self._job = None
        self.found.emit(sources[: self._most])
        self.ended.emit(len(sources) > self._most)
