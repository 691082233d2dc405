"""Flat buttons of the lesson, all made alike."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

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
