"""The loss of all iterations so far, as a small curve."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits


class LossHistory(QWidget):
    """Draws at most one point a pixel: the mean of the iterations that fall on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loopHistory")
        self.setAccessibleName(_("Loss of the iterations so far"))
        self.setToolTip(_("The loss of every iteration so far"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._losses: list[float] = []
        theme.signals().changed.connect(self.update)

    def add(self, losses: Iterable[float]) -> None:
        """Add the losses of further iterations."""
        self._losses.extend(losses)
        self.update()

    def clear(self) -> None:
        """Forget all."""
        self._losses.clear()
        self.update()

    def values(self) -> tuple[float, ...]:
        """All that was added."""
        return tuple(self._losses)

    def sizeHint(self) -> QSize:
        """No more than it must have."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for the two figures beside the curve."""
        return QSize(20 * theme.SPACE, 3 * self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the curve above a line at zero, with the largest loss written beside."""
        if not self._losses:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics = QFontMetricsF(painter.font())
        colors = theme.colors()
        top = max(self._losses)
        text = digits(top, 2)
        left = metrics.horizontalAdvance(text) + theme.SPACE
        area = QRectF(left, 3, self.width() - left - 4, self.height() - 6)
        painter.setPen(QColor(colors.muted))
        right = Qt.AlignmentFlag.AlignRight
        for value, y in ((text, area.top()), ("0", area.bottom() - metrics.height())):
            painter.drawText(QRectF(0, y, left - theme.SPACE, metrics.height()), right, value)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        points = self._points(area, top)
        painter.setPen(QPen(QColor(colors.train), 1.5))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(colors.train))
        painter.drawEllipse(points[-1], 2.5, 2.5)

    def _points(self, area: QRectF, top: float) -> list[QPointF]:
        count = min(len(self._losses), max(int(area.width()), 1))
        values = np.array([part.mean() for part in np.array_split(np.array(self._losses), count)])
        xs = area.left() + (area.width() * np.arange(1, count + 1) / max(count, 20))
        ys = area.bottom() - area.height() * values / max(top, 1e-12)
        return [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
