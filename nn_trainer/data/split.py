"""Keeping a share of the images out of training, to measure it with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Indices = NDArray[np.int64]


def stratified_split(
    labels: ArrayLike, fraction: float, numbers_for: Callable[[int], np.random.Generator]
) -> tuple[Indices, Indices]:
    """Split the indices of `labels` (N,) into (training, validation), each in ascending order.

    Of each class `fraction` goes to validation, rounded half up, with these limits: training keeps at least
    one image of each class, and validation gets at least one of each class that has two or more
    (unless `fraction` is 0). `numbers_for(label)` gives the random numbers of a class, so that the images
    chosen from it do not depend on the other classes. Raises `ValueError` if `fraction` is not in [0, 1).
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"The fraction must be at least 0 and less than 1, not {fraction}.")
    labels = np.asarray(labels, dtype=np.int64)
    validation = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        validation[numbers_for(int(label)).permutation(members)[: _share(len(members), fraction)]] = True
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def _share(images: int, fraction: float) -> int:
    """How many of the images of one class go to validation."""
    if fraction == 0 or images < 2:
        return 0
    return min(max(int(images * fraction + 0.5), 1), images - 1)
