"""The part of a plot between its axes."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from nn_trainer.ui.plots.curves import Floats
from nn_trainer.ui.plots.painter import REACH, RunPainter, Series, paint_background
from nn_trainer.ui.plots.style import PlotScale, plot_style
from nn_trainer.ui.theme import theme

END_LABEL_TOP = 0.04  # of the height


class PlotCanvas(QWidget):
    """Lies over the view box of a plot of pyqtgraph, which keeps the axes, the mouse and what is in view.

    Draws the curves itself, and after new points only the strip where they are, on a picture of what stands still.
    That takes a tenth of the time of the graphics items of pyqtgraph, which is time taken from the training: it needs
    the interpreter for every item and every curve, and draws all curves in view from their start.
    """

    def __init__(self, plot: pg.PlotWidget, to_axis: Callable[[Floats], Floats]) -> None:
        super().__init__(plot.viewport())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._box: pg.ViewBox = plot.getViewBox()
        self._left_axis: pg.AxisItem = plot.getAxis("left")
        self.run, self.before = RunPainter(to_axis), RunPainter(to_axis)
        self._iterations_per_epoch = 0
        self._cursor: float | None = None
        self._end: tuple[float, str] | None = None
        self._style = plot_style(theme.colors())
        self._still: QPixmap | None = None  # background and the run before
        self._scale = PlotScale(0, 1, 0, 1, 1, 1)
        self._box.sigRangeChanged.connect(self._take_view)
        self._box.sigResized.connect(self._take_view)
        theme.signals().changed.connect(self._restyle)
        self._take_view()

    # what is shown

    @property
    def scale(self) -> PlotScale:
        """What is in view."""
        return self._scale

    @property
    def end_text(self) -> str:
        """The reason beside the mark of the end; empty without one."""
        return "" if self._end is None else self._end[1]

    def show_run(self, series: Series, best: int | None) -> None:
        """Show the curves of a run."""
        self.run.set_series(series, best)
        self.update()

    def extend_run(self, series: Series, best: int | None) -> None:
        """Show what the curves of the run have gained since the last time."""
        for left, right in self.run.extend(series, best, self._scale):
            self._update_between(left, right)

    def show_before(self, series: Series) -> None:
        """Show the curves of the run before."""
        self.before.set_series(series, None)
        self.draw_all_again()

    def set_epochs(self, iterations_per_epoch: int) -> None:
        """Shade every other epoch of this many iterations; 0 shades none."""
        self._iterations_per_epoch = iterations_per_epoch
        self.draw_all_again()

    def set_cursor(self, iteration: float | None) -> None:
        """Stand the cursor at an iteration, or take it away."""
        before, self._cursor = self._cursor, iteration
        for place in (before, iteration):
            if place is not None and before != iteration:
                self._update_between(place, place)

    def set_end(self, iteration: float | None, reason: str) -> None:
        """Mark where and why the run ended, or take the mark away."""
        self._end = None if iteration is None else (iteration, reason)
        self.update()

    # drawing

    @Slot()
    def _take_view(self) -> None:
        """Follow the view box of the plot."""
        place = self._box.sceneBoundingRect().toAlignedRect()
        (left, right), (bottom, top) = self._box.viewRange()
        self.setGeometry(place)
        self._scale = PlotScale(left, right, bottom, top, place.width(), place.height())
        self.draw_all_again()

    @Slot()
    def _restyle(self) -> None:
        self._style = plot_style(theme.colors())
        self.draw_all_again()

    def draw_all_again(self) -> None:
        """Draw also what stands still."""
        self._still = None
        self.update()

    def _update_between(self, left: float, right: float) -> None:
        """Draw again what stands between two iterations."""
        first = math.floor(max(self._scale.x(left) - REACH, 0.0))
        last = math.ceil(min(self._scale.x(right) + REACH, float(self.width())))
        if first < last:
            self.update(QRect(first, 0, last - first, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a strip of the plot, or all of it."""
        if self._still is None or self._still.devicePixelRatio() != self.devicePixelRatioF():
            self._still = self._make_still()
        scale = self._scale
        low, high = scale.iteration(event.rect().left() - REACH), scale.iteration(event.rect().right() + REACH)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        self.run.paint_lines(painter, self._style.run, scale, low, high)
        self.run.paint_symbols(painter, self._style, scale, low, high)
        if self._end is not None:
            self._paint_end(painter, *self._end)
        if self._cursor is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(self._style.cursor)
            x = round(scale.x(self._cursor))
            painter.drawLine(x, 0, x, self.height())

    def _make_still(self) -> QPixmap:
        """Draw what does not change from frame to frame."""
        ratio, scale = self.devicePixelRatioF(), self._scale
        still = QPixmap(self.size() * ratio)
        still.setDevicePixelRatio(ratio)
        still.fill(self._style.background)
        painter = QPainter(still)
        if self._iterations_per_epoch:
            ticks = self._left_axis.tickValues(scale.bottom, scale.top, self._left_axis.size().height())
            paint_background(painter, self._style, scale, self._iterations_per_epoch, ticks[0][1] if ticks else [])
        self.before.paint_lines(painter, self._style.run_before, scale, scale.left, scale.right)
        painter.end()
        return still

    def _paint_end(self, painter: QPainter, iteration: float, reason: str) -> None:
        """Draw a line where the run ended, and the reason on the side where there is room."""
        x = self._scale.x(iteration)
        painter.setPen(self._style.end)
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        if not reason:
            return
        painter.setFont(self.font())
        size = painter.fontMetrics().size(0, reason).toSizeF() + QRectF(0, 0, 2 * theme.SPACE, 0).size()
        left = x + theme.SPACE if x + theme.SPACE + size.width() < self.width() else x - theme.SPACE - size.width()
        room = QRectF(QPointF(left, END_LABEL_TOP * self.height()), size)
        painter.fillRect(room, self._style.background)
        painter.setPen(self._style.text)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, reason)
