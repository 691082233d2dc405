"""Computes off the GUI thread what was asked for last: the one place where the newest request wins.

Whoever lets a person ask again before the first answer is there (another folder, another model, another setting) keeps
one `LatestJob` for each kind of question:

    self._job = LatestJob(self)
    self._job.done.connect(self._on_done)        # the result of what was asked for last, never of anything older
    self._job.failed.connect(self._on_failed)    # its exception; CancelledError after `cancel`
    self._job.progress.connect(self._on_progress)
    ...
    self._job.ask(lambda task: load_dataset(path, task=task))

`cancel` is for the person's own Cancel, which wants an answer; `drop` is for the end of the interest, such as at
shutdown or when the answer would belong to something that is gone.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.errors import CancelledError
from nn_trainer.work import Task
from nn_trainer.workers.background import BackgroundJob, Work


class LatestJob(QObject):
    """One job at a time; a newer one takes the place of the one that waits, and nothing older is heard of.

    Exactly one of `done` and `failed` comes for the last `ask`, unless `drop` comes first. With `at_once` a newer job
    does not wait until the older one has ended: for work that cannot be cancelled, such as reading one file from a
    drive that may not answer.
    """

    done = Signal(object)  # the result of the job that was asked for last
    failed = Signal(object)  # its exception
    progress = Signal(int, int, str)  # done, total, what

    def __init__(self, parent: QObject | None = None, *, at_once: bool = False) -> None:
        super().__init__(parent)
        self._at_once = at_once
        self._running: BackgroundJob | None = None
        self._wanted = False  # whether the answer of the job that runs is
        self._waiting: Work | None = None
        self._cancelled = False

    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._wanted or self._waiting is not None or self._cancelled

    def ask(self, work: Work) -> None:
        """Run `work(task)` as soon as the job at hand has ended, which is asked to."""
        self.drop()
        if self._running is None:
            self._begin(work)
        else:
            self._waiting = work

    def cancel(self) -> None:
        """Ask the work to end; `failed` brings a `CancelledError`, also where the result was ready."""
        if not self.is_busy():
            return
        self.drop()
        if self._running is None:  # with `at_once` nothing is waited for, so the answer would not come by itself
            self._begin(_raise_cancelled)
        else:
            self._cancelled = True

    def drop(self) -> None:
        """Hear no more of what was asked for."""
        self._waiting = None
        self._wanted = self._cancelled = False
        job = self._running
        if job is not None:
            job.cancel()
            if self._at_once:
                job.forget()
                self._running = None

    def _begin(self, work: Work) -> None:
        job = self._running = BackgroundJob(work)
        self._wanted = True
        job.progress.connect(self._on_progress)
        job.succeeded.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.begin()  # which drops jobs that have ended, so it is last

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, what: str) -> None:
        if self._wanted:
            self.progress.emit(done, total, what)

    @Slot(object)
    def _on_done(self, result: object) -> None:
        if self._ends_wanted():
            self.done.emit(result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self._ends_wanted():
            self.failed.emit(error)

    def _ends_wanted(self) -> bool:
        """Note that the job has ended and begin what waits; True if its answer is the one that is wanted."""
        wanted, cancelled, waiting = self._wanted, self._cancelled, self._waiting
        self._running, self._waiting = None, None
        self._wanted = self._cancelled = False
        if waiting is not None:
            self._begin(waiting)
        elif cancelled:
            self.failed.emit(CancelledError())
        return wanted and not cancelled


def _raise_cancelled(_task: Task) -> object:
    raise CancelledError
