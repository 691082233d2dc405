"""Depthwise convolution: each channel by itself, at the speed of matrix products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Array, Layer, Shape, assign, phases
from nn_trainer.engine.layers.direct_convolution import border_before, check_padding, strided_size

ROWS_IN_BLOCK = 8  # rows of y that are computed together, at most: more waste products, fewer copy more
NUMBERS_IN_TILES = 2**18  # 1 MiB, the second cache of many a core; smaller chunks cost more calls than they gain


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
        self.matrices = _Matrices()  # the same object in all replicas

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (channels, ceil(height / stride), ceil(width / stride))."""
        channels, height, width = input_shape
        rows = strided_size(height, self.stride)
        self.blocks = -(-rows // ROWS_IN_BLOCK)
        self.rows = -(-rows // self.blocks)  # of y in a block
        self.rows_in = self.stride * (self.rows - 1) + self.kernel
        self.matrices = _Matrices()
        return channels, rows, strided_size(width, self.stride)

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

    def prepare(self) -> None:
        """Fill T of every channel."""
        self.matrices.take(self.parameters["weight"], self.stride, self.rows)

    def bind(self, y: Array, training: bool) -> Array:
        """The input is expected inside borders of zeros, channels first."""
        self.y = y
        (channels, _, width), samples = self.output_shape, y.shape[-1]
        self.x_bordered, x = self._bordered(samples, y.dtype)
        # With stride 1 the zeros between the rows are copied too, so that all rows of a block are one stretch.
        columns = self.x_bordered.shape[2] if self.stride == 1 else width
        in_channel = self.blocks * self.kernel * self.rows_in * columns * samples
        chunk = max(1, min(channels, NUMBERS_IN_TILES // in_channel))
        shape = chunk, self.blocks, self.kernel, self.rows_in, columns, samples
        tiles = self.scratch.take("tiles", shape, y.dtype)
        results = self.scratch.take("results", (chunk, self.blocks, self.rows, width * samples), y.dtype)
        self.chunks = [
            self._chunk(slice(first, min(first + chunk, channels)), tiles, results)
            for first in range(0, channels, chunk)
        ]
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dx is gathered inside a border, which catches what falls outside the image."""
        self.dx = dx
        (channels, _, width), samples = self.output_shape, self.y.shape[-1]
        if dx is not None:
            self.dx_bordered, self.dx_inside = self._bordered(samples, self.y.dtype)
        self.dy_blocks = np.zeros((channels, self.blocks, self.rows, width * samples), self.y.dtype)
        self.dy_maps = self._maps(self.dy_blocks)
        return self.dy_maps if self.y.ndim == 4 else np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """See the class."""
        for chunk in self.chunks:
            np.copyto(chunk.copies, chunk.seen)
            np.matmul(self.matrices.flat[chunk.channels], chunk.tiles, out=chunk.results)
            bias = self.parameters["bias"][chunk.channels, None, None] if self.bias else 0
            for maps, y in chunk.moves:
                np.add(maps, bias, out=y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        Each block of y is T times a tile, so, as in a dense layer, dL/dT = dy tile^T, and dL/dtile = T^T dy.
        W[c, i, j] stands in T at (r, j, s r + i) for every row r, so dL/dW[c, i, j] is the sum of dL/dT there; a pixel
        of x stands in several tiles, so dL/dx is the sum of dL/dtile over them.
        """
        dweight = self.gradients["weight"]
        dweight[...] = 0
        if dy is not self.dy_maps:
            assign(self.dy_maps, dy)
        if self.dx is not None:
            self.dx_bordered[...] = 0
        for chunk in self.chunks:
            np.copyto(chunk.copies, chunk.seen)
            dy_blocks = self.dy_blocks[chunk.channels]
            dmatrices = np.matmul(dy_blocks, chunk.tiles.swapaxes(2, 3)).sum(axis=1)
            dmatrices = dmatrices.reshape(-1, self.rows, self.kernel, self.rows_in)
            for part in kernels_in(dmatrices, self.stride):
                dweight[:, :, chunk.channels] += part.transpose(2, 1, 0)
            if self.dx is not None:
                turned = self.matrices.flat[chunk.channels].swapaxes(2, 3)
                self._add_to_dx(chunk.channels, np.matmul(turned, dy_blocks))
        if self.bias:
            np.sum(self.dy_maps, axis=(0, 2, 3), out=self.gradients["bias"])
        if self.dx is not None:
            self.dx[...] = self.dx_inside
        return self.dx

    def _bordered(self, samples: int, dtype: np.dtype[Any]) -> tuple[Array, Array]:
        """Maps (channels, rows, columns, samples) with zeros around them, and their inside in the usual order.

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

    def _chunk(self, channels: slice, tiles: Array, results: Array) -> _Chunk:
        """Everything that is needed for some channels; tiles and results are used by all chunks in turn."""
        count = channels.stop - channels.start
        tiles, results = tiles[:count], results[:count]
        maps, y = self._maps(results), self.y[..., channels, :, :]
        return _Chunk(
            channels,
            self._seen(self.x_bordered[channels], tiles.shape[4]),
            tiles,
            tiles.reshape(count, self.blocks, self.kernel * self.rows_in, -1, copy=False)[..., : results.shape[3]],
            results,
            [(maps, y)] if y.ndim == 4 else list(zip(phases(maps), phases(y), strict=True)),
        )

    def _seen(self, bordered: Array, columns: int) -> Array:
        """What the blocks see of bordered maps with each column of the kernel: every pixel, or every second one.

        (channels, blocks, kernel, rows, columns, samples); blocks and taps overlap in memory.
        """
        channel, row, column, item = bordered.strides
        shape = (len(bordered), self.blocks, self.kernel, self.rows_in, columns, bordered.shape[3])
        strides = (channel, self.stride * self.rows * row, column, row, self.stride * column, item)
        return as_strided(bordered, shape, strides)

    def _add_to_dx(self, channels: slice, dtiles: Array) -> None:
        """Add dL/dtile (channels, blocks, kernel * rows, width * samples), one by one since they overlap."""
        target = self._seen(self.dx_bordered[channels], self.output_shape[2])
        dtiles = dtiles.reshape(target.shape)
        for block in range(self.blocks):
            for tap in range(self.kernel):
                target[:, block, tap] += dtiles[:, block, tap]

    def _maps(self, blocks: Array) -> Array:
        """A view of (channels, blocks, rows, width * samples) as maps (height, channels, width, samples)."""
        _, height, width = self.output_shape
        maps = np.reshape(blocks, (len(blocks), -1, width, self.y.shape[-1]), copy=False)
        return maps[:, :height].swapaxes(0, 1)


class _Matrices:
    """T of every channel: (channels, 1, rows of y, kernel * rows of x)."""

    flat: Array

    def take(self, weight: Array, stride: int, rows: int) -> None:
        """Put this weight to its places.  Each number is written once, so that two threads may do so at a time."""
        kernel, _, channels = weight.shape
        if not hasattr(self, "flat"):
            self.flat = np.zeros((channels, 1, rows, kernel * (stride * (rows - 1) + kernel)), weight.dtype)
        for part in kernels_in(self.flat.reshape(channels, rows, kernel, -1, copy=False), stride):
            part[...] = weight.transpose(2, 1, 0)


def kernels_in(matrices: Array, stride: int) -> Iterator[Array]:
    """Where the kernel stands in each row of T (channels, rows of y, kernel, rows of x): (channels, columns, rows)."""
    _, rows, kernel, _ = matrices.shape
    for r in range(rows):
        yield matrices[:, r, :, stride * r : stride * r + kernel]


@dataclass(slots=True)
class _Chunk:
    """Some channels, so few that their tiles stay in cache: views of all arrays, made once as that takes time too."""

    channels: slice
    seen: Array  # of x, for each block and tap
    copies: Array  # where it is copied to
    tiles: Array  # the copies as (channels, blocks, kernel * rows of x, width * samples)
    results: Array  # (channels, blocks, rows of y, width * samples)
    moves: list[tuple[Array, Array]]  # the results as maps, and where in y they go to
