"""What the plots draw with, in the colours of a theme, and from values to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from nn_trainer.ui.plots.curves import Floats
from nn_trainer.ui.theme.colors import Colors

Number = TypeVar("Number", float, Floats)


@dataclass(frozen=True)
class PlotScale:
    """What is in view, in units of the axes, and on how many pixels."""

    left: float
    right: float
    bottom: float
    top: float
    width: int
    height: int

    @cached_property
    def column(self) -> float:
        """The width of a pixel in iterations."""
        return (self.right - self.left) / max(self.width, 1)

    def x(self, iterations: Number) -> Number:
        """Pixels from the left."""
        return (iterations - self.left) / self.column

    def y(self, values: Number) -> Number:
        """Pixels from above."""
        return (self.top - values) * (self.height / (self.top - self.bottom))

    def iteration(self, x: float) -> float:
        """The iteration at a pixel from the left."""
        return self.left + x * self.column


LIGHT_RAW, DARK_RAW = 0.3, 0.45  # strength of the raw line beside the smoothed one
GRID_OPACITY = 0.6


@dataclass(frozen=True)
class PlotStyle:
    """Pens and brushes; the pens of the curves by kind, in the order in which they are drawn."""

    background: QColor
    band: QColor  # every other epoch
    grid: QColor
    run: dict[str, QPen]
    run_before: dict[str, QPen]
    symbol_edge: QPen
    symbol: QBrush
    cursor: QPen
    end: QPen
    text: QColor


@cache
def plot_style(colors: Colors) -> PlotStyle:
    """The style in these colours."""
    return PlotStyle(
        background=QColor(colors.panel),
        band=QColor(colors.band),
        grid=_faded(colors.border, GRID_OPACITY),
        run={
            "train": _pen(blended(colors.train, colors.panel, DARK_RAW if colors.dark else LIGHT_RAW), 1),
            "smoothed": _pen(colors.train, 2),
            "validation": _pen(colors.validation, 1.5),
        },
        run_before={
            "smoothed": _pen(colors.faint, 1.5),
            "validation": _pen(colors.faint, 1.5, Qt.PenStyle.DashLine),
        },
        symbol_edge=_pen(colors.panel, 1),
        symbol=QBrush(QColor(colors.validation)),
        cursor=_pen(colors.muted, 1),
        end=_pen(colors.muted, 1, Qt.PenStyle.DotLine),
        text=QColor(colors.text),
    )


def blended(color: str, background: str, strength: float) -> QColor:
    """A colour as it looks when it is painted over a background with less than full strength.

    A pen that is opaque draws a long line in a quarter of the time of one that is not.
    """
    parts = zip(QColor(color).getRgb()[:3], QColor(background).getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(strength * front + (1 - strength) * back) for front, back in parts))


def _pen(color: QColor | str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    return QPen(QColor(color), width, style)


def _faded(color: str, opacity: float) -> QColor:
    result = QColor(color)
    result.setAlphaF(opacity)
    return result
