"""Convolution with a kernel of 3x3 and stride 1, with two thirds of the multiplications."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nn_trainer.engine.layers.memory_layout import Array, Shape, assign, paired_shape, phases

FEWEST_CHANNELS = 8  # below, the products are so small that writing their results costs more than is saved
_BAND_BYTES = 2_000_000  # of products that are computed before they are added up, so that they stay in cache
_GRADIENT_BAND_BYTES = 4_000_000  # of products that become the gradient of the weight


class Kernels:
    """The weight W (filters, 3, 3, channels) transformed along the rows of the kernel, the same for all replicas.

    With the three columns w0, w1, w2 of a kernel, forward is (4, filters, 3, channels):
        u0 = w0,  u1 = w2,  u2 = (w0 + w1 + w2) / 2,  u3 = (w0 - w1 + w2) / 2.
    turned is the same as (4, 3, filters, channels) with its rows reversed, for the backward pass.
    """

    forward: Array
    turned: Array

    def take(self, weight: Array) -> None:
        """Transform this weight.  Each number is written once, so that two threads may do the same at a time."""
        w0, w1, w2 = weight.transpose(2, 0, 1, 3)
        if not hasattr(self, "turned"):
            forward = np.empty((4, *w0.shape), weight.dtype)
            turned = np.empty((4, *w0.swapaxes(0, 1).shape), weight.dtype)
        else:
            forward, turned = self.forward, self.turned
        outer, inner = (w0 + w2) / 2, w1 / 2
        forward[0], forward[1] = w0, w2
        np.add(outer, inner, out=forward[2])
        np.subtract(outer, inner, out=forward[3])
        turned[...] = forward.swapaxes(1, 2)[:, ::-1]
        self.forward, self.turned = forward, turned


class WinogradConvolution:
    """The arithmetic of such a convolution for maps of even width, without its bias.

    **The trick.**  Two neighbouring outputs of a row need four neighbouring inputs a, b, c, d and take six
    multiplications with the kernel's columns w0, w1, w2.  Four are enough (u0 to u3 as in `Kernels`):

        m0 = (a - c) u0        y0 = m0 + m2 + m3 = a w0 + b w1 + c w2
        m1 = (d - b) u1        y1 = m1 + m2 - m3 = b w0 + c w1 + d w2
        m2 = (b + c) u2
        m3 = (c - b) u3

    With even and odd columns apart (see `memory_layout.py`), a to d are an odd column, the even and the odd one that
    follow, and the even one after: a difference or a sum of two long stretches for all pairs at once.  The four
    products, over the channels and the three rows of the kernel, are matrix products over windows that overlap, as in
    `direct_convolution.py`; no copies for horizontal taps are needed.
    Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, F(2, 3), in one dimension.

    `x` is where the input is expected.
    """

    def __init__(self, input_shape: Shape, y: Array, kernels: Kernels) -> None:
        channels, height, width = input_shape
        filters, samples = y.shape[-3], y.shape[-1]
        half = width // 2
        self._kernels = kernels
        self.x = np.empty(paired_shape(input_shape, samples), y.dtype)
        self._even, self._odd = self.x
        # Four transformed maps, each with a row of zeros above and below.
        self._v_padded = np.zeros((4, height + 2, channels, half, samples), y.dtype)
        self._v = tuple(self._v_padded[:, 1:-1])
        self._bands = bands(height, 4 * max(filters, channels) * half * samples * y.itemsize, _BAND_BYTES)
        m = np.empty((4, size(self._bands[0]), filters, half, samples), y.dtype)
        windows, (y_even, y_odd) = overlapping(self._v_padded, height), phases(y)
        self._products = [
            (windows[:, rows], as_rows(m[:, : size(rows)]), tuple(m[:, : size(rows)]), y_even[rows], y_odd[rows])
            for rows in self._bands
        ]

    def forward(self, weight: Array) -> None:
        """Transform x, multiply, add up: a few rows at a time, so that the products are still in the cache."""
        even, odd, (v0, v1, v2, v3), samples = self._even, self._odd, self._v, self.x.shape[-1]
        # The neighbour is also the next column in memory, except at the edge, where it is zero.
        np.subtract(flat(odd)[:-samples], flat(odd)[samples:], out=flat(v0)[samples:])
        np.negative(odd[:, :, 0], out=v0[:, :, 0])
        np.subtract(flat(even)[samples:], flat(even)[:-samples], out=flat(v1)[:-samples])
        np.negative(even[:, :, -1], out=v1[:, :, -1])
        np.add(even, odd, out=v2)
        np.subtract(odd, even, out=v3)
        u = self._kernels.forward.reshape(4, 1, len(weight), -1)
        for windows, products, (m0, m1, m2, m3), y_even, y_odd in self._products:
            np.matmul(u, windows, out=products)
            np.add(m0, m2, out=m0)
            np.add(m0, m3, out=y_even)
            np.add(m1, m2, out=m1)
            np.subtract(m1, m3, out=y_odd)

    def bind_gradient(self, dx: Array | None, y: Array) -> Array:
        """Use `dx` for the gradient dx; return where dy, which has the layout of `y`, is expected."""
        height, filters, half, samples = phases(y)[0].shape
        channels, rows = self._v[0].shape[1], size(self._bands[0])
        # The gradients of m0 to m3, with rows of zeros around; the first two are dy itself.
        dm_padded = np.zeros((4, height + 2, filters, half, samples), y.dtype)
        self._dm = dm_padded[:, 1:-1]
        windows, v = overlapping(dm_padded, height), as_rows(self._v_padded[:, 1:-1]).swapaxes(2, 3)
        du_bands = bands(height, 4 * 3 * filters * channels * y.itemsize, _GRADIENT_BAND_BYTES)
        du = np.empty((4, size(du_bands[0]), 3 * filters, channels), y.dtype)
        self._du_products = [(windows[:, rows], v[:, rows], du[:, : size(rows)]) for rows in du_bands]
        self._dv_products = []
        if dx is not None:
            dv = np.empty((4, rows, channels, half, samples), y.dtype)
            dx_even, dx_odd = phases(dx)
            self._dv_products = [
                (windows[:, rows], as_rows(dv[:, : size(rows)]), dv[:, : size(rows)], dx_even[rows], dx_odd[rows])
                for rows in self._bands
            ]
        return self._dm[:2] if y.ndim == 5 else np.empty(y.shape, y.dtype)

    def backward(self, dy: Array, weight: Array, dweight: Array) -> None:
        """Fill the gradient of the weight, and dx if it is wanted.

        y0 = m0 + m2 + m3 and y1 = m1 + m2 - m3, so
            dL/dm0 = dy0,  dL/dm1 = dy1,  dL/dm2 = dy0 + dy1,  dL/dm3 = dy0 - dy1.
        m_t[f, r] = sum over i, c of u_t[f, i, c] v_t[c, r + i - 1], where v0 to v3 are the differences and sums of
        inputs, so
            dL/du_t[f, i, c] = sum over r and columns of dL/dm_t[f, r] v_t[c, r + i - 1],
            dL/dv_t[c, r] = sum over i, f of u_t[f, i, c] dL/dm_t[f, r - i + 1]:
        both multiply with the same windows over three rows of dL/dm_t.  From u the gradient goes back to the columns of
        the kernel, and from v to x, each by the transposed of what made it.
        """
        if dy.ndim != 5:
            assign(self._dm[:2], dy)
        even, odd, both, difference = self._dm
        np.add(even, odd, out=both)
        np.subtract(even, odd, out=difference)
        du = np.zeros((4, 3 * len(weight), weight.shape[-1]), weight.dtype)
        for windows, v, products in self._du_products:
            np.matmul(windows, v, out=products)
            du += products.sum(axis=1)
        self._to_weight(du, dweight)
        u = self._kernels.turned.reshape(4, 1, *du.shape[1:]).swapaxes(2, 3)
        for windows, products, dv, dx_even, dx_odd in self._dv_products:
            np.matmul(u, windows, out=products)
            self._to_x(dv, dx_even, dx_odd)

    @staticmethod
    def _to_weight(du: Array, dweight: Array) -> None:
        """w0 is in u0, u2 and u3, w1 in u2 and, taken away, in u3, w2 in u1, u2 and u3."""
        filters, _, _, channels = dweight.shape
        du0, du1, du2, du3 = du.reshape(4, 3, filters, channels)[:, ::-1].swapaxes(1, 2)
        outer = (du2 + du3) / 2
        np.add(du0, outer, out=dweight[:, :, 0])
        np.add(du1, outer, out=dweight[:, :, 2])
        np.subtract(du2, du3, out=dweight[:, :, 1])
        dweight[:, :, 1] /= 2

    @staticmethod
    def _to_x(dv: Array, dx_even: Array, dx_odd: Array) -> None:
        """v0 = odd before - odd, v1 = even after - even, v2 = even + odd, v3 = odd - even."""
        dv0, dv1, dv2, dv3 = dv
        np.subtract(dv2, dv3, out=dx_even)
        dx_even -= dv1
        dx_even[:, :, 1:] += dv1[:, :, :-1]
        np.add(dv2, dv3, out=dx_odd)
        dx_odd -= dv0
        dx_odd[:, :, :-1] += dv0[:, :, 1:]


def overlapping(maps: Array, height: int) -> Array:
    """The windows (transforms, height, 3 * channels, columns * samples) of three rows each, which overlap in memory.

    maps is (transforms, height + 2, channels, columns, samples), with columns and samples in one stretch.
    """
    transforms, _, channels, columns, samples = maps.shape
    step, row, channel, _, item = maps.strides
    return as_strided(maps, (transforms, height, 3 * channels, columns * samples), (step, row, channel, item))


def bands(height: int, row_bytes: int, most: int) -> list[slice]:
    """Divide all rows into bands of at most `most` bytes, but at least one row each."""
    rows = max(1, min(height, most // row_bytes))
    return [slice(first, min(first + rows, height)) for first in range(0, height, rows)]


def size(rows: slice) -> int:
    """Return the number of rows."""
    return int(rows.stop - rows.start)


def flat(maps: Array) -> Array:
    """Return a one-dimensional view of contiguous maps."""
    return np.reshape(maps, -1, copy=False)


def as_rows(maps: Array) -> Array:
    """A view of (transforms, rows, channels, columns, samples) as (transforms, rows, channels, columns * samples)."""
    return np.reshape(maps, (*maps.shape[:3], -1), copy=False)
