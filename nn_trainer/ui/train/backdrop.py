"""What lies behind the curves: shaded epochs and lines of equal value."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from nn_trainer.ui.train.plot_scale import PlotScale
from nn_trainer.ui.train.plot_style import PlotStyle

# A shaded band and its number need this many pixels; shorter epochs share a band.
BAND_PIXELS = 44


def epochs_per_band(epoch_pixels: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, ... epochs that is wide enough to be a band of its own."""
    wanted = max(1.0, BAND_PIXELS / max(epoch_pixels, 1e-9))
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


def paint_backdrop(
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
    painter.setPen(style.grid)
    for value in ticks:
        y = round(scale.y(value))
        painter.drawLine(0, y, scale.width, y)
