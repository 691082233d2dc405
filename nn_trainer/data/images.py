"""A picture -> the pixels a network sees: THE one path for training, evaluation, prediction and export."""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nn_trainer.data.modes import is_grey, orientation, to_8_bit
from nn_trainer.data.pillow import explain, opened, quiet_pillow, require_size
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.errors import ImageError

ImageSource = str | os.PathLike[str] | Image.Image | NDArray[np.uint8]

# A JPEG file of more pixels is decoded at a half, a quarter or an eighth of its size, in a third of the
# time; at least `_SPARE` times what is wanted is kept, and no pixel changes by more than two levels of 255.
_REDUCE_ABOVE = 4_000_000
_SPARE = 4

# Pictures of more pixels are decoded one at a time: some threads with one each would fill the memory.
_ALONE_ABOVE = 30_000_000
_alone = threading.Lock()


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a picture says, without decoding it."""

    width: int  # upright, in pixels
    height: int
    grey: bool


def load_pixels(source: ImageSource, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """The pixels of a picture as a network sees them: (H, W, C) uint8, H = W = `image_size`, C = 1 or 3.

    `source` is a file, a Pillow image, or a uint8 array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4). The picture
    is turned upright, the largest square in its middle is cut out and scaled (antialiased, bilinear), then
    made grey (ITU-R 601) or RGB. The same picture gives the same bits whichever way it comes in; only
    JPEG files above 4 megapixels may differ from their own full decoding by a level or two.

    Raises `ImageError`.
    """
    wanted = preprocessing.image_size
    upright = _upright(source, wanted)
    width, height = upright.size
    side = min(width, height)
    if width != height:
        left, top = (width - side) // 2, (height - side) // 2
        upright = upright.crop((left, top, left + side, top + side))
    if side != wanted:
        # Not with `box=` for the crop: that lets pixels from outside of the box in.
        upright = upright.resize((wanted, wanted), Image.Resampling.BILINEAR)
    mode = "L" if preprocessing.channels == "grey" else "RGB"
    if upright.mode != mode:
        upright = upright.convert(mode)
    return np.array(upright).reshape(preprocessing.shape)


def load_picture(source: ImageSource, max_size: int | None = None) -> Image.Image:
    """The whole picture for the screen, in mode "L" or "RGB", upright, its longer side at most `max_size` pixels.

    Raises `ImageError`.
    """
    upright = _upright(source, max_size)
    if max_size is not None and max(upright.size) > max_size:
        upright.thumbnail((max_size, max_size), Image.Resampling.BILINEAR)
    return upright


def read_header(path: Path) -> Header:
    """Size and kind of the picture at `path`; quick, nothing is decoded. Raises `ImageError`."""
    with opened(path) as image:
        return _header_of(image)


def read_header_and_small(path: Path, largest: int) -> tuple[Header, Image.Image | None]:
    """The header, and the upright picture if it has at most `largest` pixels: opening a tiny file twice costs
    more than decoding it. `load_pixels` takes the picture as well as the file. Raises `ImageError`.
    """
    with opened(path) as image:
        header = _header_of(image)
        return header, to_8_bit(image) if header.width * header.height <= largest else None


def _header_of(image: Image.Image) -> Header:
    width, height = image.size
    # Only of JPEG: others would decode the whole picture for it, or are upright already.
    if image.format in ("JPEG", "MPO") and "exif" in image.info and orientation(image) >= 5:
        width, height = height, width
    return Header(width, height, is_grey(image))


def _upright(source: ImageSource, wanted: int | None) -> Image.Image:
    """A picture of its own in mode "L" or "RGB"; its shorter side holds `wanted` pixels where the source does."""
    if isinstance(source, Image.Image):
        return _from_pillow(source)
    if isinstance(source, np.ndarray):
        return _from_array(source)
    path = Path(source)
    with opened(path) as image:
        if wanted is not None and image.width * image.height > _REDUCE_ABOVE:
            ratio = max(1, min(image.size) // (wanted * _SPARE))
            image.draft(None, (max(1, image.width // ratio), max(1, image.height // ratio)))
        with _alone if image.width * image.height > _ALONE_ABOVE else nullcontext():
            return to_8_bit(image)


def _from_pillow(image: Image.Image) -> Image.Image:
    quiet_pillow()
    try:
        require_size(None, image)
        return to_8_bit(image)
    except ImageError:
        raise
    except Exception as error:  # an image that is decoded only now is as hostile as a file
        raise explain(None, error) from error


def _from_array(array: NDArray[np.uint8]) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        reason = f"An array of shape {array.shape} and type {array.dtype} is no picture"
        raise ImageError(None, "not an image", reason, "Give (H, W) or (H, W, 3) of type uint8")
    if 0 in array.shape:
        raise ImageError(None, "damaged", "The picture has no pixels", "Give another one")
    return _from_pillow(Image.fromarray(np.ascontiguousarray(array)))
