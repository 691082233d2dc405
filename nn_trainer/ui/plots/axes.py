"""The axes of the plots."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetrics

from nn_trainer.i18n import _
from nn_trainer.ui.plots.painter import epochs_per_band
from nn_trainer.wording import number


class EpochAxis(pg.AxisItem):  # type: ignore[misc]
    """The axis above the curves; a tick stands where an epoch ends."""

    def __init__(self) -> None:
        super().__init__("top")
        self.iterations_per_epoch = 0

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """The ends of the epochs, or of groups of them, in view."""
        if not self.iterations_per_epoch or high <= low:
            return []
        pixels = self.iterations_per_epoch * size / (high - low)
        width = self.iterations_per_epoch * epochs_per_band(pixels)
        ends = range(max(1, math.ceil(low / width)), math.floor(high / width) + 1)
        return [(width, [float(end * width) for end in ends])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The epochs that end at `values`; the first says what the numbers are."""
        epochs = [number(round(value / self.iterations_per_epoch)) for value in values]
        return [_("epoch {number}").format(number=epoch) for epoch in epochs[:1]] + epochs[1:]


class IterationAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of iterations, which are whole."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setLabel(_("iteration"))

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The iterations; nothing between two of them."""
        return [number(round(value)) if value == round(value) else "" for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis on the left, whose numbers never stand in each other, however low the plot or large the letters."""

    LINE = 1.2  # heights of a number between one and the next, at least

    def __init__(self) -> None:
        super().__init__("left")

    @property
    def label_height(self) -> int:
        """Pixels."""
        return QFontMetrics(self.style["tickFont"] or QFont()).height()

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """The first of the steps 1, 2, 5, 10, ... that leaves each number its room."""
        (step, offset), *_rest = super().tickSpacing(low, high, size)
        least = self.LINE * self.label_height * (high - low) / max(size, 1.0)
        if step >= least or not math.isfinite(least):
            return [(step, offset)]
        power = 10.0 ** math.floor(math.log10(least))
        return [(next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least), 0.0)]


class PercentAxis(ValueAxis):
    """An axis of percentages."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The values with their unit."""
        return [f"{value:g} %" for value in values]


class LossAxis(ValueAxis):
    """The axis of the loss; in powers of ten it writes 1, 2 and 5 times each power, as far as they have room."""

    LOG_LINE = 2.0  # heights of a number between one and the next, in powers of ten

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """The numbers to write; those of a logarithmic axis are their powers of ten."""
        if not self.logMode:
            ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return ticks
        first, last = math.floor(low), math.ceil(high)
        label = self.LOG_LINE * self.label_height
        decade = size / max(high - low, 1e-9)  # pixels
        every = max(1, math.ceil(label / decade))
        digits = (1, 2, 5) if math.log10(2) * decade >= label else (1,)
        powers = range(first - first % every, last + 1, every)
        values = [power + math.log10(digit) for power in powers for digit in digits]
        return [(1.0, [value for value in values if low <= value <= high])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The values as they are recorded."""
        if not self.logMode:
            texts: list[str] = super().tickStrings(values, scale, spacing)
            return texts
        return [f"{10**value:.4g}" for value in values]
