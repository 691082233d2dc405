"""The loss over one weight: the curve, where one stands, the tangent, and the step that the learning rate makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.formulas import updated
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.painting import (
    CENTRE,
    RIGHT,
    PaintedPanel,
    Scale,
    arrow,
    dot,
    faded,
    round_step,
    ticks,
    write,
)
from nn_trainer.ui.theme import theme
from nn_trainer.wording import figure

FIRST, SECOND = "W₁", "W₂"  # not shown: symbols, the same in every language
KEY_STEPS = 40  # that the Left and Right keys take from one edge to the other


@dataclass(frozen=True, slots=True, eq=False)
class DescentView:
    """What is drawn; a changed learning rate makes another view without anything being computed again."""

    weights: Array  # of the curve, ascending
    losses: Array
    weight: float  # where one stands
    loss: float
    gradient: float
    rate: float
    trail: tuple[tuple[float, float], ...] = ()  # earlier places (weight, loss)
    optimum: float | None = None  # of the textbook's bowl
    axis: str = ""

    @property
    def next_weight(self) -> float:
        """W2."""
        return updated(self.weight, self.gradient, self.rate)

    @property
    def run(self) -> float:
        """A round number to draw the slope with."""
        return round_step(float(self.weights[-1] - self.weights[0]), 7)

    @property
    def rise(self) -> float:
        """What the tangent climbs over `run`."""
        return self.gradient * self.run

    def loss_at(self, weight: float) -> float:
        """The loss on the drawn curve."""
        return float(np.interp(weight, self.weights, self.losses))


class DescentPlot(PaintedPanel):
    """Click, drag or use the Left and Right keys to stand elsewhere."""

    weight_requested = Signal(float)

    def __init__(self) -> None:
        super().__init__("lessonDescentPlot", _("The loss over the weight. Click, or Left and Right keys: stand there"))
        self.view: DescentView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def minimumSizeHint(self) -> QSize:
        """High enough to see the curve."""
        return QSize(super().minimumSizeHint().width(), round(10 * self.line))

    def show_view(self, view: DescentView | None) -> None:
        """Draw another view, or nothing."""
        self.view = view
        self.update()

    def set_rate(self, rate: float) -> None:
        """Follow the slider."""
        if self.view is not None:
            self.view = replace(self.view, rate=rate)
            self.update()

    # the user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Stand where the mouse is."""
        self.setFocus()
        self._want(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the point along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the point."""
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None or self.view is None:
            super().keyPressEvent(event)
            return
        view = self.view
        step = float(view.weights[-1] - view.weights[0]) / KEY_STEPS
        self._emit(view.weight + direction * step)

    def _want(self, place: QPointF) -> None:
        if self.view is not None:
            self._emit(self._fit(self.view, self.inside).value_at(place)[0])

    def _emit(self, weight: float) -> None:
        assert self.view is not None
        self.weight_requested.emit(float(np.clip(weight, self.view.weights[0], self.view.weights[-1])))

    # drawing

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """From the back to the front."""
        view = self.view
        if view is None:
            return
        scale = self._fit(view, room)
        self._paint_axes(painter, scale, view, room)
        painter.save()
        painter.setClipRect(scale.room.adjusted(-6, -6, 6, 6))
        self._paint_curve(painter, scale, view)
        self._paint_slope(painter, scale, view)
        self._paint_step(painter, scale, view)
        painter.restore()

    def _fit(self, view: DescentView, room: QRectF) -> Scale:
        low, high = float(view.losses.min()), float(view.losses.max())
        span = max(high - low, 1e-9 * max(1.0, abs(high)))
        left = self.fontMetrics().horizontalAdvance("−0.00000") + 2 * theme.SPACE
        plot = room.adjusted(left, 1.4 * self.line, -2 * theme.SPACE, -2.5 * self.line)
        return Scale(plot, float(view.weights[0]), float(view.weights[-1]), low - 0.16 * span, high + 0.06 * span)

    def _paint_axes(self, painter: QPainter, scale: Scale, view: DescentView, room: QRectF) -> None:
        colors, small = theme.colors(), self.small_font()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # straight lines do not need it, and are quick
        for value in ticks(scale.bottom, scale.top, max(2, min(6, int(scale.room.height() / (2 * self.line))))):
            y = scale.y(value)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(scale.room.left(), y), QPointF(scale.room.right(), y))
            label = QRectF(room.left(), y - self.line / 2, scale.room.left() - room.left() - 6, self.line)
            write(painter, label, f"{value:g}".replace("-", "−"), colors.muted, font=small, align=RIGHT)
        for value in ticks(scale.left, scale.right, max(2, min(9, int(scale.room.width() / (5 * self.line))))):
            x = scale.x(value)
            painter.setPen(QPen(faded(colors.border, 0.5), 1))
            painter.drawLine(QPointF(x, scale.room.top()), QPointF(x, scale.room.bottom()))
            label = QRectF(x - 50, scale.room.bottom() + 2, 100, 1.2 * self.line)
            write(painter, label, f"{value:g}".replace("-", "−"), colors.muted, font=small, align=CENTRE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title = QRectF(room.left(), room.top() - 4, room.width(), 1.2 * self.line)
        write(painter, title, _("loss"), colors.muted, font=small)
        below = QRectF(scale.room.left(), room.bottom() - 1.1 * self.line, scale.room.width(), 1.2 * self.line)
        write(painter, below, view.axis, colors.muted, font=small, align=RIGHT)
        if view.optimum is not None:
            x = scale.x(view.optimum)
            painter.setPen(QPen(QColor(colors.ok), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, scale.room.top()), QPointF(x, scale.room.bottom()))
            optimum = _("Wₒ, the optimum")
            width = QFontMetricsF(small).horizontalAdvance(optimum) + 2 * theme.SPACE
            label = QRectF(x - width / 2, scale.room.top() - 1.2 * self.line, width, 1.2 * self.line)
            write(painter, label, optimum, colors.ok, font=small, align=CENTRE, elide=False)

    def _paint_curve(self, painter: QPainter, scale: Scale, view: DescentView) -> None:
        colors = theme.colors()
        points = [scale.point(float(w), float(v)) for w, v in zip(view.weights, view.losses, strict=True)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.train), 2.5))
        painter.drawPolyline(QPolygonF(points))
        before = [scale.point(*place) for place in view.trail]
        painter.setPen(QPen(faded(colors.validation, 0.5), 1.2, Qt.PenStyle.DotLine))
        painter.drawPolyline(QPolygonF([*before, scale.point(view.weight, view.loss)]))
        for place in before:
            dot(painter, place, colors.faint, 4)

    def _paint_slope(self, painter: QPainter, scale: Scale, view: DescentView) -> None:
        """The tangent with its triangle of run and rise."""
        colors, small = theme.colors(), self.small_font()
        run, rise = view.run, view.rise
        painter.setPen(QPen(QColor(colors.ok), 2))
        reach = 1.6 * run
        painter.drawLine(
            scale.point(view.weight - reach, view.loss - view.gradient * reach),
            scale.point(view.weight + reach, view.loss + view.gradient * reach),
        )
        start, corner = scale.point(view.weight, view.loss), scale.point(view.weight + run, view.loss)
        end = scale.point(view.weight + run, view.loss + rise)
        painter.setPen(QPen(QColor(colors.ok), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(start, corner)
        painter.drawLine(corner, end)
        above = rise < 0
        text = QRectF(
            start.x(), start.y() - (1.2 * self.line if above else -2), corner.x() - start.x(), 1.2 * self.line
        )
        run_text = _("run {length}").format(length=figure(run, 2))
        write(painter, text, run_text, colors.ok, font=small, align=CENTRE, elide=False)
        rise_text = _("rise {height}").format(height=figure(rise, 3))
        width = QFontMetricsF(small).horizontalAdvance(rise_text) + 2 * theme.SPACE
        beside = QRectF(corner.x() + 5, (corner.y() + end.y()) / 2 - 0.6 * self.line, width, 1.2 * self.line)
        if beside.right() > scale.room.right():
            beside.moveRight(corner.x() - 5)
        painter.fillRect(beside, faded(colors.panel, 0.85))  # the curve may run there
        write(painter, beside, rise_text, colors.ok, font=small, align=CENTRE, elide=False)

    def _paint_step(self, painter: QPainter, scale: Scale, view: DescentView) -> None:
        """From W1 to W2: an arrow along the bottom, and where the curve is met again."""
        colors = theme.colors()
        now, then = view.weight, view.next_weight
        inside = float(np.clip(then, scale.left, scale.right))
        floor = scale.room.bottom() - 0.9 * self.line
        here = scale.point(now, view.loss)
        painter.setPen(QPen(faded(colors.validation, 0.7), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(here, QPointF(here.x(), scale.room.bottom()))
        target = QPointF(scale.x(inside), floor)
        if inside == then:
            landing = scale.point(then, view.loss_at(then))
            painter.drawLine(target, landing)
            painter.setPen(QPen(QColor(colors.validation), 2))
            painter.setBrush(QColor(colors.panel))
            painter.drawEllipse(landing, 5, 5)
        arrow(painter, QPointF(here.x(), floor), target, colors.validation, 2.5)
        dot(painter, here, colors.validation, 6.5)
        font = self.small_font(bold=True)
        outward = -1 if then >= now else 1
        self._paint_name(painter, FIRST, QPointF(here.x(), floor), outward, colors.validation, font)
        words = SECOND if inside == then else _("W₂ = {weight}, beyond the edge").format(weight=figure(then))
        side = -outward if inside == then else outward
        self._paint_name(painter, words, target, side, colors.validation, font, above=inside != then)

    def _paint_name(
        self, painter: QPainter, text: str, at: QPointF, side: int, color: str, font: object, *, above: bool = False
    ) -> None:
        """A name beside the end of the arrow, left (-1) or right (1) of it."""
        painter.setFont(font)  # type: ignore[arg-type]
        width = painter.fontMetrics().horizontalAdvance(text) + 4.0
        left = at.x() + 6 if side > 0 else at.x() - 6 - width
        room = QRectF(left, at.y() - (1.5 if above else 0.6) * self.line, width, 1.2 * self.line)
        write(painter, room, text, color, elide=False)
