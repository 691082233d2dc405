"""From iterations and values to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from nn_trainer.ui.train.curves import Floats

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
        """Return pixels from the left."""
        return (iterations - self.left) / self.column

    def y(self, values: Number) -> Number:
        """Return pixels from above."""
        return (self.top - values) * (self.height / (self.top - self.bottom))

    def iteration(self, x: float) -> float:
        """Return the iteration at a pixel from the left."""
        return self.left + x * self.column
