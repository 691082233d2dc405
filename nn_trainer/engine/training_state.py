"""The state of a training between two records: all that is needed to go on as if it had never been interrupted."""

from __future__ import annotations

from dataclasses import dataclass, field

from nn_trainer.engine.layers.memory_layout import Array
from nn_trainer.engine.records import EpochRecord

Plain = int | float | str | None  # what JSON can hold


@dataclass(frozen=True, slots=True)
class TrainingCounters:
    """Counters over a whole training; the second of two stages continues those of the first."""

    iteration: int = 0  # iterations done
    epochs: tuple[EpochRecord, ...] = ()  # whole epochs
    seconds: float = 0.0  # spent training, validation included
    images: int = 0  # shown, in all iterations


@dataclass(frozen=True, slots=True)
class EpochSums:
    """Sums over the images of the current epoch so far."""

    images: int = 0  # shown so far: the place in the order of the epoch
    loss: float = 0.0  # sum over these images
    right: int = 0  # how many of them were predicted right
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """All that a training remembers; see `Training.state`.  The arrays are copies.

    Nothing random is in it: the order of the images, masks and alterations follow from the seed and the counters.
    The optimizer's vectors have the names and shapes of the weights in the model file, since the order
    of the flat vector is private to this version.
    """

    counters: TrainingCounters
    sums: EpochSums
    start: TrainingCounters  # where this stage began
    schedule: dict[str, Plain]
    optimizer_steps: int
    network: dict[str, Array] = field(repr=False)  # `Network.state`
    optimizer: dict[str, dict[str, Array]] = field(repr=False)  # by what it is (such as "velocity"), then by parameter
