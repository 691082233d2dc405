"""The kernels of a depthwise convolution as small matrices, and how its output is divided into bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers.memory_layout import Array, Shape

ROWS_IN_BAND = 8  # of y, at most: more rows waste products, fewer rows need more copies


@dataclass(frozen=True, slots=True)
class Bands:
    """How y is divided into bands of rows; shapes are (channels, height, width), `before` that of `border_before`."""

    input_shape: Shape
    output_shape: Shape
    kernel: int
    stride: int
    before: tuple[int, int]

    @property
    def count(self) -> int:
        """The number of bands."""
        return -(-self.output_shape[1] // ROWS_IN_BAND)

    @property
    def rows(self) -> int:
        """The rows of y in a band; the last band may be partly empty."""
        return -(-self.output_shape[1] // self.count)

    @property
    def rows_in(self) -> int:
        """The rows of x that a band needs."""
        return self.stride * (self.rows - 1) + self.kernel

    @property
    def tap_order(self) -> list[int]:
        """The kernel's columns as they follow each other in a tile: with stride 2 first the even ones, then the odd."""
        return [tap for phase in range(self.stride) for tap in range(phase, self.kernel, self.stride)]

    @property
    def taps(self) -> int:
        """The rows of a tile: each row of x once for each column of the kernel."""
        return self.kernel * self.rows_in

    def kernels_in(self, matrices: Array) -> Iterator[Array]:
        """Yield the kernel in each row of T (channels, rows of y, taps + 1), as views (channels, columns, rows)."""
        taps = matrices[..., : self.taps].reshape(len(matrices), self.rows, self.kernel, self.rows_in, copy=False)
        for r in range(self.rows):
            yield taps[:, r, :, self.stride * r : self.stride * r + self.kernel]


class Matrices:
    """T of every channel (channels, rows of y, taps + 1), the same for all replicas; see `BandConvolution`."""

    array: Array

    def __init__(self, bands: Bands) -> None:
        self._bands = bands

    def take(self, weight: Array, bias: Array | None) -> None:
        """Write weight (kernel, kernel, channels) and bias (channels,) into the matrices.

        Each number is written once, so that two threads may do the same at a time.
        """
        bands, channels = self._bands, weight.shape[2]
        array = self.array if hasattr(self, "array") else np.zeros((channels, bands.rows, bands.taps + 1), weight.dtype)
        ordered = weight[:, bands.tap_order].transpose(2, 1, 0)
        for place in bands.kernels_in(array):
            place[...] = ordered
        if bias is not None:
            array[..., -1] = bias[:, None]
        self.array = array  # only now, when it is whole
