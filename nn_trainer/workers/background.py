"""One-shot jobs off the GUI thread: loading, predicting, saving."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nn_trainer.errors import NNTrainerError
from nn_trainer.work import Task
from nn_trainer.workers.threads import WorkThread

log = logging.getLogger(__name__)

Work = Callable[[Task], object]

PROGRESS_SECONDS = 1 / 20


class BackgroundJob(QObject):
    """Runs one function in a thread; made by `run_in_background`.

    Its public signals are emitted in the thread that made the job, so any callable may be connected.
    Exactly one of succeeded and failed comes, then finished; nothing after `forget`.
    """

    progress = Signal(int, int, str)  # done, total, what; at most 20 a second
    succeeded = Signal(object)
    failed = Signal(object)  # the exception; CancelledError after `cancel`
    finished = Signal()

    _reported = Signal(int, int, str)  # emitted in the thread, heard in the GUI thread

    def __init__(self, function: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._function = function
        self._cancelled = threading.Event()
        self._forgotten = False
        self._last_report = float("-inf")
        self._result: object = None
        self._error: Exception | None = None
        self._thread = WorkThread("background", self._run, self._cancelled.set)
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._thread.finished.connect(self._on_thread_finished, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.begin()

    def cancel(self) -> None:
        """Ask the function to end; it does so when it next asks its task."""
        self._cancelled.set()

    def forget(self) -> None:
        """Ask the function to end, and send nothing more, whatever comes of it."""
        self._forgotten = True
        self.cancel()

    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def _run(self) -> None:
        try:
            self._result = self._function(Task(self._report, self._cancelled.is_set))
        except NNTrainerError as error:
            self._error = error
        except Exception as error:
            log.exception("Background work failed")
            self._error = error

    def _report(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self._last_report >= PROGRESS_SECONDS:
            self._last_report = now
            self._reported.emit(done, total, what)

    @Slot(int, int, str)
    def _on_reported(self, done: int, total: int, what: str) -> None:
        if not self._forgotten:
            self.progress.emit(done, total, what)

    @Slot()
    def _on_thread_finished(self) -> None:
        self._thread.join()
        if self._forgotten:
            return
        if self._error is not None:
            self.failed.emit(self._error)
        else:
            self.succeeded.emit(self._result)
        self.finished.emit()


def run_in_background(function: Work, parent: QObject | None = None) -> BackgroundJob:
    """Start `function(task)` in a thread and return its job at once.

    Connect to the job's signals before going back to the event loop: none comes earlier.
    """
    job = BackgroundJob(function, parent)
    job.begin()
    return job
