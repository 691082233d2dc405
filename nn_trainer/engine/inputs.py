"""The inputs of a network, taken by index, so that a data set need be neither copied nor in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from nn_trainer.arrays import Indices, Labels
from nn_trainer.engine.layers.memory_layout import Array, Shape


@runtime_checkable
class Inputs(Protocol):
    """Inputs of a network, one after the other: images (N, height, width, channels) uint8, or features (N, features).

    `take` is called from several threads at a time.
    """

    @property
    def shape(self) -> Shape:
        """(N, ...), the shape of an array of all inputs."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers that `take` returns."""
        ...

    def __len__(self) -> int:
        """N."""
        ...

    def take(self, indices: Indices, out: Array | None = None) -> Array:
        """The inputs (n, ...) at these indices (n,), in `out` if that is given.  The caller may change them."""
        ...


@runtime_checkable
class ReadsAhead(Protocol):
    """Inputs that take their time, and can begin before they are wanted."""

    def expect(self, indices: Indices) -> None:
        """Be told the indices (n,) of the batch that will be taken after the next one; none: no more will be taken."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ArrayInputs:
    """Inputs that lie in an array, which may be mapped from a file."""

    array: Array

    @property
    def shape(self) -> Shape:
        """(N, ...)."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """That of the array."""
        return self.array.dtype

    def __len__(self) -> int:
        return len(self.array)

    def take(self, indices: Indices, out: Array | None = None) -> Array:
        """A copy of some rows of the array; raises IndexError for an index that is not in it."""
        return self.array.take(indices, axis=0, out=out)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some of the inputs, with their labels, to train on or to measure.

    `labels` (N,) are those of all inputs; `indices` (n,) selects the samples.  Raises ValueError if there are not
    as many labels as inputs, or an index is out of range.
    """

    inputs: Inputs
    labels: Labels
    indices: Indices

    def __post_init__(self) -> None:
        count = len(self.inputs)
        if self.labels.shape != (count,):
            raise ValueError(f"there are {count:,} inputs, and labels of shape {self.labels.shape}")
        if len(self.indices) and not 0 <= self.indices.min() <= self.indices.max() < count:
            raise ValueError(f"indices from {self.indices.min()} to {self.indices.max()} of {count:,} inputs")

    def __len__(self) -> int:
        return len(self.indices)

    def chosen_labels(self) -> Labels:
        """The labels (n,) of the selected inputs, in the order of `indices`."""
        return self.labels[self.indices]


LabelledArrays = tuple[Array, Array]  # inputs (N, ...) and labels (N,)


def as_inputs(inputs: Inputs | Array) -> Inputs:
    """Return an array as `Inputs`; `Inputs` are returned unchanged."""
    return ArrayInputs(inputs) if isinstance(inputs, np.ndarray) else inputs


def as_samples(samples: Samples | LabelledArrays) -> Samples:
    """Return inputs and labels as `Samples` of all of them; `Samples` are returned unchanged."""
    if isinstance(samples, Samples):
        return samples
    inputs, labels = samples
    return Samples(as_inputs(inputs), labels, np.arange(len(labels)))
