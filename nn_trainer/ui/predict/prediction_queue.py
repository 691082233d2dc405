"""Predicts images one after the other, off the GUI thread."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage

from nn_trainer.data.images import load_for_screen
from nn_trainer.errors import NNTrainerError
from nn_trainer.i18n import _
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.strip import THUMBNAIL
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.widgets.drops import ImageContent, ImageSource
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.work import Task
from nn_trainer.workers.latest_job import LatestJob

log = logging.getLogger(__name__)

SECONDS = 0.15  # after which a job shows what it has


class Predictor(Protocol):
    """What is needed of models.classifier.Classifier."""

    def predict(self, source: ImageContent, /) -> Prediction:
        """The probabilities; raises `ImageError`."""


@dataclass(frozen=True, slots=True)
class ImageAnswer:
    """What became of one image: a prediction (none without a classifier) or an error."""

    prediction: Prediction | None = None
    error: str = ""
    thumbnail: QImage | None = None


def read_picture(content: ImageContent, size: int) -> QImage:
    """The picture, its longer side at most `size` pixels. Raises `ImageError`."""
    return array_to_qimage(np.asarray(load_for_screen(content, size)))


def predict_one(classifier: Predictor | None, source: ImageSource, thumbnail_size: int = THUMBNAIL) -> ImageAnswer:
    """Look at one image; no error of one image comes out of here."""
    try:
        thumbnail = read_picture(source.content, thumbnail_size)
        prediction = classifier.predict(source.content) if classifier is not None else None
    except NNTrainerError as error:
        return ImageAnswer(error=str(error))
    except Exception as error:
        log.exception("Predicting %s failed", source.name)
        return ImageAnswer(
            error=_("{name}: the program failed on this image ({error}). See the log.").format(
                name=source.name, error=error
            )
        )
    return ImageAnswer(prediction, "", thumbnail)


class PredictionQueue(QObject):
    """Items wait here for their turn; what an item holds is always of the classifier in use, or nothing."""

    item_changed = Signal(object)  # the StripItem, which was brought up to date
    progressed = Signal(int, int)  # done and total since the queue was last empty; equal when it is empty

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classifier: Predictor | None = None
        self._waiting: deque[StripItem] = deque()
        self._under_way: list[StripItem] = []
        self._done = 0
        self._job = LatestJob(self)
        self._job.done.connect(self._on_answers)

    def set_classifier(self, classifier: Predictor | None) -> None:
        """Predict with another classifier; what the one before still has to say is not heard."""
        if classifier is not self._classifier:
            self._classifier = classifier
            if self._job.is_busy():
                self._ask()

    def add(self, items: Sequence[StripItem], *, first: bool = False) -> None:
        """Let items wait at the end, or before all others; those that wait already move."""
        moved = set(map(id, items))
        kept = [item for item in self._waiting if id(item) not in moved]
        self._waiting = deque([*items, *kept] if first else [*kept, *items])
        for item in items:
            item.waits = True
        if not self._job.is_busy():
            self._go_on()

    def cancel(self) -> None:
        """Forget what waits; results of the job under way are dropped."""
        for item in self._waiting:
            item.waits = False
            self.item_changed.emit(item)
        self._waiting.clear()
        self._under_way = []
        self._done = 0
        self._job.drop()
        self.progressed.emit(0, 0)

    def is_busy(self) -> bool:
        """Whether a job runs or items wait."""
        return self._job.is_busy() or bool(self._waiting)

    def _go_on(self) -> None:
        if self._waiting:
            self._ask()
        else:
            self._done = 0

    def _ask(self) -> None:
        classifier = self._classifier
        items = self._under_way = list(self._waiting)
        sources = [item.source for item in items]
        app = QGuiApplication.instance()
        sharpness = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0  # of the sharpest screen
        thumbnail_size = round(THUMBNAIL * sharpness)

        def work(task: Task) -> list[ImageAnswer]:
            until = time.monotonic() + SECONDS
            answers = []
            for source in sources:
                answers.append(predict_one(classifier, source, thumbnail_size))
                if task.cancelled() or time.monotonic() > until:
                    break
            return answers

        self._job.ask(work)

    @Slot(object)
    def _on_answers(self, answers: list[ImageAnswer]) -> None:
        for item, answer in zip(self._under_way, answers, strict=False):
            if not item.waits:
                continue
            self._waiting.remove(item)
            item.waits = False
            item.prediction, item.error = answer.prediction, answer.error
            item.thumbnail = answer.thumbnail or item.thumbnail
            item.predicted_by = self._classifier
            self._done += 1
            self.item_changed.emit(item)
        self.progressed.emit(self._done, self._done + len(self._waiting))
        if not self._job.is_busy():
            self._go_on()
