"""The short way of small JPEG files: the bits of the long way, and only for files in which nothing else stands."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from nn_trainer.data.plain_jpeg import decode_plain_jpeg
from tests.helpers.images import picture


def jpeg(width: int = 32, height: int = 32, mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    image = picture(7, width, height)
    image.convert(mode).save(file, "JPEG", **options)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (32, 32), (33, 17), (64, 64)])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"quality": 5},
        {"quality": 100, "subsampling": 0},
        {"subsampling": 1},
        {"progressive": True},
        {"optimize": True},
        {"restart_marker_rows": 1},
        {"comment": b"a"},
    ],
    ids=lambda options: " ".join(options) or "plain",
)
def test_it_gives_the_bits_of_the_long_way(mode: str, size: tuple[int, int], options: dict[str, Any]) -> None:
    content = jpeg(*size, mode, **options)
    pixels = decode_plain_jpeg(content, 64 * 64)
    assert pixels is not None
    with Image.open(io.BytesIO(content)) as image:
        np.testing.assert_array_equal(pixels, np.asarray(image))


def test_what_says_more_of_an_image_goes_the_long_way() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = jpeg()
    twice = plain[:2] + plain[plain.index(b"\xff\xc0") :]
    others = [jpeg(exif=exif), jpeg(icc_profile=profile), jpeg(mode="CMYK"), jpeg(xmp=b"<x/>"), jpeg(keep_rgb=True)]
    for content in (*others, plain[:-200], plain[:40], plain[:2], b"", b"\xff" * 50, twice, jpeg(65, 64)):
        assert decode_plain_jpeg(content, 64 * 64) is None
    assert decode_plain_jpeg(plain, 64 * 64) is not None
