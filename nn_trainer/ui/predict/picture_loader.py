"""Reads the picture that is shown, off the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from nn_trainer.ui.predict.prediction_queue import read_picture
from nn_trainer.ui.predict.strip import StripItem
from nn_trainer.workers.background import BackgroundJob, run_in_background

LONGEST_SIDE = 1600  # pixels; more is not seen


class PictureLoader(QObject):
    """Loads one picture at a time; when several are asked for meanwhile, only the last."""

    loaded = Signal(object, object, str)  # StripItem, QImage or None, what stands under it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: StripItem | None = None
        self._loading: StripItem | None = None
        self._job: BackgroundJob | None = None

    def load(self, item: StripItem | None) -> None:
        """Ask for the picture of an item; None forgets what was asked."""
        self._wanted = item
        self._go_on()

    def _go_on(self) -> None:
        if self._job is not None or self._wanted is None:
            return
        self._loading, self._wanted = self._wanted, None
        content = self._loading.source.content
        self._job = run_in_background(lambda _task: read_picture(content, LONGEST_SIDE))
        self._job.succeeded.connect(self._on_loaded)
        self._job.failed.connect(self._on_failed)
        self._job.finished.connect(self._on_finished)

    @Slot(object)
    def _on_loaded(self, picture: QImage) -> None:
        if self._loading is not None:
            self.loaded.emit(self._loading, picture, self._loading.source.name)

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        # The sentence is shown beside, with the prediction that failed for the same reason.
        if self._loading is not None:
            self.loaded.emit(self._loading, None, self._loading.source.name)

    @Slot()
    def _on_finished(self) -> None:
        self._job = self._loading = None
        self._go_on()
