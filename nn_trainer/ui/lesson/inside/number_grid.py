"""A small matrix of numbers, each on its colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.ui.lesson.parts.maps import signed_picture
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import read

TEXT_SIZE = 0.9  # as a share of that of the tab; less where the widest number would not fit into its cell


class NumberGrid(QWidget):
    """Numbers as they are written; `name` is read out by screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.texts: Sequence[Sequence[str]] = [[""] * 3] * 3
        self._values: NDArray[np.float64] = np.zeros((3, 3))
        theme.signals().changed.connect(self.update)

    def show_texts(self, texts: Sequence[Sequence[str]]) -> None:
        """Show a matrix of numbers as they are written."""
        values = np.array([[float(read(text)) for text in row] for row in texts])
        if values.shape != self._values.shape:
            self.updateGeometry()
        self.texts, self._values = texts, values
        self.setAccessibleDescription("\n".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """The rows as text."""
        return ["\t".join(row) for row in self.texts]

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 2 * theme.SPACE

    def sizeHint(self) -> QSize:
        """Room for the digits."""
        width = QFontMetrics(self.font()).horizontalAdvance("−0.00000") + theme.SPACE
        return QSize(width * self._values.shape[1], self._row_height() * len(self._values))

    def minimumSizeHint(self) -> QSize:
        """A little narrower."""
        return QSize(self.sizeHint().width() * 3 // 5, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells."""
        painter = QPainter(self)
        colors = theme.colors()
        tints = signed_picture(self._values)
        rows, columns = self._values.shape
        width, height = self.width() / columns, self.height() / rows
        widest = max(QFontMetricsF(self.font()).horizontalAdvance(text) for line in self.texts for text in line)
        painter.setFont(scaled(self.font(), min(TEXT_SIZE, 0.95 * width / max(widest, 1.0))))
        for row, column in np.ndindex(self._values.shape):
            cell = QRectF(column * width, row * height, width, height)
            tint = QColor(*tints[row, column].tolist())
            tint.setAlphaF(0.5)
            painter.fillRect(cell, tint)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
            painter.setPen(QColor(colors.text))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, self.texts[row][column])
