"""Two-dimensional convolution, at the speed of a compiled framework."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.initializers import INITIALIZERS
from nn_trainer.engine.layers.base import Array, Layer, Shape


class Convolution(Layer):
    """A convolution with an odd kernel, zero padding, and stride 1 (height and width stay) or 2 (they are halved).

    y[f, r, q] = sum over i, j, c of W[f, c, i, j] x[c, s r + i - k//2, s q + j - k//2]  (+ b[f])

    That is with padding="symmetric"; with "same", i and j begin elsewhere in some maps: see `border_before`.

    **The trick.**  The textbook way copies the input once for every tap of the kernel (9 copies for 3x3), then
    multiplies.  Rows first (see `base.py`), with a border of zeros, the k input rows of an output row are ONE block:

        columns:  row 0 [j=0: all channels][j=1: all channels][j=2: all channels]   \\
                  row 1 [j=0: all channels][j=1: all channels][j=2: all channels]    } output row 0   \\
                  row 2 [j=0: all channels][j=1: all channels][j=2: all channels]   /                  } output row 1
                  row 3 ...                                                                           /

    so only the horizontal taps are copied (k copies, each shifted by one pixel), and the matrix that an output row is
    multiplied with is a VIEW of k consecutive rows of `columns`: windows that overlap, nothing copied.  One
    `np.matmul` over all rows then hands each window to BLAS.  The weights lie as (f, i, j, c) to fit it.  With stride 2
    the copies take every second pixel, and the windows begin at every second row.

    Parameters: weight, published as (filters, channels, kernel, kernel); bias (filters,) unless bias=False.
    """

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

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels, height, width) becomes (filters, ceil(height / stride), ceil(width / stride))."""
        _, height, width = input_shape
        return self.filters, strided_size(height, self.stride), strided_size(width, self.stride)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Weight as (filters, kernel rows, kernel columns, channels), the order of the columns."""
        shapes: dict[str, Shape] = {"weight": (self.filters, self.kernel, self.kernel, self.input_shape[0])}
        if self.bias:
            shapes["bias"] = (self.filters,)
        return shapes

    def published(self, values: dict[str, Array]) -> dict[str, Array]:
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
        """One for each tap, channel, filter and pixel."""
        filters, height, width = self.output_shape
        return self.kernel**2 * self.input_shape[0] * filters * height * width

    def bind(self, y: Array, training: bool) -> Array:
        """The input is expected inside a border of zeros."""
        self.y = y
        self.y_rows = row_matrices(y)
        before = border_before(self.input_shape, self.kernel, self.stride, self.padding)
        self.x_padded, x = padded(self.input_shape, y.shape[-1], self.kernel, y.dtype, before)
        height, _, width, samples = y.shape
        self.columns = np.zeros((len(self.x_padded), self.kernel, self.input_shape[0], width, samples), y.dtype)
        self.windows = windows_of(self.columns, height, self.stride)
        return x

    def bind_gradient(self, dx: Array | None) -> Array:
        """dy needs a border too, unless no dx is wanted."""
        self.dx = dx
        height, samples, dtype = self.y.shape[0], self.y.shape[-1], self.y.dtype
        self.dweight_rows = np.empty((height, self.filters, self.windows.shape[1]), dtype)
        if dx is None:
            return np.empty_like(self.y)
        self.dx_rows = row_matrices(dx)
        _, in_height, in_width = self.input_shape
        # With stride 2 dy is spread out to the size of x, with zeros between its pixels.  The kernel is turned, so what
        # was the border before is the one after.
        rows, columns = border_before(self.input_shape, self.kernel, self.stride, self.padding)
        after = self.kernel - 1 - rows, self.kernel - 1 - columns
        self.dy_padded, spread = padded((self.filters, in_height, in_width), samples, self.kernel, dtype, after)
        self.dcolumns = np.zeros((len(self.dy_padded), self.kernel, self.filters, in_width, samples), dtype)
        self.dwindows = windows_of(self.dcolumns, in_height)
        self.dy_spread = spread[:: self.stride, :, :: self.stride]
        return self.dy_spread if self.stride == 1 else np.empty_like(self.y)

    def forward(self, x: Array) -> Array:
        """One matrix product for each output row: (filters, taps) times (taps, width * samples)."""
        fill_columns(self.columns, self.x_padded, self.stride)
        np.matmul(self.parameters["weight"].reshape(self.filters, -1), self.windows, out=self.y_rows)
        if self.bias:
            self.y_rows += self.parameters["bias"][:, None]
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of weight and bias and return dx.

        y is linear in each W[f, c, i, j], with the shifted input as its factor, so
            dL/dW[f, c, i, j] = sum over r, q and samples of dy[f, r, q] x[c, s r + i - k//2, s q + j - k//2]:
        for each row dy times the transposed window, summed over the rows.  An input x[c, u, v] took part, for stride 1,
        in y[f, u - i + k//2, v - j + k//2] with weight W[f, c, i, j], so
            dL/dx[c, u, v] = sum over f, i, j of W[f, c, i, j] dy[f, u - i + k//2, v - j + k//2]:
        a convolution of dy with the kernel turned by 180 degrees and its two channel axes exchanged.  Stride 2
        keeps every second y of stride 1, so it is the same with a dy of zero for those left out.
        """
        dy_rows = self._rows_of(dy)
        np.matmul(dy_rows, self.windows.transpose(0, 2, 1), out=self.dweight_rows)
        weight = self.parameters["weight"]
        np.sum(self.dweight_rows, axis=0, out=self.gradients["weight"].reshape(self.filters, -1))
        if self.bias:
            np.sum(dy_rows, axis=(0, 2), out=self.gradients["bias"])
        if self.dx is not None:
            turned = np.ascontiguousarray(weight[:, ::-1, ::-1].transpose(3, 1, 2, 0))
            np.matmul(turned.reshape(len(turned), -1), self.dwindows, out=self.dx_rows)
        return self.dx

    def _rows_of(self, dy: Array) -> Array:
        """dy as one matrix (filters, width * samples) for each row."""
        if self.dx is None:
            return row_matrices(dy)
        if self.stride > 1:
            self.dy_spread[...] = dy
        fill_columns(self.dcolumns, self.dy_padded)
        if self.stride > 1:
            return row_matrices(dy)
        border = self.kernel // 2  # the middle tap is dy itself, without its border
        return row_matrices(self.dcolumns[border : border + len(dy), border])


