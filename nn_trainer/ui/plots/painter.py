"""The curves of one run on a plot, and the shaded epochs behind them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nn_trainer.ui.plots.curves import Floats
from nn_trainer.ui.plots.downsampling import dirty_from, envelope
from nn_trainer.ui.plots.style import PlotScale, PlotStyle

# A shaded band and its number need this many pixels; shorter epochs share a band.
BAND_PIXELS = 44


def epochs_per_band(epoch_pixels: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, ... epochs that is wide enough to be a band of its own."""
    wanted = max(1.0, BAND_PIXELS / max(epoch_pixels, 1e-9))
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


def paint_background(
    painter: QPainter, style: PlotStyle, scale: PlotScale, iterations_per_epoch: int, ticks: Iterable[float]
) -> None:
    """Shade every other epoch, or group of epochs, and draw a thin line at each value of `ticks`."""
    width = iterations_per_epoch * epochs_per_band(iterations_per_epoch / scale.column)
    # iteration i is drawn at x = i, so that a band ends half an iteration after its last one
    band = max(0, math.floor((scale.left - 0.5) / width))
    band += band % 2 == 0
    while band * width + 0.5 < scale.right:
        left = scale.x(band * width + 0.5)
        painter.fillRect(QRectF(left, 0, width / scale.column, scale.height), style.band)
        band += 2
    for value in ticks:
        painter.fillRect(0, round(scale.y(value)), scale.width, 1, style.grid)  # a line that is not opaque takes 1 ms


KINDS = ("train", "smoothed", "validation")
SYMBOL_PIXELS = 5  # for each validation point in view; closer ones would hide each other, and the line stands alone
SYMBOL, CIRCLE = 4.5, 8.5  # radius in pixels
REACH = 10  # pixels that a line, a symbol or a circle reaches beyond its point
NOTHING: tuple[Floats, Floats] = np.empty(0), np.empty(0)
_DIAMOND = QPolygonF([QPointF(0, -SYMBOL), QPointF(SYMBOL, 0), QPointF(0, SYMBOL), QPointF(-SYMBOL, 0)])

Series = Mapping[str, tuple[Floats, Floats]]  # iterations and values by kind


class RunPainter:
    """Holds the curves of a run as they are drawn, and draws any part of them, always in the same way."""

    def __init__(self, to_axis: Callable[[Floats], Floats]) -> None:
        """`to_axis` turns values into those of the axis, NaN where there is nothing to draw."""
        self._to_axis = to_axis
        self._series: Series = dict.fromkeys(KINDS, NOTHING)
        self._best: int | None = None

    def set_series(self, series: Series, best: int | None) -> None:
        """Take the curves, and the row of the best among the validation points."""
        self._series, self._best = series, best

    def extend(self, series: Series, best: int | None, scale: PlotScale) -> list[tuple[float, float]]:
        """Take curves that have grown at their ends; return the parts that look different now, in iterations."""
        before, best_before = self._series, self._best
        self.set_series(series, best)
        grown = [kind for kind in KINDS if len(series[kind][0]) > len(before[kind][0])]
        if not grown:
            return []
        old, new = before["validation"][0], series["validation"][0]
        if self._has_symbols(old, scale) != self._has_symbols(new, scale):
            return [(scale.left, scale.right)]
        changed = [
            (dirty_from(series[kind][0], len(before[kind][0]), _column(kind, scale)), float(series[kind][0][-1]))
            for kind in grown
        ]
        if best != best_before and best_before is not None:
            changed.append((float(new[best_before]), float(new[best_before])))
        return changed

    def points(self, kind: str, low: float, high: float, scale: PlotScale) -> tuple[Floats, Floats]:
        """The points that are drawn of a curve between two iterations, in units of the axes."""
        x, y = envelope(*self._series[kind], low, high, _column(kind, scale))
        return x, self._to_axis(y)

    def paint_lines(
        self, painter: QPainter, pens: Mapping[str, QPen], scale: PlotScale, low: float, high: float
    ) -> None:
        """Draw the lines that have a pen, between two iterations."""
        for kind, pen in pens.items():
            x, y = self.points(kind, low, high, scale)
            if len(x) < 2:
                continue
            x, y = scale.x(x), scale.y(y)
            painter.setPen(pen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, pen.widthF() > 1)
            if pen.widthF() > 1 and pen.style() is Qt.PenStyle.SolidLine:
                pieces = _segments(x, y)  # it owns the memory that the painter reads
                painter.drawLines(*pieces.drawargs())  # a quarter of the time of one thick path
            else:
                for path in _paths(x, y):
                    painter.drawPolyline(path)

    def paint_symbols(self, painter: QPainter, style: PlotStyle, scale: PlotScale, low: float, high: float) -> None:
        """Draw a diamond on each validation point while they are not too many, and a circle round the best."""
        x, _ = self._series["validation"]
        first, last = x.searchsorted((low, high))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if first < last and self._has_symbols(x, scale):
            painter.setPen(style.symbol_edge)
            painter.setBrush(style.symbol)
            for point in self._pixels(slice(first, last), scale):
                painter.drawConvexPolygon(_DIAMOND.translated(point))
        if self._best is not None:
            painter.setPen(style.run["validation"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for point in self._pixels(slice(self._best, self._best + 1), scale):
                painter.drawEllipse(point, CIRCLE, CIRCLE)

    def _has_symbols(self, x: Floats, scale: PlotScale) -> bool:
        first, last = x.searchsorted((scale.left, scale.right))
        return bool((last - first) * SYMBOL_PIXELS <= scale.width)

    def _pixels(self, rows: slice, scale: PlotScale) -> list[QPointF]:
        """Where some of the validation points are."""
        x, y = (values[rows] for values in self._series["validation"])
        pixels = zip(scale.x(x).tolist(), scale.y(self._to_axis(y)).tolist(), strict=True)
        return [QPointF(*pixel) for pixel in pixels if math.isfinite(pixel[1])]


def _column(kind: str, scale: PlotScale) -> float:
    """The iterations of which a line shows the least and the largest value; a smooth thick line needs half as many."""
    return scale.column if kind == "train" else 2 * scale.column


def _segments(x: Floats, y: Floats) -> PrimitiveArray:
    """The pieces of a curve; there are none to or from a value that is not a number."""
    drawn = np.isfinite(y)
    drawn = drawn[:-1] & drawn[1:]
    pieces = PrimitiveArray(QLineF, 4)  # one block of memory: an object for each piece takes as long as drawing it
    pieces.resize(int(drawn.sum()))
    for column, end in enumerate((x[:-1], y[:-1], x[1:], y[1:])):
        pieces.ndarray()[:, column] = end[drawn]
    return pieces


def _paths(x: Floats, y: Floats) -> list[QPolygonF]:
    """The parts of a curve between values that are not numbers."""
    drawn = np.isfinite(y)
    if drawn.all():
        return [pg.functions.arrayToQPolygonF(x, y)]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], drawn, [False]]))).reshape(-1, 2)
    return [
        pg.functions.arrayToQPolygonF(x[first:end], y[first:end]) for first, end in edges.tolist() if end > first + 1
    ]
