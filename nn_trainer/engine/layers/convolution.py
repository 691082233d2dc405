"""Two-dimensional convolution, at the speed of a compiled framework."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.direct_convolution import DirectConvolution, border_before, check_padding, strided_size
from nn_trainer.engine.layers.memory_layout import Array, Shape, all_but_channels, per_channel
from nn_trainer.engine.layers.winograd import FEWEST_CHANNELS, Kernels, WinogradConvolution


class Convolution(Layer):
    """A convolution with an odd kernel, zero padding, and stride 1 (height and width stay) or 2 (they are halved).

    y[f, r, q] = sum over i, j, c of W[f, c, i, j] x[c, s r + i - k//2, s q + j - k//2]  (+ b[f])

    That is with padding="symmetric"; with "same", i and j begin elsewhere in some maps: see `border_before`.

    This is the layer: its parameters and their shapes.  The arithmetic is in `direct_convolution.py`, which does any
    convolution and is the one to read first, and in `winograd.py`, which does the common case (kernel 3, stride 1, an
    even width) with two thirds of the multiplications.

    Parameters: weight, in the model file (filters, channels, kernel, kernel); bias (filters,) unless bias=False.
    """

    ranks = (3,)

    arguments_added: ClassVar[dict[str, Any]] = {"padding": "symmetric"}

    def __init__(
        self,
        filters: int,
        kernel: int = 3,
        stride: int = 1,
        bias: bool = True,
        initializer: str = "he",
        padding: str = "symmetric",
    ) -> None:
        super().__init__()
        if kernel % 2 == 0 or stride not in (1, 2):
            raise ValueError("a convolution has an odd kernel and a stride of 1 or 2")
        check_padding(padding)
        self.filters = filters
        self.kernel = kernel
        self.stride = stride
        self.bias = bias
        self.initializer = initializer
        self.padding = padding
        self.kernels: Kernels | None = None  # the same object in all replicas

    def build(self, input_shape: Shape) -> Shape:
        """Also choose the arithmetic for these shapes."""
        output_shape = super().build(input_shape)
        channels, _, width = input_shape
        is_fast = self.kernel == 3 and self.stride == 1 and width % 2 == 0 and channels >= FEWEST_CHANNELS
        self.kernels = (self.kernels or Kernels()) if is_fast else None
        return output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (filters, ceil(height / stride), ceil(width / stride))."""
        _, height, width = input_shape
        return self.filters, strided_size(height, self.stride), strided_size(width, self.stride)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (filters, kernel rows, kernel columns, channels), the order in which the columns are gathered."""
        shapes: dict[str, Shape] = {"weight": (self.filters, self.kernel, self.kernel, self.input_shape[0])}
        if self.bias:
            shapes["bias"] = (self.filters,)
        return shapes

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Weight as (filters, channels, kernel rows, kernel columns)."""
        return {name: v.transpose(0, 3, 1, 2) if name == "weight" else v for name, v in values.items()}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight = self.parameters["weight"]
        taps = self.kernel**2
        weight[...] = INITIALIZERS[self.initializer](rng, weight.shape, taps * self.input_shape[0], taps * self.filters)
        if self.bias:
            self.parameters["bias"][...] = 0

    def multiplications(self) -> int:
        """Return one for each tap, channel, filter and pixel, as in the formula."""
        filters, height, width = self.output_shape
        return self.kernel**2 * self.input_shape[0] * filters * height * width

    def derive(self) -> None:
        """Transform the weights if the Winograd arithmetic is used."""
        if self.kernels is not None:
            self.kernels.take(self.parameters["weight"])

    def bind(self, y: Array, mode: Mode) -> Array:
        """The arithmetic decides where it expects its input."""
        self.y = y
        self.arithmetic: DirectConvolution | WinogradConvolution
        if self.kernels is not None:
            self.arithmetic = WinogradConvolution(self.input_shape, y, self.kernels)
        else:
            before = border_before(self.input_shape, self.kernel, self.stride, self.padding)
            self.arithmetic = DirectConvolution(self.input_shape, y, self.kernel, self.stride, before)
        return self.arithmetic.x

    def bind_gradient(self, dx: Array | None) -> Array:
        """The arithmetic decides where it expects dy."""
        self.dx = dx
        return self.arithmetic.bind_gradient(dx, self.y)

    def forward(self, x: Array) -> Array:
        self.arithmetic.forward(self.parameters["weight"])
        if self.bias:
            self.y += per_channel(self.parameters["bias"], self.y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """dL/db is the sum of dy over all pixels and samples; the arithmetic derives those of weight and x."""
        if self.bias:
            np.sum(dy, axis=all_but_channels(dy), out=self.gradients["bias"])
        self.arithmetic.backward(dy, self.parameters["weight"], self.gradients["weight"])
        return self.dx
