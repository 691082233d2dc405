"""The loss of one batch and its gradient, by the network that trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import Loss
from nn_trainer.engine.network import Network, Replica

SMALLEST_BATCH, LARGEST_BATCH = 4, 32
COMFORTABLE_WORK = 200_000_000  # multiply-adds of the whole batch, forward

Index = tuple[int, ...]  # of one weight within its parameter, in the shape that the model file has


@dataclass(frozen=True, slots=True, eq=False)
class BatchGradient:
    """The mean loss of a batch, and its gradient by "layer.parameter" in the shapes of the model file."""

    loss: float
    gradients: dict[str, Array]

    def strongest(self, name: str | None = None, count: int = 1) -> list[tuple[str, Index]]:
        """The weights with the steepest slopes, of one parameter or of all, the steepest first."""
        names = [name] if name is not None else list(self.gradients)
        found: list[tuple[float, str, Index]] = []
        for each in names:
            size = np.abs(self.gradients[each])
            flat = np.argsort(size, axis=None, kind="stable")[::-1][:count]
            found += [(float(size.flat[i]), each, unravel(int(i), size.shape)) for i in flat]
        found.sort(key=lambda entry: -entry[0])
        return [(each, index) for _, each, index in found[:count]]


def batch_gradient(network: Network, inputs: Array, labels: Array, loss: Loss) -> BatchGradient:
    """Forward and backward once, as in training; inputs (n, ...) as the network takes them, labels (n,)."""
    replica = Replica(network, len(labels), training=True)
    value, dlogits = loss(replica.forward(inputs), labels)
    replica.backward(dlogits)
    return BatchGradient(value, network.published(replica.gradient))


def batch_loss(network: Network, inputs: Array, labels: Array, loss: Loss) -> float:
    """The mean loss of a batch, forward as in training (batch normalization uses the figures of this batch)."""
    value, _ = loss(Replica(network, len(labels), training=True).forward(inputs), labels)
    return value


def weight_at(network: Network, name: str, index: Index) -> float:
    """The value of one weight."""
    return float(network.published(network.weights)[name][index])


def set_weight(network: Network, name: str, index: Index, value: float) -> None:
    """Give one weight another value."""
    network.published(network.weights)[name][index] = value


def unravel(flat: int, shape: tuple[int, ...]) -> Index:
    """The index, one number a dimension, of an element counted in C order."""
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def comfortable_size(network: Network) -> int:
    """How many images a batch may have so that a curve over one weight takes no more than a moment."""
    return max(SMALLEST_BATCH, min(LARGEST_BATCH, COMFORTABLE_WORK // max(1, network.multiplications)))
