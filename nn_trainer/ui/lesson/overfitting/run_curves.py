"""What the step keeps of one small training: its records, as curves and as the figures of its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nn_trainer.engine.records import EpochRecord, IterationRecord, Record

Floats = NDArray[np.float64]
SMOOTHED = 10  # iterations in a point of the training curves


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last epoch, and the one of lowest validation loss."""

    last: EpochRecord
    best: EpochRecord

    @property
    def gap(self) -> float:
        """Training accuracy minus validation accuracy in the last epoch, from -1 to 1."""
        return self.last.train_accuracy - (self.last.validation_accuracy or 0.0)

    @property
    def overfits(self) -> bool:
        """Whether the validation loss has turned and risen while the training loss went on below it."""
        last, best = self.last.validation_loss or 0.0, self.best.validation_loss or 0.0
        return last > 1.1 * best and self.last.train_loss < 0.5 * last


@dataclass(slots=True)
class RunCurves:
    """Grows with the records of a run."""

    iterations: list[IterationRecord] = field(default_factory=list)
    epochs: list[EpochRecord] = field(default_factory=list)

    def add(self, records: Iterable[Record]) -> None:
        """Keep the records of iterations and epochs."""
        for record in records:
            if isinstance(record, IterationRecord):
                self.iterations.append(record)
            elif isinstance(record, EpochRecord):
                self.epochs.append(record)

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

    def outcome(self) -> Outcome | None:
        """The figures of the last whole epoch; None before the first."""
        if not self.epochs:
            return None
        return Outcome(self.epochs[-1], min(self.epochs, key=lambda record: record.validation_loss or 0.0))
