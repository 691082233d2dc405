"""The keys of the Lesson: to the steps beside, and the size of the text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nn_trainer.ui.lesson.stepper import Stepper
from nn_trainer.ui.lesson.text_size_buttons import TextSizeButtons

KEYS = ("Alt+Left", "Alt+Right", "Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+0")  # not shown


def connect_keys(page: QWidget, stepper: Stepper, size: TextSizeButtons) -> None:
    """Let the keys work wherever in the page the focus is."""
    slots = (
        *(stepper.go_back, stepper.go_on, size.make_larger, size.make_larger),
        *(size.make_smaller, size.make_normal),
    )
    for keys, slot in zip(KEYS, slots, strict=True):
        QShortcut(QKeySequence(keys), page, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
