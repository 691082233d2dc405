"""A network: layers in a row, and all their weights in one flat vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nn_trainer.engine.layers import Array, Layer, Shape


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One row of a network's summary; shapes are (channels, height, width) or (features,)."""

    name: str
    kind: str
    output_shape: Shape
    weights: int
    multiplications: int  # multiply-adds for one image, forward


class Network:
    """Layers in a row, from the bytes of images to one logit a class.

    The softmax that turns logits into probabilities belongs to the loss and to `inference.py`.
    `weights` is the flat vector of all parameters; each layer's parameters are views into it.

    Raises ValueError if the layers do not fit each other.
    """

    def __init__(
        self, layers: Sequence[Layer], input_shape: Shape, seed: int = 0, dtype: DTypeLike = np.float32
    ) -> None:
        self.layers = tuple(layers)
        self.input_shape = input_shape  # (height, width, channels), as images lie in memory
        counts: dict[str, int] = {}
        shape = input_shape
        for layer in self.layers:
            counts[layer.kind] = counts.get(layer.kind, 0) + 1
            layer.name = f"{layer.kind.lower()}{counts[layer.kind]}"
            shape = layer.build(shape)
        self.classes = shape[0]
        self.weights = np.zeros(sum(self._sizes()), dtype)
        rng = np.random.default_rng(seed)
        for layer, parameters in zip(self.layers, self.split(self.weights), strict=True):
            layer.parameters = parameters
            layer.initialize(rng)

    def _sizes(self) -> list[int]:
        """The number of weights of each layer."""
        return [sum(map(math.prod, layer.parameter_shapes().values())) for layer in self.layers]

    def split(self, vector: Array) -> list[dict[str, Array]]:
        """Views of a flat vector as the parameters of each layer, by name."""
        views, start = [], 0
        for layer in self.layers:
            named = {}
            for name, shape in layer.parameter_shapes().items():
                named[name] = vector[start : start + math.prod(shape)].reshape(shape)
                start += math.prod(shape)
            views.append(named)
        return views

    @property
    def weight_count(self) -> int:
        """The number of trained weights, biases included."""
        return self.weights.size

    @property
    def multiplications(self) -> int:
        """The multiply-adds of one image, forward."""
        return sum(layer.multiplications() for layer in self.layers)

    def published(self, vector: Array) -> dict[str, Array]:
        """Views of a flat vector (weights or their gradient) under "layer.parameter", in the model file's shapes."""
        return {
            f"{layer.name}.{name}": array
            for layer, values in zip(self.layers, self.split(vector), strict=True)
            for name, array in layer.published(values).items()
        }

    def state(self) -> dict[str, Array]:
        """Copies of all arrays that make the network what it is, by "layer.parameter"; see `load_state`."""
        constants = {f"{la.name}.{name}": a for la in self.layers for name, a in la.constants.items()}
        return {name: np.array(a, order="C") for name, a in {**constants, **self.published(self.weights)}.items()}

    def load_state(self, state: dict[str, Array]) -> None:
        """Take over what `state` gave, from this or another network of the same layers.

        Raises ValueError if a name is missing or unknown, or a shape is another; nothing is changed then.
        """
        targets = self.published(self.weights)
        for layer in self.layers:
            targets.update({f"{layer.name}.{name}": array for name, array in layer.constants.items()})
        wrong = sorted(set(targets) ^ set(state))
        if wrong:
            raise ValueError(f"the array {wrong[0]!r} is {'missing' if wrong[0] in targets else 'unknown'}")
        for name, target in targets.items():
            if state[name].shape != target.shape:
                raise ValueError(f"the array {name!r} has shape {state[name].shape}, not {target.shape}")
        for name, target in targets.items():
            target[...] = state[name]

    def summary(self) -> list[LayerSummary]:
        """One row for each layer."""
        return [
            LayerSummary(la.name, la.kind, la.output_shape, size, la.multiplications())
            for la, size in zip(self.layers, self._sizes(), strict=True)
        ]


class Replica:
    """A network set up for batches of a fixed number of samples: shared weights, own buffers and gradient.

    Replicas of one network may work in different threads at the same time, as long as nobody writes the weights.
    `gradient` is a flat vector in the order of `network.weights`; pass one to have it filled.
    """

    def __init__(
        self,
        network: Network,
        samples: int,
        training: bool = False,
        gradient: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.layers = [layer.replicate() for layer in network.layers]
        dtype = network.weights.dtype
        slot = np.empty((network.classes, samples), dtype)
        for layer in reversed(self.layers):
            slot = layer.bind(slot, training)
        if training:
            self.gradient = np.zeros_like(network.weights) if gradient is None else gradient
            self._bind_gradients(network, rng or np.random.default_rng(0))

    def _bind_gradients(self, network: Network, rng: np.random.Generator) -> None:
        """Set up the way back; it ends at the first layer that has parameters."""
        for layer, gradients in zip(self.layers, network.split(self.gradient), strict=True):
            layer.gradients = gradients
            layer.seed(rng)
        first = next(i for i, layer in enumerate(self.layers) if layer.parameters)
        self._trained = self.layers[first:]
        slot: Array | None = None
        for layer in self._trained:
            slot = layer.bind_gradient(slot)
        assert slot is not None
        self._dlogits = slot

    def forward(self, pixels: Array) -> Array:
        """Logits (classes, samples) for images (samples, height, width, channels); overwritten by the next call."""
        x = pixels
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dlogits: Array) -> None:
        """Fill `gradient` for the images of the last `forward`, given the loss's gradient (classes, samples)."""
        self._dlogits[...] = dlogits
        dy: Array = self._dlogits
        for layer in reversed(self._trained):
            dx = layer.backward(dy)
            if dx is not None:
                dy = dx
