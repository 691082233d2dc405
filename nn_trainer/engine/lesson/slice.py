"""A curve of the loss over one weight, wide enough to show where the loss turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights

POINTS = 41
RADII = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # in units of the weight
INNER = (0.06, 0.12)  # distances on each side that are tried before the first radius


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The losses at some values of one weight, ascending."""

    weights: Array
    losses: Array

    @property
    def lowest(self) -> float:
        """The value of the weight with the lowest loss among those that were tried."""
        return float(self.weights[int(np.argmin(self.losses))])


def loss_slice(loss: LossOfWeights, centre: float, radius: float, points: int = POINTS) -> Slice:
    """The losses at evenly spaced values from centre - radius to centre + radius."""
    weights = np.linspace(centre - radius, centre + radius, points)
    return Slice(weights, loss.curve([float(weight) for weight in weights]))


def telling_radius(loss: LossOfWeights, centre: float) -> float:
    """The smallest of `RADII` within which the loss turns: it is lower inside than at both edges.

    The largest radius if the loss does not turn, as when it only flattens out.  Each radius takes one more point on
    each side.
    """
    inside = min(loss.at(centre + distance) for distance in (0.0, *INNER, *(-distance for distance in INNER)))
    for radius in RADII:
        left, right = loss.at(centre - radius), loss.at(centre + radius)
        if inside < min(left, right):
            return radius
        inside = min(inside, left, right)
    return RADII[-1]
