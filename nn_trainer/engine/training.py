"""Training: a generator of records that never prints, draws, sleeps or knows its listeners."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator

import numpy as np

from nn_trainer.engine.augmentation import AUGMENTATIONS
from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.inputs import LabelledArrays, ReadsAhead, Samples, as_samples
from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import LOSSES, Loss
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record, StopReason, best_epoch
from nn_trainer.engine.schedules import SCHEDULES
from nn_trainer.engine.shards import Shards
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.engine.training_state import EpochSums, TrainingCounters, TrainingState
from nn_trainer.errors import TrainingDivergedError


class Training:
    """One training of one network; `run` yields its records.

    The weights change only while the generator runs; between two records they do not change and may be copied.

    With `state`, taken from an interrupted training with the same settings and data, training resumes with the same
    bits as if it had never been interrupted; the network's weights are replaced by those of the state.  With `start`,
    its records continue the counters of a first stage.  Raises ValueError if the state is not of this network and
    optimizer.
    """

    def __init__(
        self,
        network: Network,
        training: Samples | LabelledArrays,
        validation: Samples | LabelledArrays | None,
        config: TrainingConfig,
        should_stop: Callable[[], bool] = lambda: False,
        start: TrainingCounters | None = None,
        state: TrainingState | None = None,
    ) -> None:
        self._network, self._config, self._should_stop = network, config, should_stop
        self._samples = as_samples(training)
        self._ahead = self._samples.inputs if isinstance(self._samples.inputs, ReadsAhead) else None
        measured = as_samples(validation) if validation is not None else None
        self._validation = measured if measured is not None and len(measured) else None
        # Augmentation is for images; features were computed from images that were already augmented.
        self._augment = AUGMENTATIONS[config.augment if len(self._samples.inputs.shape) == 4 else "none"]
        self._loss: Loss = LOSSES[config.loss](config.label_smoothing)
        self._optimizer = OPTIMIZERS[config.optimizer](network.weights, config.learning_rate, config.weight_decay)
        iterations = iterations_per_epoch(len(self._samples), config.batch_size) * config.epochs
        self._schedule = SCHEDULES[config.schedule](iterations)
        self._take_counters(start or TrainingCounters(), start or TrainingCounters(), EpochSums())
        if state is not None:
            self._load_state(state)

    def state(self) -> TrainingState:
        """Return a copy of all state of this training; call it between two records or after the last."""
        steps, vectors = self._optimizer.state()
        by_parameter = {name: self._network.to_file_shapes(vector) for name, vector in vectors.items()}
        return TrainingState(
            self.counters,
            EpochSums(self._place, self._loss_sum, self._right_sum, self._epoch_seconds),
            self._start,
            self._schedule.state(),
            steps,
            self._network.state(),
            by_parameter,
        )

    def _load_state(self, state: TrainingState) -> None:
        """Restore what `state` returned."""
        vectors = {name: self._network.from_file_shapes(parts) for name, parts in state.optimizer.items()}
        self._optimizer.load_state(state.optimizer_steps, vectors)
        self._network.load_state(state.network)
        self._schedule.load_state(state.schedule)
        self._take_counters(state.start, state.counters, state.sums)

    def _take_counters(self, start: TrainingCounters, counters: TrainingCounters, sums: EpochSums) -> None:
        """Continue these counters, as attributes: an iteration of a small network takes less than a millisecond."""
        self._start = start
        self._iteration, self._epochs = counters.iteration, list(counters.epochs)
        self._seconds, self._images = counters.seconds, counters.images
        self._place, self._loss_sum, self._right_sum = sums.images, sums.loss, sums.right
        self._epoch_seconds = sums.seconds

    @property
    def counters(self) -> TrainingCounters:
        """The counters so far; a second stage starts from them."""
        return TrainingCounters(self._iteration, tuple(self._epochs), self._seconds, self._images)

    def run(self) -> Generator[Record]:
        """Yield a record for each iteration, each epoch, and the end, in order; closing the generator ends training.

        Raises `TrainingDivergedError` when a loss is infinite or NaN.  If it is a training loss, weights and running
        statistics are then those before that iteration.  If the validation loss or the weights themselves show that the
        last update of an epoch made them infinite or NaN, they are left as they are after it, and that epoch has no
        record.
        """
        config = self._config
        clock = _Clock(self._seconds)
        batch_size = min(config.batch_size, len(self._samples))
        before = len(self._start.epochs)
        try:
            with Shards(self._network, self._loss, batch_size, config.threads, config.seed, self._augment) as shards:
                reason = StopReason.ALL_EPOCHS_DONE
                for epoch in range(len(self._epochs) + 1, before + config.epochs + 1):
                    yield from self._run_epoch(epoch, shards, clock)
                    if len(self._epochs) < epoch or (self._should_stop() and epoch < before + config.epochs):
                        reason = StopReason.STOPPED_BY_USER
                        break
        finally:
            if self._ahead is not None:
                self._ahead.expect(self._samples.indices[:0])
        yield self._completed(reason, clock.seconds())

    def _order(self, epoch: int) -> Array:
        """Return the indices of the images in the order of this epoch."""
        return self._samples.indices[stream(self._config.seed, Purpose.ORDER, epoch).permutation(len(self._samples))]

    def _run_epoch(self, epoch: int, shards: Shards, clock: _Clock) -> Iterator[Record]:
        """Yield the records of one epoch's iterations, then its own; ends early, without the latter, when stopped."""
        size, order = self._config.batch_size, self._order(epoch)
        epoch_clock = _Clock(self._epoch_seconds)
        for place in range(self._place, len(order), size):
            if self._should_stop():
                return
            batch = order[place : place + size]
            if self._ahead is not None:
                self._ahead.expect(order[place + size : place + 2 * size])
            loss, right = self._iterate(shards, batch, epoch)
            count = len(batch)
            self._images += count
            self._place += count
            self._loss_sum += loss * count
            self._right_sum += right
            self._seconds, self._epoch_seconds = clock.seconds(), epoch_clock.seconds()
            yield IterationRecord(self._iteration, epoch, loss, right / count, count, self._seconds)
        rate = len(order) / max(epoch_clock.seconds(), 1e-9)
        validation = self._validate()
        if self._validation is not None and validation == (None, None):
            return
        if not self._network.is_finite():
            raise self._diverged()
        self._seconds = clock.seconds()
        means = self._loss_sum / len(order), self._right_sum / len(order)
        record = EpochRecord(epoch, self._iteration, *means, *validation, rate, self._seconds)
        self._epochs.append(record)
        self._place, self._loss_sum, self._right_sum, self._epoch_seconds = 0, 0.0, 0, 0.0
        self._schedule.note(record)
        yield record

    def _iterate(self, shards: Shards, batch: Array, epoch: int) -> tuple[float, int]:
        """Run one iteration: forward, loss, backward, update."""
        self._iteration += 1
        loss, right = shards.step(self._samples.inputs, self._samples.labels, batch, epoch, self._iteration)
        if not math.isfinite(loss):
            raise self._diverged()
        with np.errstate(all="ignore"):
            if self._config.clip_norm:
                clip(shards.gradient, self._config.clip_norm)
            factor = self._schedule.factor(self._iteration - self._start.iteration)
            self._optimizer.learning_rate = self._config.learning_rate * factor
            self._optimizer.step(self._network.weights, shards.gradient)
        return loss, right

    def _validate(self) -> tuple[float | None, float | None]:
        """Return loss and accuracy on the validation images; (None, None) without any, or when stopped."""
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
        self._seconds, epochs = seconds, self._epochs
        return CompletedRecord(
            reason,
            len(epochs),
            self._iteration,
            best_epoch(epochs),
            epochs[-1].validation_accuracy if epochs else None,
            seconds,
            self._images / max(seconds, 1e-9),
        )


class _Clock:
    """Seconds since its creation, plus those before."""

    def __init__(self, before: float) -> None:
        self._began = time.perf_counter() - before

    def seconds(self) -> float:
        return time.perf_counter() - self._began


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
