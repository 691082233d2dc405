"""Depthwise convolution by small matrix products, one for each channel and some rows of the output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.layers.base import Scratch
from nn_trainer.engine.layers.depthwise_matrices import Bands, Matrices
from nn_trainer.engine.layers.memory_layout import Array, assign, channels_first, is_channels_first, phases

NUMBERS_IN_TILES = 2**18  # 1 MiB, the second-level cache of many cores; smaller tiles cost more calls than they save


@dataclass(slots=True)
class _Chunk:
    """Some channels, few enough for their tiles to stay in cache: views of all arrays, made once to save time."""

    channels: slice
    copies: list[tuple[Array, Array]]  # (target, source) of each copy that fills the tiles
    tiles: Array  # (channels, bands, taps + 1, width * samples)
    results: Array  # (channels, bands, rows of y, width * samples)
    moves: list[tuple[Array, Array]]  # (results as maps, their place in y), unless they are there already

    def fill_tiles(self) -> None:
        """Copy x to the tiles."""
        for target, source in self.copies:
            np.copyto(target, source)


class BandConvolution:
    """The arithmetic of a depthwise convolution.

    **The trick.**  There is no sum over channels, and tap by tap it would be two passes over memory for each of the
    k * k taps.  But a band of R rows of y is one small matrix product for each channel:

        y band (R, width) = T (R, k * rows) times tile (k * rows, width),   rows = s (R - 1) + k,

    where tile holds the input rows of the band k times, shifted by one pixel each, and T holds the kernel's column j
    in row r at place (j, s r + i), and zeros elsewhere:

        T for k = 3, R = 2:   W00 W10 W20  0  | W01 W11 W21  0  | W02 W12 W22  0
                               0  W00 W10 W20 |  0  W01 W11 W21 |  0  W02 W12 W22

    Some three quarters of the products are with zeros, and still it is several times faster, since BLAS is.  The bias
    is one more column of T, which meets a row of ones in every tile.
    x is first copied to where its rows lie with a single border between them, so that a shifted copy of all rows of a
    band is one stretch of memory; with stride 2 its even and its odd columns go to maps of their own, where the same
    holds, and a tile has the even columns of the kernel before the odd ones.

    `x` is where the input is expected.
    """

    def __init__(self, bands: Bands, matrices: Matrices, y: Array, scratch: Scratch) -> None:
        self._bands, self._matrices, self._samples = bands, matrices, y.shape[-1]
        self.x = channels_first(bands.input_shape, self._samples, y.dtype)
        channels, _, width = bands.output_shape
        columns = width + bands.kernel // 2
        shape = bands.count, bands.taps + 1, columns, self._samples
        chunk = max(1, min(channels, NUMBERS_IN_TILES // math.prod(shape)))
        self._planes = self._zeros((bands.stride, chunk), columns, y.dtype)
        tiles = scratch.take("tiles", (chunk, *shape), y.dtype)
        results = scratch.take("results", (chunk, bands.count, bands.rows, width * self._samples), y.dtype)
        self._ones = tiles[:, :, -1]
        self._chunks = [
            self._chunk(slice(first, min(first + chunk, channels)), y, tiles, results)
            for first in range(0, channels, chunk)
        ]

    def bind_gradient(self, dx: Array | None, y: Array) -> Array:
        """Use `dx` for the gradient dx; return where dy, which has the layout of `y`, is expected."""
        bands, (channels, _, width) = self._bands, self._bands.output_shape
        self._dx = dx
        if dx is not None:
            _, height, in_width = bands.input_shape
            top, left = bands.before
            self._dx_bordered = self._zeros((channels,), in_width + bands.kernel // 2, y.dtype)
            self._dx_inside = self._dx_bordered[:, top : top + height, left : left + in_width].swapaxes(0, 1)
        self._dy_bands = np.zeros((channels, bands.count, bands.rows, width * self._samples), y.dtype)
        self._dy_maps = self._maps(self._dy_bands)
        return self._dy_maps if y.ndim == 4 else np.empty_like(y)

    def forward(self) -> None:
        """Fill the tiles of each chunk, multiply, and copy the results to y where they are not there already."""
        self._ones[...] = 1
        for chunk in self._chunks:
            chunk.fill_tiles()
            np.matmul(self._matrices.array[chunk.channels, None], chunk.tiles, out=chunk.results)
            for maps, target in chunk.moves:
                np.copyto(target, maps)

    def backward(self, dy: Array, dweight: Array, dbias: Array | None) -> None:
        """Fill the gradients of weight and bias, and dx if it is wanted.

        Each band of y is T times a tile, so, as in a dense layer, dL/dT = dy tile^T, and dL/dtile = T^T dy.
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
            chunk.fill_tiles()
            dy_bands = self._dy_bands[chunk.channels]
            dmatrices = np.matmul(dy_bands, chunk.tiles.swapaxes(2, 3)).sum(axis=1)
            for place in self._bands.kernels_in(dmatrices):
                dweight[:, self._bands.tap_order, chunk.channels] += place.transpose(2, 1, 0)
            if dbias is not None:
                np.sum(dmatrices[..., -1], axis=1, out=dbias[chunk.channels])
            if self._dx is not None:
                turned = self._matrices.array[chunk.channels, None, :, :-1].swapaxes(2, 3)
                self._add_to_dx(chunk.channels, np.matmul(turned, dy_bands))
        if self._dx is not None:
            self._dx[...] = self._dx_inside

    def _zeros(self, counts: tuple[int, ...], columns: int, dtype: np.dtype[Any]) -> Array:
        """Zeros (*counts, rows, columns, samples) for maps with a border.

        The border right of a row is the border left of the next one; a few more zeros follow the last row.
        """
        bands = self._bands
        rows = bands.stride * (bands.count * bands.rows - 1) + bands.kernel
        rows = max(rows, bands.before[0] + bands.input_shape[1])
        memory = np.zeros((*counts, (rows * columns + bands.kernel - 1) * self._samples), dtype)
        return memory[..., : rows * columns * self._samples].reshape(*counts, rows, columns, self._samples, copy=False)

    def _chunk(self, channels: slice, y: Array, tiles: Array, results: Array) -> _Chunk:
        """Return the views for some channels; all chunks use tiles and results in turn."""
        bands, count = self._bands, channels.stop - channels.start
        y, tiles, results = y[..., channels, :, :], tiles[:count], results[:count]
        moves = []
        if is_channels_first(y) and bands.count * bands.rows == len(y):
            results = y.swapaxes(0, 1).reshape(results.shape, copy=False)  # nothing is left to move
        else:
            maps = self._maps(results)
            moves = [(maps, y)] if y.ndim == 4 else list(zip(phases(maps), phases(y), strict=True))
        lines = tiles.reshape(*tiles.shape[:3], -1, copy=False)[..., : results.shape[3]]
        return _Chunk(channels, self._copies(channels, tiles[:, :, :-1]), lines, results, moves)

    def _copies(self, channels: slice, tiles: Array) -> list[tuple[Array, Array]]:
        """Return the copies (target, source) that fill tiles (channels, bands, taps, columns, samples)."""
        bands = self._bands
        taps = tiles.reshape(*tiles.shape[:2], bands.kernel, bands.rows_in, *tiles.shape[3:], copy=False)
        (_, height, width), (top, left) = bands.input_shape, bands.before
        x, fills, copies, done = self.x.swapaxes(0, 1)[channels], [], [], 0
        for phase, plane in enumerate(self._planes[:, : len(x)]):
            first = (phase - left) % bands.stride  # column of x; left + first is its place within the border
            source, begin = x[:, :, first : width : bands.stride], (left + first) // bands.stride
            fills.append((plane[:, top : top + height, begin : begin + source.shape[2]], source))
            count = len(range(phase, bands.kernel, bands.stride))
            copies.append((taps[:, :, done : done + count], self._seen(plane, count, taps.shape[4])))
            done += count
        return fills + copies

    def _seen(self, maps: Array, taps: int, columns: int, step: int = 1) -> Array:
        """Return what of maps (channels, rows, columns, samples) each tap reads in each band, every `step`-th column.

        (channels, bands, taps, rows, columns, samples); bands and taps overlap in memory.
        """
        bands, (channel, row, column, item) = self._bands, maps.strides
        shape = (len(maps), bands.count, taps, bands.rows_in, columns, self._samples)
        strides = (channel, bands.stride * bands.rows * row, column, row, step * column, item)
        return as_strided(maps, shape, strides)

    def _add_to_dx(self, channels: slice, dtiles: Array) -> None:
        """Add dL/dtile (channels, bands, taps, width * samples), one by one since they overlap."""
        bands = self._bands
        target = self._seen(self._dx_bordered[channels], bands.kernel, bands.output_shape[2], bands.stride)
        dtiles = dtiles.reshape(target.shape)
        for band in range(bands.count):
            for place, tap in enumerate(bands.tap_order):
                target[:, band, tap] += dtiles[:, band, place]

    def _maps(self, results: Array) -> Array:
        """A view of (channels, bands, rows, width * samples) as maps (height, channels, width, samples)."""
        _, height, width = self._bands.output_shape
        maps = np.reshape(results, (len(results), -1, width, self._samples), copy=False)
        return maps[:, :height].swapaxes(0, 1)
