"""The Train tab: data set left, curves in the middle, hyperparameters right, the run below; and what joins them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nn_trainer.data.archives.archive_kinds import shown_folder
from nn_trainer.data.dataset import Dataset
from nn_trainer.errors import SettingError, TrainingDivergedError
from nn_trainer.i18n import _
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.suggestion import suggest
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.train.columns import TrainColumns
from nn_trainer.ui.train.data.opener import DatasetOpener
from nn_trainer.ui.train.data.panel import DatasetPanel
from nn_trainer.ui.train.run.bar import RunBar
from nn_trainer.ui.train.run.reporter import RunReporter
from nn_trainer.ui.train.run.session import TrainingSession
from nn_trainer.ui.train.settings.panel import HyperparameterPanel
from nn_trainer.ui.train.settings.preview import ModelPreview
from nn_trainer.ui.train.train_drops import TrainDrops
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.message_bar import Notice
from nn_trainer.ui.window.page import Page
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.wording import error_message

WITHOUT_DATA = _("Open a data set first: drop a folder of images on the left, or try the sample.")
READING = _("The data set is being read.")
TRAINING = _("A training is running.")


class TrainTab(Page):
    """Owns the data set and the training session; tells the window what it should show elsewhere.

    Takes a folder, a model file or images dropped anywhere on it.
    """

    changed = Signal()  # the data set, or what the trainer does
    classifier_ready = Signal(object)  # Classifier, while its training goes on
    training_ended = Signal()  # the classifier before it is the last

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dataset_panel = DatasetPanel()
        self.plots = PlotPanel()
        self.hyperparameters = HyperparameterPanel()
        self.run_bar = RunBar()
        self._build()
        self.drops = TrainDrops(self)
        self._settings = settings
        self._run_root: Path | None = None  # of the data set of the run that is shown
        self._epochs = 0  # of the training that runs, once it is known
        self._opener = DatasetOpener(self.dataset_panel, settings)
        self._preview = ModelPreview(self.hyperparameters)
        self.session = TrainingSession(self)
        self._reporter = RunReporter(self.session, self.run_bar, self.plots)
        self._connect()
        self.plots.fit_accuracy(settings.fit_accuracy)
        config = settings.config
        if config is not None:
            self.hyperparameters.set_config(config)
        self.run_bar.show_message(WITHOUT_DATA)
        self._update()

    def _build(self) -> None:
        self.run_bar.setParent(self)  # first, so that Tab comes to Train before it has been through all settings
        self.splitter = TrainColumns(self.dataset_panel, self.plots, self.hyperparameters)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.run_bar)

    @property
    def help_page(self) -> str:
        """How to train."""
        return "training.md"

    @property
    def splitters(self) -> tuple[QSplitter, ...]:
        """Between data set, plots and settings."""
        return (self.splitter,)

    def _connect(self) -> None:
        opener, session = self._opener, self.session
        self.drops.path_dropped.connect(self.path_requested)
        self.drops.images_dropped.connect(self.images_requested)
        opener.opened.connect(self._on_opened)
        opener.read_again.connect(self._preview.set_dataset)
        opener.closed.connect(self._on_closed)
        opener.refused.connect(self._on_refused)
        self.dataset_panel.predict_requested.connect(self._on_predict)
        opener.changed.connect(self._update)
        opener.status.connect(self.run_bar.show_message)
        opener.message.connect(self.message)
        self.hyperparameters.changed.connect(self._show_as_seen)
        self.run_bar.train_button.clicked.connect(self.train)
        self.run_bar.stop_button.clicked.connect(self.stop)
        self._reporter.failed.connect(self._on_failed)
        self.plots.message.connect(self.message)
        self.plots.accuracy_fitted.connect(self._on_accuracy_fitted)
        session.state_changed.connect(self._update)
        session.prepared.connect(self._on_prepared)
        session.classifier_ready.connect(self.classifier_ready)
        session.finished.connect(self._on_finished)

    # data

    @property
    def dataset(self) -> Dataset | None:
        """The data set that is open."""
        return self._opener.dataset

    def browse(self) -> None:
        """Ask for a folder and open it."""
        self._opener.browse()

    def browse_archive(self) -> None:
        """Ask for an archive and open it."""
        self._opener.browse_archive()

    def open_sample(self) -> None:
        """Open the data set that ships with the program."""
        self._opener.open_sample()

    def open_data(self, path: Path | str) -> None:
        """Read a data set in the background, unless a training runs."""
        self._opener.open(path)

    @Slot()
    def reload(self) -> None:
        """Read the data set again, with what has changed in its folder."""
        if self.dataset is not None:
            self._opener.reload()

    @Slot()
    def show_folder(self) -> None:
        """Show the folder of the data set in the file manager, or that of its archive."""
        if self.dataset is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(shown_folder(self.dataset.root))))

    def close_data(self) -> None:
        """Let go of the data set."""
        self._opener.close()

    @Slot(object)
    def _on_predict(self, paths: list[Path]) -> None:
        self.images_requested.emit([ImageSource.from_file(path) for path in paths])

    @Slot(bool)
    def _on_accuracy_fitted(self, on: bool) -> None:
        self._settings.fit_accuracy = on

    @Slot()
    def _on_refused(self) -> None:
        text = _("A training is running. Stop it before you open another data set.")
        self.notice.emit(Notice("warning", text, _("&Stop the training"), self.stop, "training"))

    @Slot()
    def _on_closed(self) -> None:
        self.plots.mark_foreign()
        self.run_bar.clear_run()
        self.run_bar.show_message(WITHOUT_DATA)
        self.hyperparameters.set_validation_folder(False)
        self.hyperparameters.set_deep_images(False)
        self.hyperparameters.set_square_images(False)
        self._preview.set_dataset(None)

    @Slot(object)
    def _on_opened(self, dataset: Dataset) -> None:
        if dataset.root != self._run_root:  # what stands there is of other images
            self.plots.mark_foreign()
            self.run_bar.clear_run()
        self.hyperparameters.suggest(suggest(dataset))
        self.hyperparameters.set_square_images(bool((dataset.sizes[:, 0] == dataset.sizes[:, 1]).all()))
        self.hyperparameters.set_deep_images(bool(dataset.deep.any()))
        self.hyperparameters.set_validation_folder(bool((dataset.splits == "validation").any()))
        self._preview.set_dataset(dataset)

    @Slot()
    def _show_as_seen(self) -> None:
        """Let the images be seen with the fit and the range of the form; their size waits for a training."""
        try:
            settings = self.hyperparameters.config().as_dict()
        except SettingError:
            return
        self._opener.see_as({name: settings[name] for name in ("fit", "range_percentile")})

    # training

    @Slot()
    def train(self) -> None:
        """Start a training with the settings of the form."""
        if self.why_not_ready() or self.dataset is None:
            return
        try:
            config = self.hyperparameters.config()
        except SettingError as error:
            self.message.emit("error", str(error))
            return
        self._settings.config = config
        self.message.emit("info", "")
        self._epochs = 0
        self.session.start(self.dataset, config)
        self._reporter.prepare_run(config)

    @Slot()
    def stop(self) -> None:
        """End the training; what was learned stays."""
        self.session.stop()

    def why_not_ready(self) -> str:
        """What stands in the way of training, in a sentence; empty if nothing does."""
        if self._opener.is_busy():
            return READING
        if not self.session.state.can_train:
            return TRAINING
        return "" if self.dataset is not None else WITHOUT_DATA

    @property
    def epochs_under_way(self) -> int | None:
        """How many epochs the training that runs has; 0 while it is prepared, None when there is none."""
        return None if self.session.state == "idle" else self._epochs

    @Slot(object, object)
    def _on_prepared(self, dataset: Dataset, fitting: Fitting) -> None:
        if dataset is not self.dataset:
            self._opener.replace(dataset)
            self._preview.set_dataset(dataset)
        self.hyperparameters.show_counts(fitting.training_images, fitting.weight_count)
        self._epochs = fitting.total_epochs
        self._run_root = dataset.root
        self._reporter.start_run(fitting, dataset.name)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, TrainingDivergedError):
            label = _("Use {rate} and train").format(rate=f"{error.suggested_rate:g}")
            self.notice.emit(Notice("error", str(error), label, partial(self._train_with, error.suggested_rate)))
        else:
            self.message.emit("error", error_message(error))

    def _train_with(self, learning_rate: float) -> None:
        """Train again, with another learning rate and all else as it is."""
        self.hyperparameters.set_config(replace(self.hyperparameters.config(), learning_rate=learning_rate))
        self.train()

    @Slot()
    def _on_finished(self) -> None:
        self.training_ended.emit()
        self._update()

    @Slot()
    def _update(self) -> None:
        locked = self.session.state.locks_data
        self.run_bar.set_ready(self.why_not_ready())
        self.hyperparameters.set_locked(locked)
        self._opener.set_locked(locked)
        self.drops.locked = locked
        self.changed.emit()

    def is_busy(self) -> bool:
        """Whether a data set is being read, or a training runs."""
        return self._opener.is_busy() or self.session.state.is_active

    def shutdown(self) -> None:
        """End everything that runs here; the training is asked to and not waited for."""
        self._opener.shutdown()
        self._preview.shutdown()
        self.session.stop()
