"""Opening and saving models: the file dialogs, and what is said about them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nn_trainer.data.archives.archive_kinds import without_ending
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.models.rescue import Saved
from nn_trainer.ui.model.current_model import CurrentModel, Held
from nn_trainer.ui.widgets.message_bar import MessageBar, Notice
from nn_trainer.ui.widgets.text_labels import show_plainly
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.wording import error_message

MODEL_FILTER = _("Models ({pattern})").format(pattern=f"*{SUFFIX}") + ";;" + _("All files (*)")
TRAINING = "training"  # the cause of a message that goes when the training ends


def file_name(held: Held | None) -> str:
    """The name that is suggested for a classifier: that of the data it was trained on."""
    return f"{without_ending(held.dataset if held else '') or 'classifier'}{SUFFIX}"


class ModelFiles(QObject):
    """Asks for files, has the model opened or written, and reports the outcome in the message bar.

    `stop` ends the training that stands in the way.
    """

    opened = Signal()

    def __init__(
        self,
        window: QWidget,
        model: CurrentModel,
        settings: WindowSettings,
        message_bar: MessageBar,
        stop: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._settings = settings
        self._message_bar = message_bar
        self._stop = stop
        model.opened.connect(self._on_opened)
        model.refused.connect(self._on_refused)
        model.given_up.connect(self._on_given_up)
        model.saved.connect(self._on_saved)
        model.failed.connect(self._on_failed)

    @Slot()
    def browse(self) -> None:
        """Ask for a model file and open it."""
        if not self._model.may_open():
            return
        folder = self._settings.folder("model")
        name, _chosen = QFileDialog.getOpenFileName(self._window, _("Open a model"), folder, MODEL_FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a model file in the background."""
        self._message_bar.clear()
        self._model.open(path)

    def ask_for_file(self, held: Held | None) -> Path | None:
        """Ask where to save a classifier, which may still be in the making; None if the user does not want to."""
        folder = Path(self._settings.folder("model") or Path.home())
        suggested = str(folder / file_name(held))
        name, _chosen = QFileDialog.getSaveFileName(self._window, _("Save the model"), suggested, MODEL_FILTER)
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower() != SUFFIX:  # the dialog has asked about the name as it was typed
            path = path.with_name(path.name + SUFFIX)
            if os.path.lexists(path) and not self._may_replace(path):
                return None
        return path

    def save(self) -> bool:
        """Ask for a file and save the classifier to it in the background; False if the user does not want to."""
        held = self._model.held
        if held is None:
            return False
        path = self.ask_for_file(held)
        if path is None:
            return False
        self._model.save(path, held)
        return True

    def _may_replace(self, path: Path) -> bool:
        text = _("{name} already exists. Replace it?").format(name=display_path(path.name))
        buttons = QMessageBox.StandardButton
        box = QMessageBox(QMessageBox.Icon.Question, _("Save the model"), text, buttons.Yes | buttons.No, self._window)
        box.setObjectName("replaceQuestion")
        show_plainly(box)
        return box.exec() == buttons.Yes

    @Slot(object)
    def _on_opened(self, path: Path) -> None:
        self._settings.set_folder("model", path.parent)
        if self._model.set_aside:
            text = _("{name} is open. The classifier that was trained before it is not saved.")
            text = text.format(name=display_path(path.name))
            self._message_bar.show_notice(Notice("warning", text, _("&Go back to it"), self._model.take_back))
        self.opened.emit()

    @Slot()
    def _on_refused(self) -> None:
        text = _("A training is running. Stop it before you open a model.")
        self._message_bar.show_notice(Notice("warning", text, _("&Stop the training"), self._stop, TRAINING))

    @Slot(object)
    def _on_given_up(self, path: Path) -> None:
        text = _("{name} was not opened, because a training began before it was read.")
        self._message_bar.show_message("warning", text.format(name=display_path(path.name)))

    @Slot(object)
    def _on_saved(self, saved: Saved) -> None:
        if not saved.rescued:
            self._settings.set_folder("model", saved.path.parent)
        self._message_bar.show_message("warning" if saved.rescued else "info", saved.sentence)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._message_bar.show_error(error_message(error))
