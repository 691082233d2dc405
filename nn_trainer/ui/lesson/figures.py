"""How the lesson writes numbers: with enough digits to check them."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel

MINUS = "−"


def digits(value: float, decimals: int = 4) -> str:
    """A number with so many decimals; in powers of ten where that would show nothing of it, or too much."""
    size = abs(value)
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"
    if size and (size < 5 * 10.0**-decimals or size >= 1e7):
        text = f"{value:.{decimals - 1}e}".replace("e-0", "e-").replace("e+0", "e+")
    else:
        text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS)


def factor(value: float, decimals: int = 4) -> str:
    """The same, in brackets if it begins with a minus: for the middle of a formula."""
    text = digits(value, decimals)
    return f"({text})" if text.startswith(MINUS) else text


def read_digits(text: str) -> float:
    """The number that `digits` or `factor` wrote."""
    return float(text.strip("()").replace(MINUS, "-").replace("∞", "inf"))


def figures_label(name: str, *, role: str = "", bold: bool = False, wrap: bool = False) -> QLabel:
    """A label for numbers that can be marked and copied; the tab's font has digits of one width."""
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if bold:
        font = QFont()  # with a weight alone, so that the size stays that of the tab
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
    label.setWordWrap(wrap)
    label.setMinimumWidth(1)
    if role:
        label.setProperty("role", role)
    return label
