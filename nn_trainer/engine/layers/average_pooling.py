"""Average pooling, over 2x2 pixels or over the whole feature map."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Array, Layer, Shape, array_shape, channels_first


class AveragePooling(Layer):
    """Each 2x2 square of pixels becomes its mean; an odd last row or column is left out."""

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, height // 2, width // 2)."""
        channels, height, width = input_shape
        if min(height, width) < 2:
            raise ValueError(f"average pooling needs 2x2 pixels, the feature map has {height}x{width}")
        return channels, height // 2, width // 2

    def bind(self, y: Array, training: bool) -> Array:
        """The input has its own buffer; a second one holds the sums of two rows each."""
        self.y = y
        height, _, width, _ = y.shape
        x = np.empty(array_shape(self.input_shape, y.shape[-1]), y.dtype)
        self.upper, self.lower = x[0 : 2 * height : 2], x[1 : 2 * height : 2]
        self.rows = np.empty(self.upper.shape, y.dtype)
        self.left, self.right = self.rows[:, :, 0 : 2 * width : 2], self.rows[:, :, 1 : 2 * width : 2]
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy has its own buffer, a quarter of the size of dx."""
        self.dx = dx
        if dx is not None:
            dx[...] = 0  # an odd last row or column keeps this
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Add rows, then columns, then divide by four."""
        np.add(self.upper, self.lower, out=self.rows)
        np.add(self.left, self.right, out=self.y)
        self.y *= 0.25
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """y is a quarter of the sum of four pixels, so dL/dx = dy / 4 for each of them."""
        if self.dx is not None:
            height, _, width, _ = self.y.shape
            dy *= 0.25
            for row in (0, 1):
                for column in (0, 1):
                    self.dx[row : 2 * height : 2, :, column : 2 * width : 2] = dy
        return self.dx


class GlobalAveragePooling(Layer):
    """Each channel becomes one number, its mean: (channels, height, width) to a vector (channels,)."""

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels,)."""
        return input_shape[:1]

    def bind(self, y: Array, training: bool) -> Array:
        """The input has its own buffer, channels first: what is added lies side by side."""
        self.y = y
        return channels_first(self.input_shape, y.shape[-1], y.dtype)

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy is a vector, with a buffer of its own."""
        self.dx = dx
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Add all pixels of a channel, then divide by their number."""
        np.sum(x, axis=(0, 2), out=self.y)
        self.y /= x.shape[0] * x.shape[2]
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Every pixel has the share 1 / (height * width) in its channel's mean, so dL/dx = dy / (height * width)."""
        if self.dx is not None:
            dy /= self.dx.shape[0] * self.dx.shape[2]
            self.dx[...] = dy[:, None, :]
        return self.dx
