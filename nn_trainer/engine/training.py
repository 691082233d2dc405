"""Training: a generator of records that never prints, draws, sleeps or knows who listens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from nn_trainer.engine.augmentation import AUGMENTATIONS
from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.inputs import LabelledArrays, Samples, as_samples
from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import LOSSES, Loss
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record, StopReason, best_epoch
from nn_trainer.engine.schedules import SCHEDULES
from nn_trainer.engine.shards import Shards
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import TrainingDivergedError

LabelledPixels = LabelledArrays


class Training:
    """One training of one network; `run` gives its records.

    The weights change only while the generator runs; between two records they stand still and may be copied.
    """

    def __init__(
        self,
        network: Network,
        training: Samples | LabelledArrays,
        validation: Samples | LabelledArrays | None,
        config: TrainingConfig,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._network, self._config, self._should_stop = network, config, should_stop
        self._samples = as_samples(training)
        measured = as_samples(validation) if validation is not None else None
        self._validation = measured if measured is not None and len(measured) else None
        # Augmentation is for images; features of images were made from altered ones, if they were.
        self._augment = AUGMENTATIONS[config.augment if len(self._samples.inputs.shape) == 4 else "none"]
        self._loss: Loss = LOSSES[config.loss](config.label_smoothing)
        self._optimizer = OPTIMIZERS[config.optimizer](network.weights, config.learning_rate, config.weight_decay)
        iterations = iterations_per_epoch(len(self._samples), config.batch_size) * config.epochs
        self._schedule = SCHEDULES[config.schedule](iterations)
        self._epochs: list[EpochRecord] = []
        self._iteration = 0
        self._images = 0

    def run(self) -> Iterator[Record]:
        """One record an iteration, one an epoch, and one at the end, in order; close it to end training.

        Raises `TrainingDivergedError` when a loss is infinite or NaN.  If that is a training loss, the weights and
        running figures are then those before it; if the last update of an epoch broke them, which the validation loss
        or the weights themselves tell, they are those after it, and there is no record of that epoch.
        """
        config = self._config
        began = time.perf_counter()
        batch_size = min(config.batch_size, len(self._samples))
        with Shards(self._network, self._loss, batch_size, config.threads, config.seed, self._augment) as shards:
            reason: StopReason = "all epochs done"
            for epoch in range(1, config.epochs + 1):
                yield from self._run_epoch(epoch, self._order(epoch), shards, began)
                if (self._should_stop() and epoch < config.epochs) or len(self._epochs) < epoch:
                    reason = "stopped by the user"
                    break
        yield self._completed(reason, time.perf_counter() - began)

    def _order(self, epoch: int) -> Array:
        """The images in the order in which this epoch shows them."""
        return self._samples.indices[stream(self._config.seed, Purpose.ORDER, epoch).permutation(len(self._samples))]

    def _run_epoch(self, epoch: int, order: Array, shards: Shards, began: float) -> Iterator[Record]:
        """The iterations of one epoch and its record; ends early, without that record, when told to stop."""
        size = self._config.batch_size
        loss_sum, right_sum, epoch_began = 0.0, 0, time.perf_counter()
        for start in range(0, len(order), size):
            if self._should_stop():
                return
            batch = order[start : start + size]
            loss, right = self._iterate(shards, batch, epoch)
            loss_sum += loss * len(batch)
            right_sum += right
            yield IterationRecord(
                self._iteration, epoch, loss, right / len(batch), len(batch), time.perf_counter() - began
            )
        rate = len(order) / max(time.perf_counter() - epoch_began, 1e-9)
        validation = self._validate()
        if self._validation is not None and validation == (None, None):
            return
        if not self._network.is_finite():
            raise self._diverged()
        record = EpochRecord(
            epoch,
            self._iteration,
            loss_sum / len(order),
            right_sum / len(order),
            *validation,
            rate,
            time.perf_counter() - began,
        )
        self._epochs.append(record)
        self._schedule.note(record)
        yield record

    def _iterate(self, shards: Shards, batch: Array, epoch: int) -> tuple[float, int]:
        """One iteration: forward, loss, backward, update."""
        self._iteration += 1
        loss, right = shards.step(self._samples.inputs, self._samples.labels, batch, epoch, self._iteration)
        if not math.isfinite(loss):
            raise self._diverged()
        with np.errstate(all="ignore"):
            if self._config.clip_norm:
                clip(shards.gradient, self._config.clip_norm)
            self._optimizer.learning_rate = self._config.learning_rate * self._schedule.factor(self._iteration)
            self._optimizer.step(self._network.weights, shards.gradient)
        self._images += len(batch)
        return loss, right

    def _validate(self) -> tuple[float | None, float | None]:
        """Loss and accuracy on the validation images; (None, None) without any, or when told to stop."""
        if self._validation is None:
            return None, None
        samples, labels = self._validation, self._validation.chosen_labels()
        logits = predict_logits(
            self._network, samples.inputs, self._config.threads, self._should_stop, indices=samples.indices
        )
        if self._should_stop() and np.isnan(logits).any():
            return None, None
        with np.errstate(all="ignore"):
            loss, _ = self._loss(logits, labels)
        if not math.isfinite(loss):
            raise self._diverged()
        return loss, float(np.mean(logits.argmax(axis=0) == labels))

    def _diverged(self) -> TrainingDivergedError:
        return TrainingDivergedError(self._iteration, self._config.learning_rate)

    def _completed(self, reason: StopReason, seconds: float) -> CompletedRecord:
        """The last record."""
        last = self._epochs[-1] if self._epochs else None
        return CompletedRecord(
            reason,
            len(self._epochs),
            self._iteration,
            best_epoch(self._epochs),
            last.validation_accuracy if last else None,
            seconds,
            self._images / max(seconds, 1e-9),
        )


def train(
    network: Network,
    training: Samples | LabelledArrays,
    validation: Samples | LabelledArrays | None,
    config: TrainingConfig,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Record]:
    """Train a network; see `Training`."""
    return Training(network, training, validation, config, should_stop).run()


def clip(gradient: Array, longest: float) -> None:
    """Shorten the gradient (size,) in place to the length `longest`, if it is longer.

    The squares are added in double precision: those of float32 overflow at a length of 1.8e19.
    Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.
    """
    exact = gradient.astype(np.float64)
    length = math.sqrt(float(exact @ exact))
    if length > longest:
        gradient *= longest / length
