"""Mean and standard deviation of the colour channels of images, by which a network standardises its pixels."""

from __future__ import annotations

import numpy as np

from nn_trainer.arrays import Indices, PixelArray
from nn_trainer.work import Task

_PORTION = 2**22  # bytes that are counted at a time; counting takes eight times as much memory


def channel_statistics(
    images: PixelArray, indices: Indices | None = None, task: Task | None = None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of (N, height, width, channels), in units of the bytes.

    They are those of the images at `indices`, or of all.  Counts how often each byte occurs, which is exact and needs
    little memory.  A channel that is the same everywhere gets a deviation of 1, so that one can divide by it.
    Raises `CancelledError`.
    """
    chosen = np.arange(len(images)) if indices is None else indices
    channels = images.shape[3]
    counts = np.zeros((channels, 256), np.int64)
    portion = max(1, _PORTION // max(1, images[:1].nbytes))
    for start in range(0, len(chosen), portion):
        if task is not None:
            task.check()
        part = images[chosen[start : start + portion]]
        for channel in range(channels):
            counts[channel] += np.bincount(part[:, :, :, channel].ravel(), minlength=256)
    values = np.arange(256)
    shares = counts / counts.sum(axis=1, keepdims=True)
    mean = shares @ values
    std = np.sqrt((shares * np.square(values - mean[:, None])).sum(axis=1))
    return tuple(map(float, mean)), tuple(float(s) if s > 0 else 1.0 for s in std)
