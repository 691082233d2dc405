"""An image -> the pixels a network sees: THE one path for training, evaluation, prediction and export."""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nn_trainer.arrays import PixelArray
from nn_trainer.data.archives.archive import source_at
from nn_trainer.data.modes import is_deep, is_grey, orientation, to_8_bit
from nn_trainer.data.pillow import explain, opened, quiet_pillow, require_size
from nn_trainer.data.preprocessing import PixelRange, Preprocessing
from nn_trainer.data.reduced_jpeg import Reduction, reduce_jpeg
from nn_trainer.data.source import Source
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _

ImageLike = str | os.PathLike[str] | Source | Image.Image | PixelArray

# Images of more pixels are decoded one at a time: some threads with one each would fill the memory.
_ALONE_ABOVE = 30_000_000
_alone = threading.Lock()


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of an image says, without decoding it."""

    width: int  # upright, in pixels
    height: int
    grey: bool
    deep: bool = False  # whether the pixels have more than 8 bits


def load_pixels(source: ImageLike, preprocessing: Preprocessing) -> PixelArray:
    """The pixels of an image as a network sees them: (H, W, C) uint8, H = W = `image_size`, C = 1 or 3.

    `source` is a file, a Pillow image, or a uint8 array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4). The image is turned
    upright, made square as `Preprocessing.fit` says and scaled (antialiased, bilinear), then made grey (ITU-R 601) or
    RGB. Pixels of more than 8 bits first become 8 bits by `Preprocessing.pixel_range`. The same image gives the same
    bits whichever way it comes in; only JPEG files above 4 megapixels may differ from their own full decoding by
    some levels (`reduced_jpeg.py`).

    Raises `ImageError`.
    """
    wanted = preprocessing.image_size
    upright, reduction = _upright(source, wanted, preprocessing.pixel_range)
    width, height = upright.size if reduction is None else reduction.size
    side, longer = min(width, height), max(width, height)
    size = wanted, wanted
    box = 0, 0, width, height
    if width != height and preprocessing.fit == "crop":
        left, top = (width - side) // 2, (height - side) // 2
        box = left, top, left + side, top + side
    elif width != height and preprocessing.fit == "pad":
        size = max(1, round(wanted * width / longer)), max(1, round(wanted * height / longer))
    if reduction is not None:
        upright = reduction.resize(upright, box, size)
    else:
        if box != (0, 0, width, height):
            upright = upright.crop(box)
        if upright.size != size:
            # Not with `box=` for the crop: that lets pixels from outside of the box in.
            upright = upright.resize(size, Image.Resampling.BILINEAR)
    mode = "L" if preprocessing.channels == "grey" else "RGB"
    if upright.mode != mode:
        upright = upright.convert(mode)
    pixels = np.array(upright).reshape(*reversed(size), preprocessing.shape[2])
    return pixels if size == (wanted, wanted) else _padded(pixels, wanted)


def _padded(pixels: PixelArray, side: int) -> PixelArray:
    """(height, width, C) in the middle of a square (side, side, C) of its mean colour, rounded to whole levels."""
    height, width = pixels.shape[:2]
    square = np.empty((side, side, pixels.shape[2]), np.uint8)
    square[...] = np.rint(pixels.mean(axis=(0, 1)))
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = pixels
    return square


def load_for_screen(source: ImageLike, max_size: int | None = None) -> Image.Image:
    """The whole image for the screen, in mode "L" or "RGB", upright, its longer side at most `max_size` pixels.

    Raises `ImageError`.
    """
    upright, _reduction = _upright(source, max_size)
    if max_size is not None and max(upright.size) > max_size:
        upright.thumbnail((max_size, max_size), Image.Resampling.BILINEAR)
    return upright


def read_header(source: str | os.PathLike[str] | Source) -> Header:
    """Size and kind of an image; quick, nothing is decoded. Raises `ImageError`."""
    with opened(_as_source(source)) as image:
        return header_of(image)


def header_of(image: Image.Image) -> Header:
    """Size and kind of an image that was opened."""
    width, height = image.size
    # Only of JPEG: others would decode the whole image for it, or are upright already.
    if image.format in ("JPEG", "MPO") and "exif" in image.info and orientation(image) >= 5:
        width, height = height, width
    return Header(width, height, is_grey(image), is_deep(image))


def _upright(
    source: ImageLike, wanted: int | None, pixel_range: PixelRange | None = None
) -> tuple[Image.Image, Reduction | None]:
    """An image of its own in mode "L" or "RGB", and how it was made smaller, if it was.

    Its shorter side holds `wanted` pixels where the source does.
    """
    if isinstance(source, Image.Image):
        return _from_pillow(source, pixel_range), None
    if isinstance(source, np.ndarray):
        return _from_array(source), None
    with opened(_as_source(source)) as image:
        reduction = None if wanted is None else reduce_jpeg(image, wanted)
        with _alone if image.width * image.height > _ALONE_ABOVE else nullcontext():
            return to_8_bit(image, pixel_range), reduction


def _as_source(source: str | os.PathLike[str] | Source) -> Source:
    return source_at(source) if isinstance(source, (str, os.PathLike)) else source


def _from_pillow(image: Image.Image, pixel_range: PixelRange | None = None) -> Image.Image:
    quiet_pillow()
    try:
        require_size(None, image)
        return to_8_bit(image, pixel_range)
    except ImageError:
        raise
    except Exception as error:  # an image that is decoded only now is as hostile as a file
        raise explain(None, error) from error


def _from_array(array: PixelArray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        reason = _("An array of shape {shape} and type {type} is not an image").format(
            shape=array.shape, type=array.dtype
        )
        raise ImageError(None, "not an image", reason, _("Give (H, W) or (H, W, 3) of type uint8"))  # not shown
    if 0 in array.shape:
        raise ImageError(None, "damaged", _("The image has no pixels"), _("Give another one"))
    return _from_pillow(Image.fromarray(np.ascontiguousarray(array)))
