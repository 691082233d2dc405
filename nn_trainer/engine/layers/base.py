"""What every layer is, and how its arrays lie in memory.

**The layout.**  Feature maps lie in memory as (height, channels, width, samples), "rows first":

    row 0:  channel 0: [pixel 0: s0 s1 .. sn] [pixel 1: s0 s1 .. sn] ...
            channel 1: [pixel 0: s0 s1 .. sn] ...
    row 1:  ...

The samples of one pixel stand side by side, so every elementwise step runs over long contiguous stretches, and
the rows that one output row of a convolution needs are one contiguous block (see `direct_convolution.py`).
Vectors lie as (features, samples).

**Even and odd columns apart.**  Pooling and the fast convolution (`winograd.py`) work on pairs of neighbouring
columns.  In the layout above the partners of all pairs lie interleaved; so where the layer that reads a map of even
width wants it, the map lies as (2, height, channels, width / 2, samples), first all even columns, then all odd ones:

    even columns, row 0:  channel 0: [pixel 0][pixel 2][pixel 4] ..
    odd columns,  row 0:  channel 0: [pixel 1][pixel 3][pixel 5] ..

and all pairs are taken from two long stretches.  The number of axes tells the two apart.  Who needs to know asks
`phases` for the columns; elementwise layers need not, since input and output of theirs lie alike.

**Channels first.**  A layer that sees each pixel or each channel by itself (`pointwise_convolution.py`,
`depthwise_blocks.py`) gives out arrays of the same four axes that lie as (channels, height, width, samples) in memory.
With many samples that changes little; of a single one, all pixels of a channel then stand side by side.

**The buffers.**  A layer never asks for memory while it works.  `bind` is told where the layer's output shall go
and answers where it wants its input; a network binds its layers from the last to the first, so each writes
straight into the buffer that the next one reads.  `bind_gradient` does the same for the way back, from the first
layer to the last; a gradient lies as its map does.  A layer that works in place answers with the array it was given;
since the next may do so too, no layer looks at its y again in `backward`: what it needs then, it keeps.  What is
forgotten when a layer's turn is over comes from `scratch`, which the layers of a network share, so it stays in cache.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32 in use, float64 in the examination of the gradients
Shape = tuple[int, ...]

LAYERS: dict[str, type[Layer]] = {}  # every layer that exists, by its class name; filled by `__init_subclass__`


class Scratch:
    """Memory for what is forgotten before the next layer's turn: one piece for each use, as large as the largest."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, np.dtype[Any]], Array] = {}

    def take(self, use: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        """An array of this shape; whoever takes one for the same use gets the same memory."""
        count = math.prod(shape)
        piece = self._pieces.get((use, dtype))
        if piece is None or piece.size < count:
            # Small maps are bound before large ones, so ask for much at once; what is not touched costs nothing.
            piece = self._pieces[use, dtype] = np.empty(max(count, 2**21), dtype)
        return piece[:count].reshape(shape)


class Layer:
    """One step of a network.

    `forward(x)` returns y and keeps what `backward` needs; `backward(dy)` returns dx, the gradient of the loss
    with respect to x, and fills `gradients` under the names of `parameters`.  Shapes are given without the samples:
    (channels, height, width) of a feature map or (features,) of a vector.

    The arguments that make a layer are numbers, words, tuples of numbers or lists of layers, and it keeps each
    under its own name (lists of layers as a Chain), so that it can be described and made again.
    """

    kind: ClassVar[str]
    arguments_added: ClassVar[dict[str, Any]] = {}  # what descriptions from before these arguments stand for

    def __init_subclass__(cls, abstract: bool = False) -> None:
        cls.kind = cls.__name__
        if not abstract:
            LAYERS[cls.kind] = cls

    def __init__(self) -> None:
        self.name = self.kind.lower()
        self.input_shape: Shape = ()
        self.output_shape: Shape = ()
        self.parameters: dict[str, Array] = {}  # trained; views into the network's one flat vector
        self.gradients: dict[str, Array] = {}  # of the same names and shapes
        self.constants: dict[str, Array] = {}  # kept with the model, not trained
        self.y: Array
        self.dx: Array | None = None  # None: the layer before needs no gradient
        self.scratch = Scratch()

    # -- what a layer is -----------------------------------------------------------------------------------

    def build(self, input_shape: Shape) -> Shape:
        """Fix the shapes for this input; return the output shape.  Raises ValueError if they cannot fit."""
        self.input_shape = input_shape
        self.output_shape = self.shape_after(input_shape)
        return self.output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """The shape of the output for an input of this shape."""
        return input_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """The shapes of the parameters, as they lie in memory."""
        return {}

    def initialize(self, rng: np.random.Generator) -> None:
        """Give the parameters their first values."""

    def multiplications(self) -> int:
        """How many multiply-adds one sample costs in `forward`."""
        return 0

    def published(self, values: dict[str, Array]) -> dict[str, Array]:
        """Views of parameters or gradients in the shapes in which the model file keeps them."""
        return values

    def take_parameters(self, values: dict[str, Array]) -> None:
        """Use these arrays as the parameters."""
        self.parameters = values

    def take_gradients(self, values: dict[str, Array]) -> None:
        """Fill these arrays with the gradients."""
        self.gradients = values

    # -- memory ----------------------------------------------------------------------------------------------

    def replicate(self) -> Self:
        """A layer that shares these parameters and has its own gradients and buffers."""
        twin = copy.copy(self)
        twin.gradients = {}
        twin.dx = None
        return twin

    def share(self, scratch: Scratch) -> None:
        """Take short-lived memory from here from now on; to be called before `bind`."""
        self.scratch = scratch

    def bind(self, y: Array, training: bool) -> Array:
        """Write the output to `y` from now on; return the array in which the input is expected."""
        self.y = y
        return y

    def bind_gradient(self, dx: Array | None) -> Array:
        """Write dx to `dx` from now on; return the array in which dy is expected."""
        self.dx = dx
        return dx if dx is not None else np.empty_like(self.y)

    def seed(self, rng: np.random.Generator) -> None:
        """Take the source of the random numbers that training needs."""

    def gather(self, replicas: Sequence[Self]) -> None:
        """Take from the replicas of this layer, one a shard and in that order, what outlives their batch."""

    def prepare(self) -> None:
        """Derive from the parameters what all replicas need, once for all of them."""

    # -- work ------------------------------------------------------------------------------------------------

    def forward(self, x: Array) -> Array:
        """Return y for x, the array that `bind` named."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array | None:
        """Return dx for dy, the array that `bind_gradient` named, and fill `gradients`."""
        raise NotImplementedError


def array_shape(shape: Shape, samples: int) -> Shape:
    """The shape in memory of a batch of feature maps (channels, height, width) or of vectors (features,)."""
    if len(shape) == 3:
        channels, height, width = shape
        return height, channels, width, samples
    return (*shape, samples)


def channels_first(shape: Shape, samples: int, dtype: np.dtype[Any]) -> Array:
    """Feature maps whose pixels of a channel stand side by side in memory; the axes are in the usual order."""
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
    """Feature maps as (height, channels, width, samples), however they lie; a copy where it must be one."""
    if maps.ndim != 5:
        return maps
    _, height, channels, half, samples = maps.shape
    return np.moveaxis(maps, 0, 3).reshape(height, channels, 2 * half, samples)


def assign(target: Array, source: Array) -> None:
    """target = source, value by value; of feature maps, each may lie in its own way."""
    if target.ndim == source.ndim:
        target[...] = source
        return
    for columns, values in zip(phases(target), phases(source), strict=True):
        columns[...] = values


def per_channel(values: Array, maps: Array) -> Array:
    """A view of (channels,) or (features,) that meets each channel of feature maps, or each feature of vectors."""
    return values[:, None] if maps.ndim == 2 else values[:, None, None]


def all_but_channels(maps: Array) -> tuple[int, ...]:
    """The axes of feature maps that are not that of the channels, or of vectors that of the samples."""
    return (1,) if maps.ndim == 2 else (*range(maps.ndim - 3), maps.ndim - 2, maps.ndim - 1)
