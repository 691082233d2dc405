"""Reads data sets off the GUI thread, one at a time."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.workers.background import BackgroundJob, run_in_background


class DatasetLoader(QObject):
    """A data set comes whole or not at all; a new load replaces the one under way."""

    progress = Signal(int, int, str)
    loaded = Signal(object)  # Dataset
    failed = Signal(object)  # the exception; CancelledError after `cancel`

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: BackgroundJob | None = None

    def is_busy(self) -> bool:
        """Whether a data set is being read."""
        return self._job is not None

    def load(self, path: str | os.PathLike[str]) -> None:
        """Start to read; exactly one of `loaded` and `failed` follows unless another load comes first."""
        self.drop()
        self._job = run_in_background(
            lambda progress, cancelled: load_dataset(path, progress=progress, cancelled=cancelled)
        )
        self._job.progress.connect(self.progress)
        self._job.succeeded.connect(self._on_loaded)
        self._job.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ask the load under way to end."""
        if self._job is not None:
            self._job.cancel()

    def drop(self) -> None:
        """End the load under way and hear no more of it."""
        if self._job is not None:
            self._job.cancel()
            self._job.disconnect(self)
            self._job = None

    @Slot(object)
    def _on_loaded(self, dataset: Dataset) -> None:
        self._job = None
        self.loaded.emit(dataset)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)
