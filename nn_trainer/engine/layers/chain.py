"""Layers in a row: what a network and the branch of a residual block have in common."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from nn_trainer.engine.layers.base import InputLayer, Layer, Mode, Scratch
from nn_trainer.engine.layers.memory_layout import Array, Shape


class Chain:
    """Layers in a row, named after their kind and place: dense1, relu1, dense2."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = list(layers)
        counts: dict[str, int] = {}
        for layer in self.layers:
            counts[layer.kind] = counts.get(layer.kind, 0) + 1
            layer.name = f"{layer.kind.lower()}{counts[layer.kind]}"

    def build(self, shape: Shape) -> Shape:
        """Set the shapes of all layers; return the output shape.  Raises ValueError if they do not fit."""
        for layer in self.layers:
            if isinstance(layer, InputLayer) and layer is not self.layers[0]:
                raise ValueError(f"the layer {layer.name} takes what is fed to a network, so it can only be the first")
            shape = layer.build(shape)
        return shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """The shapes of all parameters, as they lie in memory, by "layer.parameter"."""
        return {f"{la.name}.{name}": shape for la in self.layers for name, shape in la.parameter_shapes().items()}

    def sizes(self) -> list[int]:
        """The number of parameters of each layer."""
        return [sum(map(math.prod, layer.parameter_shapes().values())) for layer in self.layers]

    def constant_shapes(self) -> dict[str, Shape]:
        """The shapes of all constants by "layer.constant"."""
        return {f"{la.name}.{name}": shape for la in self.layers for name, shape in la.constant_shapes().items()}

    def constants(self) -> dict[str, Array]:
        """All constants by "layer.constant"."""
        return {f"{la.name}.{name}": array for la in self.layers for name, array in la.constants.items()}

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Values by "layer.parameter" in the shapes in which the model file keeps them."""
        parts = self._by_layer(values)
        return {
            f"{la.name}.{name}": array
            for la in self.layers
            for name, array in la.to_file_shapes(parts[la.name]).items()
        }

    def initialize(self, rng: np.random.Generator) -> None:
        """Give all parameters their first values."""
        for layer in self.layers:
            layer.initialize(rng)

    def take_parameters(self, values: dict[str, Array]) -> None:
        """Use these arrays, by "layer.parameter", as the parameters."""
        parts = self._by_layer(values)
        for layer in self.layers:
            layer.take_parameters(parts[layer.name])

    def take_gradients(self, values: dict[str, Array]) -> None:
        """Fill these arrays, by "layer.parameter", with the gradients."""
        parts = self._by_layer(values)
        for layer in self.layers:
            layer.take_gradients(parts[layer.name])

    def _by_layer(self, values: dict[str, Array]) -> dict[str, dict[str, Array]]:
        """Group values by "layer.parameter" into a dictionary by "parameter" for each layer."""
        parts: dict[str, dict[str, Array]] = {layer.name: {} for layer in self.layers}
        for name, array in values.items():
            layer, _, rest = name.partition(".")
            parts[layer][rest] = array
        return parts

    def replicate(self) -> Self:
        """A chain of replicas of these layers."""
        twin = type(self)(())
        twin.layers = [layer.replicate() for layer in self.layers]
        return twin

    def use_scratch(self, scratch: Scratch) -> None:
        """Let all layers take short-lived memory from here."""
        for layer in self.layers:
            layer.use_scratch(scratch)

    def derive(self) -> None:
        """Compute in each layer what all replicas derive from its parameters."""
        for layer in self.layers:
            layer.derive()

    def seed(self, rng: np.random.Generator) -> None:
        """Let all layers draw their random numbers from `rng`."""
        for layer in self.layers:
            layer.seed(rng)

    def merge_statistics(self, replicas: Sequence[Chain]) -> None:
        """Merge the statistics of each layer's replicas."""
        for place, layer in enumerate(self.layers):
            if type(layer).merge_statistics is not Layer.merge_statistics:
                layer.merge_statistics([replica.layers[place] for replica in replicas])

    def bind(self, y: Array, mode: Mode) -> Array:
        """Bind the layers from the last to the first; return where the input is expected."""
        for layer in reversed(self.layers):
            y = layer.bind(y, mode)
        return y

    def bind_gradient(self, dx: Array | None, first: int = 0) -> Array | None:
        """Bind the backward pass, from the first layer to the last; return where dy is expected.

        The backward pass ends at layer number `first`, whose gradient goes to `dx`; without `dx`, it ends at the first
        layer that has parameters.
        """
        if dx is None:
            first = next(i for i, layer in enumerate(self.layers) if layer.parameters)
        self._way_back = self.layers[: first - 1 : -1] if first else self.layers[::-1]
        for layer in reversed(self._way_back):
            dx = layer.bind_gradient(dx)
        return dx

    def forward(self, x: Array) -> Array:
        """The output of the last layer."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of all layers and return dx."""
        gradient: Array | None = dy
        for layer in self._way_back:
            assert gradient is not None
            gradient = layer.backward(gradient)
        return gradient
