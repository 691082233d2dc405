"""One plot of the step: training as a line, validation as a line of diamonds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.overfitting.recorded_run import Floats, RecordedRun
from nn_trainer.ui.lesson.parts.painting import CENTRE, RIGHT, Scale, ticks, write
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits, number

DIAMONDS = 30  # validation points that get one, spread evenly
DIAMOND, CIRCLE = 4.5, 9.0  # radius in pixels


class CurvePlot(QWidget):
    """`metric` is "loss" or "accuracy"; the tooltip tells the values at an iteration."""

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._run = RecordedRun()
        self._iterations, self._top = 0, 1.0  # 0: no run yet
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # time runs to the right in every language
        theme.signals().changed.connect(self.update)

    def set_range(self, iterations: int, top: float) -> None:
        """Fix the axes, so that two plots can be compared; without iterations there are none."""
        self._iterations, self._top = iterations, top
        self.update()

    def show_run(self, run: RecordedRun) -> None:
        """Draw the curves of a run."""
        self._run = run
        self.update()

    def drawn(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The points of the training and of the validation curve."""
        return self._run.training(self._metric), self._run.validation(self._metric)

    def sizeHint(self) -> QSize:
        """No higher than it must be; the layout gives more."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for some figures at the axes."""
        return QSize(40 * theme.SPACE, 6 * self.fontMetrics().height())

    def _scale(self) -> Scale:
        """Room for the figures of the axes is left and below."""
        metrics = self.fontMetrics()
        left, below = metrics.horizontalAdvance("00.0") + theme.SPACE, metrics.height() + theme.SPACE
        room = QRectF(self.rect()).adjusted(left, CIRCLE, -CIRCLE, -below)
        return Scale(room, 0.0, float(max(self._iterations, 1)), 0.0, self._top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the axes, then the curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, scale = theme.colors(), self._scale()
        if not self._iterations:
            write(painter, QRectF(self.rect()), _("The curves come with Run both."), colors.muted, align=CENTRE)
            return
        self._paint_axes(painter, scale)
        training, validation = self.drawn()
        self._paint_line(painter, scale, training, QPen(QColor(colors.train), 2))
        self._paint_line(painter, scale, validation, QPen(QColor(colors.validation), 1.5))
        self._paint_symbols(painter, scale, validation)

    def _paint_axes(self, painter: QPainter, scale: Scale) -> None:
        colors, room = theme.colors(), scale.room
        painter.setFont(scaled(self.font(), 0.9))
        line = painter.fontMetrics().height()
        for value in ticks(0.0, self._top, max(1, int(room.height() / (1.8 * line)))):
            y = scale.y(value)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            text = QRectF(0, y - line / 2, room.left() - theme.SPACE, line)
            write(painter, text, f"{value:g}", colors.muted, align=RIGHT, elide=False)
        for value in ticks(0.0, self._iterations, max(1, int(room.width() / (5 * line)))):
            text = QRectF(scale.x(value) - 2.5 * line, room.bottom() + theme.SPACE, 5 * line, line)
            write(painter, text.intersected(QRectF(self.rect())), f"{value:g}", colors.muted, align=CENTRE, elide=False)

    @staticmethod
    def _paint_line(painter: QPainter, scale: Scale, points: tuple[Floats, Floats], pen: QPen) -> None:
        painter.setPen(pen)
        painter.drawPolyline(
            QPolygonF([scale.point(x, y) for x, y in zip(*map(np.ndarray.tolist, points), strict=True)])
        )

    def _paint_symbols(self, painter: QPainter, scale: Scale, points: tuple[Floats, Floats]) -> None:
        """Diamonds on the validation points, and a circle round the lowest loss."""
        colors, (x, y) = theme.colors(), points
        shape = QPolygonF([QPointF(0, -DIAMOND), QPointF(DIAMOND, 0), QPointF(0, DIAMOND), QPointF(-DIAMOND, 0)])
        painter.setPen(QPen(QColor(colors.panel), 1))
        painter.setBrush(QColor(colors.validation))
        for index in np.unique(np.linspace(0, len(x) - 1, min(len(x), DIAMONDS)).round().astype(np.int64)):
            painter.drawPolygon(shape.translated(scale.point(float(x[index]), float(y[index]))))
        summary = self._run.summary()
        if summary is not None and self._metric == "loss":
            painter.setPen(QPen(QColor(colors.validation), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            lowest = scale.point(summary.best.iteration, summary.best.validation_loss or 0.0)
            painter.drawEllipse(lowest, CIRCLE, CIRCLE)

    def event(self, event: QEvent) -> bool:
        """The tooltip tells the values under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._run.iterations:
            QToolTip.showText(event.globalPos(), self.values_at(event.pos().toPointF()), self)
            return True
        return super().event(event)

    def values_at(self, place: QPointF) -> str:
        """The values at the iteration of a pixel, or at the nearest that there is."""
        iteration = min(max(round(self._scale().value_at(place)[0]), 1), len(self._run.iterations))
        training, (x, validation) = self.drawn()[0][1], self.drawn()[1]
        before = int(x.searchsorted(iteration, side="right")) - 1
        text = (
            _("iteration {iteration}: training {training}")
            if before < 0
            else _("iteration {iteration}: training {training}, validation {validation}")
        )
        return text.format(
            iteration=number(iteration),
            training=digits(training[iteration - 1]),
            validation=digits(validation[before]) if before >= 0 else "",
        )
