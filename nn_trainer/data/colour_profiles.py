"""Images with a colour profile (ICC) other than sRGB -> the same colours in sRGB, as a screen shows them."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from nn_trainer.arrays import PixelArray

_LARGEST = 8 << 20  # bytes of a profile; those of printers have some millions
_LEVELS = 2  # of 255: a transform that moves no colour by more is that of sRGB itself, in the rounding of its maker
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "LAB"}  # modes of Pillow -> what a profile says


def in_srgb(image: Image.Image) -> Image.Image:
    """The image with its colours in sRGB; the same image if it has no profile that can be used, or that of sRGB.

    Deep pixels (modes "I", "F") stay as they are. Transparency is kept.
    """
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not 0 < len(profile) <= _LARGEST:
        return image
    colours = {"RGBA": "RGB", "P": "RGB", "PA": "RGB", "LA": "L"}.get(image.mode, image.mode)
    transform = _transform(profile, colours) if colours in _SPACES else None
    return image if transform is None else _apply(transform, image, colours)


def _apply(transform: ImageCms.ImageCmsTransform, image: Image.Image, colours: str) -> Image.Image:
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain = image if image.mode == colours else image.convert(colours)
    done = transform.apply(plain)
    if colours == "L":
        done = done.convert("L")
    if image.mode != colours:
        done.putalpha(image.getchannel("A"))
    elif "transparency" in image.info and colours in ("RGB", "L"):
        done.putalpha(image.convert("RGBA").getchannel("A"))
    return done


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """What takes pixels of a mode to sRGB; None if a profile is damaged, for other pixels, or that of sRGB."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip().upper() != _SPACES[mode]:
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode in ("RGB", "L") and _is_srgb(transform, mode):
            return None
        return transform
    except Exception:  # a damaged profile raises nearly anything, and the image is good without it
        return None


def _is_srgb(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform changes colours by rounding only."""
    probe = Image.fromarray(_probe()).convert(mode)
    before = np.asarray(probe.convert("RGB"), dtype=np.int16)
    return bool(np.abs(np.asarray(transform.apply(probe), dtype=np.int16) - before).max() <= _LEVELS)


def _probe() -> PixelArray:
    """(81, 9, 3) colours from everywhere in the cube."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(81, 9, 3)
