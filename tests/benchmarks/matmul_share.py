"""Which share of a training step is spent in matrix products, and at what rate they run.

    python -m tests.benchmarks.matmul_share [CASE ...]

One shard of the batch, forward and backward, in one thread.  Products and everything else are timed by the clock of the
thread, so that other programs on the machine matter little.  The rate counts the multiply-adds that are really done: a
3x3 convolution by `winograd.py` does two thirds of what its formula says.  What the products would take by the direct
way is the GEMM floor of the textbook, and what the rest of the step must be compared with.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.losses import CrossEntropy
from nn_trainer.engine.network import Replica
from nn_trainer.engine.shards import shard_count
from tests.benchmarks.speed_cases import CASES, Case

ROUNDS = 30


class Meter:
    """Stands for `numpy` in the layers' modules and times its matmul."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.multiply_adds = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def matmul(self, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> np.ndarray:
        began = time.thread_time()
        result = np.matmul(a, b, out=out)
        self.seconds += time.thread_time() - began
        self.multiply_adds += out.size * a.shape[-1]
        return result


@contextmanager
def metered() -> Iterator[Meter]:
    """Let all layers multiply through a meter."""
    meter = Meter()
    modules = [m for n, m in sys.modules.items() if n.startswith("nn_trainer.engine.layers.") and hasattr(m, "np")]
    for module in modules:
        module.np = meter
    try:
        yield meter
    finally:
        for module in modules:
            module.np = np


def measure(case: Case) -> None:
    """Print the figures of one case."""
    network, loss = case.network(), CrossEntropy()
    samples = case.batch // shard_count(network, case.batch)
    replica = Replica(network, samples, TRAINING)
    pixels, labels = case.pixels[:samples], case.labels[:samples]

    def step() -> None:
        _, dlogits = loss(replica.forward(pixels), labels)
        replica.backward(dlogits)

    with threadpool_limits(1, user_api="blas"), metered() as meter:
        for _ in range(3):
            step()
        meter.seconds, meter.multiply_adds = 0.0, 0
        began = time.thread_time()
        for _ in range(ROUNDS):
            step()
        whole = time.thread_time() - began
    image = 1e6 / ROUNDS / samples  # microseconds an image of so many seconds
    print(
        f"{case.name}, shard of {samples}: {whole * image:.0f} us an image, {meter.seconds * image:.0f} us of it "
        f"({meter.seconds / whole:.0%}) in products at {2e-9 * meter.multiply_adds / meter.seconds:.0f} GFLOP/s; "
        f"{(whole - meter.seconds) * image:.0f} us in all else"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"one or more of: {', '.join(CASES)}; all if none")
    for name in parser.parse_args().cases or CASES:
        measure(CASES[name])


if __name__ == "__main__":
    main()
