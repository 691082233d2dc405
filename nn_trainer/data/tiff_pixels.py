"""TIFF images of more than 8 bits as they are meant: unsigned, and where zero is white turned over."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

_BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 258, 262, 339
_UNSIGNED = 1
_WHITE_IS_ZERO = 0
_LITTLE, _BIG = b"II", b"MM"

# Raw modes of Pillow that swap bytes, which libtiff has swapped already in packed files -> those that do not.
_NATIVE = {"I;16BS": "I;16S", "I;32B": "I;32N", "I;32BS": "I;32S", "F;32BF": "F;32F", "F;64BF": "F;64F"}  # not shown


def teach_pillow() -> None:
    """Let Pillow read kinds of one channel that it leaves out: wide big-endian ones, and those where zero is white."""
    known = TiffImagePlugin.OPEN_INFO
    kinds = {
        (_LITTLE, (1,), (32,)): ("I", "I;32N"),
        (_LITTLE, (1,), (16,)): ("I;16", "I;16"),
        (_LITTLE, (2,), (16,)): ("I", "I;16S"),
        (_LITTLE, (2,), (32,)): ("I", "I;32S"),
        (_LITTLE, (3,), (64,)): ("F", "F;64F"),
        (_BIG, (1,), (16,)): ("I;16B", "I;16B"),
        (_BIG, (1,), (32,)): ("I", "I;32B"),
        (_BIG, (2,), (16,)): ("I", "I;16BS"),  # not shown
        (_BIG, (2,), (32,)): ("I", "I;32BS"),  # not shown
        (_BIG, (3,), (64,)): ("F", "F;64BF"),  # not shown
    }
    for (order, sample_format, bits), modes in kinds.items():
        for photometric in (_WHITE_IS_ZERO, 1):
            known.setdefault((order, photometric, sample_format, 1, bits, ()), modes)


def in_native_order(image: Image.Image) -> None:
    """Let Pillow take the bytes of a packed big-endian file as they come; before it is loaded."""
    if isinstance(image, TiffImagePlugin.TiffImageFile) and sys.byteorder == "little":
        image.tile = [
            tile._replace(args=(_NATIVE.get(tile.args[0], tile.args[0]), *tile.args[1:]))
            if tile.codec_name == "libtiff" and isinstance(tile.args, tuple)
            else tile
            for tile in image.tile
        ]


def stored_pixels(image: Image.Image) -> NDArray[Any]:
    """(H, W) what a loaded image of mode "I" or "F" holds; larger is brighter."""
    pixels: NDArray[Any] = np.asarray(image)
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return pixels
    tags = image.tag_v2
    bits, sample_format = tags.get(_BITS, (1,))[0], tags.get(_SAMPLE_FORMAT, (_UNSIGNED,))[0]
    if sample_format == _UNSIGNED and bits == 32 and pixels.dtype == np.int32:
        pixels = pixels.view(np.uint32)
    if tags.get(_PHOTOMETRIC) != _WHITE_IS_ZERO:
        return pixels
    if pixels.dtype.kind == "f":
        return -pixels + _white(pixels)
    return -1 - pixels if sample_format != _UNSIGNED else pixels.dtype.type(2**bits - 1) - pixels


def _white(pixels: NDArray[Any]) -> float:
    """The value of black before zero was white: 1, 255, or the largest there is."""
    largest = float(np.nanmax(pixels, initial=0, where=np.isfinite(pixels)))
    return next((end for end in (1.0, 255.0) if largest <= end), largest)
