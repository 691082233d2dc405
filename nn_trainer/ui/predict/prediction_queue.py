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
from PySide6.QtGui import QImage

from nn_trainer.data.images import load_picture
from nn_trainer.errors import NNTrainerError
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.strip import THUMBNAIL, StripItem
from nn_trainer.ui.widgets.drops import ImageContent, ImageSource
from nn_trainer.ui.widgets.images import array_to_qimage
from nn_trainer.work import Task
from nn_trainer.workers.background import BackgroundJob, run_in_background

log = logging.getLogger(__name__)

SECONDS = 0.15  # after which a job shows what it has


class Predictor(Protocol):
    """What is needed of models.classifier.Classifier."""

    def predict(self, source: ImageContent, /) -> Prediction:
        """The probabilities; raises `ImageError`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one image: a prediction (none without a classifier) or an error."""

    prediction: Prediction | None = None
    error: str = ""
    thumbnail: QImage | None = None


def read_picture(content: ImageContent, size: int) -> QImage:
    """The picture, its longer side at most `size` pixels. Raises `ImageError`."""
    return array_to_qimage(np.asarray(load_picture(content, size)))


def predict_one(classifier: Predictor | None, source: ImageSource) -> Outcome:
    """Look at one image; no error of one image comes out of here."""
    try:
        thumbnail = read_picture(source.content, THUMBNAIL)
        prediction = classifier.predict(source.content) if classifier is not None else None
    except NNTrainerError as error:
        return Outcome(error=str(error))
    except Exception as error:
        log.exception("Predicting %s failed", source.name)
        return Outcome(error=f"{source.name}: the program failed on this image ({error}). See the log.")
    return Outcome(prediction, "", thumbnail)


class PredictionQueue(QObject):
    """Items wait here for their turn; one job runs at a time."""

    outcome_ready = Signal(object)  # the StripItem, which was brought up to date
    progressed = Signal(int, int)  # done and total since the queue was last empty; equal when it is empty

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classifier: Predictor | None = None
        self._waiting: deque[StripItem] = deque()
        self._under_way: list[StripItem] = []
        self._asked: Predictor | None = None  # the classifier of the job that runs
        self._job: BackgroundJob | None = None
        self._done = 0

    def set_classifier(self, classifier: Predictor | None) -> None:
        """Predict with another classifier from the next image on."""
        self._classifier = classifier

    def add(self, items: Sequence[StripItem], *, first: bool = False) -> None:
        """Let items wait at the end, or before all others; those that wait already move."""
        kept = [item for item in self._waiting if item not in items]
        self._waiting = deque([*items, *kept] if first else [*kept, *items])
        self._go_on()

    def cancel(self) -> None:
        """Forget what waits; results of the job under way are dropped."""
        self._waiting.clear()
        self._under_way = []
        if self._job is not None:
            self._job.cancel()
        self._tell()

    def is_busy(self) -> bool:
        """Whether a job runs or items wait."""
        return self._job is not None or bool(self._waiting)

    def _go_on(self) -> None:
        if self._job is not None:
            return
        if not self._waiting:
            self._done = 0
            return
        classifier = self._asked = self._classifier
        items = self._under_way = list(self._waiting)
        sources = [item.source for item in items]

        def work(task: Task) -> list[Outcome]:
            until = time.monotonic() + SECONDS
            outcomes = []
            for source in sources:
                outcomes.append(predict_one(classifier, source))
                if task.cancelled() or time.monotonic() > until:
                    break
            return outcomes

        self._job = run_in_background(work)
        self._job.succeeded.connect(self._on_outcomes)
        self._job.finished.connect(self._on_finished)

    @Slot(object)
    def _on_outcomes(self, outcomes: list[Outcome]) -> None:
        for item, outcome in zip(self._under_way, outcomes, strict=False):
            if self._asked is self._classifier and item in self._waiting:
                self._waiting.remove(item)
            item.prediction, item.error = outcome.prediction, outcome.error
            item.thumbnail = outcome.thumbnail or item.thumbnail
            item.seen_by = self._asked
            self._done += 1
            self.outcome_ready.emit(item)
        self._tell()

    @Slot()
    def _on_finished(self) -> None:
        self._job = None
        self._under_way = []
        self._go_on()

    def _tell(self) -> None:
        self.progressed.emit(self._done, self._done + len(self._waiting))
