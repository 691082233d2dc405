"""The end of the window: the question about classifiers that are not saved, and what follows from the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from nn_trainer.errors import ModelFileError
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.rescue import Saved, rescue
from nn_trainer.ui.model.current_model import CurrentModel
from nn_trainer.ui.model.model_files import ModelFiles, file_name
from nn_trainer.ui.train.run.session import TrainingSession
from nn_trainer.ui.widgets.message_bar import MessageBar, Notice
from nn_trainer.ui.widgets.text_labels import show_plainly
from nn_trainer.wording import number

log = logging.getLogger(__name__)

AT_ONCE_MILLISECONDS = 200  # what a training may take to end without a word; longer is waited for by signal
CLOSING = "closing"  # the cause of the message meanwhile

Answer = Literal["save", "discard", "cancel"]
Ask = Callable[[QWidget, str, Callable[[Answer], None]], None]

_ANSWERS: dict[QMessageBox.StandardButton, Answer] = {
    QMessageBox.StandardButton.Save: "save",
    QMessageBox.StandardButton.Discard: "discard",
}


class Closing(QObject):
    """Closes the window once nothing that was learned is lost against the user's will.

    The file is asked for before anything is stopped, so that who cancels then has lost nothing. The end of a training
    is never waited for with a window that does not answer. `ask` puts the question.
    """

    def __init__(
        self,
        window: QWidget,
        model: CurrentModel,
        session: TrainingSession,
        files: ModelFiles,
        message_bar: MessageBar,
        ask: Ask,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._session = session
        self._files = files
        self._message_bar = message_bar
        self._ask = ask
        self._waiting = False  # for the training to end
        self._path: Path | None = None  # where its classifier is saved then
        self._saving = False
        session.finished.connect(self._on_training_ended)
        model.saved.connect(self._on_saved)
        model.failed.connect(self._on_failed)

    def must_ask(self) -> bool:
        """Whether closing now would lose something."""
        return bool(self._model.unsaved_ones()) or self._session.state.has_begun

    @Slot()
    def close_window(self) -> None:
        """Close the window, after the question if it must be asked."""
        if self._waiting or self._saving:
            return
        if self.must_ask():
            self._ask(self._window, self._question(), self._on_answer)
        else:
            self._window.close()

    def _question(self) -> str:
        unsaved = self._model.unsaved_ones()
        if self._session.state.has_begun:
            others = len(self._model.set_aside) + (self._model.unsaved and not self._model.in_training)
            text = _("Training is still running; closing ends it. Save its classifier before closing?")
        else:
            others = len(unsaved) - 1
            text = _("The classifier is not saved: {origin}. Save it before closing?").format(origin=unsaved[-1].origin)
        if others:
            more = ngettext("{n} more is not saved either.", "{n} more are not saved either.", others)
            text = "\n\n".join((text, more.format(n=number(others))))
        return text

    def _on_answer(self, answer: Answer) -> None:
        if answer == "discard":
            self._window.close()
        elif answer == "save":
            self._save()

    def _save(self) -> None:
        unsaved = self._model.unsaved_ones()
        held = unsaved[-1] if unsaved else self._model.held
        path = self._files.ask_for_file(held)
        if path is None:
            return
        if self._session.state.has_begun:
            self._path = path
            self._wait()
        elif unsaved:
            self._write(path)

    def _write(self, path: Path) -> None:
        unsaved = self._model.unsaved_ones()
        self._saving = bool(unsaved)
        if unsaved:
            self._model.save(path, unsaved[-1])
        else:  # it ended before its first iteration: there is nothing to save
            self.close_window()

    # the end of a training

    def is_ready(self) -> bool:
        """Whether the window may go now; else it closes by itself when the training has ended."""
        if not self._session.state.is_active or self._session.shutdown(AT_ONCE_MILLISECONDS):
            return True
        self._wait()
        return False

    def _wait(self) -> None:
        self._waiting = True
        text = _("Stopping… The window closes when this iteration is over.")
        self._message_bar.show_notice(Notice("warning", text, _("&Keep it open"), self.keep_open, CLOSING))
        self._session.stop()

    @Slot()
    def keep_open(self) -> None:
        """Do not close after all; the training ends nevertheless."""
        self._waiting, self._path = False, None
        self._message_bar.withdraw(CLOSING)

    @Slot()
    def _on_training_ended(self) -> None:
        if not self._waiting:
            return
        path = self._path
        self.keep_open()
        if path is None:
            self._window.close()
        else:
            self._write(path)

    @Slot(object)
    def _on_saved(self, saved: Saved) -> None:
        if self._saving:
            self._saving = False
            if not saved.rescued:  # else the sentence that says where it is must be read
                self.close_window()

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self._saving = False

    # when nobody can be asked

    def rescue_all(self) -> list[Path]:
        """Save all that is not saved to the folder for that, without a question: the session or the process ends."""
        paths = []
        for held in self._model.unsaved_ones():
            name = file_name(held)
            try:
                paths.append(rescue(held.classifier, name, ModelFileError(name, "")).path)
            except ModelFileError:
                log.exception("A classifier is lost")
        return paths


def ask_about_unsaved(parent: QWidget, text: str, then: Callable[[Answer], None]) -> None:
    """Show the question and return at once; `then` gets the answer."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(
        QMessageBox.Icon.Question,
        _("Close NN Trainer"),
        text,
        buttons.Save | buttons.Discard | buttons.Cancel,
        parent,
    )
    box.setObjectName("unsavedQuestion")
    show_plainly(box)
    box.button(buttons.Save).setText(_("&Save…"))
    box.button(buttons.Discard).setText(_("&Discard"))
    box.button(buttons.Cancel).setText(_("&Cancel"))
    box.setDefaultButton(buttons.Save)
    box.finished.connect(lambda _result: then(_ANSWERS.get(box.standardButton(box.clickedButton()), "cancel")))
    box.finished.connect(box.deleteLater)
    box.open()
