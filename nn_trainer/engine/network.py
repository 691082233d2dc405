"""A network: layers in a row, and all their weights in one flat vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nn_trainer.engine.aligned import aligned_zeros
from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.layers import Array, Layer, Shape
from nn_trainer.engine.layers.base import PREDICTION, InputLayer, Mode, Scratch
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.streams import Purpose, stream


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
    `weights` is the flat vector of all parameters; each layer's parameters are views into it.  If it is given, it is
    used as it is (several networks may share one); else it is made, with first values by `seed`.

    Raises ValueError if the layers do not fit each other.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: Shape,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
        weights: Array | None = None,
    ) -> None:
        self.chain = Chain(layers)
        self.input_shape = input_shape  # (height, width, channels), as images lie in memory
        self.classes = _build(self.chain, input_shape)[0]
        size = sum(self.chain.sizes())
        if weights is not None and weights.shape != (size,):
            raise ValueError(f"the network has {size:,} weights, not {weights.shape}")
        self.weights = aligned_zeros(size, dtype) if weights is None else weights
        self.chain.take_parameters(self.split(self.weights))
        if weights is None:
            self.chain.initialize(stream(seed, Purpose.WEIGHTS))

    @property
    def layers(self) -> list[Layer]:
        """The layers, from the input to the logits."""
        return self.chain.layers

    def split(self, vector: Array) -> dict[str, Array]:
        """Views of a flat vector under "layer.parameter", in the shapes in which the layers work with them."""
        views, start = {}, 0
        for name, shape in self.chain.parameter_shapes().items():
            views[name] = vector[start : start + math.prod(shape)].reshape(shape)
            start += math.prod(shape)
        return views

    def copy(self) -> Network:
        """The same network with weights and constants of its own."""
        twin = Network(build_layers(describe(self.layers)), self.input_shape, weights=self.weights.copy())
        twin.load_state(self.state())
        return twin

    @property
    def weight_count(self) -> int:
        """The number of trained weights, biases included."""
        return self.weights.size

    @property
    def multiplications(self) -> int:
        """The multiply-adds of one image, forward."""
        return sum(layer.multiplications() for layer in self.layers)

    def to_file_shapes(self, vector: Array) -> dict[str, Array]:
        """Views of a flat vector (weights or their gradient) under "layer.parameter", in the model file's shapes."""
        return self.chain.to_file_shapes(self.split(vector))

    def state(self) -> dict[str, Array]:
        """Return copies of all parameters and constants by "layer.parameter"; see `load_state`."""
        arrays = {**self.chain.constants(), **self.to_file_shapes(self.weights)}
        return {name: np.array(array, order="C") for name, array in arrays.items()}

    def load_state(self, state: dict[str, Array]) -> None:
        """Take over what `state` gave, from this or another network of the same layers.

        Raises ValueError if a name is missing or unknown, or a shape is another; nothing is changed then.
        """
        _copy_into({**self.chain.constants(), **self.to_file_shapes(self.weights)}, state)

    def from_file_shapes(self, values: dict[str, Array]) -> Array:
        """The flat vector that `to_file_shapes` turns into these values.  Raises ValueError as `load_state` does."""
        vector = np.zeros_like(self.weights)
        _copy_into(self.to_file_shapes(vector), values)
        return vector

    def is_finite(self) -> bool:
        """Whether all weights and constants are finite."""
        return all(np.isfinite(array).all() for array in (self.weights, *self.chain.constants().values()))

    def summary(self) -> list[LayerSummary]:
        """One row for each layer."""
        return [
            LayerSummary(la.name, la.kind, la.output_shape, size, la.multiplications())
            for la, size in zip(self.layers, self.chain.sizes(), strict=True)
        ]


def _copy_into(targets: dict[str, Array], values: dict[str, Array]) -> None:
    """Copy each array to its target; nothing is changed if a name or a shape is wrong."""
    wrong = sorted(set(targets) ^ set(values))
    if wrong:
        raise ValueError(f"the array {wrong[0]!r} is {'missing' if wrong[0] in targets else 'unknown'}")
    for name, target in targets.items():
        if values[name].shape != target.shape:
            raise ValueError(f"the array {name!r} has shape {values[name].shape}, not {target.shape}")
    for name, target in targets.items():
        target[...] = values[name]


def state_size(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Return the size of the state of a network of these layers, without allocating its weights.

    Raises ValueError if the layers do not fit each other.
    """
    chain = Chain(layers)
    if not chain.layers or not isinstance(chain.layers[0], InputLayer):
        raise ValueError("a network begins with an input layer, such as Pixels")
    _build(chain, input_shape)
    return sum(chain.sizes()) + sum(math.prod(shape) for shape in chain.constant_shapes().values())


def _build(chain: Chain, input_shape: Shape) -> Shape:
    """Set the shapes of a whole network, down to the vector of its logits."""
    shape = chain.build(input_shape)
    if len(shape) != 1:
        raise ValueError("a network ends with a vector of logits, and its last layer gives feature maps")
    return shape


def parameter_count(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Return the number of trained weights of these layers.  Raises ValueError if they do not fit each other."""
    chain = Chain(layers)
    chain.build(input_shape)
    return sum(chain.sizes())


class Replica:
    """A network set up for batches of a fixed number of samples: shared weights, own buffers and gradient.

    Replicas of one network may work in different threads at the same time, as long as no thread writes the weights.
    `gradient` is a flat vector in the order of `network.weights`; pass one to have it filled.  The backward pass, if
    the mode has one, ends at the first layer with weights; or, with `backward_to`, right after the layer of that
    number, and `dx` is then the gradient with respect to that layer's output, in the same memory layout.
    """

    def __init__(
        self,
        network: Network,
        samples: int,
        mode: Mode = PREDICTION,
        gradient: Array | None = None,
        rng: np.random.Generator | None = None,
        backward_to: int | None = None,
    ) -> None:
        self.chain = network.chain.replicate()
        self.chain.use_scratch(Scratch())
        self.chain.bind(np.empty((network.classes, samples), network.weights.dtype), mode)
        self.chain.seed(rng or stream(0, Purpose.DROPOUT))
        self.dx: Array | None = None
        if mode.backward:
            self.gradient = np.zeros_like(network.weights) if gradient is None else gradient
            self.chain.take_gradients(network.split(self.gradient))
            first = 0
            if backward_to is not None:
                first = backward_to + 1
                self.dx = np.empty_like(self.chain.layers[backward_to].y)
            self._dlogits = self.chain.bind_gradient(self.dx, first)

    def forward(self, pixels: Array, derived: bool = False) -> Array:
        """Logits (classes, samples) for images (samples, height, width, channels); overwritten by the next call.

        `derived` says that `network.chain.derive()` was called since the weights changed.
        """
        if not derived:
            self.chain.derive()
        return self.chain.forward(pixels)

    def backward(self, dlogits: Array) -> None:
        """Fill `gradient` for the images of the last `forward`, given the loss's gradient (classes, samples)."""
        assert self._dlogits is not None
        self._dlogits[...] = dlogits
        self.chain.backward(self._dlogits)
