"""Numbers as pictures: feature maps, vectors and kernels, coloured by sign and size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from nn_trainer.arrays import PixelArray
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage

Floats = NDArray[np.floating[Any]]
GAP = 1  # pixels between the maps of a mosaic


def signed_picture(values: Floats, largest: float | None = None) -> PixelArray:
    """(H, W, 3) bytes for (H, W) numbers: zero in the colour of the panel, above it blue, below it orange.

    `largest` is the size that gets the full colour; by default that of the largest value.
    """
    colors = theme.colors()
    top = largest if largest is not None else float(np.abs(values).max(initial=0.0))
    share = np.clip(np.nan_to_num(values / top if top > 0 else values * 0.0), -1, 1)[..., None]
    zero, above, below = (_rgb(name) for name in (colors.panel, colors.train, colors.validation))
    picture = zero + np.abs(share) * (np.where(share >= 0, above, below) - zero)
    return np.asarray(np.round(picture), np.uint8)


def _rgb(name: str) -> Floats:
    color = QColor(name)
    return np.array([color.red(), color.green(), color.blue()], np.float64)


def mosaic_columns(count: int, shape: float = 1.0) -> int:
    """Into how many columns `count` squares go so that the whole is about `shape` times as wide as high."""
    return max(1, min(count, round(math.sqrt(count * shape))))


def mosaic(values: Floats, columns: int) -> QImage:
    """Feature maps (C, H, W) side by side in rows of `columns`, in one scale, with the border colour between."""
    count, height, width = values.shape
    rows = -(-count // columns)
    border = _rgb(theme.colors().border).astype(np.uint8)
    whole = np.empty((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), np.uint8)
    whole[...] = _rgb(theme.colors().panel).astype(np.uint8)
    pictures = signed_picture(values.reshape(count * height, width)).reshape(count, height, width, 3)
    for index in range(count):
        top, left = index // columns * (height + GAP), index % columns * (width + GAP)
        whole[max(top - GAP, 0) : top + height + GAP, max(left - GAP, 0) : left + width + GAP] = border
    for index, picture in enumerate(pictures):
        top, left = index // columns * (height + GAP), index % columns * (width + GAP)
        whole[top : top + height, left : left + width] = picture
    return array_to_qimage(whole)


def vector_picture(values: Floats, shape: float = 1.0) -> QImage:
    """A vector as small squares in rows, in reading order; what is left over in the last row is empty."""
    columns = mosaic_columns(len(values), shape)
    rows = -(-len(values) // columns)
    filled = np.zeros(rows * columns)
    filled[: len(values)] = values
    return array_to_qimage(signed_picture(filled.reshape(rows, columns)))


def output_picture(values: Floats, shape: float = 1.0) -> QImage:
    """A picture of the output of a layer (C, H, W) or (features,)."""
    if values.ndim == 1:
        return vector_picture(values, shape)
    return mosaic(values, mosaic_columns(len(values), shape))
