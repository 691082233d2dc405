"""One iteration of plain gradient descent, by `engine/training.py`, on a copy of the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.config import make_config
from nn_trainer.engine.inspection import BatchGradient, batch_gradient, lesson_copy
from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.engine.training import train


@dataclass(frozen=True, slots=True, eq=False)
class OneIteration:
    """All weights by "layer.parameter" before and after, and the gradient between them."""

    before: dict[str, Array]
    after: dict[str, Array]
    gradient: BatchGradient
    rate: float


def one_iteration(network: Network, inputs: Array, labels: Array, loss: str, rate: float) -> OneIteration:
    """Train a copy for one batch of all these images with plain SGD; the network itself is not changed."""
    twin = lesson_copy(network)
    gradient = batch_gradient(twin, inputs, labels, LOSSES[loss]())
    before = {name: np.array(values) for name, values in twin.to_file_shapes(twin.weights).items()}
    config = make_config(
        optimizer="sgd",
        learning_rate=rate,
        loss=loss,
        batch_size=len(labels),
        epochs=1,
        schedule="constant",
        weight_decay=0.0,
        threads=1,
    )
    records = train(twin, (inputs, labels), None, config)
    next(records)
    records.close()  # type: ignore[attr-defined]
    after = {name: np.array(values) for name, values in twin.to_file_shapes(twin.weights).items()}
    return OneIteration(before, after, gradient, rate)
