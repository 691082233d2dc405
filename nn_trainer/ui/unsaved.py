"""The question about a classifier that is not saved, asked without stopping the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtWidgets import QMessageBox, QWidget

Answer = Literal["save", "discard", "cancel"]
Ask = Callable[[QWidget, str, Callable[[Answer], None]], None]

_ANSWERS: dict[QMessageBox.StandardButton, Answer] = {
    QMessageBox.StandardButton.Save: "save",
    QMessageBox.StandardButton.Discard: "discard",
}


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
