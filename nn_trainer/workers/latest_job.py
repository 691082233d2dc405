"""Computes off the GUI thread what was asked for last."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.workers.background import BackgroundJob, Work, run_in_background


class LatestJob(QObject):
    """One job at a time; a newer one takes the place of the one that waits, and nothing older is heard of."""

    done = Signal(object)  # the result of the job that was asked for last
    failed = Signal(object)  # its exception
    progress = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: BackgroundJob | None = None
        self._waiting: Work | None = None

    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._job is not None

    def ask(self, work: Work) -> None:
        """Run `work(progress, cancelled)` as soon as the job at hand has ended, which is asked to."""
        if self._job is not None:
            self._waiting = work
            self._job.cancel()
            return
        self._job = run_in_background(work)
        self._job.progress.connect(self.progress)
        self._job.succeeded.connect(self._on_done)
        self._job.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ask the work to end, and what waits not to begin; `failed` follows with a CancelledError."""
        self._waiting = None
        if self._job is not None:
            self._job.cancel()

    def drop(self) -> None:
        """Hear no more of what was asked for."""
        self._waiting = None
        if self._job is not None:
            self._job.cancel()
            self._job.disconnect(self)
            self._job = None

    @Slot(object)
    def _on_done(self, result: object) -> None:
        if not self._go_on():
            self.done.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if not self._go_on():
            self.failed.emit(error)

    def _go_on(self) -> bool:
        """Begin what waits; False if nothing does."""
        self._job = None
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return False
        self.ask(waiting)
        return True
