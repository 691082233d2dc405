"""The axes of the plots, and what lies behind the curves: lines of equal value and shaded epochs."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

# A shaded band and its number need this many pixels; shorter epochs share a band.
BAND_PIXELS = 44


def epochs_per_band(epoch_pixels: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, ... epochs that is wide enough to be a band of its own."""
    wanted = max(1.0, BAND_PIXELS / max(epoch_pixels, 1e-9))
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


class Backdrop(pg.UIGraphicsItem):  # type: ignore[misc]
    """Every other epoch, or group of epochs, on a shaded band, and a thin line at each tick of the left axis.

    The grid of pyqtgraph's own axes costs several times as much as all curves together.
    """

    def __init__(self, left_axis: pg.AxisItem) -> None:
        super().__init__()
        self._left_axis = left_axis
        self.iterations_per_epoch = 0  # 0: there is no run, and nothing is drawn
        self.band_color = QColor()
        self.line_pen = QPen()
        self.setZValue(-100)

    def paint(self, painter: QPainter, *_args: Any) -> None:
        """Draw what is in view."""
        view = self.boundingRect()
        pixel = self.pixelLength(pg.Point(1, 0))
        if not self.iterations_per_epoch or not pixel:
            return
        width = self.iterations_per_epoch * epochs_per_band(self.iterations_per_epoch / pixel)
        # iteration i is drawn at x = i, so that a band ends half an iteration after its last one
        band = max(0, math.floor((view.left() - 0.5) / width))
        band += band % 2 == 0
        while band * width + 0.5 < view.right():
            painter.fillRect(QRectF(band * width + 0.5, view.top(), width, view.height()), self.band_color)
            band += 2
        painter.setPen(self.line_pen)
        ticks = self._left_axis.tickValues(view.top(), view.bottom(), self._left_axis.size().height())
        for value in ticks[0][1] if ticks else ():
            painter.drawLine(QPointF(view.left(), value), QPointF(view.right(), value))


class EpochAxis(pg.AxisItem):  # type: ignore[misc]
    """The axis above the curves; a tick stands where an epoch ends."""

    def __init__(self) -> None:
        super().__init__("top")
        self.iterations_per_epoch = 0

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ends of the epochs, or of groups of them, in view."""
        if not self.iterations_per_epoch or high <= low:
            return []
        pixels = self.iterations_per_epoch * size / (high - low)
        width = self.iterations_per_epoch * epochs_per_band(pixels)
        ends = range(max(1, math.ceil(low / width)), math.floor(high / width) + 1)
        return [(width, [float(end * width) for end in ends])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the epochs that end at `values`; the first says what the numbers are."""
        numbers = [str(round(value / self.iterations_per_epoch)) for value in values]
        return [f"epoch {number}" if index == 0 else number for index, number in enumerate(numbers)]


class IterationAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of iterations, which are whole."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setLabel("iteration")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the iterations; nothing between two of them."""
        return [f"{value:,.0f}" if value == round(value) else "" for value in values]


class PercentAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of percentages."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the values with their unit."""
        return [f"{value:g} %" for value in values]
