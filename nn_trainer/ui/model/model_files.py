"""Opening and saving models: the file dialogs, and what is said about them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nn_trainer.data.problems import display_path
from nn_trainer.errors import NNTrainerError
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.paths import exists
from nn_trainer.ui.model.current_model import ClassifierHolder
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.window.settings import WindowSettings

MODEL_FILTER = f"Models (*{SUFFIX});;All files (*)"


class ModelFiles(QObject):
    """Asks for files, has the holder open or write them, and reports the outcome in the message bar."""

    opened = Signal()

    def __init__(
        self, window: QWidget, holder: ClassifierHolder, settings: WindowSettings, message_bar: MessageBar
    ) -> None:
        super().__init__(window)
        self._window = window
        self._holder = holder
        self._settings = settings
        self._message_bar = message_bar
        holder.opened.connect(self._on_opened)
        holder.saved.connect(self._on_saved)
        holder.failed.connect(self._on_failed)

    @Slot()
    def browse(self) -> None:
        """Ask for a model file and open it."""
        folder = self._settings.folder("model")
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a model", folder, MODEL_FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a model file in the background."""
        self._message_bar.clear()
        self._holder.open(path)

    def save(self, suggested: str) -> bool:
        """Ask for a file and save the classifier to it in the background; False if the user does not want to."""
        folder = Path(self._settings.folder("model") or Path.home())
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the model", str(folder / f"{suggested}{SUFFIX}"), MODEL_FILTER
        )
        if not name:
            return False
        path = Path(name)
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
            if exists(path) and not self._may_replace(path):
                return False
        self._holder.save(path)
        return True

    def _may_replace(self, path: Path) -> bool:
        text = f"{display_path(path.name)} is there already. Replace it?"
        return QMessageBox.question(self._window, "Save the model", text) == QMessageBox.StandardButton.Yes

    @Slot(object)
    def _on_opened(self, path: Path) -> None:
        self._settings.set_folder("model", path.parent)
        if self._holder.replaced is not None:
            self._message_bar.show_message(
                "warning",
                f"{display_path(path.name)} is open. The classifier that was trained before it is not saved.",
                "Go back to it",
                self._holder.take_back,
            )
        self.opened.emit()

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._settings.set_folder("model", path.parent)
        self._message_bar.show_message("info", f"The model is saved as {display_path(path)}.")

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        expected = isinstance(error, NNTrainerError)
        self._message_bar.show_error(str(error) if expected else f"The model file failed: {error}. See the log.")
