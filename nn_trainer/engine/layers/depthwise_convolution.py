"""Depthwise convolution: each channel by itself, at the speed of matrix products."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.depthwise_bands import BandConvolution
from nn_trainer.engine.layers.depthwise_matrices import Bands, Matrices
from nn_trainer.engine.layers.direct_convolution import border_before, check_padding, strided_size
from nn_trainer.engine.layers.memory_layout import Array, Shape


class DepthwiseConvolution(Layer):
    """One odd kernel for each channel, zero padding, stride 1 or 2.

    y[c, r, q] = sum over i, j of W[c, i, j] x[c, s r + i - k//2, s q + j - k//2]  (+ b[c])

    That is with padding="symmetric"; with "same", i and j begin elsewhere in some maps: see `border_before`.
    This is the layer: its parameters and their shapes.  The arithmetic is in `depthwise_bands.py`.

    Parameters: weight, in the model file (channels, 1, kernel, kernel); bias (channels,) unless bias=False.
    """

    ranks = (3,)

    arguments_added: ClassVar[dict[str, Any]] = {"padding": "symmetric"}

    def __init__(
        self,
        kernel: int = 3,
        stride: int = 1,
        bias: bool = True,
        initializer: str = "he",
        padding: str = "symmetric",
    ) -> None:
        super().__init__()
        if kernel % 2 == 0 or stride not in (1, 2):
            raise ValueError("a depthwise convolution has an odd kernel and a stride of 1 or 2")
        check_padding(padding)
        self.kernel, self.stride, self.bias, self.initializer = kernel, stride, bias, initializer
        self.padding = padding
        self.bands: Bands | None = None

    def build(self, input_shape: Shape) -> Shape:
        """Also divide the output into bands of rows."""
        output_shape = super().build(input_shape)
        before = border_before(input_shape, self.kernel, self.stride, self.padding)
        channels, height, width = output_shape
        bands = Bands(input_shape, (channels, height, width), self.kernel, self.stride, before)
        if self.bands != bands:
            self.bands, self.matrices = bands, Matrices(bands)  # the same object in all replicas
        return output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, ceil(height / stride), ceil(width / stride))."""
        channels, height, width = input_shape
        return channels, strided_size(height, self.stride), strided_size(width, self.stride)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (kernel rows, kernel columns, channels)."""
        channels = self.input_shape[0]
        shapes: dict[str, Shape] = {"weight": (self.kernel, self.kernel, channels)}
        return {**shapes, "bias": (channels,)} if self.bias else shapes

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Weight as (channels, 1, kernel rows, kernel columns)."""
        return {name: v.transpose(2, 0, 1)[:, None] if name == "weight" else v for name, v in values.items()}

    def initialize(self, rng: np.random.Generator) -> None:
        """Random weights by the chosen initializer, biases zero."""
        weight = self.parameters["weight"]
        weight[...] = INITIALIZERS[self.initializer](rng, weight.shape, self.kernel**2, self.kernel**2)
        if self.bias:
            self.parameters["bias"][...] = 0

    def multiplications(self) -> int:
        """Return one for each tap and output, as in the formula."""
        channels, height, width = self.output_shape
        return self.kernel**2 * channels * height * width

    def derive(self) -> None:
        """Put weights and biases into the matrices that the arithmetic multiplies with."""
        self.matrices.take(self.parameters["weight"], self.parameters.get("bias"))

    def bind(self, y: Array, mode: Mode) -> Array:
        """The arithmetic decides where it expects its input."""
        self.y = y
        assert self.bands is not None
        self.arithmetic = BandConvolution(self.bands, self.matrices, y, self.scratch)
        return self.arithmetic.x

    def bind_gradient(self, dx: Array | None) -> Array:
        """The arithmetic decides where it expects dy."""
        self.dx = dx
        return self.arithmetic.bind_gradient(dx, self.y)

    def forward(self, x: Array) -> Array:
        self.arithmetic.forward()
        return self.y

    def backward(self, dy: Array) -> Array | None:
        self.arithmetic.backward(dy, self.gradients["weight"], self.gradients.get("bias"))
        return self.dx
