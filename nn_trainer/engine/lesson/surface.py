"""The loss over two weights at once: a landscape, and a descent in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights
from nn_trainer.i18n import _
from nn_trainer.work import Task

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
    task: Task | None = None,
    points: int = POINTS,
) -> Surface:
    """The losses on a square grid around `centre`; ends early, with NaN in the rest, when `task` is cancelled."""
    task = task or Task()
    steps = np.linspace(-radius, radius, points)
    first, second = centre[0] + steps, centre[1] + steps
    losses = np.full((points, points), np.nan)
    for j, b in enumerate(second):
        if task.cancelled():
            break
        task.progress(j, points, _("Computing the surface"))
        for i, a in enumerate(first):
            losses[j, i] = loss.at(float(a), float(b))
    return Surface(first, second, losses)
