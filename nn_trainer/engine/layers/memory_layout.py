"""How feature maps and vectors lie in memory.

**The layout.**  Feature maps lie in memory as (height, channels, width, samples), "rows first":

    row 0:  channel 0: [pixel 0: s0 s1 .. sn] [pixel 1: s0 s1 .. sn] ...
            channel 1: [pixel 0: s0 s1 .. sn] ...
    row 1:  ...

The samples of one pixel are adjacent, so every elementwise step runs over long contiguous stretches, and
the rows that one output row of a convolution needs are one contiguous block (see `direct_convolution.py`).
Vectors lie as (features, samples).

**Even and odd columns apart.**  Pooling and the fast convolution (`winograd.py`) work on pairs of neighbouring
columns.  In the layout above the partners of all pairs lie interleaved; so where the layer that reads a map of even
width wants it, the map lies as (2, height, channels, width / 2, samples), first all even columns, then all odd ones:

    even columns, row 0:  channel 0: [pixel 0][pixel 2][pixel 4] ..
    odd columns,  row 0:  channel 0: [pixel 1][pixel 3][pixel 5] ..

and all pairs are taken from two long stretches.  The number of axes distinguishes the two layouts.  Layers for which
it matters ask `phases` for the columns; elementwise layers need not, since their input and output are laid out alike.

**Channels first.**  A layer that treats each pixel or each channel separately (`pointwise_convolution.py`,
`depthwise_bands.py`) gives out arrays of the same four axes that lie as (channels, height, width, samples) in memory.
With many samples that changes little; with a single one, all pixels of a channel are then adjacent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32 in use, float64 in the examination of the gradients
Shape = tuple[int, ...]


def array_shape(shape: Shape, samples: int) -> Shape:
    """The shape in memory of a batch of feature maps (channels, height, width) or of vectors (features,)."""
    if len(shape) == 3:
        channels, height, width = shape
        return height, channels, width, samples
    return (*shape, samples)


def channels_first(shape: Shape, samples: int, dtype: np.dtype[Any]) -> Array:
    """Return feature maps whose pixels of a channel are adjacent in memory; the axes are in the usual order."""
    return np.empty((*shape, samples), dtype).swapaxes(0, 1)


def is_channels_first(maps: Array) -> bool:
    """Whether these feature maps lie in memory as `channels_first` makes them."""
    return maps.ndim == 4 and maps.swapaxes(0, 1).flags.c_contiguous


def paired_shape(shape: Shape, samples: int) -> Shape:
    """As `array_shape`, for feature maps with even and odd columns apart, where their width is even."""
    channels, height, width = shape
    if width % 2:
        return array_shape(shape, samples)
    return 2, height, channels, width // 2, samples


def phases(maps: Array) -> tuple[Array, ...]:
    """Views (height, channels, columns, samples) of the even and of the odd columns; of a map of odd width, of all."""
    if maps.ndim == 5:
        return maps[0], maps[1]
    if maps.shape[2] % 2:
        return (maps,)
    return maps[:, :, 0::2], maps[:, :, 1::2]


def natural_order(maps: Array) -> Array:
    """Feature maps as (height, channels, width, samples), whatever their layout; a copy if necessary."""
    if maps.ndim != 5:
        return maps
    _, height, channels, half, samples = maps.shape
    return np.moveaxis(maps, 0, 3).reshape(height, channels, 2 * half, samples)


def assign(target: Array, source: Array) -> None:
    """target = source, value by value; feature maps may differ in layout."""
    if target.ndim == source.ndim:
        target[...] = source
        return
    for columns, values in zip(phases(target), phases(source), strict=True):
        columns[...] = values


def per_channel(values: Array, maps: Array) -> Array:
    """A view of (channels,) or (features,) that meets each channel of feature maps, or each feature of vectors."""
    return values[:, None] if maps.ndim == 2 else values[:, None, None]


def all_but_channels(maps: Array) -> tuple[int, ...]:
    """Return all axes of feature maps except the channels; of vectors, the axis of the samples."""
    return (1,) if maps.ndim == 2 else (*range(maps.ndim - 3), maps.ndim - 2, maps.ndim - 1)
