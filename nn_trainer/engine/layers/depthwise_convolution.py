"""Depthwise convolution: each channel by itself."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Array, Layer, Shape, array_shape, assign, natural_order
from nn_trainer.engine.layers.direct_convolution import strided_size


class DepthwiseConvolution(Layer):
    """One odd kernel for each channel, zero padding, stride 1 or 2.

    y[c, r, q] = sum over i, j of W[c, i, j] x[c, s r + i - k//2, s q + j - k//2]  (+ b[c])

    There is no sum over channels, so no matrix product: each tap is one multiplication of the whole map with a number a
    channel, row by row so that a row of y stays in cache until all its taps are added.

    Parameters: weight, published as (channels, 1, kernel, kernel); bias (channels,) unless bias=False.
    """

    def __init__(self, kernel: int = 3, stride: int = 1, bias: bool = True, initializer: str = "he") -> None:
        super().__init__()
        if kernel % 2 == 0 or stride not in (1, 2):
            raise ValueError("a depthwise convolution has an odd kernel and a stride of 1 or 2")
        self.kernel, self.stride, self.bias, self.initializer = kernel, stride, bias, initializer

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, ceil(height / stride), ceil(width / stride))."""
        channels, height, width = input_shape
        return channels, strided_size(height, self.stride), strided_size(width, self.stride)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (kernel rows, kernel columns, channels)."""
        channels = self.input_shape[0]
        shapes: dict[str, Shape] = {"weight": (self.kernel, self.kernel, channels)}
        return {**shapes, "bias": (channels,)} if self.bias else shapes

    def published(self, values: dict[str, Array]) -> dict[str, Array]:
        """Weight as (channels, 1, kernel rows, kernel columns)."""
        return {name: v.transpose(2, 0, 1)[:, None] if name == "weight" else v for name, v in values.items()}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight = self.parameters["weight"]
        weight[...] = INITIALIZERS[self.initializer](rng, weight.shape, self.kernel**2, self.kernel**2)
        if self.bias:
            self.parameters["bias"][...] = 0

    def multiplications(self) -> int:
        """One for each tap and output."""
        channels, height, width = self.output_shape
        return self.kernel**2 * channels * height * width

    def bind(self, y: Array, training: bool) -> Array:
        """The input is expected inside a border of zeros."""
        self.y = y
        self.natural_y = y if y.ndim == 4 else np.empty(array_shape(self.output_shape, y.shape[-1]), y.dtype)
        self.x_padded, x = padded(self.input_shape, y.shape[-1], self.kernel, y.dtype)
        self.product = np.empty(self.natural_y.shape[1:], y.dtype)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dx is gathered inside a border, which catches what falls outside the image."""
        self.dx = dx
        if dx is not None:
            self.dx_padded, self.dx_inside = padded(self.input_shape, self.y.shape[-1], self.kernel, self.y.dtype)
        return np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """See the class."""
        weight = self.parameters["weight"][..., None, None]
        for row, y in enumerate(self.natural_y):
            y[...] = self.parameters["bias"][:, None, None] if self.bias else 0
            for i in range(self.kernel):
                for j in range(self.kernel):
                    y += np.multiply(self._tap(self.x_padded, row, i, j), weight[i, j], out=self.product)
        if self.natural_y is not self.y:
            assign(self.y, self.natural_y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        y[c, r, q] holds W[c, i, j] x[c, s r + i - k//2, s q + j - k//2], so
        dL/dW[c, i, j] = sum over r, q and samples of dy[c, r, q] times that x, and that x gets
        dy[c, r, q] W[c, i, j] from each r, q it took part in.
        """
        weight, dweight = self.parameters["weight"][..., None, None], self.gradients["weight"]
        dweight[...] = 0
        if self.dx is not None:
            self.dx_padded[...] = 0
        for row, dy_row in enumerate(natural_order(dy)):
            for i in range(self.kernel):
                for j in range(self.kernel):
                    np.multiply(self._tap(self.x_padded, row, i, j), dy_row, out=self.product)
                    dweight[i, j] += self.product.sum(axis=(1, 2))
                    if self.dx is not None:
                        target = self._tap(self.dx_padded, row, i, j)
                        target += np.multiply(dy_row, weight[i, j], out=self.product)
        if self.bias:
            np.sum(natural_order(dy), axis=(0, 2, 3), out=self.gradients["bias"])
        if self.dx is not None:
            self.dx[...] = self.dx_inside
        return self.dx

    def _tap(self, whole: Array, row: int, i: int, j: int) -> Array:
        """The pixels (channels, width, samples) that kernel tap (i, j) meets for one output row."""
        width = self.output_shape[2]
        return whole[self.stride * row + i, :, j : j + self.stride * (width - 1) + 1 : self.stride]


def padded(shape: Shape, samples: int, kernel: int, dtype: np.dtype[np.generic]) -> tuple[Array, Array]:
    """A feature map within a border of zeros of kernel//2 pixels: the whole, and a view of its inside."""
    channels, height, width = shape
    border = kernel // 2
    whole = np.zeros((height + 2 * border, channels, width + 2 * border, samples), dtype)
    return whole, whole[border : border + height, :, border : border + width]
