"""From values to pixels, and the round numbers that an axis is marked with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF


@dataclass(frozen=True, slots=True)
class Scale:
    """A rectangle on the screen that shows x from left to right and y from bottom to top."""

    room: QRectF
    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Pixels from the left of the widget."""
        return self.room.left() + (value - self.left) / (self.right - self.left) * self.room.width()

    def y(self, value: float) -> float:
        """Pixels from the top of the widget."""
        return self.room.bottom() - (value - self.bottom) / (self.top - self.bottom) * self.room.height()

    def place(self, x: float, y: float) -> QPointF:
        """The pixel of a point."""
        return QPointF(self.x(x), self.y(y))

    def value_at(self, place: QPointF) -> tuple[float, float]:
        """The point at a pixel."""
        across = (place.x() - self.room.left()) / self.room.width()
        up = (self.room.bottom() - place.y()) / self.room.height()
        return self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom)


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that divides `span` into no more than `most` parts."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`."""
    step = round_step(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]
