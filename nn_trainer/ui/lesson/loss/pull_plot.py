"""Why cross-entropy: how hard each loss pulls, for every probability the true class may get."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from nn_trainer.engine.lesson.formulas import OneSample
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.painting import CENTRE, LEFT, RIGHT, PaintedPanel, dot, fitted, write
from nn_trainer.ui.theme import theme
from nn_trainer.wording import fixed

POINTS = 81


class PullPlot(PaintedPanel):
    """The pull at the logit of the true class over its probability, the other classes keeping their shares."""

    def __init__(self) -> None:
        super().__init__(
            "lessonPullPlot",
            _("How hard each loss pulls the true class up (minus its gradient), over the probability that class has"),
        )
        self._sample: OneSample | None = None
        self._loss = "mse"
        self._curves: dict[str, list[tuple[float, float]]] = {}

    def show_sample(self, sample: OneSample, loss: str) -> None:
        """Take the image."""
        self._sample, self._loss = sample, loss
        label = int(sample.y.argmax())
        others = np.where(sample.y > 0, 0.0, sample.predicted)
        total = others.sum()
        shares = others / total if total > 0 else (1 - sample.y) / max(1, len(sample.y) - 1)
        self._curves = {"mse": [], "cross-entropy": []}
        for p in np.linspace(0.001, 0.999, POINTS):
            predicted = shares * (1 - p)
            predicted[label] = p
            moved = OneSample(sample.y, predicted)
            for name, points in self._curves.items():
                points.append((float(p), moved.push(name)))
        self.update()

    def minimumSizeHint(self) -> QSize:
        """High enough for the plot and the two lines below it."""
        return QSize(super().minimumSizeHint().width(), round(10 * self.line))

    def pulls(self) -> dict[str, float]:
        """That of each loss, for the image as it is."""
        assert self._sample is not None
        return {name: self._sample.push(name) for name in self._curves}

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Both curves, the loss at hand strong, and where the image is on each."""
        if self._sample is None:
            return
        colors = theme.colors()
        title = QRectF(room.left(), room.top(), room.width(), 1.3 * self.line)
        heading = _("How hard each loss pulls")
        font = fitted(self.small_font(bold=True), heading, room.width())
        write(painter, title, heading, colors.text, font=font)
        legend = 2.6 * self.line
        plot = room.adjusted(2.2 * self.line, 1.6 * self.line, -4, -(1.4 * self.line + legend))
        top = max(1.0, *(y for points in self._curves.values() for _, y in points)) * 1.05

        def point(p: float, pull: float) -> QPointF:
            return QPointF(plot.left() + p * plot.width(), plot.bottom() - pull / top * plot.height())

        painter.setPen(QPen(QColor(colors.border), 1))
        for value in (0.0, 0.5, 1.0):
            painter.drawLine(point(0, value), point(1, value))
            at = point(0, value)
            tick = QRectF(room.left(), at.y() - self.line / 2, plot.left() - room.left() - 6, self.line)
            write(painter, tick, f"{value:g}", colors.muted, font=self.small_font(), align=RIGHT)
            painter.setPen(QPen(QColor(colors.border), 1))
        axis = QRectF(plot.left(), plot.bottom() + 2, plot.width(), 1.3 * self.line)
        write(painter, axis, "0", colors.muted, font=self.small_font())
        write(painter, axis, "1", colors.muted, font=self.small_font(), align=RIGHT)
        between = axis.adjusted(self.line, 0, -self.line, 0)
        name = _("y' of the true class")
        font = fitted(self.small_font(), name, between.width())
        write(painter, between, name, colors.muted, font=font, align=CENTRE, elide=False)
        p_now = float(self._sample.predicted[int(self._sample.y.argmax())])
        for row, (name, points) in enumerate(self._curves.items()):
            color = colors.train if name == "mse" else colors.validation
            painter.setBrush(QColor(0, 0, 0, 0))
            painter.setPen(QPen(QColor(color), 2.4 if name == self._loss else 1.2))
            painter.drawPolyline(QPolygonF([point(*pair) for pair in points]))
            pull = self._sample.push(name)
            dot(painter, point(p_now, pull), color, 5.0 if name == self._loss else 3.5)
            line = QRectF(room.left(), room.bottom() - legend + row * legend / 2, room.width(), legend / 2)
            words = _("squared errors") if name == "mse" else _("cross-entropy")
            pull_text = fixed(pull)
            needed = QFontMetricsF(self.font()).horizontalAdvance(pull_text) + theme.SPACE
            left = line.adjusted(0, 0, -needed, 0)
            font = fitted(self.small_font(bold=name == self._loss), f"● {words}", left.width())
            write(painter, left, f"● {words}", color, font=font, align=LEFT)
            write(painter, line, pull_text, color, font=self.font(), align=RIGHT, elide=False)
