"""What the engine costs besides time: its import, and the memory of a training beside the decoded images.

    python -m tests.benchmarks.footprint [--rounds 9]

The import is measured in fresh interpreters, in turns with that of NumPy alone.  The memory is the peak of the resident
set of a fresh process that trains the cnn preset at batch 128 on 32x32x3 images, less what it had with the images in
place, before the network was made.  Linux and macOS only, where a process can ask for its own peak.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

IMPORT = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"
TRAINING = """
import resource, sys
import numpy as np
from threadpoolctl import threadpool_limits
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.training import train

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

pixels = np.random.default_rng(0).integers(0, 256, (10_000, 32, 32, 3), np.uint8)
labels = np.arange(10_000) % 10
before = peak()
network, config = build_network("cnn", (32, 32, 3), 10), make_config(epochs=1, batch_size=128)
with threadpool_limits(1):
    for _ in train(network, (pixels, labels), None, config):
        pass
print((peak() - before) / 2**20)
"""


def run(code: str) -> float:
    """The number that a fresh interpreter prints."""
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    differences = []
    for _ in range(parser.parse_args().rounds):
        differences.append(run(IMPORT.format("nn_trainer.engine.training")) - run(IMPORT.format("numpy")))
    print(
        f"import of the engine beyond NumPy's own: {statistics.median(differences):.3f} s "
        f"({min(differences):.3f} to {max(differences):.3f})"
    )
    print(f"memory beside the images, cnn preset, batch 128, 32x32x3: {run(TRAINING):.0f} MB")


if __name__ == "__main__":
    main()
