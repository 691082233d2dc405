"""What a training tells, shown in the run bar, and how it ended, in a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.engine.records import CompletedRecord, Record
from nn_trainer.errors import CancelledError
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.train.run.bar import RunBar, duration
from nn_trainer.ui.train.run.session import TrainingSession
from nn_trainer.wording import progress_text, sentence_of
from nn_trainer.workers.training_worker import Phase

SECONDS, STEPS = 0.5, 5  # after which the pace says something: the first step is often slow


class Eta:
    """Told how far the work is, it tells the seconds that are left; what was done before the first time counts not."""

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
    """Brings what the session says to run bar and plots."""

    failed = Signal(str)  # why a training failed, in a sentence

    def __init__(self, session: TrainingSession, run_bar: RunBar, plots: PlotPanel) -> None:
        super().__init__(session)
        self._run_bar = run_bar
        self._plots = plots
        self._eta = Eta()
        session.state_changed.connect(self._on_state)
        session.progress.connect(self._on_preparing)
        session.records_ready.connect(self._on_records)
        session.completed.connect(self._on_completed)
        session.failed.connect(self._on_failed)

    def start_run(self, fitting: Fitting, dataset_name: str) -> None:
        """Begin a run in bar and plots."""
        config = fitting.config
        label = (
            f"{dataset_name}: {config.preset}, {config.optimizer} {config.learning_rate:g}, "
            f"batch {config.batch_size}, seed {config.seed}"
        )
        second_stage = config.epochs + 1 if fitting.total_epochs > config.epochs else None
        if second_stage:
            label += f", {config.fine_tune} block{'s' if config.fine_tune > 1 else ''} fine-tuned"
        self._plots.start_run(fitting.iterations_per_epoch, fitting.total_epochs, label)
        self._run_bar.start_run(fitting.iterations_per_epoch, fitting.total_epochs, second_stage)
        text = f"Training on {fitting.training_images:,} images, measuring on {fitting.validation_images:,}."
        if second_stage:
            text += f" Fine-tuning begins with epoch {second_stage:,}."
        self._run_bar.show_message(text)

    @Slot(object)
    def _on_state(self, state: Phase) -> None:
        if state is Phase.PREPARING:
            self._eta = Eta()
        self._run_bar.set_state(state)
        if state is not Phase.PREPARING:
            self._run_bar.end_preparation()
        if state is Phase.STOPPING:
            self._run_bar.show_message("Stopping after this iteration.")

    @Slot(int, int, str)
    def _on_preparing(self, done: int, total: int, what: str) -> None:
        self._run_bar.show_preparation(done, total)
        left = self._eta.remaining(done, total, what)
        text = progress_text(done, total, what)
        self._run_bar.show_message(text if left is None else f"{text}, {duration(left)} left")

    @Slot(object)
    def _on_records(self, records: Sequence[Record]) -> None:
        self._plots.add_records(records)
        self._run_bar.add_records(records)

    @Slot(object)
    def _on_completed(self, record: CompletedRecord) -> None:
        self._run_bar.finish_run("finished" if record.reason == "all epochs done" else "stopped")
        self._plots.finish_run(record.reason)
        self._run_bar.show_message(self._ending(record))

    def _ending(self, record: CompletedRecord) -> str:
        epochs = f"{record.epochs} epoch{'s' if record.epochs != 1 else ''}"
        if record.reason == "all epochs done":
            text = f"All {epochs} done." if record.epochs > 1 else "The epoch is done."
        else:
            text = f"Stopped by you after {epochs} and {record.iterations:,} iterations; what was learned is kept."
        best = self._run_bar.validation_accuracy(record.best_epoch)
        if best is not None:
            text += f" Best validation accuracy {100 * best:.1f} % in epoch {record.best_epoch}."
        return text

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, CancelledError):
            self._run_bar.finish_run("stopped")
            self._run_bar.show_message(str(error))
            return
        self._run_bar.finish_run("failed")
        self._plots.finish_run("the training failed")
        self._run_bar.show_message("The training failed; the reason stands above.")
        self.failed.emit(sentence_of(error))
