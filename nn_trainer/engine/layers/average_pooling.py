"""Average pooling, over 2x2 pixels or over the whole feature map."""

from __future__ import annotations

import math

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.max_pooling import clear_odd_edges, left_and_right, upper_and_lower
from nn_trainer.engine.layers.memory_layout import (
    Array,
    Shape,
    all_but_channels,
    assign,
    channels_first,
    natural_order,
    paired_shape,
)


class AveragePooling(Layer):
    """Each 2x2 square of pixels becomes its mean; an odd last row or column is left out."""

    ranks = (3,)

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, height // 2, width // 2)."""
        channels, height, width = input_shape
        if min(height, width) < 2:
            raise ValueError(f"average pooling needs 2x2 pixels, the feature map has {height}x{width}")
        return channels, height // 2, width // 2

    def bind(self, y: Array, mode: Mode) -> Array:
        """The input has its own buffer; a second buffer holds the sums of each two rows."""
        self.y = y
        x = np.empty(paired_shape(self.input_shape, y.shape[-1]), y.dtype)
        self.upper, self.lower = upper_and_lower(x)
        self.rows = np.empty(self.upper.shape, y.dtype)
        self.left, self.right = left_and_right(self.rows)
        self.natural_y = y if y.ndim == 4 else np.empty(self.left.shape, y.dtype)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy has its own buffer, a quarter of the size of dx."""
        self.dx = dx
        if dx is not None:
            clear_odd_edges(dx)
        return np.empty(self.y.shape, self.y.dtype)

    def forward(self, x: Array) -> Array:
        """Add rows, then columns, then divide by four."""
        np.add(self.upper, self.lower, out=self.rows)
        np.add(self.left, self.right, out=self.natural_y)
        self.natural_y *= 0.25
        if self.natural_y is not self.y:
            assign(self.y, self.natural_y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """y is a quarter of the sum of four pixels, so dL/dx = dy / 4 for each of them."""
        if self.dx is not None:
            quarter = 0.25 * natural_order(dy)
            for rows in upper_and_lower(self.dx):
                for pixels in left_and_right(rows):
                    pixels[...] = quarter
        return self.dx


class GlobalAveragePooling(Layer):
    """Each channel becomes one number, its mean: (channels, height, width) to a vector (channels,)."""

    ranks = (3,)

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels,)."""
        return input_shape[:1]

    def bind(self, y: Array, mode: Mode) -> Array:
        """The input has its own buffer; a single sample lies channels first, so that what is added is contiguous."""
        self.y = y
        self.pixels = math.prod(self.input_shape[1:])
        if y.shape[-1] == 1:
            return channels_first(self.input_shape, 1, y.dtype)
        return np.empty(paired_shape(self.input_shape, y.shape[-1]), y.dtype)

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy is a vector, with a buffer of its own."""
        self.dx = dx
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Add all pixels of a channel, then divide by their number."""
        np.sum(x, axis=all_but_channels(x)[:-1], out=self.y)
        self.y /= self.pixels
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Each pixel contributes 1 / (height * width) of the mean, so dL/dx = dy / (height * width)."""
        if self.dx is not None:
            self.dx[...] = (dy / self.pixels)[:, None, :]
        return self.dx
