"""Runs the iterations of a lesson's training loop off the GUI thread: one, or many at a pace."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.errors import NNTrainerError
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.workers.threads import WorkThread

log = logging.getLogger(__name__)

SEND_SECONDS = 1 / 25  # what comes faster is sent together


class Loop(Protocol):
    """What the runner needs of engine.lesson.training_loop.TrainingLoop."""

    def run_iteration(self) -> Iteration:
        """Run the next iteration."""


class _Run(QObject):
    """One thread's worth of iterations; ends after `count` of them (None: never) or when told to."""

    iterated = Signal(object)  # tuple[Iteration, ...] since the last time
    failed = Signal(object)
    ended = Signal()

    def __init__(self, loop: Loop, count: int | None, pace: float) -> None:
        super().__init__()
        self._loop, self._count = loop, count
        self._pace = pace
        self._stop, self._wake = threading.Event(), threading.Event()
        self._waiting: list[Iteration] = []
        self._sent = float("-inf")
        self.thread_ = WorkThread("lesson loop", self._work, self.stop)
        self.thread_.finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def set_pace(self, seconds: float) -> None:
        """Take at least so long for an iteration from now on; may be called from any thread."""
        self._pace = seconds
        self._wake.set()

    def stop(self) -> None:
        """End after the iteration at hand; may be called from any thread."""
        self._stop.set()
        self._wake.set()

    def _work(self) -> None:
        try:
            with single_threaded_blas():
                self._iterate()
        except NNTrainerError as error:
            self._flush()
            self.failed.emit(error)
        except Exception as error:
            log.exception("The training loop of the lesson failed")
            self._flush()
            self.failed.emit(error)

    def _iterate(self) -> None:
        done = 0
        while not self._stop.is_set() and (self._count is None or done < self._count):
            began = time.monotonic()
            self._waiting.append(self._loop.run_iteration())
            done += 1
            if time.monotonic() - self._sent >= SEND_SECONDS:
                self._flush()
            if done != self._count:
                self._hold(began)
        self._flush()

    def _hold(self, began: float) -> None:
        """Wait until the pace allows the next iteration; what was not sent is sent if there is time."""
        while not self._stop.is_set() and (left := began + self._pace - time.monotonic()) > 0:
            if left > SEND_SECONDS:
                self._flush()
            self._wake.wait(left)
            self._wake.clear()

    def _flush(self) -> None:
        if self._waiting:
            self._sent = time.monotonic()
            self.iterated.emit(tuple(self._waiting))
            self._waiting.clear()

    @Slot()
    def _on_finished(self) -> None:
        self.thread_.join()
        self.ended.emit()


class LoopRunner(QObject):
    """Runs one loop at a time, in a thread of its own. Its signals come in the thread that made it."""

    iterated = Signal(object)  # tuple[Iteration, ...]: in order, each exactly once, at most about 25 signals a second
    failed = Signal(object)  # the exception
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop: Loop | None = None
        self._run: _Run | None = None
        self._pace = 0.0

    @property
    def is_running(self) -> bool:
        """Whether an iteration is under way, or the next waits for its time."""
        return self._run is not None

    def set_loop(self, loop: Loop | None) -> None:
        """Run another loop from now on; what the one before it still gives is dropped."""
        self._drop_run()
        self._loop = loop

    def set_pace(self, seconds: float) -> None:
        """Take at least so long for each iteration; 0 is full speed."""
        self._pace = seconds
        if self._run is not None:
            self._run.set_pace(seconds)

    def run(self, count: int | None = None) -> None:
        """Run that many iterations, or go on until `pause`; nothing happens while it runs or without a loop."""
        if self._loop is None or self._run is not None:
            return
        run = self._run = _Run(self._loop, count, self._pace)
        queued = Qt.ConnectionType.QueuedConnection
        run.iterated.connect(self._on_iterated, queued)
        run.failed.connect(self._on_failed, queued)
        run.ended.connect(self._on_ended)
        self._when_dropped = weakref.finalize(self, run.stop)  # a dropped runner ends its thread
        run.thread_.begin()
        self.running_changed.emit(True)

    def pause(self) -> None:
        """End after the iteration at hand, which is still sent."""
        if self._run is not None:
            self._run.stop()

    def shutdown(self) -> None:
        """Ask the thread to end and hear no more of it."""
        self._drop_run()

    def _drop_run(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.stop()
            self._when_dropped.detach()
            self.running_changed.emit(False)

    @Slot(object)
    def _on_iterated(self, iterations: tuple[Iteration, ...]) -> None:
        if self.sender() is self._run:
            self.iterated.emit(iterations)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._run:
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._run:
            self._run = None
            self._when_dropped.detach()
            self.running_changed.emit(False)
