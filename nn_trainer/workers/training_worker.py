"""The one place where training meets Qt: a worker that drives the records, and the controller of it."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot

from nn_trainer.engine.records import CompletedRecord, EpochRecord, Record
from nn_trainer.errors import NNTrainerError
from nn_trainer.workers.threads import WorkThread

log = logging.getLogger(__name__)


class Phase(StrEnum):
    """What a trainer does now. What a phase allows is asked here and nowhere compared, so that a new one is one row."""

    IDLE = "idle"
    PREPARING = "preparing"  # before the first iteration: pixels, features, memory
    RUNNING = "running"
    STOPPING = "stopping"  # a stop was asked for, and what is under way is not over

    @property
    def is_active(self) -> bool:
        """Whether there is a training, in whatever phase."""
        return self is not Phase.IDLE

    @property
    def can_train(self) -> bool:
        """Whether a training may start."""
        return self is Phase.IDLE

    @property
    def can_stop(self) -> bool:
        """Whether Stop has something to do."""
        return self in (Phase.PREPARING, Phase.RUNNING)

    @property
    def locks_data(self) -> bool:
        """Whether data set, settings and classifier must stay what they are."""
        return self is not Phase.IDLE

    @property
    def has_begun(self) -> bool:
        """Whether iterations have begun, so that there may be something to lose."""
        return self in (Phase.RUNNING, Phase.STOPPING)


# Together at most 30 signals a second.  Classifiers have a clock of their own: the whole window takes note of a new
# one, and the epochs of a small data set take milliseconds.
RECORD_SECONDS = 1 / 25
CLASSIFIER_SECONDS = 1 / 2


class Trainable(Protocol):
    """What the worker needs of models.fitting.Fitting."""

    def running(self, should_stop: Callable[[], bool]) -> AbstractContextManager[Iterator[Record]]:
        """Train; the last record is a CompletedRecord. `should_stop` is asked after each iteration."""

    @property
    def classifier(self) -> object:
        """A copy of the classifier as it was after the last whole epoch, or at the end of training."""


class TrainingWorker(QObject):
    """Drives the records of one training in its own thread and emits them in batches."""

    records_ready = Signal(object)  # tuple[Record, ...]: in order, each exactly once
    classifier_ready = Signal(object)  # after records that end an epoch, and at the end before `completed`
    completed = Signal(object)  # the CompletedRecord
    failed = Signal(object)  # the exception
    finished = Signal()  # always, last

    def __init__(self, fitting: Trainable) -> None:
        super().__init__()
        self.stop_requested = threading.Event()  # set by a direct call: a queued slot would wait for the end
        self._fitting = fitting
        self._batch: list[Record] = []
        self._sent = self._classifier_sent = float("-inf")
        self._epoch_ended = False  # since a classifier was sent

    def run(self) -> None:
        """Train to the end; called in the training thread."""
        try:
            end = self._drive()
        except NNTrainerError as error:
            log.info("Training ended: %s", error)
            self._send_rest()
            self.failed.emit(error)
        except Exception as error:
            log.exception("Training failed")
            self._send_rest()
            self.failed.emit(error)
        else:
            self.completed.emit(end)
        finally:
            self.finished.emit()

    def _drive(self) -> CompletedRecord:
        with self._fitting.running(self.stop_requested.is_set) as records:
            return self._pass_on(records)

    def _pass_on(self, records: Iterator[Record]) -> CompletedRecord:
        for record in records:
            self._batch.append(record)
            if isinstance(record, CompletedRecord):
                self._flush()
                if record.iterations:
                    self.classifier_ready.emit(self._fitting.classifier)
                return record
            self._flush_if_due(epoch_ended=isinstance(record, EpochRecord))
        raise RuntimeError("The training ended without saying why.")

    def _flush_if_due(self, *, epoch_ended: bool) -> None:
        now = time.monotonic()
        self._epoch_ended |= epoch_ended
        classifier_is_due = self._epoch_ended and now - self._classifier_sent >= CLASSIFIER_SECONDS
        if now - self._sent < RECORD_SECONDS and not classifier_is_due:
            return
        self._sent = now
        self._flush()
        if classifier_is_due:
            self._classifier_sent = now
            self._send_classifier()

    def _send_classifier(self) -> None:
        self._epoch_ended = False
        self.classifier_ready.emit(self._fitting.classifier)

    def _send_rest(self) -> None:
        """Send what waits for its clock: also a training that failed has whole epochs behind it."""
        self._flush()
        if self._epoch_ended:
            self._send_classifier()

    def _flush(self) -> None:
        if self._batch:
            self.records_ready.emit(tuple(self._batch))
            self._batch.clear()


class TrainingController(QObject):
    """Owns worker and thread; the window talks to this object alone. Its signals come in the GUI thread."""

    state_changed = Signal(object)  # Phase
    records_ready = Signal(object)
    classifier_ready = Signal(object)
    completed = Signal(object)
    failed = Signal(object)
    finished = Signal()  # always, last; `state` is then `Phase.IDLE` and `start` may be called

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: WorkThread | None = None
        self._worker: TrainingWorker | None = None
        self._state = Phase.IDLE

    @property
    def state(self) -> Phase:
        """Idle, running or stopping."""
        return self._state

    def start(self, fitting: Trainable) -> None:
        """Train in a new thread; raises `RuntimeError` while another training runs."""
        if self._thread is not None:
            raise RuntimeError("A training is already running.")
        worker = TrainingWorker(fitting)
        worker.records_ready.connect(self.records_ready)
        worker.classifier_ready.connect(self.classifier_ready)
        worker.completed.connect(self.completed)
        worker.failed.connect(self.failed)
        stop = worker.stop_requested.set
        thread = WorkThread("training", worker.run, stop)
        thread.finished.connect(self._on_thread_finished)
        self._worker, self._thread = worker, thread
        self._when_dropped = weakref.finalize(self, stop)  # a dropped controller ends its training
        thread.begin()
        self._set_state(Phase.RUNNING)

    def stop(self) -> None:
        """End after the present iteration and keep what was learned; nothing happens when idle."""
        if self._worker is not None:
            self._worker.stop_requested.set()
            self._set_state(Phase.STOPPING)

    def shutdown(self, timeout_ms: int = 10_000) -> bool:
        """Stop and join; False if the thread did not end in time. All signals were delivered on True."""
        self.stop()
        if self._thread is None:
            return True
        if not self._thread.join(timeout_ms):
            return False
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
        return True

    @Slot()
    def _on_thread_finished(self) -> None:
        if self._thread is None:
            return
        self._thread.join()
        self._when_dropped.detach()
        self._thread = self._worker = None
        self._set_state(Phase.IDLE)
        self.finished.emit()

    def _set_state(self, state: Phase) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
