"""What training reports: one record for each iteration, one for each epoch, one at the end."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class StopReason(enum.StrEnum):
    """Why a training ended.  The values are part of model files and of the JSON output of the command line."""

    ALL_EPOCHS_DONE = "all epochs done"  # not shown: a code
    STOPPED_BY_USER = "stopped by the user"  # not shown: a code


@dataclass(frozen=True, slots=True)
class IterationRecord:
    """The figures of one iteration: one batch, one update of the weights."""

    iteration: int  # counted over the whole training, from 1
    epoch: int  # from 1
    loss: float  # mean over the batch, of the loss that is minimised, before the update
    accuracy: float  # share of the batch predicted right, 0 to 1, before the update
    images: int  # images in this batch
    seconds: float  # since training began, validation included


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """The figures of one epoch: one pass over the training images, then one over the validation images.

    Both losses are the loss that is minimised, with the label smoothing of the settings, so that they can be compared
    with each other; `evaluate` measures the same loss, and for the validation images it gives the same value.
    """

    epoch: int
    iteration: int  # the last iteration of this epoch
    train_loss: float  # mean over the images of the epoch, while the weights moved
    train_accuracy: float
    validation_loss: float | None  # of the same loss, label smoothing included; None without validation images
    validation_accuracy: float | None
    images_per_second: float  # training images, without the time validation took
    seconds: float


@dataclass(frozen=True, slots=True)
class CompletedRecord:
    """The end of a training and why it ended."""

    reason: StopReason
    epochs: int  # whole epochs done
    iterations: int
    best_epoch: int | None  # the one of highest validation accuracy (then lowest validation loss)
    validation_accuracy: float | None  # of the last whole epoch
    seconds: float
    images_per_second: float


def best_epoch(epochs: Iterable[EpochRecord]) -> int | None:
    """The epoch of highest validation accuracy, then of lowest validation loss; None if none was measured."""
    measured = [r for r in epochs if r.validation_accuracy is not None]
    best = max(measured, key=lambda r: (r.validation_accuracy, -(r.validation_loss or 0)), default=None)
    return best.epoch if best else None


Record = IterationRecord | EpochRecord | CompletedRecord
