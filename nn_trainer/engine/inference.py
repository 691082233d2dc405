"""Using a network: probabilities for images, logits for measuring it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from nn_trainer.arrays import Indices
from nn_trainer.engine.inputs import Inputs, as_inputs
from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import softmax
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.shards import thread_count

MEASURING_BATCH = 16  # images per batch when many images are measured


def predict_probabilities(network: Network, inputs: Inputs | Array, threads: int = 0) -> Array:
    """Probabilities (N, classes) of images (N, height, width, channels) uint8; each row sums to 1.

    Each image goes through the network alone: the rounding of a matrix product depends on its size and on the place
    in it, and an image must get the same bits alone and among others.  They do not depend on the number of
    threads either, as long as BLAS is held to one thread.
    """
    with np.errstate(all="ignore"):
        logits = predict_logits(network, inputs, threads, batch_size=1)
        alone = [softmax(logits[:, i : i + 1])[:, 0] for i in range(logits.shape[1])]
    return np.array(alone, network.weights.dtype).reshape(logits.shape[1], network.classes)


def predict_logits(
    network: Network,
    inputs: Inputs | Array,
    threads: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
    batch_size: int = MEASURING_BATCH,
    on_progress: Callable[[int, int], None] | None = None,
    indices: Indices | None = None,
) -> Array:
    """Logits (classes, n) of images (N, height, width, channels) uint8, in batches, over threads.

    With `indices` (n,), only for those images, in that order.  If `should_stop` returns True, the remaining columns
    stay NaN.  `on_progress` is called in the caller's thread with the number of images done and their total.  An
    exception in a batch ends the call and is raised.
    """
    inputs = as_inputs(inputs)
    chosen = np.arange(len(inputs)) if indices is None else indices
    logits = np.full((network.classes, len(chosen)), np.nan, network.weights.dtype)
    starts = range(0, len(chosen), batch_size)
    threads = max(1, min(thread_count(threads), len(starts)))
    network.chain.derive()
    own = threading.local()  # each thread has its own replica, so none waits for another

    def run(start: int) -> int:
        """Do the batch that begins here; return where the next one begins."""
        end = min(start + batch_size, len(chosen))
        if should_stop():
            return end
        if not hasattr(own, "replica"):
            own.replica = Replica(network, batch_size)
        batch = inputs.take(chosen[start:end])
        whole = batch
        if len(batch) < batch_size:  # the last one is filled up with black images
            whole = np.zeros((batch_size, *batch.shape[1:]), batch.dtype)
            whole[: len(batch)] = batch
        with np.errstate(all="ignore"):
            logits[:, start:end] = own.replica.forward(whole, derived=True)[:, : len(batch)]
        return end

    def report(ends: Iterable[int]) -> None:
        for end in ends:
            if on_progress is not None:
                on_progress(end, len(chosen))

    if threads == 1:
        report(map(run, starts))
    else:
        with ThreadPoolExecutor(threads, "inference") as pool:
            report(pool.map(run, starts))
    return logits
