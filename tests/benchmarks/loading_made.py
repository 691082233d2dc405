"""Makes the folders that `loading` opens: photos of 12 megapixels, and a great many small files.

python -m tests.benchmarks.loading_made photos FOLDER [--count 500]
python -m tests.benchmarks.loading_made small FOLDER [--count 300000]
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = 10
SCENE = (3000, 4000, 3)  # height, width: what a phone gives


def make_photos(folder: Path, count: int) -> None:
    """Photos with large shapes, edges and the noise of a sensor, about 4 MB each."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 4, SCENE).astype(np.float32)
    for index in range(count):
        shapes = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        edges = Image.fromarray(rng.integers(0, 60, (150, 200, 3), dtype=np.uint8))
        scene = np.asarray(shapes.resize((4000, 3000), Image.Resampling.BICUBIC), dtype=np.float32)
        scene = scene + np.asarray(edges.resize((4000, 3000), Image.Resampling.NEAREST)) - 30
        pixels = np.clip(scene + np.roll(noise, index * 37, axis=1), 0, 255).astype(np.uint8)
        path = _path(folder, index, "jpg")
        Image.fromarray(pixels).save(path, quality=90)


def make_small(folder: Path, count: int) -> None:
    """JPEG files of 16x16 pixels, no two alike."""
    rng = np.random.default_rng(0)
    for index in range(count):
        pixels = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).resize((16, 16), Image.Resampling.BILINEAR).save(file, "JPEG", quality=80)
        _path(folder, index, "jpg").write_bytes(file.getvalue())


def _path(folder: Path, index: int, ending: str) -> Path:
    path = folder / f"class_{index % CLASSES}" / f"{index:06}.{ending}"
    if index < CLASSES:
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("photos", "small"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int)
    arguments = parser.parse_args()
    if arguments.what == "photos":
        make_photos(arguments.folder, arguments.count or 500)
    else:
        make_small(arguments.folder, arguments.count or 300_000)


if __name__ == "__main__":
    main()
