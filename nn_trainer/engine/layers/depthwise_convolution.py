"""Depthwise convolution: each channel by itself, at the speed of matrix products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Array, Layer, Shape
from nn_trainer.engine.layers.convolution import border_before, check_padding, strided_size

ROWS_IN_BLOCK = 8  # rows of y that are computed together, at most: more waste products, fewer copy more
NUMBERS_IN_TILES = 2**16  # as many as stay in a core's second cache, beside what is read and written with them


class DepthwiseConvolution(Layer):
    """One odd kernel for each channel, zero padding, stride 1 or 2.

    y[c, r, q] = sum over i, j of W[c, i, j] x[c, s r + i - k//2, s q + j - k//2]  (+ b[c])

    That is with padding="symmetric"; with "same", i and j begin elsewhere in some maps: see `border_before`.

    **The trick.**  There is no sum over channels, and tap by tap it would be two passes over memory for each of the
    k * k taps.  But a block of R rows of y is one small matrix product for each channel:

        y block (R, width) = T (R, k * rows) times tile (k * rows, width),   rows = s (R - 1) + k,

    where tile holds the input rows of the block k times, shifted by one pixel each, and T holds the kernel's column j
    in row r at place (j, s r + i), and zeros elsewhere:

        T for k = 3, R = 2:   W00 W10 W20  0  | W01 W11 W21  0  | W02 W12 W22  0
                               0  W00 W10 W20 |  0  W01 W11 W21 |  0  W02 W12 W22

    Some three quarters of the products are with zeros, and still it is several times faster, since BLAS is.
    The rows of x lie with a single border between them, so a shifted copy of all rows is one stretch of memory.

    Parameters: weight, published as (channels, 1, kernel, kernel); bias (channels,) unless bias=False.
    """

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
        """The input is expected inside borders of zeros, channels first."""
        self.y, self.training = y, training
        height, channels, width, samples = y.shape
        self.blocks = -(-height // ROWS_IN_BLOCK)
        self.rows = -(-height // self.blocks)  # of y in a block
        self.rows_in = self.stride * (self.rows - 1) + self.kernel
        self.x_bordered, x = self._bordered(samples, y.dtype)
        # With stride 1 the pixels between the maps are copied too, so that all rows of a block are one stretch.
        line = (self.x_bordered.shape[2] if self.stride == 1 else width) * samples
        self.line = width * samples
        in_channel = self.blocks * self.kernel * self.rows_in * line
        self.chunk = max(1, min(channels, NUMBERS_IN_TILES // in_channel))  # channels at a time
        self.tiles = np.empty((self.chunk, self.blocks, self.kernel, self.rows_in, line), y.dtype)
        self.results = np.empty((self.chunk, self.blocks, self.rows, self.line), y.dtype)
        self.matrices = np.zeros((channels, self.rows, self.kernel, self.rows_in), y.dtype)
        self.matrices_filled = False
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dx is gathered inside a border, which catches what falls outside the image."""
        self.dx = dx
        channels, samples = self.y.shape[1], self.y.shape[3]
        if dx is not None:
            self.dx_bordered, self.dx_inside = self._bordered(samples, self.y.dtype)
        self.dy_blocks = np.zeros((channels, self.blocks, self.rows, self.line), self.y.dtype)
        return self._maps(self.dy_blocks)

    def forward(self, x: Array) -> Array:
        """See the class; some channels at a time, so that their tiles stay in cache."""
        if self.training or not self.matrices_filled:
            self._fill_matrices()
        for channels in self._chunks():
            tiles, results = self._filled_tiles(channels), self.results[: channels.stop - channels.start]
            np.matmul(self._flat_matrices(channels), tiles, out=results)
            bias = self.parameters["bias"][channels, None, None] if self.bias else 0
            np.add(self._maps(results), bias, out=self.y[:, channels])
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        Each block of y is T times a tile, so, as in a dense layer, dL/dT = dy tile^T, and dL/dtile = T^T dy.
        W[c, i, j] stands in T at (r, j, s r + i) for every row r, so dL/dW[c, i, j] is the sum of dL/dT there; each pixel
        of x stands in several tiles, so dL/dx is the sum of dL/dtile over them.
        """
        self.gradients["weight"][...] = 0
        if self.dx is not None:
            self.dx_bordered[...] = 0
        for channels in self._chunks():
            dy_blocks = self.dy_blocks[channels]
            tiles = self._filled_tiles(channels)
            dmatrices = np.matmul(dy_blocks, tiles.swapaxes(2, 3)).sum(axis=1).reshape(self.matrices[channels].shape)
            for r, place in self._places():
                self.gradients["weight"][:, :, channels] += dmatrices[:, r, :, place].transpose(2, 1, 0)
            if self.dx is not None:
                self._add_tiles(channels, np.matmul(self._flat_matrices(channels).swapaxes(2, 3), dy_blocks))
        if self.bias:
            np.sum(dy, axis=(0, 2, 3), out=self.gradients["bias"])
        if self.dx is not None:
            self.dx[...] = self.dx_inside
        return self.dx

    def _bordered(self, samples: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
        """Maps (channels, rows, columns, samples) with zeros around and between them, and a view of (height, channels,
        width, samples) of their inside.

        What stands right of a row is what stands left of the next one; after the last one there are a few zeros more.
        """
        channels, height, width = self.input_shape
        top, left = border_before(self.input_shape, self.kernel, self.stride, self.padding)
        right = self.stride * (self.output_shape[2] - 1) + self.kernel - left - width
        rows = max(self.stride * (self.blocks * self.rows - 1) + self.kernel, top + height)
        columns = width + max(left, right)
        memory = np.zeros((channels, (rows * columns + self.kernel - 1) * samples), dtype)
        whole = memory[:, : rows * columns * samples].reshape(channels, rows, columns, samples, copy=False)
        return whole, whole[:, top : top + height, left : left + width].swapaxes(0, 1)

    def _block_views(self, whole: Array, tap: int, columns: int) -> Array:
        """What the blocks see of bordered maps with the kernel's column `tap`; the blocks overlap in memory.

        (channels, blocks, rows, columns, samples), every pixel or every second one by the stride.
        """
        channel, row, column, item = whole.strides
        shape = (len(whole), self.blocks, self.rows_in, columns, whole.shape[3])
        strides = (channel, self.stride * self.rows * row, row, self.stride * column, item)
        first = whole[:, :, tap : tap + 1] if tap else whole
        return as_strided(first, shape, strides)

    def _filled_tiles(self, channels: slice) -> Array:
        """The tiles (channels, blocks, kernel * rows, width * samples) of x."""
        tiles = self.tiles[: channels.stop - channels.start]
        columns = tiles.shape[4] // self.y.shape[3]
        for tap in range(self.kernel):
            target = tiles[:, :, tap].reshape(*tiles.shape[:2], self.rows_in, columns, -1, copy=False)
            target[...] = self._block_views(self.x_bordered[channels], tap, columns)
        return tiles.reshape(*tiles.shape[:2], -1, tiles.shape[4], copy=False)[..., : self.line]

    def _add_tiles(self, channels: slice, dtiles: Array) -> None:
        """Add dL/dtile (channels, blocks, kernel * rows, width * samples) to dL/dx, block by block as they overlap."""
        _, _, width, samples = self.y.shape
        dtiles = dtiles.reshape(*dtiles.shape[:2], self.kernel, self.rows_in, width, samples)
        for tap in range(self.kernel):
            target = self._block_views(self.dx_bordered[channels], tap, width)
            for block in range(self.blocks):
                target[:, block] += dtiles[:, block, tap]

    def _fill_matrices(self) -> None:
        """T of every channel; in prediction once, since the weights do not change."""
        for r, place in self._places():
            self.matrices[:, r, :, place] = self.parameters["weight"].transpose(2, 1, 0)
        self.matrices_filled = True

    def _places(self) -> Iterator[tuple[int, slice]]:
        """For each row of T the columns, within those of each tap, where the kernel stands."""
        for r in range(self.rows):
            yield r, slice(self.stride * r, self.stride * r + self.kernel)

    def _flat_matrices(self, channels: slice) -> Array:
        """T of some channels (channels, 1, rows of y, kernel * rows of x)."""
        matrices = self.matrices[channels]
        return matrices.reshape(len(matrices), 1, self.rows, -1, copy=False)

    def _maps(self, blocks: Array) -> Array:
        """A view of (channels, blocks, rows, width * samples) as maps (height, channels, width, samples)."""
        height, _, width, samples = self.y.shape
        maps = np.reshape(blocks, (len(blocks), -1, width, samples), copy=False)
        return maps[:, :height].swapaxes(0, 1)

    def _chunks(self) -> Iterator[slice]:
        """All channels, some at a time."""
        channels = self.input_shape[0]
        for first in range(0, channels, self.chunk):
            yield slice(first, min(first + self.chunk, channels))
