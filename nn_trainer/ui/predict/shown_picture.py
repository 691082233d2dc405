"""The picture of the image that is shown, read at its full size in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from nn_trainer.ui.predict.prediction_queue import read_picture
from nn_trainer.ui.widgets.drop_area import DropArea
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.workers.latest_job import LatestJob

LONGEST_SIDE = 1600  # pixels of the picture that is shown; more is not seen


class ShownPicture(QObject):
    """Reads one picture after the other for the drop area; of several that are asked for the last one wins."""

    def __init__(self, area: DropArea) -> None:
        super().__init__(area)
        self._area = area
        self._name = ""
        self._job = LatestJob(self, at_once=True)
        self._job.done.connect(self._on_read)
        self._job.failed.connect(self._on_failed)

    def show_source(self, source: ImageSource | None) -> None:
        """Read this image and show it; None shows nothing more."""
        if source is None:
            self._job.drop()
            return
        self._name, content = source.name, source.content
        self._job.ask(lambda _task: read_picture(content, LONGEST_SIDE))

    def is_busy(self) -> bool:
        """Whether a picture is read."""
        return self._job.is_busy()

    @Slot(object)
    def _on_read(self, picture: QImage) -> None:
        self._area.show_picture(picture, self._name)

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        # The sentence is shown beside, with the prediction that failed for the same reason.
        self._area.show_picture(None, self._name)
