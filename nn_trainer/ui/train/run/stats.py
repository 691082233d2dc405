"""The figures of a run, added up from its records."""

from __future__ import annotations

from nn_trainer.engine.records import EpochRecord, IterationRecord, Record
from nn_trainer.i18n import _
from nn_trainer.wording import duration, loss_text, number, percent


class RunStats:
    """Adds up records; training loss, training accuracy and speed are those of the epoch under way."""

    def __init__(self, iterations_per_epoch: int, epochs: int, second_stage: int | None = None) -> None:
        """`second_stage` is the epoch from which on iterations take longer, if there is one."""
        self.iterations_per_epoch = iterations_per_epoch
        self.epochs = epochs
        self.total = iterations_per_epoch * epochs
        self._second_stage = second_stage
        self._clock = 0, 0.0  # the last iteration, and its seconds, before those that tell the pace
        self.iteration = 0
        self.validation_accuracies: dict[int, float | None] = {}  # by epoch
        self._epoch = 0
        self._seconds = 0.0
        self._began = 0.0  # seconds at the first record of this epoch
        self._timed_images = 0  # after that record
        self._images = 0
        self._loss = 0.0  # summed over images
        self._right = 0.0

    @property
    def validation_accuracy(self) -> float | None:
        """That of the last whole epoch, 0 to 1; None where there is none."""
        return next(reversed(self.validation_accuracies.values()), None)

    def add(self, record: Record) -> None:
        """Take one record."""
        if isinstance(record, IterationRecord) and record.epoch == self._second_stage != self._epoch:
            self._clock = self.iteration, self._seconds
        self._seconds = record.seconds
        if isinstance(record, IterationRecord):
            self._add_iteration(record)
        elif isinstance(record, EpochRecord):
            self.validation_accuracies[record.epoch] = record.validation_accuracy

    def _add_iteration(self, record: IterationRecord) -> None:
        self.iteration = record.iteration
        if record.epoch != self._epoch:
            self._epoch, self._began = record.epoch, record.seconds
            self._images = self._timed_images = 0
            self._loss = self._right = 0.0
        else:
            self._timed_images += record.images
        self._images += record.images
        self._loss += record.loss * record.images
        self._right += record.accuracy * record.images

    def texts(self) -> dict[str, str]:
        """The figures by the name of the label that shows them."""
        images = max(self._images, 1)
        speed = self._timed_images / max(self._seconds - self._began, 1e-9)
        shown = self.iteration > 0
        before, since = self._clock
        left = (self._seconds - since) / max(self.iteration - before, 1) * (self.total - self.iteration)
        pace_is_known = shown and (self._second_stage is None or self._epoch >= self._second_stage)
        return {
            "runEpoch": done_of(self._epoch, self.epochs),
            "runIteration": done_of(self.iteration, self.total),
            "runValidation": "" if self.validation_accuracy is None else percent(self.validation_accuracy),
            "runLoss": loss_text(self._loss / images) if shown else "",
            "runAccuracy": percent(self._right / images) if shown else "",
            "runSpeed": number(round(speed)) if self._timed_images else "",
            "runTimeLeft": duration(left) if pace_is_known else "",
        }


def done_of(done: int, total: int) -> str:
    """How much of something is done, such as "3 of 10"."""
    return _("{done} of {total}").format(done=number(done), total=number(total))
