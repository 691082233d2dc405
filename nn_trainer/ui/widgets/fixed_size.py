"""Labels of numbers that change many times a second."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel


def fix_size(label: QLabel, widest: str) -> None:
    """Keep a label as large as its widest text needs, so that nothing moves when the text changes.

    A label whose size may change has the whole window laid out again at each text, which costs more than all curves.
    """
    metrics = QFontMetrics(label.font())
    label.setFixedSize(metrics.horizontalAdvance(widest) + 1, metrics.height())
