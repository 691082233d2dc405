"""Images that look the same although their files differ: saved again in another format, size or with other metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.data.classes import ImageFile
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

_GRID = 4  # cells an edge, of which the means are compared first
_SAMPLES = 4  # pixels an edge of a cell that its mean is of, at most
_CLOSE = 2.0  # levels of 255 between such means
_ALIKE = 4.0  # mean difference of all pixels, which saving as JPEG and scaling leave behind
_FLAT = 4.0  # levels between the cells of an image that shows nothing, of which any two are alike
_NEIGHBOURS = 100  # images of nearly the same brightness that one is compared with, at most
_BATCH = 1024
_LARGEST = 4 << 30  # bytes of images, beyond which another pass over them takes too long
_MANY = 50  # fewer are named one by one


def look_alike_notes(
    root: Path, images: PixelArray, files: Sequence[ImageFile], padded: bool = False
) -> tuple[Problem, ...]:
    """Notes on images (N, height, width, channels) that look like one before them; equal files are told elsewhere.

    Of `padded` images only a part of the square differs at all, and as much less by the mean of all pixels.
    """
    if images.nbytes > _LARGEST:
        return ()
    first: dict[int, int] = {}
    filled = [min(file.width, file.height) / max(file.width, file.height) if padded else 1.0 for file in files]
    for one, other in _pairs(images, filled):
        earlier, later = min(one, other), max(one, other)
        if files[earlier].digest is None or files[earlier].digest != files[later].digest:
            first[later] = min(earlier, first.get(later, earlier))
    notes = [_note(root, files[later], files[earlier]) for later, earlier in sorted(first.items())]
    return tuple(notes) if len(notes) < _MANY else (_summed(root, files, first),)


def _pairs(images: PixelArray, filled: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Places of images that look the same; `filled` is the share of the square that each fills."""
    means = _cell_means(images)
    seen = np.flatnonzero(np.ptp(means, axis=1) > _FLAT)
    order = seen[np.argsort(means[seen].mean(axis=1), kind="stable")]
    means = means[order]
    brightness, first, last = means.mean(axis=1), means[:, 0].copy(), means[:, -1].copy()
    for distance in range(1, min(_NEIGHBOURS, len(order) - 1) + 1):
        near = brightness[distance:] - brightness[:-distance] <= _CLOSE
        if not near.any():
            return
        for cell in (first, last):
            near &= np.abs(cell[distance:] - cell[:-distance]) <= _CLOSE
        places = np.flatnonzero(near)
        alike = np.abs(means[places + distance] - means[places]).max(axis=1, initial=0) <= _CLOSE
        for place in places[alike].tolist():
            one, other = int(order[place]), int(order[place + distance])
            if np.abs(images[one].astype(np.int16) - images[other]).mean() <= _ALIKE * max(filled[one], filled[other]):
                yield one, other


def _cell_means(images: PixelArray) -> NDArray[np.float32]:
    """(N, cells * channels) the mean of each cell of a grid, from some of its pixels."""
    count, height, _width, channels = images.shape
    grid = min(_GRID, height)
    edge = height // grid
    step = max(1, edge // _SAMPLES)
    inside = len(range(0, edge, step))  # samples an edge of a cell
    means = np.empty((count, grid * grid * channels), dtype=np.float32)
    for start in range(0, count, _BATCH):
        batch = images[start : start + _BATCH, : grid * edge, : grid * edge]
        cells = batch.reshape(len(batch), grid, edge, grid, edge, channels)[:, :, ::step, :, ::step]
        rows = np.ascontiguousarray(cells).reshape(len(batch), grid, inside, -1).sum(axis=2, dtype=np.uint16)
        sums = rows.reshape(len(batch), grid * grid, inside, channels).sum(axis=2, dtype=np.uint32)
        means[start : start + _BATCH] = sums.reshape(len(batch), -1) / np.float32(inside * inside)
    return means


def _note(root: Path, image: ImageFile, earlier: ImageFile) -> Problem:
    path = image.source.path
    other = earlier.source.path
    name = display_path(other.relative_to(root) if other.is_relative_to(root) else other)
    if image.class_name != earlier.class_name:
        reason = _("The image looks the same as {other} in another class: one of the two labels may be wrong")
    elif image.split != earlier.split:
        reason = _("The image looks the same as {other} in another split: the figures may be too good")
    else:
        reason = _("The image looks the same as {other}, in another file")
    return Problem(path, "look-alike", reason.format(other=name), _("Look at both, and delete one"), skipped=False)


def _summed(root: Path, files: Sequence[ImageFile], first: dict[int, int]) -> Problem:
    pairs = [(files[later], files[earlier]) for later, earlier in sorted(first.items())]
    apart = sum(one.class_name != other.class_name or one.split != other.split for one, other in pairs)
    worst = next((p for p in pairs if p[0].class_name != p[1].class_name or p[0].split != p[1].split), pairs[0])
    text = ngettext(
        "{images} image looks the same as another one, {apart} of them in another class or split, such as {one} and "
        "{other}",
        "{images} images look the same as another one, {apart} of them in another class or split, such as {one} and "
        "{other}",
        len(pairs),
    )
    one, other = (
        display_path(p.relative_to(root) if p.is_relative_to(root) else p) for p in (f.source.path for f in worst)
    )
    reason = text.format(images=number(len(pairs)), apart=number(apart), one=one, other=other)
    return Problem(root, "look-alike", reason, _("Look at them, and delete one of each two"), False, len(pairs))
