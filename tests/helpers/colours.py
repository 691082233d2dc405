"""Data sets that are learned at once: a class is a colour, with some noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"blue": (40, 60, 200), "green": (60, 180, 60), "red": (210, 50, 40)}


def write_picture(path: Path, colour: str, seed: int = 0, size: int = 12) -> Path:
    """Write one picture of a colour."""
    noise = np.random.default_rng(seed).integers(-30, 31, (size, size, 3))
    pixels = np.clip(np.array(COLOURS[colour]) + noise, 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_dataset(folder: Path, images: int = 10, colours: tuple[str, ...] = tuple(COLOURS)) -> Path:
    """Write a folder of class folders."""
    for label, colour in enumerate(colours):
        for index in range(images):
            write_picture(folder / colour / f"{index:03}.png", colour, seed=1000 * label + index)
    return folder
