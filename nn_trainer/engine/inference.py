"""Using a network: probabilities for images."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import softmax
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.shards import thread_count

# Every block has this many images, the last is filled up with black ones: a matrix product or a sum of another size
# may round differently, and the same image must give the same bits alone and in company.
BLOCK = 16


def predict_logits(
    network: Network,
    pixels: Array,
    threads: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
    finish: Callable[[Array], Array] = lambda logits: logits,
) -> Array:
    """Logits (classes, N) of images (N, height, width, channels) uint8.

    The bits for an image do not depend on the images beside it or on the number of threads, as long as BLAS is
    held to one thread.  If `should_stop` says so, the rest of the columns stay NaN.  `finish` is applied to the logits
    of each whole block.
    """
    logits = np.full((network.classes, len(pixels)), np.nan, network.weights.dtype)
    starts = range(0, len(pixels), BLOCK)
    threads = max(1, min(thread_count(threads), len(starts)))
    free: SimpleQueue[Replica] = SimpleQueue()
    for _ in range(threads):
        free.put(Replica(network, BLOCK))

    def run(start: int) -> None:
        if should_stop():
            return
        replica = free.get()
        block = pixels[start : start + BLOCK]
        whole = block
        if len(block) < BLOCK:
            whole = np.zeros((BLOCK, *block.shape[1:]), block.dtype)
            whole[: len(block)] = block
        with np.errstate(all="ignore"):
            logits[:, start : start + len(block)] = finish(replica.forward(whole))[:, : len(block)]
        free.put(replica)

    if threads == 1:
        for start in starts:
            run(start)
    else:
        with ThreadPoolExecutor(threads, "inference") as pool:
            list(pool.map(run, starts))
    return logits


def predict_probabilities(network: Network, pixels: Array, threads: int = 0) -> Array:
    """Probabilities (N, classes) of images (N, height, width, channels) uint8; each row sums to 1."""
    return np.ascontiguousarray(predict_logits(network, pixels, threads, finish=softmax).T)
