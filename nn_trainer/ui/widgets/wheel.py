"""Boxes that the mouse wheel leaves alone, unless they have the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
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
    """A whole number, written as everywhere in the lesson."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())


class CalmDoubleSpinBox(IgnoreWheelUnlessFocused, QDoubleSpinBox):
    """A number, written with a decimal point as everywhere in the lesson; a comma may be typed."""

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """What Qt says of it with a point."""
        state, pointed, position = super().validate(text.replace(",", "."), position)
        return QValidator.State(state), pointed, position

    def valueFromText(self, text: str) -> float:
        """The number, with a point or a comma."""
        return float(super().valueFromText(text.replace(",", ".")))


class CalmComboBox(IgnoreWheelUnlessFocused, QComboBox):
    """One of a list."""
