"""The loss over two weights at once: a landscape, and a descent in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights

POINTS = 33  # on each side


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """losses[j, i] is the loss at (first[i], second[j])."""

    first: Array
    second: Array
    losses: Array


def loss_surface(
    loss: LossOfWeights,
    centre: tuple[float, float],
    radius: float,
    progress: Callable[[int, int, str], object] = lambda *_: None,
    cancelled: Callable[[], bool] = lambda: False,
    points: int = POINTS,
) -> Surface:
    """The losses on a square grid around `centre`; ends early, with NaN in the rest, when `cancelled`."""
    steps = np.linspace(-radius, radius, points)
    first, second = centre[0] + steps, centre[1] + steps
    losses = np.full((points, points), np.nan)
    for j, b in enumerate(second):
        if cancelled():
            break
        progress(j, points, "Computing the surface")
        for i, a in enumerate(first):
            losses[j, i] = loss.at(float(a), float(b))
    return Surface(first, second, losses)
