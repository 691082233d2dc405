"""Fewer points for a curve than were recorded, without losing what can be seen."""

from __future__ import annotations

import math

import numpy as np

from nn_trainer.ui.plots.curves import Floats


def group_size(x: Floats, column: float) -> int:
    """How many neighbours are drawn as their smallest and largest value only; 1 draws every point.

    `column` is the width of one column of the screen in units of x, whose values stand evenly apart.
    """
    size = math.ceil(column / (x[1] - x[0])) if len(x) > 1 else 1
    return size if size > 2 else 1  # a pair for each two points would save nothing


def envelope(x: Floats, y: Floats, low: float, high: float, column: float) -> tuple[Floats, Floats]:
    """Thin a curve between `low` and `high` to about two points for each column of the screen.

    Of each group of neighbours the smallest and the largest value stay, so no spike is lost, and the newest
    point is always there.  What is beyond the view stays as far as the line needs it to reach the edge.  Groups begin
    at the same points whatever the view and however far the run is, so that a part of the screen can be drawn again
    alone.
    """
    size = group_size(x, column)
    first = max(int(x.searchsorted(low)) - 1, 0)
    last = min(int(x.searchsorted(high, side="right")) + 1, len(x))
    if size == 1:
        return x[first:last], y[first:last]
    first = max(first - first % size - size, 0)
    last = min(last + 2 * size - last % size, len(x))
    whole = (last - first) // size * size
    groups = y[first : first + whole].reshape(-1, size)
    extremes = np.empty((len(groups), 2))
    np.fmin.reduce(groups, axis=1, out=extremes[:, 0])  # these two pass over what is not a number
    np.fmax.reduce(groups, axis=1, out=extremes[:, 1])
    middles = np.repeat(x[first + size // 2 : first + whole : size], 2)
    rest = slice(min(first + whole, last - 1), last)
    return np.concatenate([middles, x[rest]]), np.concatenate([extremes.ravel(), y[rest]])


def dirty_from(x: Floats, drawn: int, column: float) -> float:
    """The x from which a curve looks different now that it has more than the first `drawn` points."""
    size = group_size(x, column)
    return float(x[max((drawn - 1) // size * size - size, 0)]) if drawn else -math.inf
