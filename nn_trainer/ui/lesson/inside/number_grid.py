"""A small matrix of numbers, each on its colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.ui.lesson.parts.maps import signed_picture
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits

DECIMALS = 3


class NumberGrid(QWidget):
    """`name` is read out by screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.values: NDArray[np.float64] = np.zeros((3, 3))
        theme.signals().changed.connect(self.update)

    def show_values(self, values: NDArray[np.float64]) -> None:
        """Show a matrix."""
        if values.shape != self.values.shape:
            self.updateGeometry()
        self.values = values
        self.setAccessibleDescription("\n".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """The rows as text."""
        return ["\t".join(digits(value, DECIMALS) for value in row) for row in self.values]

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 2 * theme.SPACE

    def sizeHint(self) -> QSize:
        """Room for the digits."""
        width = QFontMetrics(self.font()).horizontalAdvance("−0.0000") + theme.SPACE
        return QSize(width * self.values.shape[1], self._row_height() * len(self.values))

    def minimumSizeHint(self) -> QSize:
        """A little narrower."""
        return QSize(self.sizeHint().width() * 3 // 5, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells."""
        painter = QPainter(self)
        painter.setFont(scaled(self.font(), 0.9))
        colors = theme.colors()
        tints = signed_picture(self.values)
        rows, columns = self.values.shape
        width, height = self.width() / columns, self.height() / rows
        for (row, column), value in np.ndenumerate(self.values):
            cell = QRectF(column * width, row * height, width, height)
            tint = QColor(*tints[row, column].tolist())
            tint.setAlphaF(0.5)
            painter.fillRect(cell, tint)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
            painter.setPen(QColor(colors.text))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, digits(float(value), DECIMALS))
