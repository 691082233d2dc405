"""Looks for two weights over which the loss has more than one valley."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_trainer.engine.inspection import Index, batch_gradient
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights
from nn_trainer.engine.lesson.surface import loss_surface
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.work import Task

COARSE = 17  # points on each side while looking
RADII = (2.0, 4.0, 8.0)
PAIRS = 8  # of each parameter


def valleys(losses: Array) -> int:
    """How many points inside a grid (rows, columns) are lower than all their eight neighbours."""
    inside = losses[1:-1, 1:-1]
    lower = np.ones(inside.shape, bool)
    rows, columns = losses.shape
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if down or right:
                lower &= inside < losses[1 + down : rows - 1 + down, 1 + right : columns - 1 + right]
    return int(lower.sum())


def find_hills(
    network: Network,
    inputs: Array,
    labels: Array,
    loss: str,
    names: Sequence[str],
    task: Task | None = None,
) -> tuple[str, tuple[Index, Index], float] | None:
    """A parameter of `names`, two of its weights, and how far to go to see two valleys or more; None if none is found.

    Tries pairs of the weights with the steepest slopes, over ever larger squares.
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
                task.progress(tried, len(names) * PAIRS * len(RADII), "Looking for hills")
                a, b = of_pair.values
                if valleys(loss_surface(of_pair, (a, b), radius, points=COARSE).losses) > 1:
                    return name, pair, radius
    return None
