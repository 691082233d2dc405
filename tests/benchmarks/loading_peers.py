"""What `loading` measures, one contender a process: a folder of class folders -> arrays of pixels and labels.

    python loading_peers.py NAME FOLDER SIZE

NAME is `ours`, `ImageFolder, 2 workers`, `Pillow, 2 threads` and the like. Imports are done before the clock starts.
Prints one line of JSON: seconds of the clock and of the processors (children too), images, and a checksum of the
pixels. This file is run by the Python that has PyTorch, too, so the program is imported for `ours` alone.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

Opened = tuple[np.ndarray, np.ndarray]  # (N, size, size, 3) pixels, (N,) labels
BATCH = 250


def ours() -> Callable[[str, int], Opened]:
    from nn_trainer.data.dataset import load_dataset

    def run(folder: str, size: int) -> Opened:
        dataset = load_dataset(folder)
        assert dataset.preprocessing.image_size == size
        return dataset.images, dataset.labels

    return run


def image_folder(workers: int, loader: str) -> Callable[[str, int], Opened]:
    """torchvision's ImageFolder in a DataLoader, with its usual loader (Pillow) or its own decoder."""
    import torch
    from torchvision import io, transforms
    from torchvision.datasets import ImageFolder

    def run(folder: str, size: int) -> Opened:
        if loader == "usual":
            steps = [transforms.Lambda(lambda image: torch.from_numpy(np.array(_fitted(image, size))))]
            files = ImageFolder(folder, transforms.Compose(steps))
        else:
            files = ImageFolder(folder, loader=lambda path: io.decode_image(path, io.ImageReadMode.RGB))
        batches = torch.utils.data.DataLoader(files, batch_size=BATCH, num_workers=workers)
        pixels, labels = np.empty((len(files), size, size, 3), np.uint8), np.empty(len(files), np.int64)
        at = 0
        for images, classes in batches:
            end = at + len(classes)
            pixels[at:end] = images.numpy() if loader == "usual" else images.permute(0, 2, 3, 1).numpy()
            labels[at:end] = classes.numpy()
            at = end
        return pixels, labels

    return run


def pillow(threads: int, smaller: str) -> Callable[[str, int], Opened]:
    """A pool of threads that open, convert and resize; `smaller`: how large images are made smaller first."""

    def run(folder: str, size: int) -> Opened:
        classes = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
        files: list[tuple[str, int]] = []
        for label, name in enumerate(classes):
            files += ((path, label) for path in sorted(entry.path for entry in os.scandir(f"{folder}/{name}")))
        pixels = np.empty((len(files), size, size, 3), np.uint8)

        def one(index: int) -> None:
            with Image.open(files[index][0]) as image:
                if smaller == "draft":
                    image.draft("RGB", (size, size))
                small = image
                if smaller == "reduce" and (factor := min(image.size) // size) > 1:
                    small = image.reduce(factor)
                pixels[index] = np.asarray(_fitted(small.convert("RGB"), size))

        def some(first: int) -> None:
            for index in range(first, len(files), threads):
                one(index)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(some, range(threads)))
        return pixels, np.array([label for _path, label in files])

    return run


def _fitted(image: Image.Image, size: int) -> Image.Image:
    """The square in the middle, of that size."""
    width, height = image.size
    if (width, height) == (size, size):
        return image
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    cut = image.crop((left, top, left + side, top + side))
    return cut.resize((size, size), Image.Resampling.BILINEAR)


def contender(name: str) -> Callable[[str, int], Opened]:
    """What a name means; raises `ImportError` for one that is not installed."""
    if name == "ours":
        return ours()
    kind, *rest = name.split(", ")
    count = int(rest[0].split()[0])
    if kind == "Pillow":
        return pillow(count, rest[1] if len(rest) > 1 else "")
    return image_folder(count, rest[1] if len(rest) > 1 else "usual")


def main() -> None:
    name, folder, size = sys.argv[1], str(Path(sys.argv[2])), int(sys.argv[3])
    try:
        run = contender(name)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    before, began = _processor_seconds(), time.perf_counter()
    pixels, labels = run(folder, size)
    spent = time.perf_counter() - began
    found = {
        "seconds": spent,
        "processor": _processor_seconds() - before,
        "images": len(labels),
        "checksum": zlib.crc32(np.ascontiguousarray(pixels).data),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    print(json.dumps(found))


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
