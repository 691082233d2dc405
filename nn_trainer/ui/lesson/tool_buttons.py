"""Flat buttons of the lesson, all made alike."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QToolButton

from nn_trainer.ui import theme


def tool_button(text: str, name: str, icon: str, tip: str) -> QToolButton:
    """A button with a text, an icon or both, that the Tab key comes to."""
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if icon:
        theme.set_icon(button, icon)
        both = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        button.setToolButtonStyle(both if text else Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button


def rove(group: QButtonGroup) -> None:
    """Let Tab come to the button of an exclusive group that is down; the arrow keys go to the others."""
    for button in group.buttons():
        button.toggled.connect(partial(_take_focus, button))
        _take_focus(button, button.isChecked())


def _take_focus(button: QAbstractButton, is_down: bool) -> None:
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_down else Qt.FocusPolicy.NoFocus)