def row_matrices(maps: Array) -> Array:
    """A view of (height, channels, width, samples) as (height, channels, width * samples)."""
    height, channels, _, _ = maps.shape
    return np.reshape(maps, (height, channels, -1), copy=False)


def check_padding(padding: str) -> None:
    """Raise ValueError for a word that `border_before` does not know."""
    if padding not in ("symmetric", "same"):
        raise ValueError(f"the padding is symmetric or same, not {padding!r}")


def border_before(shape: Shape, kernel: int, stride: int, padding: str) -> tuple[int, int]:
    """How many rows and columns of zeros stand before the map: kernel//2, or one less.

    "symmetric" centres the kernel on the pixels 0, stride, 2 stride ...  "same" uses as few zeros as the size of the
    output needs, and puts the odd one behind: with stride 2 on an even size the kernel is centred on pixels 1, 3 ...
    Source of the second: TensorFlow's documentation of tf.nn, "SAME" padding.
    """
    _, height, width = shape
    late = padding == "same" and stride == 2 and kernel > 1
    return kernel // 2 - (late and height % 2 == 0), kernel // 2 - (late and width % 2 == 0)


def padded(
    shape: Shape, samples: int, kernel: int, dtype: np.dtype[np.generic], before: tuple[int, int]
) -> tuple[Array, Array]:
    """A map within a border of kernel - 1 zeros, `before` of them first: the whole, and a view of its inside."""
    channels, height, width = shape
    border = kernel - 1
    whole = np.zeros((height + border, channels, width + border, samples), dtype)
    top, left = before
    return whole, whole[top : top + height, :, left : left + width]


def strided_size(size: int, stride: int) -> int:
    """The height or width after a padded convolution: ceil(size / stride)."""
    return -(-size // stride)


def windows_of(columns: Array, height: int, stride: int = 1) -> Array:
    """The windows (height, kernel * kernel * channels, width * samples) of `columns`, which overlap in memory.

    columns is (rows, kernel, channels, width, samples); window r begins at its row stride * r.
    """
    _, kernel, channels, width, samples = columns.shape
    line, item = width * samples, columns.itemsize
    shape = (height, kernel * kernel * channels, line)
    return as_strided(columns, shape, (stride * columns.strides[0], line * item, item))


def fill_columns(columns: Array, whole: Array, stride: int = 1) -> None:
    """Copy the padded map once for each horizontal tap, shifted by one pixel each time."""
    _, kernel, _, width, _ = columns.shape
    for tap in range(kernel):
        columns[:, tap] = whole[:, :, tap : tap + stride * (width - 1) + 1 : stride]
