"""Convolution with a kernel of one pixel: the same dense layer for every pixel."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array, Shape, assign, channels_first, is_channels_first


class PointwiseConvolution(Layer):
    """y[f, p] = sum over c of W[f, c] x[c, p]  (+ b[f])  for each pixel p.

    Pixels are independent, so nothing is copied and there is no border.  With the channels first in memory, it is one
    product of (filters, channels) and (channels, all pixels of all samples); row by row, the small maps deep in a
    network would read the weights again for each row of a few pixels.  The bias is stored as the weights of one more
    channel, which is 1 everywhere, so it needs no separate pass over y.

    Parameters: weight, in the model file (filters, channels, 1, 1); bias (filters,) unless bias=False.
    """

    ranks = (3,)

    def __init__(self, filters: int, bias: bool = True, initializer: str = "he") -> None:
        super().__init__()
        self.filters, self.bias, self.initializer = filters, bias, initializer

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (filters, height, width)."""
        return self.filters, *input_shape[1:]

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (filters, channels), with the bias as its last column."""
        return {"weight": (self.filters, self.input_shape[0] + self.bias)}

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Weight as (filters, channels, 1, 1), like that of any convolution, and the bias apart."""
        if not values:
            return values
        weight = values["weight"][:, : self.input_shape[0], None, None]
        return {"weight": weight, "bias": values["weight"][:, -1]} if self.bias else {"weight": weight}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight, channels = self.parameters["weight"], self.input_shape[0]
        weight[...] = 0
        weight[:, :channels] = INITIALIZERS[self.initializer](rng, (self.filters, channels), channels, self.filters)

    def multiplications(self) -> int:
        """Return one for each channel, filter and pixel."""
        channels, height, width = self.input_shape
        return self.filters * channels * height * width

    def bind(self, y: Array, mode: Mode) -> Array:
        """The input lies channels first; if y does not, the product goes to a buffer before it is copied to y."""
        self.y = y
        channels, height, width = self.input_shape
        x = channels_first((channels + self.bias, height, width), y.shape[-1], y.dtype)
        self.x_flat = as_matrix(x)
        self.x_flat[channels:] = 1
        self.y_own = y if is_channels_first(y) else channels_first(self.output_shape, y.shape[-1], y.dtype)
        self.y_flat = as_matrix(self.y_own)
        return x[:, :channels]

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy lies channels first; if dx does not, the product goes to a buffer before it is copied to dx."""
        self.dx = dx
        self.dy_own = channels_first(self.output_shape, self.y.shape[-1], self.y.dtype)
        if dx is not None:
            samples = dx.shape[-1]
            self.dx_own = dx if is_channels_first(dx) else channels_first(self.input_shape, samples, dx.dtype)
        return self.dy_own if self.y.ndim == 4 else np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """Compute one matrix product for all pixels of all samples."""
        np.matmul(self.parameters["weight"], self.x_flat, out=self.y_flat)
        if self.y_own is not self.y:
            assign(self.y, self.y_own)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        y = W x + b for each pixel, as in a dense layer, so dL/dW = dy x^T, summed over the pixels, with the ones in x
        for dL/db, and dL/dx = W^T dy.
        """
        if dy is not self.dy_own:
            assign(self.dy_own, dy)
        dy_flat = as_matrix(self.dy_own)
        np.matmul(dy_flat, self.x_flat.T, out=self.gradients["weight"])
        if self.dx is not None:
            weight = self.parameters["weight"][:, : self.input_shape[0]]
            np.matmul(weight.T, dy_flat, out=as_matrix(self.dx_own))
            if self.dx_own is not self.dx:
                assign(self.dx, self.dx_own)
        return self.dx


def as_matrix(maps: Array) -> Array:
    """A view of maps that are channels first as (channels, pixels * samples)."""
    return np.reshape(maps.swapaxes(0, 1), (maps.shape[1], -1), copy=False)
