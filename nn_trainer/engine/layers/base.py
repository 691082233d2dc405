"""What every layer is, and where its arrays come from.

**The buffers.**  A layer never asks for memory while it works.  `bind` is told where the layer's output shall go
and answers where it wants its input; a network binds its layers from the last to the first, so each writes
straight into the buffer that the next one reads.  `bind_gradient` does the same for the way back, from the first
layer to the last; a gradient lies as its map does.  A layer that works in place answers with the array it was given;
since the next may do so too, no layer looks at its y again in `backward`: what it needs then, it keeps.  What is
forgotten when a layer's turn is over comes from `scratch`, which the layers of a network share, so it stays in cache.

**The order of the calls.**  A network and its replicas call the methods of a layer in this order:

    once            build, take_parameters, initialize
    each replica    replicate, use_scratch, bind, seed, take_gradients, bind_gradient
    each update     derive (the network's layers), forward and backward (the replicas'), merge_statistics

How the arrays lie in memory stands in `memory_layout.py`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from nn_trainer.engine.layers.memory_layout import Array, Shape

LAYERS: dict[str, type[Layer]] = {}  # every layer that exists, by its class name; filled by `__init_subclass__`


@dataclass(frozen=True, slots=True)
class Mode:
    """What a network is bound for.

    `training`: layers behave as in training (dropout draws masks, batch normalization takes the figures of the shard).
    `backward`: they keep what the way back needs.  Gradients of a network as it predicts are `GRADIENTS`.
    """

    training: bool
    backward: bool


TRAINING = Mode(training=True, backward=True)
PREDICTION = Mode(training=False, backward=False)
GRADIENTS = Mode(training=False, backward=True)
LOSS_ONLY = Mode(training=True, backward=False)


class Scratch:
    """Memory for what is forgotten before the next layer's turn: one piece for each use, as large as the largest."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, np.dtype[Any]], Array] = {}
        self.pieces: list[
            Array
        ] = []  # all that were ever taken: layers that were bound before still use the small ones

    def take(self, use: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        """An array of this shape; whoever takes one for the same use gets the same memory."""
        count = math.prod(shape)
        piece = self._pieces.get((use, dtype))
        if piece is None or piece.size < count:
            # Small maps are bound before large ones, so ask for much at once; what is not touched costs nothing.
            piece = self._pieces[use, dtype] = np.empty(max(count, 2**21), dtype)
            self.pieces.append(piece)
        return piece[:count].reshape(shape)


def positive(epsilon: float) -> float:
    """The number as it is; raises ValueError if one cannot add it to a variance and divide by the root."""
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be a number above 0, not {epsilon}")
    return epsilon


class Layer:
    """One step of a network.

    `forward(x)` returns y and keeps what `backward` needs; `backward(dy)` returns dx, the gradient of the loss
    with respect to x, and fills `gradients` under the names of `parameters`.  Shapes are given without the samples:
    (channels, height, width) of a feature map or (features,) of a vector.

    The arguments that make a layer are numbers, words, tuples of numbers or lists of layers, and it keeps each
    under its own name (lists of layers as a Chain), so that it can be described and made again.
    """

    kind: ClassVar[str]
    ranks: ClassVar[tuple[int, ...]] = (1, 3)  # how many axes the shape of an input may have: vectors 1, feature maps 3
    in_place: ClassVar[bool] = False  # whether the output stands where the input stood, which is then lost
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
        """Fix the shapes for this input; return the output shape.  Raises ValueError if they cannot fit.

        It takes no memory, and to build a layer again for the same input changes nothing.
        """
        if len(input_shape) not in self.ranks:
            wanted = "feature maps" if 3 in self.ranks else "vectors, as Flatten makes them of maps"  # not shown
            raise ValueError(f"the layer {self.name} takes {wanted}; this has the shape {input_shape}")
        self.input_shape = input_shape
        self.output_shape = self.shape_after(input_shape)
        return self.output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """The shape of the output for an input of this shape."""
        return input_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """The shapes of the parameters, as they lie in memory."""
        return {}

    def constant_shapes(self) -> dict[str, Shape]:
        """The shapes of the constants; the arrays are made with `make_constants`."""
        return {name: array.shape for name, array in self.constants.items()}

    def make_constants(self) -> None:
        """Make the constants, with their first values."""

    def initialize(self, rng: np.random.Generator) -> None:
        """Give the parameters their first values."""

    def multiplications(self) -> int:
        """How many multiply-adds one sample costs in `forward`."""
        return 0

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Views of parameters or gradients in the shapes in which the model file keeps them."""
        return values

    def take_parameters(self, values: dict[str, Array]) -> None:
        """Use these arrays as the parameters, and make the constants."""
        self.parameters = values
        self.make_constants()

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

    def use_scratch(self, scratch: Scratch) -> None:
        """Take short-lived memory from here from now on; to be called before `bind`."""
        self.scratch = scratch

    def bind(self, y: Array, mode: Mode) -> Array:
        """Write the output to `y` from now on; return the array in which the input is expected."""
        self.y = y
        return y

    def bind_gradient(self, dx: Array | None) -> Array:
        """Write dx to `dx` from now on; return the array in which dy is expected."""
        self.dx = dx
        return dx if dx is not None else np.empty_like(self.y)

    def seed(self, rng: np.random.Generator) -> None:
        """Take the source of the random numbers that training needs."""

    def merge_statistics(self, replicas: Sequence[Self]) -> None:
        """Take from the replicas of this layer, one a shard and in that order, what outlives their batch."""

    def derive(self) -> None:
        """Derive from the parameters what all replicas need, once for all of them."""

    # -- work ------------------------------------------------------------------------------------------------

    def forward(self, x: Array) -> Array:
        """Return y for x, the array that `bind` named."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array | None:
        """Return dx for dy, the array that `bind_gradient` named, and fill `gradients`."""
        raise NotImplementedError


class InputLayer(Layer, abstract=True):
    """The first layer of a network, from what is fed to it to what the other layers take; not a layer by itself.

    Its x is (samples, ...), as inputs lie one after the other, and not the array that `bind` named; nothing goes back
    through it.
    """

    def backward(self, dy: Array) -> None:
        """Do nothing: what is fed to a network is not trained."""
