"""Convolution by one matrix product for each row, for any odd kernel and both strides."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.layers.memory_layout import Array, Shape, paired_shape, phases


class DirectConvolution:
    """The arithmetic of a convolution, without its bias.

    **The trick.**  The textbook way copies the input once for every tap of the kernel (9 copies for 3x3), then
    multiplies.  Rows first (see `memory_layout.py`), with rows of zeros above and below, the k input rows of an output
    row are ONE contiguous block:

        columns:  row 0 [j=0: all channels][j=1: all channels][j=2: all channels]   \\
                  row 1 [j=0: all channels][j=1: all channels][j=2: all channels]    } output row 0   \\
                  row 2 [j=0: all channels][j=1: all channels][j=2: all channels]   /                  } output row 1
                  row 3 ...                                                                           /

    so only the horizontal taps are copied (k copies, each shifted by one pixel), and the matrix that an output row is
    multiplied with is a VIEW of k consecutive rows of `columns`: windows that overlap, nothing copied.  One
    `np.matmul` over all rows then hands each window to BLAS.  The weights lie as (f, i, j, c) to fit it.  With stride 2
    the copies take every second pixel, and the windows begin at every second row.

    A kernel of one pixel needs no copies at all: the windows are the rows of the input.

    `x` is where the input is expected; `before` is how many rows and columns of zeros are put before it.
    """

    def __init__(self, input_shape: Shape, y: Array, kernel: int, stride: int, before: tuple[int, int]) -> None:
        channels, height, _ = input_shape
        self._kernel, self._stride, self._before = kernel, stride, before
        self._y_rows = row_matrices(y)
        if self._pointwise:
            self.x = np.empty((*y.shape[:-3], channels, *y.shape[-2:]), y.dtype)
            self._windows = row_matrices(self.x)
            return
        self.x = np.empty(paired_shape(input_shape, y.shape[-1]), y.dtype)
        # Columns have the layout of y; the zeros above, below, left and right of the image are never overwritten.
        self._columns = columns_like(y, height + kernel - 1, kernel, channels)
        self._windows = windows_of(self._columns, self._y_rows.shape[-3], stride)

    @property
    def _pointwise(self) -> bool:
        return self._kernel == 1 and self._stride == 1

    def bind_gradient(self, dx: Array | None, y: Array) -> Array:
        """Use `dx` for the gradient dx; return where dy, which has the layout of `y`, is expected."""
        dy = np.empty(y.shape, y.dtype)
        filters = y.shape[-3]
        self._dweight_rows = np.empty((*self._windows.shape[:-1], filters), y.dtype)
        self._dx_rows = row_matrices(dx) if dx is not None else None
        if dx is None:
            return dy
        if self._pointwise:
            self._dwindows = row_matrices(dy)
            return dy
        height = dx.shape[-4]
        # With stride 2 dy is spread out to the size of x, with zeros between its pixels.
        self._spread = dy
        if self._stride > 1:
            self._spread = np.zeros((*dx.shape[:-3], filters, *dx.shape[-2:]), y.dtype)
        self._dcolumns = columns_like(dx, height + self._kernel - 1, self._kernel, filters)
        self._dwindows = windows_of(self._dcolumns, height)
        return dy

    def forward(self, weight: Array) -> None:
        """One matrix product for each output row: (filters, taps) times (taps, width * samples)."""
        if not self._pointwise:
            fill_columns(self._columns, self.x, self._before, self._stride)
        np.matmul(weight.reshape(len(weight), -1), self._windows, out=self._y_rows)

    def backward(self, dy: Array, weight: Array, dweight: Array) -> None:
        """Fill the gradient of the weight, and dx if it is wanted.

        y is linear in each W[f, c, i, j], with the shifted input as its factor, so
            dL/dW[f, c, i, j] = sum over r, q and samples of dy[f, r, q] x[c, s r + i - k//2, s q + j - k//2]:
        for each row the window times dy transposed, summed over the rows.  An input x[c, u, v] took part, for stride 1,
        in y[f, u - i + k//2, v - j + k//2] with weight W[f, c, i, j], so
            dL/dx[c, u, v] = sum over f, i, j of W[f, c, i, j] dy[f, u - i + k//2, v - j + k//2]:
        a convolution of dy with the kernel turned by 180 degrees and its two channel axes exchanged.  Stride 2
        keeps every second y of stride 1, so it is the same with a dy of zero for those left out.
        """
        np.matmul(self._windows, row_matrices(dy).swapaxes(-2, -1), out=self._dweight_rows)
        rows = self._dweight_rows.reshape(-1, *self._dweight_rows.shape[-2:])
        dweight.reshape(len(weight), -1)[...] = rows.sum(axis=0).T
        if self._dx_rows is None:
            return
        if self._stride > 1:
            spread_out(self._spread, dy)
        if not self._pointwise:
            top, left = self._before
            # The kernel is turned, so what was the border before is the one after.
            fill_columns(self._dcolumns, self._spread, (self._kernel - 1 - top, self._kernel - 1 - left))
        turned = np.ascontiguousarray(weight[:, ::-1, ::-1].transpose(3, 1, 2, 0))
        np.matmul(turned.reshape(len(turned), -1), self._dwindows, out=self._dx_rows)


def strided_size(size: int, stride: int) -> int:
    """The height or width after a padded convolution: ceil(size / stride)."""
    return -(-size // stride)


def check_padding(padding: str) -> None:
    """Raise ValueError for a padding that `border_before` does not know."""
    if padding not in ("symmetric", "same"):
        raise ValueError(f"the padding is symmetric or same, not {padding!r}")


def border_before(shape: Shape, kernel: int, stride: int, padding: str) -> tuple[int, int]:
    """Return the rows and columns of zeros above and left of the map: kernel//2, or one less.

    "symmetric" centres the kernel on the pixels 0, stride, 2 stride ...  "same" uses as few zeros as the size of the
    output needs, and puts the odd one behind: with stride 2 on an even size the kernel is centred on pixels 1, 3 ...
    Source of the second: TensorFlow's documentation of tf.nn, "SAME" padding.
    """
    _, height, width = shape
    late = padding == "same" and stride == 2 and kernel > 1
    return kernel // 2 - (late and height % 2 == 0), kernel // 2 - (late and width % 2 == 0)


def row_matrices(maps: Array) -> Array:
    """A view of feature maps as one matrix (channels, columns * samples) for each row, or each row of each phase."""
    return np.reshape(maps, (*maps.shape[:-2], -1), copy=False)


def columns_like(maps: Array, rows: int, kernel: int, channels: int) -> Array:
    """Zeros for the columns (phases, rows, kernel, channels, columns, samples) of maps that lie as these do."""
    phase_count = len(maps) if maps.ndim == 5 else 1
    return np.zeros((phase_count, rows, kernel, channels, *maps.shape[-2:]), maps.dtype)


def windows_of(columns: Array, height: int, stride: int = 1) -> Array:
    """The windows (phases, height, kernel * kernel * channels, columns * samples), which overlap in memory.

    columns is as `columns_like` says; window r begins at its row stride * r.
    """
    phase_count, _, kernel, channels, width, samples = columns.shape
    line, item = width * samples, columns.itemsize
    shape = (phase_count, height, kernel * kernel * channels, line)
    return as_strided(columns, shape, (columns.strides[0], stride * columns.strides[1], line * item, item))


def fill_columns(columns: Array, x: Array, before: tuple[int, int], stride: int = 1) -> None:
    """Copy x once for each horizontal tap, shifted by one pixel each time.

    Column q of tap j is column stride * q + j - before[1] of x, where there is one.  Where columns lie in two phases
    (all even ones, all odd ones), each phase is one copy, from the phase of x that its columns fall into.
    """
    kernel, rows = columns.shape[2], x.shape[-4]
    sources = phases(x)
    for tap in range(kernel):
        inside = columns[:, before[0] : before[0] + rows, tap]
        targets = phases(inside if len(inside) == 2 else inside[0])
        for place, target in enumerate(targets):
            start, phase = divmod(stride * place + tap - before[1], len(sources))
            copy_every(target, sources[phase], start, stride * len(targets) // len(sources))


def copy_every(target: Array, source: Array, start: int, step: int) -> None:
    """Column q of target = column start + step * q of source, for the columns that exist."""
    first = max(0, -(start // step))
    last = min(target.shape[2], (source.shape[2] - 1 - start) // step + 1)
    if first < last:
        begin = start + step * first
        target[:, :, first:last] = source[:, :, begin : start + step * (last - 1) + 1 : step]


def spread_out(whole: Array, maps: Array) -> None:
    """Put column q of each row of `maps` to column 2 q of every second row of `whole`."""
    even = whole[0, ::2] if whole.ndim == 5 else whole[::2, :, ::2]
    parts = phases(maps)
    for place, part in enumerate(parts):
        even[:, :, place :: len(parts)] = part
