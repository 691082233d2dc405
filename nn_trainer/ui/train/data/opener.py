"""The data set that is open, and how another one comes: the dialog, the sample, a drop, the recent list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from nn_trainer.data.archives.archive_kinds import ENDINGS, shown_folder
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.problems import display_path
from nn_trainer.data.reading_again import as_wanted, is_as_wanted
from nn_trainer.data.tables.labels import write_label_file
from nn_trainer.engine.hyperparameter import Value
from nn_trainer.errors import AmbiguousFolderError, CancelledError, DatasetError, LabelFileError
from nn_trainer.i18n import _
from nn_trainer.paths import sample_dataset_path
from nn_trainer.ui.train.data.panel import DatasetPanel
from nn_trainer.ui.widgets.save_dialog import ask_where_to_save
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.wording import error_message, progress_text
from nn_trainer.workers.latest_job import LatestJob


class DatasetOpener(QObject):
    """Reads data sets for the panel; the one that is open stays until another is there whole, and the latest wins."""

    opened = Signal(object)  # Dataset, read because the user asked for it
    read_again = Signal(object)  # Dataset, the one that is open with its images seen in another way
    closed = Signal()
    changed = Signal()  # the data set, or whether one is being read
    refused = Signal()  # to open another one, because a training uses the data set
    status = Signal(str)  # how the reading goes
    message = Signal(str, str)  # kind and sentence for the bar under the toolbar; an empty sentence clears it

    def __init__(self, panel: DatasetPanel, settings: WindowSettings) -> None:
        super().__init__(panel)
        self.dataset: Dataset | None = None
        self._panel = panel
        self._settings = settings
        self._locked = False
        self._loading = LatestJob(self)
        self._read: tuple[Path | str, LayoutChoice] = ("", LayoutChoice())  # what is read, or asked about
        self._asking = False
        self._again = False  # whether it is the open one that is read, for its images to be seen in another way
        panel.open_requested.connect(self.browse)
        panel.archive_requested.connect(self.browse_archive)
        panel.sample_requested.connect(self.open_sample)
        panel.recent_requested.connect(self.open)
        panel.cancel_requested.connect(self._loading.cancel)
        panel.reload_requested.connect(self.reload)
        panel.ask_again_requested.connect(self.ask_again)
        panel.reading_chosen.connect(self._on_reading_chosen)
        panel.question_cancelled.connect(self._on_question_cancelled)
        panel.close_requested.connect(self.close)
        panel.write_label_file_requested.connect(self.write_labels)
        self._loading.progress.connect(self._on_progress)
        self._loading.done.connect(self._on_loaded)
        self._loading.failed.connect(self._on_failed)
        panel.show_empty(settings.recent)

    def is_busy(self) -> bool:
        """Whether a data set is being read."""
        return self._loading.is_busy()

    def set_locked(self, locked: bool) -> None:
        """Keep the data set as it is while a training uses it."""
        self._locked = locked
        if locked and self._asking:
            self._on_question_cancelled()
        self._panel.set_locked(locked)

    @Slot()
    def browse(self) -> None:
        """Ask for a folder and open it."""
        name = QFileDialog.getExistingDirectory(
            self._panel, _("Open a folder with one folder of images for each class"), self._settings.folder("data")
        )
        if name:
            self._settings.set_folder("data", Path(name).parent)
            self.open(Path(name))

    @Slot()
    def browse_archive(self) -> None:
        """Ask for an archive and open it."""
        kinds = _("Archives ({patterns})").format(patterns=" ".join(f"*{ending}" for ending in ENDINGS))
        folder = self._settings.folder("data")
        name, _chosen = QFileDialog.getOpenFileName(self._panel, _("Open an archive of class folders"), folder, kinds)
        if name:
            self._settings.set_folder("data", Path(name).parent)
            self.open(Path(name))

    @Slot()
    def open_sample(self) -> None:
        """Open the data set that ships with the program."""
        self.open("sample")

    @Slot(object)
    def open(self, path: Path | str) -> None:
        """Read a data set in the background, in the way that was chosen for it if it was asked about."""
        self._open(path, LayoutChoice() if path == "sample" else self._settings.choice(Path(path)))

    def _open(self, path: Path | str, choice: LayoutChoice) -> None:
        if self._locked:
            self.refused.emit()
            return
        self.message.emit("info", "")
        self._read, self._asking, self._again = (path, choice), False, False
        self._loading.ask(lambda task: load_dataset(path, task=task, choice=choice))
        self._on_progress(0, 0, _("Looking for images"))
        self.changed.emit()

    @Slot()
    def reload(self) -> None:
        """Read the data set that is open again, as its files may have changed."""
        if self.dataset is not None:
            self.open(self.dataset.root)

    def see_as(self, settings: Mapping[str, Value]) -> None:
        """Read the data set that is open again if its images are not as these settings say; the form stays as it is."""
        dataset = self.dataset
        if dataset is None or self._locked or self._asking or (self.is_busy() and not self._again):
            return
        if not self.is_busy() and is_as_wanted(dataset, settings):
            return
        self._read, self._again = (dataset.root, dataset.choice), True
        self._loading.ask(lambda task: as_wanted(dataset, settings, task))
        self._on_progress(0, 0, _("Looking for images"))
        self.changed.emit()

    @Slot()
    def ask_again(self) -> None:
        """Ask anew how the folder that is open is to be read."""
        if self.dataset is not None:
            self._open(self.dataset.root, LayoutChoice())

    @Slot()
    def close(self) -> None:
        """Let go of the data set."""
        if self._locked or self.dataset is None:
            return
        self._loading.drop()
        self.dataset = None
        self._panel.show_empty(self._settings.recent)
        self.closed.emit()
        self.changed.emit()

    def replace(self, dataset: Dataset) -> None:
        """Show another data set, or the same at another size."""
        self.dataset = dataset
        self._panel.show_dataset(dataset)
        self.changed.emit()

    @Slot()
    def write_labels(self) -> None:
        """Ask for a file and write the class label file."""
        if self.dataset is None:
            return
        path = ask_where_to_save(
            self._panel,
            _("Write the class label file"),
            shown_folder(self.dataset.root) / "labels.csv",
            _("Label file (*.csv)"),
            "csv",
        )
        if path is None:
            return
        try:
            write_label_file(path, self.dataset.class_names)
        except LabelFileError as error:
            self.message.emit("error", str(error))
        else:
            self.message.emit("info", _("The class label file {file} is written.").format(file=display_path(path.name)))

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._loading.drop()

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, what: str) -> None:
        self._panel.show_busy(what, done, total)
        self.status.emit(progress_text(done, total, what))

    @Slot(object)
    def _on_loaded(self, dataset: Dataset) -> None:
        again, self._again = self._again, False
        if dataset.root != sample_dataset_path():  # which has a button of its own
            self._settings.add_recent(dataset.root)
            self._settings.keep_choice(dataset.root, dataset.choice)
        self._panel.show_recent(self._settings.recent)
        self.replace(dataset)
        self.status.emit(_("Ready to train on {name}: {summary}.").format(name=dataset.name, summary=dataset.summary))
        (self.read_again if again else self.opened).emit(dataset)

    @Slot(str)
    def _on_reading_chosen(self, code: str) -> None:
        path, choice = self._read
        self._open(path, choice.with_layout(code))

    @Slot()
    def _on_question_cancelled(self) -> None:
        self._on_failed(CancelledError())

    def _ask(self, error: AmbiguousFolderError) -> None:
        """Let a person choose how the folder is to be read."""
        path = Path(self._read[0])
        before = self.dataset.choice.layout if self.dataset is not None and self.dataset.root == path else None
        self._asking = True
        self._panel.show_question(display_path(path.name or path), error.readings, before)
        self.status.emit(_("The folder can be read in more than one way; choose on the left."))
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        path, choice = self._read
        if isinstance(error, AmbiguousFolderError):
            self._ask(error)
            return
        if isinstance(error, DatasetError) and choice != LayoutChoice() and choice == self._settings.choice(Path(path)):
            self._open(path, LayoutChoice())  # what was chosen once does not fit the folder any more
            return
        self._asking = self._again = False
        if self.dataset is not None:
            self._panel.show_dataset(self.dataset)
        else:
            self._panel.show_empty(self._settings.recent)
        if isinstance(error, CancelledError):
            self.status.emit(str(error))
        else:
            self._panel.show_error(error_message(error))
            self.status.emit(_("The data set could not be opened; see the message on the left."))
        self.changed.emit()
