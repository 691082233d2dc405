"""Augmentation: training images altered at random each time they are shown, so that fewer images suffice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nn_trainer.engine.layers.memory_layout import Array

REACH = 8  # an image moves by up to 1 / REACH of its size

Augmentation = Callable[[Array, np.random.Generator], Array]


def unchanged(images: Array, rng: np.random.Generator) -> Array:
    """The images as they are."""
    return images


def flip(images: Array, rng: np.random.Generator) -> Array:
    """Each image (N, height, width, channels) mirrored left to right, or not, at random."""
    mirrored = rng.random(len(images)) < 0.5
    altered = images.copy()
    altered[mirrored] = images[mirrored, :, ::-1]
    return altered


def shift(images: Array, rng: np.random.Generator) -> Array:
    """Each image (N, height, width, channels) moved at random, by up to an eighth of its size in each direction.

    The pixels that come in at an edge are those of the image, mirrored, which look more natural than black.
    Source: He et al., "Deep residual learning for image recognition", CVPR 2016, section 4.2, there with black.
    """
    count, height, width, _ = images.shape
    down, right = height // REACH, width // REACH
    wide = mirrored_border(images, down, right)
    tops, lefts = rng.integers(0, 2 * down + 1, count), rng.integers(0, 2 * right + 1, count)
    altered = np.empty_like(images)
    for image, whole, top, left in zip(altered, wide, tops.tolist(), lefts.tolist(), strict=True):
        image[...] = whole[top : top + height, left : left + width]
    return altered


def flip_and_shift(images: Array, rng: np.random.Generator) -> Array:
    """Each image flipped as by `flip`, then moved as by `shift`."""
    return shift(flip(images, rng), rng)


def mirrored_border(images: Array, rows: int, columns: int) -> Array:
    """Images (N, height, width, channels) with `rows` and `columns` more on each side, mirrored at the edge pixels."""
    count, height, width, channels = images.shape
    wide = np.empty((count, height + 2 * rows, width + 2 * columns, channels), images.dtype)
    inside = wide[:, rows : rows + height]
    inside[:, :, columns : columns + width] = images
    inside[:, :, :columns] = images[:, :, columns:0:-1]
    inside[:, :, columns + width :] = images[:, :, -2 : -2 - columns : -1]
    wide[:, :rows] = inside[:, rows:0:-1]
    wide[:, rows + height :] = inside[:, -2 : -2 - rows : -1]
    return wide


AUGMENTATIONS: dict[str, Augmentation] = {
    "none": unchanged,
    "flip": flip,
    "shift": shift,
    "flip-shift": flip_and_shift,
}
