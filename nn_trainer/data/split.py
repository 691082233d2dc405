"""Keeping a share of the images out of training, to measure it with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn_trainer.arrays import Indices, Labels


def stratified_split(
    labels: ArrayLike,
    fraction: float,
    generator: Callable[[int], np.random.Generator],
    groups: ArrayLike | None = None,
) -> tuple[Indices, Indices]:
    """Split the indices of `labels` (N,) into (training, validation), each in ascending order.

    Of each class `fraction` goes to validation, rounded half up, with these limits: training keeps at least
    one image of each class, and validation gets at least one of each class that has two or more
    (unless `fraction` is 0). Images with the same number in `groups` (N,), such as equal files, are never on both
    sides: as many groups go to validation as its share has room for, at least one where there are two; a group of
    several classes is kept for training, for its labels are doubtful.
    `generator(label)` gives the random numbers for a class from their start; the
    same ones give the same split, and the images chosen from a class do not depend on the other classes.
    Raises `ValueError` if `fraction` is not in [0, 1).
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"The fraction must be at least 0 and less than 1, not {fraction}.")
    labels = np.asarray(labels, dtype=np.int64)
    groups = np.arange(len(labels)) if groups is None else np.asarray(groups, dtype=np.int64)
    validation = np.zeros(len(labels), dtype=bool)
    doubtful = _of_several_classes(labels, groups)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        share = _share(len(members), fraction)
        units = _units(members[~doubtful[members]], groups)
        keeps_one = len(units) == 0 or not doubtful[members].any()
        if share:
            for unit in _choose(units, share, generator(int(label)), keeps_one):
                validation[unit] = True
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def _units(members: Indices, groups: NDArray[np.int64]) -> list[Indices]:
    """The members group by group, in the order of the first member of each."""
    _numbers, first, which = np.unique(groups[members], return_index=True, return_inverse=True)
    order = np.argsort(which, kind="stable")
    units = np.split(members[order], np.cumsum(np.bincount(which, minlength=len(first)))[:-1]) if len(members) else []
    return [units[i] for i in np.argsort(first)]


def _choose(units: list[Indices], share: int, generator: np.random.Generator, keeps_one: bool) -> list[Indices]:
    """Random units of at most `share` images together, but at least one; one is left if `keeps_one`."""
    drawn = [units[i] for i in generator.permutation(len(units))]
    most = len(drawn) - 1 if keeps_one else len(drawn)
    chosen: list[Indices] = []
    left = share
    for unit in drawn:
        if len(unit) <= left and len(chosen) < most:
            chosen.append(unit)
            left -= len(unit)
    if not chosen and most > 0:
        chosen = [min(drawn, key=len)]
    return chosen


def _of_several_classes(labels: Labels, groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(N,) whether the group of an image holds images of another class, too."""
    _numbers, which = np.unique(groups, return_inverse=True)
    lowest = np.full(len(_numbers), np.iinfo(np.int64).max)
    highest = np.full(len(_numbers), -1)
    np.minimum.at(lowest, which, labels)
    np.maximum.at(highest, which, labels)
    several: NDArray[np.bool_] = (lowest != highest)[which]
    return several


def _share(images: int, fraction: float) -> int:
    """How many of the images of one class go to validation."""
    if fraction == 0 or images < 2:
        return 0
    return min(max(int(images * fraction + 0.5), 1), images - 1)
