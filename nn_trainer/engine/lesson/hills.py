"""Search for two weights over which the loss has more than one valley."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from nn_trainer.engine.inspection import WeightIndex, batch_gradient
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights
from nn_trainer.engine.lesson.surface import Surface, loss_surface
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.i18n import _
from nn_trainer.work import Task

COARSE = 17  # points on each side while looking
RADII = (2.0, 4.0, 8.0)
PAIRS = 8  # of each parameter
BETWEEN = np.linspace(0, 1, 9)[1:-1]  # fractions of the line from one low point to another
ROUNDING = 1e-9  # relative: smaller differences do not count as higher


def valley_points(losses: Array) -> Array:
    """Return the (row, column) of each point of a grid that is lower than all its eight neighbours, as (n, 2)."""
    inside = losses[1:-1, 1:-1]
    lower = np.ones(inside.shape, bool)
    rows, columns = losses.shape
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if down or right:
                lower &= inside < losses[1 + down : rows - 1 + down, 1 + right : columns - 1 + right]
    return np.argwhere(lower) + 1


def valleys(losses: Array) -> int:
    """Return the number of points inside a grid (rows, columns) that are lower than all eight neighbours."""
    return len(valley_points(losses))


def is_parted(loss: LossOfWeights, surface: Surface) -> bool:
    """Whether the straight line between two low points of the grid rises above both.

    A narrow valley oblique to the grid also has several low points, but nothing higher between them.
    """
    points = [(surface.first[i], surface.second[j], surface.losses[j, i]) for j, i in valley_points(surface.losses)]
    for (a1, b1, low1), (a2, b2, low2) in itertools.combinations(points, 2):
        between = [loss.at(float(a1 + t * (a2 - a1)), float(b1 + t * (b2 - b1))) for t in BETWEEN]
        if max(between) > max(low1, low2) * (1 + ROUNDING):
            return True
    return False


def find_hills(
    network: Network,
    inputs: Array,
    labels: Array,
    loss: str,
    names: Sequence[str],
    task: Task | None = None,
) -> tuple[str, tuple[WeightIndex, WeightIndex], float] | None:
    """A parameter of `names`, two of its weights, and a radius that shows two valleys or more; None if none are found.

    Tries pairs of the weights with the steepest slopes, over increasingly large squares.
    """
    gradient = batch_gradient(network, inputs, labels, LOSSES[loss]())
    task = task or Task()
    tried = 0
    for name in names:
        strong = [index for _, index in gradient.strongest(name, PAIRS + 1)]
        for second in strong[1:]:
            pair = (strong[0], second)
            of_pair = LossOfWeights(network, inputs, labels, LOSSES[loss](), name, pair)
            for radius in RADII:
                if task.cancelled():
                    return None
                tried += 1
                task.progress(tried, len(names) * PAIRS * len(RADII), _("Looking for hills"))
                a, b = of_pair.values
                if is_parted(of_pair, loss_surface(of_pair, (a, b), radius, points=COARSE)):
                    return name, pair, radius
    return None
