"""What happens in the Train tab: data sets come, trainings start and end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.labels import write_label_file
from nn_trainer.data.problems import display_path
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.records import CompletedRecord, Record
from nn_trainer.errors import CancelledError, LabelFileError, NNTrainerError, SettingError
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.plan import Plan, plan_training
from nn_trainer.ui.dataset_loader import DatasetLoader
from nn_trainer.ui.train_page import TrainPage
from nn_trainer.ui.training_session import TrainingSession
from nn_trainer.ui.window_settings import WindowSettings
from nn_trainer.workers.background import BackgroundJob, run_in_background

log = logging.getLogger(__name__)

PLAN_MILLISECONDS = 200
WITHOUT_DATA = "Open a data set first: drop a folder of pictures on the left, or try the sample."
READING = "The data set is being read."
TRAINING = "A training is running."


class TrainTab(TrainPage):
    """Owns the data set and the training session; tells the window what it should show elsewhere."""

    changed = Signal()  # the data set, or what the trainer does
    message = Signal(str, str)  # kind and sentence for the bar under the toolbar; an empty sentence clears it
    classifier_ready = Signal(object)  # Classifier, while its training goes on
    training_ended = Signal()  # the classifier before it is the last

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.dataset: Dataset | None = None
        self._loader = DatasetLoader(self)
        self.session = TrainingSession(self)
        self._plan_timer = QTimer(self, interval=PLAN_MILLISECONDS, singleShot=True)
        self._plan_timer.timeout.connect(self._start_plan)
        self._plan_job: BackgroundJob | None = None
        self._connect()
        config = settings.config
        if config is not None:
            self.hyperparameters.set_config(config)
        self.dataset_panel.show_empty(settings.recent)
        self._update()
        self.run_bar.show_message(WITHOUT_DATA)

    def _connect(self) -> None:
        panel, loader, session = self.dataset_panel, self._loader, self.session
        panel.open_requested.connect(self.browse)
        panel.sample_requested.connect(self.open_sample)
        panel.recent_requested.connect(self.open_data)
        panel.cancel_requested.connect(loader.cancel)
        panel.write_label_file_requested.connect(self.write_labels)
        loader.progress.connect(self._on_loading)
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_load_failed)
        self.hyperparameters.changed.connect(self._plan_timer.start)
        self.run_bar.train_button.clicked.connect(self.train)
        self.run_bar.stop_button.clicked.connect(self.stop)
        session.state_changed.connect(self._on_state)
        session.progress.connect(self._on_preparing)
        session.prepared.connect(self._on_prepared)
        session.records_ready.connect(self._on_records)
        session.classifier_ready.connect(self.classifier_ready)
        session.completed.connect(self._on_completed)
        session.failed.connect(self._on_failed)
        session.finished.connect(self._on_finished)

    # data

    @Slot()
    def browse(self) -> None:
        """Ask for a folder and open it."""
        name = QFileDialog.getExistingDirectory(
            self, "Open a folder with one folder of pictures for each class", self._settings.folder("data")
        )
        if name:
            self._settings.set_folder("data", Path(name).parent)
            self.open_data(Path(name))

    @Slot()
    def open_sample(self) -> None:
        """Open the data set that ships with the program."""
        self.open_data("sample")

    @Slot(object)
    def open_data(self, path: Path | str) -> None:
        """Read a data set in the background; the one that is open stays until it is there."""
        if self.session.state != "idle":
            self.message.emit("warning", "A training is running. Stop it before you open another data set.")
            return
        self.message.emit("info", "")
        self._loader.load(path)
        self._on_loading(0, 0, "Looking for pictures")
        self._update()

    @Slot(int, int, str)
    def _on_loading(self, done: int, total: int, what: str) -> None:
        self.dataset_panel.show_busy(what, done, total)
        self.run_bar.show_message(_progress_text(done, total, what))

    @Slot(object)
    def _on_loaded(self, dataset: Dataset) -> None:
        self._show_dataset(dataset)
        self._settings.add_recent(dataset.root)
        wanted = dataset.preprocessing
        self.hyperparameters.suggest(image_size=wanted.image_size, channels=wanted.channels)
        self.run_bar.show_message(f"Ready to train on {dataset.name}: {dataset.summary}.")

    def _show_dataset(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.dataset_panel.show_dataset(dataset)
        self._update()
        self._start_plan()

    @Slot(object)
    def _on_load_failed(self, error: Exception) -> None:
        if self.dataset is not None:
            self.dataset_panel.show_dataset(self.dataset)
        else:
            self.dataset_panel.show_empty(self._settings.recent)
        if not isinstance(error, CancelledError):
            self.dataset_panel.show_error(_sentence(error))
        self.run_bar.show_message(
            "Cancelled. Nothing was changed."
            if isinstance(error, CancelledError)
            else "The data set could not be opened; the reason stands on the left."
        )
        self._update()

    @Slot()
    def write_labels(self) -> None:
        """Ask for a file and write the class label file."""
        if self.dataset is None:
            return
        suggested = str(self.dataset.root / "labels.csv")
        name, _ = QFileDialog.getSaveFileName(self, "Write the class label file", suggested, "Label file (*.csv)")
        if not name:
            return
        try:
            write_label_file(name, self.dataset.class_names)
        except LabelFileError as error:
            self.message.emit("error", str(error))
        else:
            self.message.emit("info", f"The class label file {display_path(Path(name).name)} is written.")

    # what follows from the settings

    @Slot()
    def _start_plan(self) -> None:
        """Count training images and weights in the background; the last settings win."""
        if self._plan_job is not None:
            self._plan_timer.start()
            return
        dataset = self.dataset
        try:
            config = self.hyperparameters.config()
        except SettingError:
            dataset = None
        if dataset is None:
            self.hyperparameters.show_counts(None, None)
            return
        self._plan_job = run_in_background(lambda _progress, _cancelled: plan_training(dataset, config))
        self._plan_job.succeeded.connect(self._on_plan)
        self._plan_job.failed.connect(self._on_no_plan)

    @Slot(object)
    def _on_plan(self, plan: Plan) -> None:
        self._plan_job = None
        self.hyperparameters.show_counts(plan.training_images, plan.weights)

    @Slot(object)
    def _on_no_plan(self, _error: Exception) -> None:
        self._plan_job = None
        self.hyperparameters.show_counts(None, None)

    # training

    @Slot()
    def train(self) -> None:
        """Start a training with the settings of the form."""
        if self.missing() or self.dataset is None:
            return
        try:
            config = self.hyperparameters.config()
        except SettingError as error:
            self.message.emit("error", str(error))
            return
        self._settings.config = config
        self.message.emit("info", "")
        self.run_bar.show_message("Preparing the training.")
        self.session.start(self.dataset, config)

    @Slot()
    def stop(self) -> None:
        """End the training; what was learned stays."""
        self.session.stop()
        if self.session.state == "stopping":
            self.run_bar.show_message("Stopping after this iteration.")

    def missing(self) -> str:
        """What stands in the way of training, in a sentence; empty if nothing does."""
        if self._loader.is_busy():
            return READING
        if self.session.state != "idle":
            return TRAINING
        return "" if self.dataset is not None else WITHOUT_DATA

    @Slot(int, int, str)
    def _on_preparing(self, done: int, total: int, what: str) -> None:
        self.run_bar.show_preparation(done, total)
        self.run_bar.show_message(_progress_text(done, total, what))

    @Slot(object, object)
    def _on_prepared(self, dataset: Dataset, fitting: Fitting) -> None:
        if dataset is not self.dataset:
            self._show_dataset(dataset)
        config = fitting.config
        self.hyperparameters.show_counts(fitting.training_images, fitting.network.weight_count)
        self.plots.start_run(fitting.iterations_per_epoch, config.epochs, _run_label(dataset, config))
        self.run_bar.start_run(fitting.iterations_per_epoch, config.epochs)
        self.run_bar.show_message(
            f"Training on {fitting.training_images:,} images, measuring on {fitting.validation_images:,}."
        )

    @Slot(object)
    def _on_records(self, records: Sequence[Record]) -> None:
        self.plots.add_records(records)
        self.run_bar.add_records(records)

    @Slot(object)
    def _on_completed(self, record: CompletedRecord) -> None:
        self.run_bar.finish_run()
        self.plots.finish_run(record.reason)
        self.run_bar.show_message(self._ending(record))

    def _ending(self, record: CompletedRecord) -> str:
        epochs = f"{record.epochs} epoch{'s' if record.epochs != 1 else ''}"
        if record.reason == "all epochs done":
            text = f"All {epochs} done." if record.epochs > 1 else "The epoch is done."
        else:
            text = f"Stopped by you after {epochs} and {record.iterations:,} iterations; what was learned is kept."
        best = self.run_bar.validation_accuracy(record.best_epoch)
        if best is not None:
            text += f" Best validation accuracy {100 * best:.1f} % in epoch {record.best_epoch}."
        return text

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.run_bar.finish_run()
        if isinstance(error, CancelledError):
            self.run_bar.show_message(str(error))
            return
        self.plots.finish_run("the training failed")
        self.run_bar.show_message("The training failed; the reason stands above.")
        self.message.emit("error", _sentence(error))

    @Slot()
    def _on_finished(self) -> None:
        self.training_ended.emit()
        self._update()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        self.run_bar.set_state(state)
        if state != "preparing":
            self.run_bar.end_preparation()
        self._update()

    def _update(self) -> None:
        self.run_bar.set_ready(self.missing())
        self.hyperparameters.set_locked(self.session.state != "idle")
        self.changed.emit()

    def shutdown(self, timeout_ms: int) -> bool:
        """End everything that runs here; False if the training did not end in time."""
        self._loader.drop()
        self._plan_timer.stop()
        return self.session.shutdown(timeout_ms)


def _run_label(dataset: Dataset, config: TrainingConfig) -> str:
    return (
        f"{dataset.name}: {config.preset}, {config.optimizer} {config.learning_rate:g}, "
        f"batch {config.batch_size}, seed {config.seed}"
    )


def _progress_text(done: int, total: int, what: str) -> str:
    return f"{what}: {done:,} of {total:,}" if total else f"{what}…"


def _sentence(error: Exception) -> str:
    """The message of an expected error; of another what it is and where more stands."""
    if isinstance(error, NNTrainerError):
        return str(error)
    log.debug("Shown as unexpected: %r", error)
    return (
        f"Something went wrong in the program: {error or type(error).__name__}. The details are in the log (Help menu)."
    )
