"""The loss of a batch and its slopes, at any values of one weight or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nn_trainer.engine.inspection import BatchGradient, WeightIndex, batch_gradient, lesson_copy, set_weight
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the landscape: the weights, the loss there, and its slope in the direction of each weight."""

    weights: tuple[float, ...]
    loss: float
    gradients: tuple[float, ...]


class Landscape:
    """The loss of one batch over the weights `indices` of the parameter `name`; the given network is not changed.

    `gradient` is that of the batch with the network as it is, if it is already known.  Not thread-safe.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        labels: Array,
        loss: str,
        name: str,
        indices: Sequence[WeightIndex],
        gradient: BatchGradient | None = None,
    ) -> None:
        self._twin = lesson_copy(network)
        self._inputs, self._labels = inputs, labels
        self._loss = LOSSES[loss]()
        self.name, self.indices = name, tuple(indices)
        self.loss = LossOfWeights(self._twin, inputs, labels, self._loss, name, indices)
        self.start = self.point(self.loss.values) if gradient is None else self._point(self.loss.values, gradient)

    def point(self, weights: Sequence[float]) -> Point:
        """Loss and slopes with these weights, by backpropagation through the whole network."""
        for index, value in zip(self.indices, weights, strict=True):
            set_weight(self._twin, self.name, index, value)
        return self._point(weights, batch_gradient(self._twin, self._inputs, self._labels, self._loss))

    def _point(self, weights: Sequence[float], found: BatchGradient) -> Point:
        slopes = tuple(float(found.gradients[self.name][index]) for index in self.indices)
        return Point(tuple(weights), found.loss, slopes)
