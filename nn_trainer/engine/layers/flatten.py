"""From feature maps to vectors."""

from __future__ import annotations

import math

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array, Shape, array_shape


class Flatten(Layer):
    """(channels, height, width) becomes one vector, in the order row, channel, column; costs nothing."""

    in_place = True

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels * height * width,)."""
        return (math.prod(input_shape),)

    def bind(self, y: Array, mode: Mode) -> Array:
        """The input is the memory of y, viewed as a feature map."""
        self.y = y
        return np.reshape(y, array_shape(self.input_shape, y.shape[-1]), copy=False)

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy is the memory of dx, viewed as a vector; dx with a border has no such view, and is copied to."""
        self.dx = dx
        if dx is not None and dx.flags.c_contiguous:
            return dx.reshape(self.y.shape)
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Return y, which is the memory of x."""
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Copy dy to dx unless they share memory."""
        if self.dx is not None and not np.may_share_memory(self.dx, dy):
            self.dx[...] = dy.reshape(self.dx.shape)
        return self.dx
