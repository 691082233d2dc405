"""Which values of 16-bit, 32-bit and float pixels become black and white: one range for a whole data set."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.modes import deep_pixels
from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.data.pillow import opened
from nn_trainer.data.preprocessing import PixelRange
from nn_trainer.data.source import Source
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _
from nn_trainer.work import Task

_MOST_IMAGES = 512  # spread over the data set; more would not move the percentile
_MOST_PIXELS = 16_384  # of each image, spread over it


def find_pixel_range(sources: Sequence[Source], percentile: float, task: Task) -> PixelRange | None:
    """From the (100 - percentile)th to the percentile of the pixel values of these images, taken together.

    Single pixels that are much brighter than all others, as hot ones of a camera, do not move it.  None if no image
    can be read.  Raises `CancelledError`.
    """
    chosen = [sources[index] for index in np.unique(np.linspace(0, len(sources) - 1, _MOST_IMAGES).round().astype(int))]
    found: list[NDArray[np.float64]] = [np.empty(0)] * len(chosen)

    def look(index: int) -> None:
        with suppress(ImageError):  # told when the image is decoded
            found[index] = _some_values(chosen[index])

    for_each(look, len(chosen), _("Looking for the brightest pixels"), task, threads=all_cores())
    values = np.concatenate(found)
    if not len(values):
        return None
    low, high = (float(value) for value in np.percentile(values, (100 - percentile, percentile)))
    return (low, high) if high > low else (low, low + 1.0)


def _some_values(source: Source) -> NDArray[np.float64]:
    """Up to about `_MOST_PIXELS` values of an image that are numbers; none of one with 8 bits."""
    with opened(source) as image:
        pixels = deep_pixels(image)
        if pixels is None:
            return np.empty(0)
        values = pixels.reshape(-1)[:: -(-pixels.size // _MOST_PIXELS)].astype(np.float64)
    return values[np.isfinite(values)]
