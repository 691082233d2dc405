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


class PercentAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of percentages."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The values with their unit."""
        return [f"{value:g} %" for value in values]


class LossAxis(pg.AxisItem):  # type: ignore[misc]
    """The axis of the loss; in powers of ten it writes 1, 2 and 5 times each power, as far as they have room."""

    LINE = 2.0  # heights of a label between one and the next

    def __init__(self) -> None:
        super().__init__("left")

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """The numbers to write; those of a logarithmic axis are their powers of ten."""
        if not self.logMode:
            ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return ticks
        first, last = math.floor(low), math.ceil(high)
        label = self.LINE * QFontMetrics(self.style["tickFont"] or QFont()).height()
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
