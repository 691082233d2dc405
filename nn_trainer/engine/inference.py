"""Using a network: probabilities for images, logits for measuring it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import softmax
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.shards import thread_count

MEASURING_BLOCK = 16  # images that go through the network together where many are measured


def predict_probabilities(network: Network, pixels: Array, threads: int = 0) -> Array:
    """Probabilities (N, classes) of images (N, height, width, channels) uint8; each row sums to 1.

    Each image goes through the network alone: a matrix product rounds differently with its size and with the place
    in it, and an image must get the same bits alone and in company.  They do not depend on the number of
    threads either, as long as BLAS is held to one thread.
    """
    with np.errstate(all="ignore"):
        logits = predict_logits(network, pixels, threads, block_size=1)
        alone = [softmax(logits[:, i : i + 1])[:, 0] for i in range(len(pixels))]
    return np.array(alone, network.weights.dtype).reshape(len(pixels), network.classes)


def predict_logits(
    network: Network,
    pixels: Array,
    threads: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
    block_size: int = MEASURING_BLOCK,
    on_progress: Callable[[int, int], None] | None = None,
) -> Array:
    """Logits (classes, N) of images (N, height, width, channels) uint8, in blocks over threads.

    If `should_stop` says so, the columns that are not done yet stay NaN.  `on_progress` is called in the caller's
    thread with the number of images done and of all.
    """
    logits = np.full((network.classes, len(pixels)), np.nan, network.weights.dtype)
    starts = range(0, len(pixels), block_size)
    threads = max(1, min(thread_count(threads), len(starts)))
    network.chain.prepare()
    free: SimpleQueue[Replica] = SimpleQueue()
    for _ in range(threads):
        free.put(Replica(network, block_size))

    def run(start: int) -> int:
        """Do a block; return where the next one begins."""
        end = min(start + block_size, len(pixels))
        if should_stop():
            return end
        replica = free.get()
        block = pixels[start:end]
        whole = block
        if len(block) < block_size:  # the last one is filled up with black images
            whole = np.zeros((block_size, *block.shape[1:]), block.dtype)
            whole[: len(block)] = block
        with np.errstate(all="ignore"):
            logits[:, start:end] = replica.forward(whole, prepared=True)[:, : len(block)]
        free.put(replica)
        return end

    def report(ends: Iterable[int]) -> None:
        for end in ends:
            if on_progress is not None:
                on_progress(end, len(pixels))

    if threads == 1:
        report(map(run, starts))
    else:
        with ThreadPoolExecutor(threads, "inference") as pool:
            report(pool.map(run, starts))
    return logits
