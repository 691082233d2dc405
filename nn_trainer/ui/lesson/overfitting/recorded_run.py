"""What the step keeps of one small training: its records, as curves and as the figures of its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record

Floats = NDArray[np.float64]
SMOOTHED = 10  # iterations in a point of the training curves


class Verdict(Enum):
    """What the curves of a whole run show."""

    OVERFITS = auto()  # the validation loss has turned and risen, while the training loss went on below it
    ROSE_A_LITTLE = auto()  # the validation loss has risen, and the training loss with it
    HOLDS = auto()


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The last epoch, and the one of lowest validation loss."""

    last: EpochRecord
    best: EpochRecord

    @property
    def verdict(self) -> Verdict:
        """What these figures say, if they are those of the end."""
        last, best = self.last.validation_loss or 0.0, self.best.validation_loss or 0.0
        if last <= 1.1 * best:
            return Verdict.HOLDS
        return Verdict.OVERFITS if self.last.train_loss < 0.5 * last else Verdict.ROSE_A_LITTLE


@dataclass(slots=True)
class RecordedRun:
    """Grows with the records of a run."""

    wanted_epochs: int = 0
    iterations: list[IterationRecord] = field(default_factory=list)
    epochs: list[EpochRecord] = field(default_factory=list)
    end: CompletedRecord | None = None

    def add(self, records: Iterable[Record]) -> None:
        """Keep the records of iterations and epochs, and the last one."""
        for record in records:
            if isinstance(record, IterationRecord):
                self.iterations.append(record)
            elif isinstance(record, EpochRecord):
                self.epochs.append(record)
            else:
                self.end = record

    @property
    def is_whole(self) -> bool:
        """Whether all epochs were done: a part of a run proves nothing."""
        return self.end is not None and self.end.epochs == self.wanted_epochs > 0

    def training(self, metric: str) -> tuple[Floats, Floats]:
        """(iteration, mean of `metric` over the last iterations), "loss" or "accuracy"."""
        values = np.array([getattr(record, metric) for record in self.iterations], np.float64)
        if not len(values):
            return values, values
        sums = np.concatenate([[0.0], np.cumsum(values)])
        ends = np.arange(1, len(values) + 1)
        starts = np.maximum(ends - SMOOTHED, 0)
        return ends.astype(np.float64), (sums[ends] - sums[starts]) / (ends - starts)

    def validation(self, metric: str) -> tuple[Floats, Floats]:
        """(iteration at the end of the epoch, `metric` on the validation images)."""
        x = np.array([record.iteration for record in self.epochs], np.float64)
        return x, np.array([getattr(record, f"validation_{metric}") for record in self.epochs], np.float64)

    def summary(self) -> RunSummary | None:
        """The figures of the last whole epoch; None before the first."""
        if not self.epochs:
            return None
        return RunSummary(self.epochs[-1], min(self.epochs, key=lambda record: record.validation_loss or 0.0))
