"""Pictures by integer arithmetic alone, so that every machine has the same bytes, and where their features are kept."""

from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parents[1] / "models" / "backbone_features.safetensors"
GOLDEN_SIZES = (96, 224)
GOLDEN_PICTURES = 4


def golden_pictures(size: int) -> np.ndarray:
    """A disc before a ramp, tiles, rings, and noise: (4, size, size, 3) uint8."""
    rows, columns = np.mgrid[:size, :size]
    square = (2 * rows - size) ** 2 + (2 * columns - size) ** 2
    ramp = np.stack([rows * 255 // size, columns * 255 // size, (rows + columns) * 127 // size], axis=-1)
    disc = np.where((square < (size * 2 // 3) ** 2)[..., None], [230, 120, 30], ramp)
    tiles = np.where(((rows * 6 // size + columns * 8 // size) % 2 == 0)[..., None], [20, 60, 200], [240, 220, 180])
    rings = np.stack([square * 12 // size % 256, square * 7 // size % 256, 255 - square * 5 // size % 256], axis=-1)
    number = np.arange(size * size * 3, dtype=np.uint64)
    noise = (number * np.uint64(2654435761) >> np.uint64(13)) % np.uint64(256)
    return np.stack([disc, tiles, rings, noise.reshape(size, size, 3)]).astype(np.uint8)
