"""Any of Pillow's modes -> 8-bit grey ("L") or colour ("RGB"), with the brightness a person expects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from nn_trainer.arrays import PixelArray
from nn_trainer.data.colour_profiles import in_srgb
from nn_trainer.data.loaded import load
from nn_trainer.data.tiff_pixels import stored_pixels

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_GREY = frozenset(("1", "L", "LA", "La", "I", "F"))  # not shown
_BITS = (8, 10, 12, 14, 16, 24, 31)  # what cameras, microscopes and scanners give


def to_8_bit(image: Image.Image, pixel_range: tuple[float, float] | None = None) -> Image.Image:
    """A new image in mode "L" or "RGB", the way up that the EXIF says; `image` itself is loaded, not changed.

    Colours with a profile (ICC) come out in sRGB. Transparent pixels are laid over white.
    16-bit, 32-bit and float pixels: see `scale_to_8_bit`.
    """
    deep = deep_pixels(image)  # first: when loaded, TIFF turns itself and PNG reads its last header parts
    if deep is not None:
        upright = Image.fromarray(scale_to_8_bit(deep, pixel_range))
    else:
        coloured = in_srgb(image)
        if coloured.has_transparency_data:
            upright = _over_white(coloured)
        else:
            upright = coloured.convert("L" if is_grey(coloured) else "RGB")
    turn = _UPRIGHT.get(orientation(image))
    return upright if turn is None else upright.transpose(turn)


def is_deep(image: Image.Image) -> bool:
    """Whether the pixels have more than 8 bits, from the header alone."""
    return image.mode[0] in "IF"


def deep_pixels(image: Image.Image) -> NDArray[np.generic] | None:
    """The pixels (H, W) of more than 8 bits of an image, which is loaded; None of other images."""
    load(image)
    return stored_pixels(image) if is_deep(image) else None


def is_grey(image: Image.Image) -> bool:
    """Whether the picture can hold no colour, from its header alone."""
    if image.mode in ("P", "PA"):
        palette = image.getpalette("RGB") or []
        return palette[0::3] == palette[1::3] == palette[2::3]
    return image.mode in _GREY or image.mode.startswith("I;16")


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 (upright) where there is none or it makes no sense."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damaged EXIF raises nearly anything, and the picture is good without it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def scale_to_8_bit(pixels: NDArray[np.generic], pixel_range: tuple[float, float] | None = None) -> PixelArray:
    """(H, W) pixels of 16 or 32 bits or floats -> (H, W) uint8.

    The ends of `pixel_range` become black and white. Without one each image has its own. Whole numbers: the full range
    is the smallest of 8, 10, 12, 14, 16, 24 and 31 bits that holds the largest pixel, so that 12 bits in a 16-bit file
    come out bright. Floats: 0 to 1 where all pixels lie in it, else 0 to 255. Pixels outside of these ranges: from the
    smallest to the largest. NaN becomes black.
    """
    whole = pixels.dtype.kind in "iu"
    start, end = pixel_range or _own_range(pixels, whole)
    values: NDArray[np.floating[Any]] = pixels.astype(np.float32 if whole else np.float64)
    values -= start
    values *= 255.0 / (end - start)
    np.nan_to_num(values, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    np.rint(values, out=values)
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def _own_range(pixels: NDArray[Any], whole: bool) -> tuple[float, float]:
    finite = pixels if whole else pixels[np.isfinite(pixels)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return _full_range(low, high, whole)


def _full_range(low: float, high: float, whole: bool) -> tuple[float, float]:
    ends = [2.0**bits - 1 for bits in _BITS] if whole else [1.0, 255.0]
    for end in ends:
        if low >= 0 and high <= end:
            return 0.0, end
    return (low, high) if high > low else (low, low + 1.0)


def _over_white(image: Image.Image) -> Image.Image:
    grey = is_grey(image) and image.mode not in ("P", "PA")
    if image.mode == "La":
        image = image.convert("LA")
    with_alpha = image.convert("LA" if grey else "RGBA")
    colours = with_alpha.convert("L" if grey else "RGB")
    white = Image.new(colours.mode, image.size, "white")
    return Image.composite(colours, white, with_alpha.getchannel("A"))
