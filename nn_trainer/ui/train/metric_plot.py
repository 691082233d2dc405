"""One plot: a metric of the run, and of the run before it, over the iterations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsItem

from nn_trainer.ui import theme
from nn_trainer.ui.train.axes import Backdrop, EpochAxis, IterationAxis, PercentAxis
from nn_trainer.ui.train.curves import Floats, RunCurves, envelope

LEFT_AXIS_WIDTH = 52  # of both plots, so that their iterations stand above each other
MOST_SYMBOLS = 300  # validation points in view; beyond that a line through their extremes is drawn


class MetricPlot(pg.PlotWidget):  # type: ignore[misc]
    """The curves of "loss" or of "accuracy"; draws when told to and reports the mouse."""

    hovered = Signal(object)  # the iteration under the mouse: float, or None when it has left
    zoomed = Signal()  # by the user
    whole_run_wanted = Signal()

    def __init__(self, name: str, *, epochs_above: bool) -> None:
        self._epoch_axis = EpochAxis()
        axes: dict[str, pg.AxisItem] = {"top": self._epoch_axis, "bottom": IterationAxis()}
        axes["left"] = PercentAxis() if name == "accuracy" else pg.AxisItem("left")
        super().__init__(axisItems=axes)
        self._name = name
        self.logarithmic = False
        self._scale = 100.0 if name == "accuracy" else 1.0
        self._drawn: dict[pg.PlotCurveItem, tuple[object, ...]] = {}  # what each curve shows
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.getAxis("left").setWidth(LEFT_AXIS_WIDTH)
        plot.showAxis("top", epochs_above)
        if epochs_above:  # the plot below has the numbers of the iterations
            plot.getAxis("bottom").setStyle(showValues=False)
            plot.getAxis("bottom").showLabel(False)
        for side in axes:  # an axis is drawn again only when its range changes
            plot.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        plot.getViewBox().disableAutoRange()
        plot.getViewBox().sigRangeChangedManually.connect(self._report_zoom)
        self._make_items()
        self.scene().sigMouseMoved.connect(self._report_mouse)
        theme.signals().changed.connect(self.restyle)
        self.restyle()

    def _make_items(self) -> None:
        self._backdrop = Backdrop(self.getAxis("left"))
        self._raw = pg.PlotCurveItem(connect="finite")
        self._before = pg.PlotCurveItem(connect="finite")
        self._before_validation = pg.PlotCurveItem(connect="finite")
        self._smoothed = pg.PlotCurveItem(connect="finite", antialias=True)
        self._validation = pg.PlotCurveItem(connect="finite", antialias=True)
        self._points = pg.ScatterPlotItem(symbol="d", size=9)
        self._best = pg.ScatterPlotItem(symbol="o", size=17)
        for curve in (self._smoothed, self._validation):
            curve.setSegmentedLineMode("on")  # a third of the cost of one thick path
        for curve in (self._before, self._before_validation):
            curve.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._cursor = pg.InfiniteLine(angle=90)
        self._end = pg.InfiniteLine(
            angle=90,
            label="",
            labelOpts={"position": 0.93, "anchors": [(-0.02, 0.5), (1.02, 0.5)]},
        )
        curves = (self._before, self._before_validation, self._raw, self._smoothed, self._validation)
        for item in (self._backdrop, *curves, self._points, self._best, self._end, self._cursor):
            self.addItem(item, ignoreBounds=True)
        self._cursor.hide()
        self._end.hide()

    # what is shown

    def set_epochs(self, iterations_per_epoch: int) -> None:
        """Mark epochs of this many iterations; 0 marks none."""
        self._backdrop.iterations_per_epoch = self._epoch_axis.iterations_per_epoch = iterations_per_epoch
        self._backdrop.update()
        self._epoch_axis.picture = None
        self._epoch_axis.update()

    def draw(self, run: RunCurves | None, before: RunCurves | None) -> None:
        """Draw what of the curves is in view and has changed since the last frame."""
        self._draw_line(self._before, before, "smoothed")
        self._draw_line(self._before_validation, before, "validation")
        self._draw_line(self._raw, run, "train")
        self._draw_line(self._smoothed, run, "smoothed")
        if self._draw_line(self._validation, run, "validation"):
            self._draw_points(run)

    def _draw_line(self, item: pg.PlotCurveItem, run: RunCurves | None, kind: str) -> bool:
        """Draw one curve at the resolution of the screen; return whether it had changed."""
        x, y = (np.empty(0), np.empty(0)) if run is None else run.series(f"{kind} {self._name}")
        box = self.getViewBox()
        low, high = box.viewRange()[0]
        columns = max(64, int(box.width()))
        state = (run, len(x), low, high, columns, self.logarithmic)
        if state == self._drawn.get(item):
            return False
        self._drawn[item] = state
        x, y = envelope(x, y, low, high, columns)
        item.setData(x, self._to_plot(y))
        return True

    def _draw_points(self, run: RunCurves | None) -> None:
        """Draw a symbol on each validation point while they are not too many, and a circle round the best."""
        x, y = self._validation.getData()
        few = len(x) <= MOST_SYMBOLS
        self._points.setData(x[: len(x) * few], y[: len(x) * few])
        best = run.best if run is not None else None
        if run is None or best is None:
            self._best.setData([], [])
        else:
            x, y = run.series(f"validation {self._name}")
            self._best.setData(x[best : best + 1], self._to_plot(y[best : best + 1]))

    def _to_plot(self, y: Floats) -> Floats:
        """Return the values in the unit of the axis, NaN where there is nothing to draw."""
        y = np.where(np.isfinite(y), y, np.nan) * self._scale
        return np.log10(np.where(y > 0, y, np.nan)) if self.logarithmic else y

    def fit(self, run: RunCurves | None, until: float) -> None:
        """Show the iterations up to `until`, and all values but spikes far above the smoothed line."""
        self.setXRange(0, max(until, 1) * 1.015, padding=0)
        if self._name == "accuracy":
            self.setYRange(-2, 103, padding=0)
            return
        low, top = (0.01, 1.0) if run is None else run.loss_range()
        if self.logarithmic:
            self.setYRange(math.log10(low) - 0.05, math.log10(top) + 0.05, padding=0)
        else:
            self.setYRange(-0.02 * top, 1.06 * top, padding=0)

    def set_logarithmic(self, on: bool) -> None:
        """Switch the axis of the values between even and logarithmic steps."""
        self.logarithmic = on
        self.getAxis("left").setLogMode(y=on)
        self.setLimits(yMin=-15 if on else None, yMax=40 if on else None)  # no power of ten beyond all floats

    def set_cursor(self, iteration: float | None) -> None:
        """Stand the cursor at an iteration, or take it away."""
        self._cursor.setVisible(iteration is not None)
        if iteration is not None:
            self._cursor.setPos(iteration)

    def set_end(self, iteration: int | None, reason: str = "") -> None:
        """Mark where and why the run ended, or take the mark away."""
        self._end.setVisible(iteration is not None)
        if iteration is not None:
            self._end.setPos(iteration)
            self._end.label.setFormat(reason)
            self._end.label.setVisible(bool(reason))  # its background would cover the curves

    def drawn_line(self, kind: str) -> tuple[Floats, Floats]:
        """Return the points on the screen of "train", "smoothed", "validation" or "before", in units of the axes."""
        lines = {"train": self._raw, "smoothed": self._smoothed, "validation": self._validation, "before": self._before}
        x, y = lines[kind].getData()
        return (np.empty(0), np.empty(0)) if x is None else (x, y)

    @property
    def end_text(self) -> str:
        """The reason of the end as the plot shows it; empty while a run goes on."""
        return self._end.label.format if self._end.label.isVisible() else ""

    @Slot()
    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        colors = theme.colors()
        self.setBackground(colors.panel)
        for side in ("left", "bottom", "top"):
            axis = self.getAxis(side)
            axis.setPen(colors.border)
            axis.setTextPen(colors.muted)
            axis.setTickFont(theme.figures_font(theme.SMALL))
        self._backdrop.band_color = QColor(colors.band)
        line = QColor(colors.border)
        line.setAlphaF(0.6)
        self._backdrop.line_pen = _pen(line, 1)
        raw = QColor(colors.train)
        raw.setAlphaF(0.25)
        self._raw.setPen(_pen(raw, 1))
        self._smoothed.setPen(_pen(colors.train, 2))
        self._validation.setPen(_pen(colors.validation, 1.5))
        self._points.setPen(_pen(colors.panel, 1))
        self._points.setBrush(colors.validation)
        self._best.setPen(_pen(colors.validation, 1.5))
        self._best.setBrush(None)
        self._before.setPen(_pen(colors.faint, 1.5))
        self._before_validation.setPen(_pen(colors.faint, 1.5, Qt.PenStyle.DashLine))
        self._cursor.setPen(_pen(colors.muted, 1))
        self._end.setPen(_pen(colors.muted, 1, Qt.PenStyle.DotLine))
        self._end.label.setColor(colors.text)
        self._end.label.fill = pg.mkBrush(colors.panel)

    # what the mouse does

    @Slot(object)
    def _report_mouse(self, position: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(box.mapSceneToView(position).x() if inside else None)

    @Slot()
    def _report_zoom(self) -> None:
        self.zoomed.emit()

    def leaveEvent(self, event: Any) -> None:
        """Take the cursor away with the mouse."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to the whole run."""
        self.whole_run_wanted.emit()
        event.accept()


def _pen(color: QColor | str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    result = QPen(QColor(color), width, style)
    result.setCosmetic(True)  # as wide on the screen whatever the zoom
    return result
