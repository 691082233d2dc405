"""Inspecting a network: a copy in double precision, the output of each layer for an image, the loss and gradient of
a batch, finite differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nn_trainer.engine.description import Description, build_layers, describe
from nn_trainer.engine.layers import Array, Layer, natural_order
from nn_trainer.engine.layers.base import LOSS_ONLY, TRAINING
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.losses import Loss
from nn_trainer.engine.network import Network, Replica


@dataclass(frozen=True, eq=False, slots=True)
class LayerOutput:
    """The output of one layer for one image, a copy."""

    layer: str  # such as "convolution1"
    kind: str  # such as "Convolution"
    values: Array  # (channels, height, width) of feature maps or (features,) of a vector


def forward_with_outputs(chain: Chain, x: Array, sample: int) -> tuple[Array, tuple[LayerOutput, ...]]:
    """Return the output of the last layer for a batch, and the output of each layer for one of its samples.

    The chain is bound; many of its layers work in place, so each output is copied before the next.
    """
    outputs = []
    chain.derive()
    for layer in chain.layers:
        x = layer.forward(x)
        outputs.append(LayerOutput(layer.name, layer.kind, of_sample(x, sample)))
    return x, tuple(outputs)


def of_sample(batch: Array, sample: int) -> Array:
    """A copy of one sample of a batch: a feature map (channels, height, width) or a vector (features,)."""
    values = natural_order(batch[..., sample : sample + 1])[..., 0]
    return np.array(values.transpose(1, 0, 2) if values.ndim == 3 else values, order="C")


def look_inside(network: Network, image: Array) -> tuple[LayerOutput, ...]:
    """Return the output of each layer for one image (height, width, channels) or one vector, as in prediction."""
    replica = Replica(network, 1)
    return forward_with_outputs(replica.chain, image[None], 0)[1]


def by_block(network: Network, outputs: Sequence[LayerOutput]) -> tuple[LayerOutput, ...]:
    """Return the input, and the output of each block: a layer with weights and the layers after it, up to the next.

    Layers that change no values (flatten, and dropout in prediction) neither begin nor end a block.
    """
    blocks: list[LayerOutput] = []
    for layer, output in zip(network.layers, outputs, strict=True):
        begins = not blocks or _has_weight_matrix(layer)
        if begins:
            blocks.append(output)
        elif layer.kind not in ("Flatten", "Dropout"):
            blocks[-1] = output
    return tuple(blocks)


def _has_weight_matrix(layer: Layer) -> bool:
    names: dict[str, Any] = layer.parameter_shapes()
    return any(name == "weight" or name.endswith(".weight") for name in names)


WIDTHS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)


@dataclass(frozen=True, slots=True)
class Difference:
    """(loss_right - loss_left) / (2 width): rise over run across the weight."""

    width: float
    loss_left: float  # at weight - width
    loss_right: float  # at weight + width

    @property
    def slope(self) -> float:
        """The slope of the secant: (loss_right - loss_left) / (2 width)."""
        return (self.loss_right - self.loss_left) / (2 * self.width)


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """The gradient by backpropagation, and by finite differences of decreasing width."""

    weight: float
    backpropagation: float
    differences: tuple[Difference, ...]


def check_gradient(
    network: Network,
    inputs: Array,
    labels: Array,
    loss: Loss,
    name: str,
    index: WeightIndex,
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


SMALLEST_BATCH, LARGEST_BATCH = 4, 32
COMFORTABLE_WORK = 200_000_000  # multiply-adds of the whole batch, forward

WeightIndex = tuple[int, ...]  # of one weight within its parameter, in the shape that the model file has


@dataclass(frozen=True, slots=True, eq=False)
class BatchGradient:
    """The mean loss of a batch, and its gradient by "layer.parameter" in the shapes of the model file."""

    loss: float
    gradients: dict[str, Array]

    def strongest(self, name: str | None = None, count: int = 1) -> list[tuple[str, WeightIndex]]:
        """The weights with the steepest slopes, of one parameter or of all, the steepest first."""
        names = [name] if name is not None else list(self.gradients)
        found: list[tuple[float, str, WeightIndex]] = []
        for each in names:
            size = np.abs(self.gradients[each])
            flat = np.argsort(size, axis=None, kind="stable")[::-1][:count]
            found += [(float(size.flat[i]), each, unravel(int(i), size.shape)) for i in flat]
        found.sort(key=lambda entry: -entry[0])
        return [(each, index) for _, each, index in found[:count]]


def batch_gradient(network: Network, inputs: Array, labels: Array, loss: Loss) -> BatchGradient:
    """Forward and backward once, as in training; inputs (n, ...) as the network takes them, labels (n,)."""
    replica = Replica(network, len(labels), TRAINING)
    value, dlogits = loss(replica.forward(inputs), labels)
    replica.backward(dlogits)
    return BatchGradient(value, network.to_file_shapes(replica.gradient))


def batch_loss(network: Network, inputs: Array, labels: Array, loss: Loss) -> float:
    """The mean loss of a batch, forward as in training (batch normalization uses the figures of this batch)."""
    value, _ = loss(Replica(network, len(labels), LOSS_ONLY).forward(inputs), labels)
    return value


def weight_at(network: Network, name: str, index: WeightIndex) -> float:
    """The value of one weight."""
    return float(network.to_file_shapes(network.weights)[name][index])


def set_weight(network: Network, name: str, index: WeightIndex, value: float) -> None:
    """Give one weight another value."""
    network.to_file_shapes(network.weights)[name][index] = value


def unravel(flat: int, shape: tuple[int, ...]) -> WeightIndex:
    """The index, one number a dimension, of an element counted in C order."""
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def comfortable_size(network: Network) -> int:
    """Return the number of images of a batch for which a curve over one weight is computed quickly."""
    return max(SMALLEST_BATCH, min(LARGEST_BATCH, COMFORTABLE_WORK // max(1, network.multiplications)))


def lesson_copy(network: Network, dtype: DTypeLike = np.float64) -> Network:
    """The same layers and weights in float64, so that every digit that is shown can be checked by hand.

    Dropout layers are left out: they draw new masks each time, so the same weights would give another loss.
    They have no weights, so all names stay as they are.
    """
    twin = Network(build_layers(_without_dropout(describe(network.layers))), network.input_shape, dtype=dtype)
    twin.load_state(network.state())
    return twin


def untrained_copy(network: Network, seed: int) -> Network:
    """A `lesson_copy` with new first weights; constants, such as the mean of the pixels, are kept."""
    twin = lesson_copy(network)
    new = Network(build_layers(describe(twin.layers)), network.input_shape, seed, twin.weights.dtype)
    twin.weights[...] = new.weights
    return twin


def _without_dropout(description: Description) -> Description:
    """The entries of all other layers, also of those inside layers."""
    return [
        {name: _without_dropout(value) if _is_layers(value) else value for name, value in entry.items()}
        for entry in description
        if entry["layer"] != "Dropout"
    ]


def _is_layers(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
