"""Convolution with a kernel of one pixel: a dense layer that every pixel goes through."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Array, Layer, Shape, assign, channels_first, is_channels_first


class PointwiseConvolution(Layer):
    """y[f, p] = sum over c of W[f, c] x[c, p]  (+ b[f])  for each pixel p.

    The pixels do not meet, so nothing is copied and there is no border.  With the channels first in memory, one product
    of (filters, channels) and (channels, all pixels of all samples) does it all; row by row, the small maps deep in a
    network would read the weights anew for each row of a few pixels.

    Parameters: weight, published as (filters, channels, 1, 1); bias (filters,) unless bias=False.
    """

    def __init__(self, filters: int, bias: bool = True, initializer: str = "he") -> None:
        super().__init__()
        self.filters, self.bias, self.initializer = filters, bias, initializer

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (filters, height, width)."""
        return self.filters, *input_shape[1:]

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (filters, channels)."""
        shapes: dict[str, Shape] = {"weight": (self.filters, self.input_shape[0])}
        return {**shapes, "bias": (self.filters,)} if self.bias else shapes

    def published(self, values: dict[str, Array]) -> dict[str, Array]:
        """Weight as (filters, channels, 1, 1), as any convolution's."""
        return {name: v[:, :, None, None] if name == "weight" else v for name, v in values.items()}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight = self.parameters["weight"]
        weight[...] = INITIALIZERS[self.initializer](rng, weight.shape, self.input_shape[0], self.filters)
        if self.bias:
            self.parameters["bias"][...] = 0

    def multiplications(self) -> int:
        """One for each channel, filter and pixel."""
        _, height, width = self.input_shape
        return self.filters * self.input_shape[0] * height * width

    def bind(self, y: Array, training: bool) -> Array:
        """Channels first; if y is not, the product goes to a buffer first."""
        self.y = y
        x, self.x_flat = flat_map(self.input_shape, y)
        self.y_own, self.y_flat = flat_map(self.output_shape, y, y)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """The same for the way back."""
        self.dx = dx
        self.dy_own, self.dy_flat = flat_map(self.output_shape, self.y)
        if dx is not None:
            self.dx_own, self.dx_flat = flat_map(self.input_shape, self.y, dx)
        return self.dy_own if self.y.ndim == 4 else np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """One matrix product."""
        np.matmul(self.parameters["weight"], self.x_flat, out=self.y_flat)
        if self.bias:
            self.y_flat += self.parameters["bias"][:, None]
        if self.y_own is not self.y:
            assign(self.y, self.y_own)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        y = W x + b for each pixel, as in a dense layer, so dL/dW = dy x^T and dL/db = dy, summed over the pixels, and
        dL/dx = W^T dy.
        """
        if dy is not self.dy_own:
            assign(self.dy_own, dy)
        np.matmul(self.dy_flat, self.x_flat.T, out=self.gradients["weight"])
        if self.bias:
            np.sum(self.dy_flat, axis=1, out=self.gradients["bias"])
        if self.dx is not None:
            np.matmul(self.parameters["weight"].T, self.dy_flat, out=self.dx_flat)
            if self.dx_own is not self.dx:
                assign(self.dx, self.dx_own)
        return self.dx


def flat_map(shape: Shape, like: Array, wanted: Array | None = None) -> tuple[Array, Array]:
    """A map of this shape and `like`'s samples and type, and a view of it as (channels, pixels * samples).

    It is `wanted` if that is channels first already.
    """
    whole = wanted if wanted is not None and is_channels_first(wanted) else None
    if whole is None:
        whole = channels_first(shape, like.shape[-1], like.dtype)
    return whole, np.reshape(whole.swapaxes(0, 1), (shape[0], -1), copy=False)
