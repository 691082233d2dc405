"""Two trainings, one after the other, as one: the records of the second go on where those of the first end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record, best_epoch
from nn_trainer.errors import TrainingDivergedError


def two_stages(first: Iterator[Record], second: Callable[[], Iterator[Record]]) -> Iterator[Record]:
    """Iterations, epochs and seconds are counted over both, and one record ends them.

    `second` is called when the first training has done all its epochs; if it was stopped before, that is the end.
    Raises `TrainingDivergedError`.
    """
    epochs: list[EpochRecord] = []
    end: CompletedRecord | None = None
    for record in first:
        if isinstance(record, CompletedRecord):
            end = record
        else:
            if isinstance(record, EpochRecord):
                epochs.append(record)
            yield record
    assert end is not None
    if end.reason == "all epochs done":
        try:
            for record in second():
                moved = _after(end, record, epochs)
                if isinstance(moved, EpochRecord):
                    epochs.append(moved)
                yield moved
        except TrainingDivergedError as error:
            raise TrainingDivergedError(end.iterations + error.iteration, error.learning_rate) from error
    else:
        yield end


def _after(end: CompletedRecord, record: Record, epochs: list[EpochRecord]) -> Record:
    """A record of the second training, counted from the start of the first; `epochs` are those before it."""
    seconds = end.seconds + record.seconds
    if isinstance(record, IterationRecord):
        return replace(
            record, iteration=end.iterations + record.iteration, epoch=end.epochs + record.epoch, seconds=seconds
        )
    if isinstance(record, EpochRecord):
        return replace(
            record, iteration=end.iterations + record.iteration, epoch=end.epochs + record.epoch, seconds=seconds
        )
    images = end.images_per_second * end.seconds + record.images_per_second * record.seconds
    return CompletedRecord(
        record.reason,
        end.epochs + record.epochs,
        end.iterations + record.iterations,
        best_epoch(epochs),
        epochs[-1].validation_accuracy if epochs else None,
        seconds,
        images / max(seconds, 1e-9),
    )
