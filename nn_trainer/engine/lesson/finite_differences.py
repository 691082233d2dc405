"""The gradient without backpropagation: move one weight a little each way and look at the loss."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.batch import Index, batch_gradient, batch_loss, set_weight, weight_at
from nn_trainer.engine.lesson.copies import lesson_copy
from nn_trainer.engine.losses import Loss
from nn_trainer.engine.network import Network

WIDTHS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


@dataclass(frozen=True, slots=True)
class Difference:
    """(loss_right - loss_left) / (2 width): rise over run across the weight."""

    width: float
    loss_left: float  # at weight - width
    loss_right: float  # at weight + width

    @property
    def slope(self) -> float:
        """Rise over run."""
        return (self.loss_right - self.loss_left) / (2 * self.width)


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """What backpropagation says, and what the differences say as their width shrinks."""

    weight: float
    backpropagation: float
    differences: tuple[Difference, ...]


def check_gradient(
    network: Network,
    inputs: Array,
    labels: Array,
    loss: Loss,
    name: str,
    index: Index,
    weight: float | None = None,
) -> GradientCheck:
    """Compare both ways for one weight, at its own value or at `weight`; the network stays as it is.

    The error of a central difference falls with the square of its width, until rounding takes over.  A ReLU or a
    maximum that tips over within the width adds to it.
    """
    twin = lesson_copy(network)
    if weight is None:
        weight = weight_at(twin, name, index)
    set_weight(twin, name, index, weight)
    by_backpropagation = float(batch_gradient(twin, inputs, labels, loss).gradients[name][index])
    differences = []
    for width in WIDTHS:
        losses = []
        for value in (weight - width, weight + width):
            set_weight(twin, name, index, value)
            losses.append(batch_loss(twin, inputs, labels, loss))
        differences.append(Difference(width, *losses))
    return GradientCheck(weight, by_backpropagation, tuple(differences))
