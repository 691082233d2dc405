"""Boxes that the mouse wheel leaves alone, unless they have the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object  # Qt allows one base class of its own


class IgnoreWheelUnlessFocused(_Widget):
    """A box that the wheel changes only while it has the focus, and that does not get the focus by the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what is around the box, unless it has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmSpinBox(IgnoreWheelUnlessFocused, QSpinBox):
    """A whole number."""


class CalmDoubleSpinBox(IgnoreWheelUnlessFocused, QDoubleSpinBox):
    """A number."""


class CalmComboBox(IgnoreWheelUnlessFocused, QComboBox):
    """One of a list."""
