"""Rows of the lesson that go on in the next line, and widgets that stay in one line of them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout

__all__ = ["FlowLayout", "together"]


def together(*widgets: QWidget) -> QWidget:
    """Widgets that stay in one line."""
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * theme.SPACE)
    for widget in widgets:
        row.addWidget(widget)
    return group
