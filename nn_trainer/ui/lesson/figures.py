"""Numbers of the lesson with a fixed number of decimals, and labels for them."""

from __future__ import annotations

import math

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel

from nn_trainer.ui.lesson.numbers import MINUS, fixed, in_brackets
from nn_trainer.ui.lesson.selectable import selectable

TOO_LARGE = 1e7


def digits(value: float, decimals: int = 4) -> str:
    """A number with so many decimals; in powers of ten where that would show nothing of it, or too much."""
    size = abs(value)
    if not math.isfinite(value) or size == 0 or 5 * 10.0 ** -(decimals + 1) <= size < TOO_LARGE:
        return fixed(value, decimals)
    text = f"{value:.{decimals - 1}e}".replace("e-0", "e-").replace("e+0", "e+").replace("e+", "e")
    return text.replace("-", MINUS)


def factor(value: float, decimals: int = 4) -> str:
    """The same, in brackets if it begins with a minus: for the middle of a formula."""
    return in_brackets(digits(value, decimals))


def figures_label(name: str, *, role: str = "", bold: bool = False, wrap: bool = False) -> QLabel:
    """A label for numbers that can be marked and copied."""
    label = selectable(name)
    label.setWordWrap(wrap)
    label.setMinimumWidth(1)
    if bold:
        font = QFont()  # with a weight alone, so that the size stays that of the tab
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
    if role:
        label.setProperty("role", role)
    return label
