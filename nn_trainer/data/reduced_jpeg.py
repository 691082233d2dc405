"""Large JPEG files are decoded at a half, a quarter or an eighth of their size: where the image lies in these pixels.

The decoder gives whole pixels, so that the last column and row of the smaller image may stand for less than a whole one
of its pixels; and the middle of the image need not lie between two pixels.  What is cut out of it is therefore counted
in the pixels of the file, or the image would be moved by up to a third of a pixel of what is made of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

from nn_trainer.data.modes import orientation

# A JPEG file of more pixels is reduced, which takes a third of the time; at least `_SPARE` times what is wanted is
# kept, and no pixel changes by more than three levels of 255.
_REDUCE_ABOVE = 4_000_000
_SPARE = 3

Box = tuple[int, int, int, int]  # left, top, right, bottom

# Where, after turning, that side lies first which was the last one: EXIF orientations.
_FROM_RIGHT = frozenset((2, 3, 6, 7))
_FROM_BELOW = frozenset((3, 4, 7, 8))


@dataclass(frozen=True, slots=True)
class Reduction:
    """How an image, upright, lies in the pixels of its smaller one."""

    size: tuple[int, int]  # width and height of the whole image
    scale: int  # pixels of the file for one
    origin: tuple[float, float]  # where the image begins

    def resize(self, image: Image.Image, box: Box, size: tuple[int, int]) -> Image.Image:
        """The part of the smaller `image` that `box` means in the whole one, scaled to `size`."""
        (left, top), scale = self.origin, self.scale
        exact = left + box[0] / scale, top + box[1] / scale, left + box[2] / scale, top + box[3] / scale
        outer = math.floor(exact[0]), math.floor(exact[1]), math.ceil(exact[2]), math.ceil(exact[3])
        inner = exact[0] - outer[0], exact[1] - outer[1], exact[2] - outer[0], exact[3] - outer[1]
        # Cut out first: resizing with `box` alone lets pixels from outside of it in.
        return image.crop(outer).resize(size, Image.Resampling.BILINEAR, inner)


def reduce_jpeg(image: Image.Image, wanted: int) -> Reduction | None:
    """Have an image that was opened, if it is a large JPEG, decoded at a smaller size; None if it is not.

    The shorter side keeps at least `_SPARE` times the `wanted` pixels.
    """
    width, height = image.size
    ratio = min(width, height) // (wanted * _SPARE)
    if width * height <= _REDUCE_ABOVE or ratio < 2:
        return None
    image.draft(None, (width // ratio, height // ratio))
    scale = round(width / image.width)
    if scale == 1:  # not a JPEG
        return None
    turn = orientation(image)
    right, below = image.width - width / scale, image.height - height / scale
    if turn >= 5:
        width, height, right, below = height, width, below, right
    return Reduction(
        (width, height), scale, (right if turn in _FROM_RIGHT else 0.0, below if turn in _FROM_BELOW else 0.0)
    )
