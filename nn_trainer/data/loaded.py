"""Decoding an image of any kind, around what Pillow does wrong or stumbles over."""

from __future__ import annotations

from PIL import Image

from nn_trainer.data.png_texts import is_of_texts
from nn_trainer.data.tiff_pixels import in_native_order


def load(image: Image.Image) -> None:
    """Decode an image; texts after the pixels of a PNG file do not matter. Raises nearly anything."""
    in_native_order(image)
    try:
        image.load()
    except ValueError as error:
        if not is_of_texts(error):
            raise
        image.load()  # the pixels are there
