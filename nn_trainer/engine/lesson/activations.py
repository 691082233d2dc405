"""What each layer makes of one image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_trainer.engine.layers import Array, Layer, natural_order
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.network import Network, Replica


@dataclass(frozen=True, eq=False, slots=True)
class Activation:
    """The output of one layer for one image, a copy."""

    layer: str  # such as "convolution1"
    kind: str  # such as "Convolution"
    values: Array  # (channels, height, width) of feature maps or (features,) of a vector


def forward_with_activations(chain: Chain, x: Array, sample: int) -> tuple[Array, tuple[Activation, ...]]:
    """The output of the last layer for a batch, and what each layer made of one sample of it.

    The chain is bound; many of its layers work in place, so each output is copied before the next.
    """
    activations = []
    chain.prepare()
    for layer in chain.layers:
        x = layer.forward(x)
        activations.append(Activation(layer.name, layer.kind, of_sample(x, sample)))
    return x, tuple(activations)


def of_sample(batch: Array, sample: int) -> Array:
    """A copy of one sample of a batch: a feature map (channels, height, width) or a vector (features,)."""
    values = natural_order(batch[..., sample : sample + 1])[..., 0]
    return np.array(values.transpose(1, 0, 2) if values.ndim == 3 else values, order="C")


def look_inside(network: Network, image: Array) -> tuple[Activation, ...]:
    """What each layer makes of one image (height, width, channels), or of one vector, as in prediction."""
    replica = Replica(network, 1)
    return forward_with_activations(replica.chain, image[None], 0)[1]


def by_stage(network: Network, activations: Sequence[Activation]) -> tuple[Activation, ...]:
    """The input, and the output of each layer with weights together with what follows it up to the next such layer.

    What changes no number (flatten, and dropout in prediction) begins no stage and is no end of one.
    """
    stages: list[Activation] = []
    for layer, activation in zip(network.layers, activations, strict=True):
        begins = not stages or _has_weight_matrix(layer)
        if begins:
            stages.append(activation)
        elif layer.kind not in ("Flatten", "Dropout"):
            stages[-1] = activation
    return tuple(stages)


def _has_weight_matrix(layer: Layer) -> bool:
    names: dict[str, Any] = layer.parameter_shapes()
    return any(name == "weight" or name.endswith(".weight") for name in names)
