"""Depthwise convolution by small matrix products, one for each channel and some rows of the output."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.layers.base import Array, Scratch, Shape, assign, is_channels_first, phases

ROWS_IN_BLOCK = 8  # of y, at most: more waste products, fewer copy more
NUMBERS_IN_TILES = 2**18  # 1 MiB, the second cache of many a core; fewer cost more calls than they gain


@dataclass(frozen=True, slots=True)
class Blocks:
    """How y is cut into blocks of rows; shapes are (channels, height, width), `before` that of `border_before`."""

    input_shape: Shape
    output_shape: Shape
    kernel: int
    stride: int
    before: tuple[int, int]

    @property
    def count(self) -> int:
        """The number of blocks."""
        return -(-self.output_shape[1] // ROWS_IN_BLOCK)

    @property
    def rows(self) -> int:
        """The rows of y in a block; the last one may have some too many."""
        return -(-self.output_shape[1] // self.count)

    @property
    def rows_in(self) -> int:
        """The rows of x that a block needs."""
        return self.stride * (self.rows - 1) + self.kernel

    @property
    def taps(self) -> int:
        """The rows of a tile: each row of x once for each column of the kernel."""
        return self.kernel * self.rows_in

    def kernels_in(self, matrices: Array) -> Iterator[Array]:
        """Where the kernel stands, as (channels, columns, rows), in each row of T (channels, rows of y, taps + 1)."""
        taps = matrices[..., : self.taps].reshape(len(matrices), self.rows, self.kernel, self.rows_in, copy=False)
        for r in range(self.rows):
            yield taps[:, r, :, self.stride * r : self.stride * r + self.kernel]


class Matrices:
    """T of every channel (channels, rows of y, taps + 1), the same for all replicas; see `BlockConvolution`."""

    array: Array

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks

    def take(self, weight: Array, bias: Array | None) -> None:
        """Put weight (kernel, kernel, channels) and bias (channels,) to their places.

        Each number is written once, so that two threads may do the same at a time.
        """
        blocks, channels = self._blocks, weight.shape[2]
        array = (
            self.array if hasattr(self, "array") else np.zeros((channels, blocks.rows, blocks.taps + 1), weight.dtype)
        )
        for place in blocks.kernels_in(array):
            place[...] = weight.transpose(2, 1, 0)
        if bias is not None:
            array[..., -1] = bias[:, None]
        self.array = array  # only now, when it is whole


@dataclass(slots=True)
class _Chunk:
    """Some channels, so few that their tiles stay in cache: views of all arrays, made once as that takes time too."""

    channels: slice
    seen: Array  # x, for each block and tap
    copies: Array  # where it is copied to
    tiles: Array  # the copies and the ones (channels, blocks, taps + 1, width * samples)
    results: Array  # (channels, blocks, rows of y, width * samples)
    moves: list[tuple[Array, Array]]  # the results as maps, and where in y they go to, unless they are there already


class BlockConvolution:
    """The arithmetic of a depthwise convolution.

    **The trick.**  There is no sum over channels, and tap by tap it would be two passes over memory for each of the
    k * k taps.  But a block of R rows of y is one small matrix product for each channel:

        y block (R, width) = T (R, k * rows) times tile (k * rows, width),   rows = s (R - 1) + k,

    where tile holds the input rows of the block k times, shifted by one pixel each, and T holds the kernel's column j
    in row r at place (j, s r + i), and zeros elsewhere:

        T for k = 3, R = 2:   W00 W10 W20  0  | W01 W11 W21  0  | W02 W12 W22  0
                               0  W00 W10 W20 |  0  W01 W11 W21 |  0  W02 W12 W22

    Some three quarters of the products are with zeros, and still it is several times faster, since BLAS is.  The bias
    is one more column of T, which meets a row of ones in every tile.
    The rows of x lie with a single border between them, so a shifted copy of all rows is one stretch of memory.

    `x` is where the input is expected.
    """

    def __init__(self, blocks: Blocks, matrices: Matrices, y: Array, scratch: Scratch) -> None:
        self._blocks, self._matrices, self._samples = blocks, matrices, y.shape[-1]
        self._x_bordered, self.x = self._bordered(y.dtype)
        channels, _, width = blocks.output_shape
        # With stride 1 the zeros between the rows are copied too, so that all rows of a block are one stretch.
        columns = self._x_bordered.shape[2] if blocks.stride == 1 else width
        shape = blocks.count, blocks.taps + 1, columns, self._samples
        chunk = max(1, min(channels, NUMBERS_IN_TILES // math.prod(shape)))
        tiles = scratch.take("tiles", (chunk, *shape), y.dtype)
        results = scratch.take("results", (chunk, blocks.count, blocks.rows, width * self._samples), y.dtype)
        self._ones = tiles[:, :, -1]
        self._chunks = [
            self._chunk(slice(first, min(first + chunk, channels)), y, tiles, results)
            for first in range(0, channels, chunk)
        ]

    def bind_gradient(self, dx: Array | None, y: Array) -> Array:
        """Write dx to `dx` from now on; return where dy, which lies as `y` does, is expected."""
        blocks, (channels, _, width) = self._blocks, self._blocks.output_shape
        self._dx = dx
        if dx is not None:
            self._dx_bordered, self._dx_inside = self._bordered(y.dtype)
        self._dy_blocks = np.zeros((channels, blocks.count, blocks.rows, width * self._samples), y.dtype)
        self._dy_maps = self._maps(self._dy_blocks)
        return self._dy_maps if y.ndim == 4 else np.empty_like(y)

    def forward(self) -> None:
        """See the class."""
        self._ones[...] = 1
        for chunk in self._chunks:
            np.copyto(chunk.copies, chunk.seen)
            np.matmul(self._matrices.array[chunk.channels, None], chunk.tiles, out=chunk.results)
            for maps, target in chunk.moves:
                np.copyto(target, maps)

    def backward(self, dy: Array, dweight: Array, dbias: Array | None) -> None:
        """Fill the gradients of weight and bias, and dx if it is wanted.

        Each block of y is T times a tile, so, as in a dense layer, dL/dT = dy tile^T, and dL/dtile = T^T dy.
        W[c, i, j] stands in T at (r, j, s r + i) for every row r, so dL/dW[c, i, j] is the sum of dL/dT there, and the
        bias in the last column of every row; a pixel of x stands in several tiles, so dL/dx is the sum of dL/dtile
        over them.
        """
        dweight[...] = 0
        if dy is not self._dy_maps:
            assign(self._dy_maps, dy)
        if self._dx is not None:
            self._dx_bordered[...] = 0
        self._ones[...] = 1
        for chunk in self._chunks:
            np.copyto(chunk.copies, chunk.seen)
            dy_blocks = self._dy_blocks[chunk.channels]
            dmatrices = np.matmul(dy_blocks, chunk.tiles.swapaxes(2, 3)).sum(axis=1)
            for place in self._blocks.kernels_in(dmatrices):
                dweight[:, :, chunk.channels] += place.transpose(2, 1, 0)
            if dbias is not None:
                np.sum(dmatrices[..., -1], axis=1, out=dbias[chunk.channels])
            if self._dx is not None:
                turned = self._matrices.array[chunk.channels, None, :, :-1].swapaxes(2, 3)
                self._add_to_dx(chunk.channels, np.matmul(turned, dy_blocks))
        if self._dx is not None:
            self._dx[...] = self._dx_inside

    def _bordered(self, dtype: np.dtype[Any]) -> tuple[Array, Array]:
        """Maps (channels, rows, columns, samples) with zeros around them, and their inside in the usual order.

        What stands right of a row is what stands left of the next one; after the last one there are a few zeros more.
        """
        blocks, samples = self._blocks, self._samples
        (channels, height, width), (top, left) = blocks.input_shape, blocks.before
        right = blocks.stride * (blocks.output_shape[2] - 1) + blocks.kernel - left - width
        rows = max(blocks.stride * (blocks.count * blocks.rows - 1) + blocks.kernel, top + height)
        columns = width + max(left, right)
        memory = np.zeros((channels, (rows * columns + blocks.kernel - 1) * samples), dtype)
        whole = memory[:, : rows * columns * samples].reshape(channels, rows, columns, samples, copy=False)
        return whole, whole[:, top : top + height, left : left + width].swapaxes(0, 1)

    def _chunk(self, channels: slice, y: Array, tiles: Array, results: Array) -> _Chunk:
        """Everything that is needed for some channels; tiles and results are used by all chunks in turn."""
        blocks, count = self._blocks, channels.stop - channels.start
        y, tiles, results = y[..., channels, :, :], tiles[:count], results[:count]
        moves = []
        if is_channels_first(y) and blocks.count * blocks.rows == len(y):
            results = y.swapaxes(0, 1).reshape(results.shape, copy=False)  # nothing is left to move
        else:
            maps = self._maps(results)
            moves = [(maps, y)] if y.ndim == 4 else list(zip(phases(maps), phases(y), strict=True))
        copies = tiles[:, :, :-1].reshape(count, blocks.count, blocks.kernel, blocks.rows_in, *tiles.shape[3:])
        lines = tiles.reshape(*tiles.shape[:3], -1, copy=False)[..., : results.shape[3]]
        return _Chunk(channels, self._seen(self._x_bordered[channels], copies.shape[4]), copies, lines, results, moves)

    def _seen(self, bordered: Array, columns: int) -> Array:
        """What the blocks see of bordered maps with each column of the kernel: every pixel, or every second one.

        (channels, blocks, kernel, rows, columns, samples); blocks and taps overlap in memory.
        """
        blocks, (channel, row, column, item) = self._blocks, bordered.strides
        shape = (len(bordered), blocks.count, blocks.kernel, blocks.rows_in, columns, self._samples)
        strides = (channel, blocks.stride * blocks.rows * row, column, row, blocks.stride * column, item)
        return as_strided(bordered, shape, strides)

    def _add_to_dx(self, channels: slice, dtiles: Array) -> None:
        """Add dL/dtile (channels, blocks, taps, width * samples), one by one since they overlap."""
        target = self._seen(self._dx_bordered[channels], self._blocks.output_shape[2])
        dtiles = dtiles.reshape(target.shape)
        for block in range(self._blocks.count):
            for tap in range(self._blocks.kernel):
                target[:, block, tap] += dtiles[:, block, tap]

    def _maps(self, results: Array) -> Array:
        """A view of (channels, blocks, rows, width * samples) as maps (height, channels, width, samples)."""
        _, height, width = self._blocks.output_shape
        maps = np.reshape(results, (len(results), -1, width, self._samples), copy=False)
        return maps[:, :height].swapaxes(0, 1)
