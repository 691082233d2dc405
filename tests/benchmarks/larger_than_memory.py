"""Training on a data set three times as large as the memory that a process may have, beside the same in memory.

    python -m tests.benchmarks.larger_than_memory [FOLDER] [--size 96] [--preset cnn] [--batch 16]
        [--iterations 300] [--rounds 3] [--cold] [--no-disk]

Each run is a process of its own; they take turns.  The first has all the memory and keeps its images there.  The other
may have a third of what the pixels take, everything of Python and the training included (`ulimit -d`), so that it must
train from the image cache.  With `--cold`, the system is told twice a second to forget the pages of the map, as if
other programs needed them.  With `--no-disk` the cache may take nothing: images are decoded whenever they are wanted.
Said are images a second of whole iterations, and whether the weights are the same bits.  Linux only.
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
import threading
import time
from pathlib import Path

import numpy as np
from PIL import Image

_IMAGES = 36_000  # that are made where no folder is given
_PAGEOUT = 21  # MADV_PAGEOUT of Linux


def main() -> None:
    """Run both kinds in turns and say what comes out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--preset", default="cnn")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--no-disk", action="store_true")
    parser.add_argument("--child", choices=["memory", "limited"])
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = str(Path(scratch, name))
            Path(scratch, name).mkdir()
        folder = arguments.folder or made(Path(scratch, "images"))
        ratios = []
        for _ in range(arguments.rounds):
            memory, limited = (start(kind, folder) for kind in ("memory", "limited"))
            ratios.append(limited["rate"] / memory["rate"])
            print(f"in memory:     {memory['rate']:9,.1f} images/s  (took {memory['opened']:.1f} s to open)")
            print(f"three times it: {limited['rate']:8,.1f} images/s  (took {limited['opened']:.1f} s to open)")
            print(f"  {limited['images']}, {limited['pixels'] / 1e6:,.0f} MB of pixels, ", end="")
            print(f"limit {limited['limit'] / 1e6:,.0f} MB, most in use {limited['data'] / 1e6:,.0f} MB, ", end="")
            print(f"ratio {ratios[-1]:.2f}, same bits: {memory['weights'] == limited['weights']}", flush=True)
        print(f"median of the ratios: {statistics.median(ratios):.2f}  (to reach: >= 0.85)")


def start(kind: str, folder: str | os.PathLike[str]) -> dict[str, float]:
    """One run in a process of its own."""
    options = [option for option in sys.argv[1:] if option != folder]
    command = [sys.executable, "-m", "tests.benchmarks.larger_than_memory", os.fspath(folder), "--child", kind]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"The run {kind} ended with {done.returncode}.")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def child(arguments: argparse.Namespace) -> None:
    """Open the folder, train, and write what comes out as JSON."""
    import resource

    from nn_trainer.data.cache.cache_settings import CacheSettings, write_settings
    from nn_trainer.data.dataset import load_dataset
    from nn_trainer.data.walk import Walker
    from nn_trainer.engine.config import make_config
    from nn_trainer.engine.records import IterationRecord
    from nn_trainer.models.fitting import Fitting

    pixels = sum(1 for _ in Walker(Path(arguments.folder)).walk(Path(arguments.folder))) * arguments.size**2 * 3
    limited = arguments.child == "limited"
    write_settings(CacheSettings(keep=limited and not arguments.no_disk))
    limit = pixels // 3
    if limited:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    began = time.perf_counter()
    dataset = load_dataset(arguments.folder, arguments.size, "rgb")
    opened = time.perf_counter() - began
    if limited and arguments.cold:
        mapped = dataset.images.base

        def forget() -> None:
            while True:
                mapped.madvise(_PAGEOUT)  # type: ignore[union-attr]
                time.sleep(0.5)

        threading.Thread(target=forget, daemon=True).start()
    config = make_config(
        preset=arguments.preset,
        batch_size=arguments.batch,
        epochs=100,
        image_size=arguments.size,
        channels="rgb",
        validation=0.05,
    )
    fitting = Fitting(dataset, config)
    began, images, data = time.perf_counter(), 0, 0
    with fitting.running() as records:
        for record in records:
            if isinstance(record, IterationRecord):
                images += record.images
                if record.iteration >= arguments.iterations:
                    break
                if record.iteration % 50 == 0:
                    data = max(data, int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize())
        seconds = time.perf_counter() - began
        weights = hashlib.sha256(fitting.network.weights.tobytes()).hexdigest()
    result = {
        "rate": images / seconds,
        "opened": opened,
        "weights": weights,
        "images": type(dataset.images).__name__,
        "pixels": dataset.images.nbytes if isinstance(dataset.images, np.ndarray) else pixels,
        "limit": limit,
        "data": data,
    }
    print(json.dumps(result))


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
