"""Brings what a training tells to run bar and plots."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.engine.architectures import PRETRAINED
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.records import CompletedRecord, Record
from nn_trainer.errors import CancelledError
from nn_trainer.i18n import _
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.train.run import words
from nn_trainer.ui.train.run.bar import RunBar
from nn_trainer.ui.train.run.session import TrainingSession
from nn_trainer.wording import duration, error_message, progress_text
from nn_trainer.workers.training_worker import Phase

SECONDS, STEPS = 0.5, 5  # after which the pace says something: the first step is often slow


class Eta:
    """Told how far the work is, it tells the seconds that remain, by what was done since it was told first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what = ""
        self._began = self._done_before = 0.0

    def remaining(self, done: int, total: int, what: str) -> float | None:
        """The seconds left of `what`; None while they are not known."""
        now = self._clock()
        if what != self._what or done < self._done_before:
            self._what, self._began, self._done_before = what, now, done
        spent, steps = now - self._began, done - self._done_before
        if not total or steps < STEPS or spent < SECONDS:
            return None
        return spent / steps * (total - done)


class RunReporter(QObject):
    """Listens to the session; its own signal is what the window has to say under the toolbar."""

    failed = Signal(object)  # the exception with which a training failed

    def __init__(self, session: TrainingSession, run_bar: RunBar, plots: PlotPanel) -> None:
        super().__init__(session)
        self._run_bar = run_bar
        self._plots = plots
        self._eta = Eta()
        self._why = ""  # what is prepared, and why it takes time
        session.state_changed.connect(self._on_state)
        session.progress.connect(self._on_preparing)
        session.records_ready.connect(self._on_records)
        session.completed.connect(self._on_completed)
        session.failed.connect(self._on_failed)

    def prepare_run(self, config: TrainingConfig) -> None:
        """Tell what goes on before the first iteration of a training with these settings."""
        self._eta = Eta()
        self._why = (
            _(
                "The pretrained network looks at every image once. What it finds is kept, so that the next training on "
                "these images begins at once."
            )
            if config.preset == PRETRAINED
            else _("Images, network and memory are made ready; then the curves begin.")
        )
        self._run_bar.show_message(_("Preparing the training."))
        self._plots.show_preparation(_("Preparing the training"), 0, 0, "", self._why)

    def start_run(self, fitting: Fitting, dataset_name: str) -> None:
        """Begin a run in bar and plots."""
        sizes = fitting.iterations_per_epoch, fitting.total_epochs
        self._plots.start_run(*sizes, words.run_label(fitting, dataset_name))
        self._run_bar.start_run(*sizes, words.second_stage_of(fitting))
        self._run_bar.show_message(words.beginning(fitting))

    @Slot(object)
    def _on_state(self, state: Phase) -> None:
        self._run_bar.set_state(state)
        if state is not Phase.PREPARING:
            self._run_bar.end_preparation()
            self._plots.end_preparation()
        if state is Phase.STOPPING:
            self._run_bar.show_message(_("Stopping after this iteration."))

    @Slot(int, int, str)
    def _on_preparing(self, done: int, total: int, what: str) -> None:
        left = self._eta.remaining(done, total, what)
        self._run_bar.show_preparation(done, total, left)
        text = progress_text(done, total, what)
        if left is not None:
            text = _("{progress}, {time} left").format(progress=text, time=duration(left))
        self._run_bar.show_message(text)
        self._plots.show_preparation(what, done, total, "" if left is None else duration(left), self._why)

    @Slot(object)
    def _on_records(self, records: Sequence[Record]) -> None:
        self._plots.add_records(records)
        self._run_bar.add_records(records)

    @Slot(object)
    def _on_completed(self, record: CompletedRecord) -> None:
        self._run_bar.finish_run("finished" if record.reason == words.DONE else "stopped")
        self._plots.finish_run(words.REASONS.get(record.reason, record.reason))
        self._run_bar.show_message(words.ending(record, self._run_bar.stats))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._plots.end_preparation()
        if isinstance(error, CancelledError):
            self._run_bar.finish_run("stopped")
            self._run_bar.show_message(str(error))
            return
        self._run_bar.finish_run("failed")
        self._plots.finish_run(words.FAILED)
        self._run_bar.show_message(_("The training failed: {reason}").format(reason=error_message(error)))
        self.failed.emit(error)
