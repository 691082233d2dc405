"""The contract of every layer, and where its arrays come from.

**The buffers.**  A layer never allocates memory while it works.  `bind` takes the array for the layer's output and
returns the array in which it expects its input; a network binds its layers from the last to the first, so each writes
directly into the buffer that the next one reads.  `bind_gradient` does the same for the backward pass, from the first
layer to the last; a gradient has the memory layout of its feature map.  A layer that works in place returns the array
it was given; since the next layer may overwrite it, no layer reads its y in `backward`, but keeps what it needs.
Memory that is not needed after a layer's turn comes from `scratch`, which the layers of a network share, so that it
stays in cache.

**The order of the calls.**  A network and its replicas call the methods of a layer in this order:

    once            build, take_parameters, initialize
    each replica    replicate, use_scratch, bind, seed, take_gradients, bind_gradient
    each update     derive (the network's layers), forward and backward (the replicas'), merge_statistics

`memory_layout.py` explains the order of the arrays in memory.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from nn_trainer.engine.layers.memory_layout import Array, Shape

LAYERS: dict[str, type[Layer]] = {}  # all layers by class name; filled by `__init_subclass__`


@dataclass(frozen=True, slots=True)
class Mode:
    """What a network is bound for.

    `training`: layers behave as in training (dropout draws masks, batch normalization uses the statistics of the
    shard).  `backward`: they keep what the backward pass needs.  `GRADIENTS` is for the gradients of a prediction.
    """

    training: bool
    backward: bool


TRAINING = Mode(training=True, backward=True)
PREDICTION = Mode(training=False, backward=False)
GRADIENTS = Mode(training=False, backward=True)
LOSS_ONLY = Mode(training=True, backward=False)


class Scratch:
    """Memory that is not needed after a layer's turn: one piece for each use, as large as the largest request."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, np.dtype[Any]], Array] = {}
        self.pieces: list[Array] = []  # also the small ones that were replaced: layers bound before still use them

    def take(self, use: str, shape: Shape, dtype: np.dtype[Any]) -> Array:
        """Return an array of this shape; arrays for the same use share their memory."""
        count = math.prod(shape)
        piece = self._pieces.get((use, dtype))
        if piece is None or piece.size < count:
            # Small maps are bound before large ones, so take a large piece at once; untouched memory costs nothing.
            piece = self._pieces[use, dtype] = np.empty(max(count, 2**21), dtype)
            self.pieces.append(piece)
        return piece[:count].reshape(shape)


def positive(epsilon: float) -> float:
    """Return epsilon unchanged; raises ValueError unless it is positive and finite."""
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be a number above 0, not {epsilon}")
    return epsilon


class Layer:
    """One step of a network.

    `forward(x)` returns y and keeps what `backward` needs; `backward(dy)` returns dx, the gradient of the loss
    with respect to x, and fills `gradients` under the names of `parameters`.  Shapes are given without the samples:
    (channels, height, width) of a feature map or (features,) of a vector.

    The constructor's arguments are numbers, strings, tuples of numbers or lists of layers, and each is kept under its
    own name (lists of layers as a Chain), so that a layer can be described and made again.
    """

    kind: ClassVar[str]
    ranks: ClassVar[tuple[int, ...]] = (1, 3)  # how many axes the shape of an input may have: vectors 1, feature maps 3
    in_place: ClassVar[bool] = False  # whether the output overwrites the input
    arguments_added: ClassVar[dict[str, Any]] = {}  # values for older descriptions without them

    def __init_subclass__(cls, abstract: bool = False) -> None:
        cls.kind = cls.__name__
        if not abstract:
            LAYERS[cls.kind] = cls

    def __init__(self) -> None:
        self.name = self.kind.lower()
        self.input_shape: Shape = ()
        self.output_shape: Shape = ()
        self.parameters: dict[str, Array] = {}  # trained; views into the network's one flat vector
        self.gradients: dict[str, Array] = {}  # same names and shapes
        self.constants: dict[str, Array] = {}  # kept with the model, not trained
        self.y: Array
        self.dx: Array | None = None  # None: the layer before needs no gradient
        self.scratch = Scratch()

    # -- what a layer is -----------------------------------------------------------------------------------

    def build(self, input_shape: Shape) -> Shape:
        """Set the shapes for this input; return the output shape.  Raises ValueError if the layer cannot take it.

        It allocates no memory, and building a layer again for the same input changes nothing.
        """
        if len(input_shape) not in self.ranks:
            wanted = "feature maps" if 3 in self.ranks else "vectors, as Flatten makes them of maps"  # not shown
            raise ValueError(f"the layer {self.name} takes {wanted}; this has the shape {input_shape}")
        self.input_shape = input_shape
        self.output_shape = self.shape_after(input_shape)
        return self.output_shape

    def shape_after(self, input_shape: Shape) -> Shape:
        """Return the shape of the output for an input of this shape; changes nothing in the layer."""
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
        """Return the multiply-adds of one sample in `forward`."""
        return 0

    def to_file_shapes(self, values: dict[str, Array]) -> dict[str, Array]:
        """Views of parameters or gradients in the shapes in which the model file keeps them."""
        return values

    def take_parameters(self, values: dict[str, Array]) -> None:
        """Use these arrays as parameters, and make the constants."""
        self.parameters = values
        self.make_constants()

    def take_gradients(self, values: dict[str, Array]) -> None:
        """Fill these arrays with the gradients."""
        self.gradients = values

    # -- memory ----------------------------------------------------------------------------------------------

    def replicate(self) -> Self:
        """Return a layer that shares the parameters of this one and has its own gradients and buffers."""
        twin = copy.copy(self)
        twin.gradients = {}
        twin.dx = None
        return twin

    def use_scratch(self, scratch: Scratch) -> None:
        """Take short-lived memory from `scratch`; must be called before `bind`."""
        self.scratch = scratch

    def bind(self, y: Array, mode: Mode) -> Array:
        """Use `y` for the output; return the array in which the input is expected."""
        self.y = y
        return y

    def bind_gradient(self, dx: Array | None) -> Array:
        """Use `dx` for the gradient dx; return the array in which dy is expected."""
        self.dx = dx
        return dx if dx is not None else np.empty_like(self.y)

    def seed(self, rng: np.random.Generator) -> None:
        """Draw the random numbers of training from `rng`."""

    def merge_statistics(self, replicas: Sequence[Self]) -> None:
        """Merge the statistics of the replicas of this layer, one for each shard and in their order, into its own."""

    def derive(self) -> None:
        """Compute what all replicas derive from the parameters, such as transformed weights."""

    # -- work ------------------------------------------------------------------------------------------------

    def forward(self, x: Array) -> Array:
        """Return y for x, the array that `bind` returned."""
        raise NotImplementedError

    def backward(self, dy: Array) -> Array | None:
        """Return dx for dy, the array that `bind_gradient` returned, and fill `gradients`."""
        raise NotImplementedError


class InputLayer(Layer, abstract=True):
    """Base class of the first layer of a network, which turns inputs into what the other layers take.

    Its x is (samples, ...), one input after the other, and not the array that `bind` returned; no gradient is passed
    back through it.
    """

    def backward(self, dy: Array) -> None:
        """Do nothing: the inputs of a network are not trained."""
