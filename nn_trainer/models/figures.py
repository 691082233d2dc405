"""What a training reached, as it stands beside the weights that reached it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from nn_trainer.engine.records import CompletedRecord, EpochRecord

_COUNTS = ("epochs", "iterations", "best_epoch", "measured_at")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some weights, by the names of the records of training; None where nothing was measured.

    Losses and accuracies belong to the weights as they were at the end of a whole epoch, which is iteration
    `measured_at`.  Weights that were kept when somebody ended the training in the midst of an epoch have seen more
    iterations than that.
    """

    epochs: int = 0  # whole ones
    iterations: int = 0
    measured_at: int | None = None
    train_loss: float | None = None
    train_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    images_per_second: float | None = None
    seconds: float | None = None
    reason: str | None = None  # why the training ended
    best_epoch: int | None = None

    @classmethod
    def of_epoch(cls, record: EpochRecord) -> Figures:
        """Those of the weights at the end of an epoch."""
        values = asdict(record)
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(epochs=record.epoch, iterations=record.iteration, measured_at=record.iteration, **known)

    def at_the_end(self, record: CompletedRecord) -> Figures:
        """Those of the weights at the end of the training, which may come in the midst of an epoch."""
        return replace(
            self,
            iterations=record.iterations,
            images_per_second=record.images_per_second,
            seconds=record.seconds,
            reason=record.reason,
            best_epoch=record.best_epoch,
        )

    def as_dict(self) -> dict[str, int | float | str | None]:
        """Plain values that JSON can hold: a figure that is not a number is None."""
        return {name: _number_or_none(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Figures:
        """What `as_dict` gave; unknown names are passed over. Raises ValueError for a value of another type."""
        known: dict[str, Any] = {}
        for field in fields(cls):
            value = values.get(field.name)
            kind = str if field.name == "reason" else int if field.name in _COUNTS else (int, float)
            if value is not None and (isinstance(value, bool) or not isinstance(value, kind)):
                raise ValueError(field.name)
            if value is not None:
                known[field.name] = _number_or_none(value)
        return cls(**known)


def _number_or_none(value: Any) -> Any:
    """The value, None for infinities and NaN; 1e999 in a file is one, though JSON admits it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
