"""Training on a data set three times as large as the memory that a process may have, beside the same in memory.

    python -m tests.benchmarks.larger_than_memory [FOLDER] [--size 96] [--preset linear] [--batch 64]
        [--iterations 50] [--rounds 15] [--cold] [--no-disk]

Two processes train the same network on the same images.  The first has all the memory and keeps its images there.  The
other may have a third of what the pixels take, Python and the training included (`ulimit -d`), so that it must train
from the image cache.  They take turns of some iterations, so that a slow moment of the machine hits both.  With
`--cold`, the system is told before each turn to forget the pages of the map, as if other programs needed them.  With
`--no-disk` the cache may take nothing: images are decoded whenever they are wanted.  Said are images a second of whole
iterations, the median of the ratios, and whether the weights are the same bits.  Linux only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

_IMAGES = 36_000  # that are made where no folder is given
_PAGEOUT = 21  # MADV_PAGEOUT of Linux
KINDS = ("memory", "limited")


def main() -> None:
    """Let both processes train in turns, and say what comes out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--preset", default="linear")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--no-disk", action="store_true")
    parser.add_argument("--child", choices=KINDS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or made(Path(scratch, "images"))
        contenders = [Contender(kind, folder, Path(scratch, kind)) for kind in KINDS]
        for _ in range(arguments.rounds + 1):  # the first turn is not counted
            for contender in contenders:
                contender.turn()
        memory, limited = (contender.end() for contender in contenders)
    ratios = [limited / memory for memory, limited in zip(*(each.rates[1:] for each in contenders), strict=True)]
    print(
        f"{memory['pixels'] / 1e6:,.0f} MB of pixels, as {limited['images']}; limit {limited['limit'] / 1e6:,.0f} MB,"
    )
    print(f"of which {limited['data'] / 1e6:,.0f} MB are in use at the end")
    for contender in contenders:
        print(f"{contender.kind:8} {statistics.median(contender.rates[1:]):10,.1f} images/s")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"ratio {statistics.median(ratios):.2f} (median of {len(ratios)}, {spread}; to reach: 0.85)")
    print(f"same bits: {memory['weights'] == limited['weights']}")


class Contender:
    """A process that trains when it is told to."""

    def __init__(self, kind: str, folder: str | os.PathLike[str], scratch: Path) -> None:
        self.kind, self.rates = kind, list[float]()
        environment = dict(os.environ)
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
            (scratch / name).mkdir(parents=True)
            environment[name] = str(scratch / name)
        options = [option for option in sys.argv[1:] if option != folder]
        command = [sys.executable, "-m", "tests.benchmarks.larger_than_memory", os.fspath(folder), "--child", kind]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen([*command, *options], text=True, env=environment, **pipes)

    def turn(self) -> None:
        """Have it train for some iterations."""
        self.rates.append(self._ask("train")["rate"])

    def end(self) -> dict[str, Any]:
        """What it says at the end."""
        said = self._ask("end")
        self._process.communicate()
        return said

    def _ask(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(what, file=self._process.stdin, flush=True)
        said = self._process.stdout.readline()
        if not said:
            raise SystemExit(f"The process {self.kind} ended too early.")
        answer: dict[str, Any] = json.loads(said)
        return answer


def child(arguments: argparse.Namespace) -> None:
    """Open the folder, and train for some iterations at each line that comes in."""
    import resource  # not on Windows

    from nn_trainer.data.cache.cache_settings import CacheSettings, write_settings
    from nn_trainer.data.dataset import load_dataset
    from nn_trainer.data.walk import Walker
    from nn_trainer.engine.config import make_config
    from nn_trainer.engine.records import IterationRecord
    from nn_trainer.models.fitting import Fitting

    folder, limited = Path(arguments.folder), arguments.child == "limited"
    pixels = sum(1 for _ in Walker(folder).walk(folder)) * arguments.size**2 * 3
    write_settings(CacheSettings(keep=limited and not arguments.no_disk))
    if limited:
        resource.setrlimit(resource.RLIMIT_DATA, (pixels // 3, pixels // 3))
    dataset = load_dataset(folder, arguments.size, "rgb")
    size = {"image_size": arguments.size, "channels": "rgb"}
    config = make_config(preset=arguments.preset, batch_size=arguments.batch, epochs=100, **size)
    fitting = Fitting(dataset, config)
    with fitting.running() as records:
        for line in sys.stdin:
            if line.strip() == "end":
                break
            if limited and arguments.cold:
                dataset.images.base.madvise(_PAGEOUT)  # type: ignore[union-attr]
            began, images, iterations = time.perf_counter(), 0, 0
            while iterations < arguments.iterations:
                record = next(records)
                if isinstance(record, IterationRecord):
                    images, iterations = images + record.images, iterations + 1
            print(json.dumps({"rate": images / (time.perf_counter() - began)}), flush=True)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    result = {
        "weights": hashlib.sha256(fitting.network.weights.tobytes()).hexdigest(),
        "images": type(dataset.images).__name__,
        "pixels": pixels,
        "limit": pixels // 3,
        "data": pages * resource.getpagesize(),
    }
    print(json.dumps(result), flush=True)


def made(folder: Path) -> Path:
    """Images of two classes, as JPEG files of 96 pixels."""
    random = np.random.default_rng(0)
    for number in range(_IMAGES):
        path = folder / ("even", "odd")[number % 2] / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = random.integers(0, 256, (6, 6, 3), np.uint8)
        Image.fromarray(coarse).resize((96, 96), Image.Resampling.BILINEAR).save(path, quality=85)
    return folder


if __name__ == "__main__":
    main()
