"""The examination that every layer and every loss goes through: backpropagation against central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nn_trainer.engine.layers import Layer, Shape, array_shape, assign, natural_order, paired_shape
from nn_trainer.engine.layers.base import TRAINING, Mode

Array = NDArray[np.float64]
STEP = 1e-6


def central_differences(function: Callable[[], float], x: Array) -> Array:
    """The gradient of function() with respect to x, which it reads; (f(x+h) - f(x-h)) / 2h for each element."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + STEP
        above = function()
        x[index] = kept - STEP
        below = function()
        x[index] = kept
        gradient[index] = (above - below) / (2 * STEP)
    return gradient


def inside_a_border(shape: tuple[int, ...]) -> Array:
    """An array as a neighbour with a border of zeros provides it: not contiguous."""
    if len(shape) != 4:
        return np.zeros(shape)
    height, channels, width, samples = shape
    return np.zeros((height + 2, channels, width + 2, samples))[1:-1, :, 1:-1]


def channels_outermost(shape: tuple[int, ...]) -> Array:
    """An array as a neighbour that sees each channel by itself provides it."""
    if len(shape) != 4:
        return np.zeros(shape)
    return np.zeros((shape[1], shape[0], *shape[2:])).swapaxes(0, 1)


class Bench:
    """A layer by itself, in float64, with the loss sum(y * weighting).

    `place` is how its neighbours provide arrays: "contiguous", "in a border", "channels first", or "in pairs" (even and
    odd columns apart).
    """

    def __init__(
        self, layer: Layer, input_shape: Shape, samples: int = 3, place: str = "contiguous", mode: Mode = TRAINING
    ) -> None:
        rng = np.random.default_rng(5)
        make = {"in a border": inside_a_border, "channels first": channels_outermost}.get(place, np.zeros)
        self.layer = layer
        output_shape = array_shape(layer.build(input_shape), samples)
        in_pairs = place == "in pairs" and len(output_shape) == 4
        y_shape = paired_shape(layer.output_shape, samples) if in_pairs else output_shape
        shapes = layer.parameter_shapes()
        layer.take_parameters({name: rng.standard_normal(shape) for name, shape in shapes.items()})
        layer.take_gradients({name: np.full(shape, np.nan) for name, shape in shapes.items()})
        self.x_slot = layer.bind(make(y_shape), mode)
        self.dx = make(self.x_slot.shape)  # a gradient lies as its map does
        self.dy_slot = layer.bind_gradient(self.dx)
        self.x = rng.standard_normal(array_shape(input_shape, samples))
        self.weighting = rng.standard_normal(output_shape)

    def loss(self) -> float:
        self.layer.seed(np.random.default_rng(3))
        self.layer.derive()
        assign(self.x_slot, self.x)
        return float((natural_order(self.layer.forward(self.x_slot)) * self.weighting).sum())

    def backward(self, times: int = 1) -> Array:
        self.loss()
        for _ in range(times):
            assign(self.dy_slot, self.weighting)
            dx = self.layer.backward(self.dy_slot)
            assert dx is self.dx
        return np.array(natural_order(dx))
