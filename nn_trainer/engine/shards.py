"""One batch split over threads.

**Same bits on any number of threads.**  A batch is cut into shards by `shard_count`, which knows the network and the
batch, never the number of threads.  Each shard has its own buffers, gradient and random numbers; threads only decide
who works when.  The gradients are then added in the order of the shards.  BLAS itself must be held to
one thread meanwhile (the caller does that), since it would split sums by the number of its threads.
"""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from types import TracebackType
from typing import Self

import numpy as np

from nn_trainer.engine.aligned import aligned_zeros
from nn_trainer.engine.augmentation import Augmentation, unchanged
from nn_trainer.engine.inputs import Inputs, as_inputs
from nn_trainer.engine.layers import Array, Layer
from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.losses import Loss
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.streams import Purpose, restart, stream

MOST_SHARDS = 8
SMALLEST_SHARD = 8  # samples
WORTH_SHARING = 64_000_000  # multiply-adds in a shard, forward; with less the calls cost more than the work
WORTH_THE_WEIGHTS = 1_400  # multiply-adds for each weight: every shard reads all weights and fills a gradient


def shard_count(network: Network, batch_size: int) -> int:
    """Return the number of shards of a batch, a power of two, which depends on the work and not on the machine."""
    work = batch_size * network.multiplications
    by_weights = max(2, work // (WORTH_THE_WEIGHTS * network.weight_count))
    count = max(1, min(MOST_SHARDS, batch_size // SMALLEST_SHARD, work // WORTH_SHARING, by_weights))
    return 1 << (count.bit_length() - 1)


@lru_cache(maxsize=64)  # asked at every iteration
def part_sizes(samples: int, most: int) -> tuple[int, ...]:
    """Return the samples of each shard of a batch: at most `most` shards, of at least `SMALLEST_SHARD` if several."""
    count = max(1, min(most, samples // SMALLEST_SHARD))
    whole, rest = divmod(samples, count)
    return tuple(whole + (shard < rest) for shard in range(count))


def thread_count(wanted: int) -> int:
    """`wanted`, or the number of cores this process may use if that is 0."""
    if wanted:
        return wanted
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Shards:
    """Runs batches of a network forward and backward, each cut into shards over threads.

    A context manager: its threads end with it.  `gradient` is the gradient of the mean loss of the last batch.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        batch_size: int,
        threads: int = 0,
        seed: int = 0,
        augment: Augmentation = unchanged,
    ) -> None:
        self._network, self._loss, self._augment = network, loss, augment
        count = shard_count(network, batch_size)
        self._gradients = aligned_zeros((count, network.weight_count), network.weights.dtype)
        self._seed = seed
        self._draws_masks = any(type(layer).seed is not Layer.seed for layer in network.layers)
        self._masks = [stream(seed, Purpose.DROPOUT, 0, 0, shard) for shard in range(count)]  # restarted for each batch
        self._alterations = [stream(seed, Purpose.AUGMENTATION, 0, 0, shard) for shard in range(count)]
        self._replicas: dict[tuple[int, int], Replica] = {}
        threads = min(thread_count(threads), count)
        self._helpers = threads - 1  # besides the calling thread, which works too
        self._pool = ThreadPoolExecutor(self._helpers, "shard") if self._helpers else None
        self.gradient: Array = self._gradients[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def step(
        self, inputs: Inputs | Array, labels: Array, batch: Array, epoch: int, iteration: int
    ) -> tuple[float, int]:
        """Mean loss and number of right predictions of the inputs at the indices `batch`; fills `gradient`.

        labels (N,) are those of all inputs.  Masks and alterations depend on `epoch` and `iteration`.
        """
        inputs = as_inputs(inputs)
        parts, first = [], 0
        for size in part_sizes(len(batch), len(self._gradients)):
            parts.append(batch[first : first + size])
            first += size
        jobs = list(enumerate(parts))
        results = [(0.0, 0)] * len(jobs)
        waiting = iter(jobs)  # threads take from it until it is empty

        def work() -> None:
            for shard, part in waiting:
                results[shard] = self._run(shard, inputs, labels, part, len(batch), (epoch, iteration, shard))

        self._network.chain.derive()
        helpers = [self._pool.submit(work) for _ in range(min(self._helpers, len(jobs) - 1))] if self._pool else []
        work()
        for helper in helpers:
            helper.result()
        for other in self._gradients[1 : len(parts)]:
            self.gradient += other
        loss = sum(loss for loss, _ in results)
        if math.isfinite(loss):  # else the statistics of this batch are not finite either
            self._network.chain.merge_statistics(
                [self._replica(shard, len(part)).chain for shard, part in enumerate(parts)]
            )
        return loss, sum(right for _, right in results)

    def _run(
        self, shard: int, inputs: Inputs, labels: Array, part: Array, batch_size: int, counters: tuple[int, int, int]
    ) -> tuple[float, int]:
        """Run one shard forward and backward, in any thread."""
        replica = self._replica(shard, len(part))
        truth = labels[part]
        if self._draws_masks:
            restart(self._masks[shard], self._seed, Purpose.DROPOUT, *counters)
        if self._augment is not unchanged:
            restart(self._alterations[shard], self._seed, Purpose.AUGMENTATION, *counters)
        with np.errstate(all="ignore"):  # the caller checks whether the loss is finite
            logits = replica.forward(self._augment(inputs.take(part), self._alterations[shard]), derived=True)
            right = int(np.count_nonzero(logits.argmax(axis=0) == truth))
            loss, dlogits = self._loss(logits, truth, batch_size)
            replica.backward(dlogits)
        return loss, right

    def _replica(self, shard: int, samples: int) -> Replica:
        """The buffers of this shard for this number of samples; the last batch of an epoch may be smaller."""
        key = (shard, samples)
        if key not in self._replicas:
            self._replicas[key] = Replica(self._network, samples, TRAINING, self._gradients[shard], self._masks[shard])
        return self._replicas[key]
