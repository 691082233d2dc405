"""The end of the window: the question about a classifier that is not saved, and what follows from the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from nn_trainer.ui.model.current_model import ClassifierHolder
from nn_trainer.ui.train.run.session import TrainingSession

CLOSE_MILLISECONDS = 10_000  # for a training to end

Answer = Literal["save", "discard", "cancel"]
Ask = Callable[[QWidget, str, Callable[[Answer], None]], None]

_ANSWERS: dict[QMessageBox.StandardButton, Answer] = {
    QMessageBox.StandardButton.Save: "save",
    QMessageBox.StandardButton.Discard: "discard",
}


class Closing(QObject):
    """Closes the window once nothing that was learned is lost against the user's will.

    `save` asks for a file and saves the classifier; it returns False if the user does not go through with it.
    `ask` puts the question.
    """

    def __init__(
        self, window: QWidget, holder: ClassifierHolder, session: TrainingSession, save: Callable[[], bool], ask: Ask
    ) -> None:
        super().__init__(window)
        self._window = window
        self._holder = holder
        self._session = session
        self._save = save
        self._ask = ask
        self._answered = False
        self._saving = False
        holder.saved.connect(self._on_saved)
        holder.failed.connect(self._on_failed)

    def must_ask(self) -> bool:
        """Whether closing now would lose something that the user was not asked about."""
        return not self._answered and (self._holder.unsaved or self._is_training())

    @Slot()
    def close_window(self) -> None:
        """Close the window, after the question if it must be asked."""
        if not self.must_ask():
            self._window.close()
            return
        text = "Training is still running; closing ends it. " if self._is_training() else ""
        self._ask(self._window, text + "The classifier is not saved. Save it before closing?", self._on_answer)

    def _is_training(self) -> bool:
        return self._session.state.has_begun

    def _on_answer(self, answer: Answer) -> None:
        if answer == "discard":
            self._answered = True
            self._window.close()
        elif answer == "save" and self._session.shutdown(CLOSE_MILLISECONDS):
            if self._holder.classifier is None:  # it ended before its first iteration: there is nothing to save
                self._window.close()
            else:
                self._saving = self._save()

    @Slot(object)
    def _on_saved(self, _path: object) -> None:
        if self._saving:
            self._answered = True
            self._window.close()

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self._saving = False


def ask_about_unsaved(parent: QWidget, text: str, then: Callable[[Answer], None]) -> None:
    """Show the question and return at once; `then` gets the answer."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Close NN Trainer",
        text,
        buttons.Save | buttons.Discard | buttons.Cancel,
        parent,
    )
    box.setObjectName("unsavedQuestion")
    box.button(buttons.Save).setText("&Save…")
    box.button(buttons.Discard).setText("&Discard")
    box.button(buttons.Cancel).setText("&Cancel")
    box.setDefaultButton(buttons.Save)
    box.finished.connect(lambda _result: then(_ANSWERS.get(box.standardButton(box.clickedButton()), "cancel")))
    box.finished.connect(box.deleteLater)
    box.open()
