"""Images with a colour profile come out in sRGB, on every way; all others keep their bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn_trainer.data.colour_profiles import in_srgb
from nn_trainer.data.images import load_for_screen, load_pixels
from nn_trainer.data.preprocessing import Preprocessing
from tests.helpers.images import encoded, picture
from tests.helpers.profiles import P3, SRGB, grey_profile, linear, rgb_profile

COLOUR = (200, 100, 50)  # in sRGB


def as_p3(colour: tuple[int, ...]) -> tuple[int, ...]:
    """What an sRGB colour is called in Display P3."""
    light = linear(np.array(colour) / 255) @ np.array(SRGB) @ np.linalg.inv(np.array(P3))
    curve = np.interp(light, linear(np.linspace(0, 1, 4096)), np.linspace(0, 1, 4096))
    return tuple(np.rint(255 * curve).astype(int).tolist())


def first(image: Image.Image) -> list[int]:
    """The first pixel."""
    return np.asarray(image)[0, 0].tolist()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_a_phone_image_in_display_p3_has_the_colours_that_were_seen(tmp_path: Path, kind: str) -> None:
    assert np.abs(np.array(as_p3(COLOUR)) - COLOUR).max() > 8
    path = tmp_path / "a.image"
    content = encoded(Image.new("RGB", (16, 16), as_p3(COLOUR)), kind, icc_profile=rgb_profile(P3))
    path.with_suffix(".jpg").write_bytes(content)
    path = path.with_suffix(".jpg")
    for seen in (first(load_for_screen(path)), load_pixels(path, Preprocessing(4, "rgb"))[0, 0].tolist()):
        assert np.abs(np.array(seen) - COLOUR).max() <= 3


def test_an_image_that_is_open_already_gives_the_same_bits_as_its_file(tmp_path: Path) -> None:
    picture(1).save(tmp_path / "a.png", icc_profile=rgb_profile(P3))
    preprocessing = Preprocessing(20, "rgb")
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(load_pixels(image, preprocessing), load_pixels(tmp_path / "a.png", preprocessing))


def test_transparency_and_the_way_up_are_kept(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 10), (*as_p3(COLOUR), 255))
    image.putpixel((0, 0), (*as_p3(COLOUR), 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.png", icc_profile=rgb_profile(P3), exif=exif)
    seen = load_for_screen(tmp_path / "a.png")
    assert seen.size == (10, 20)
    assert seen.getpixel((9, 0)) == (255, 255, 255)
    assert np.abs(np.array(seen.getpixel((0, 0))) - COLOUR).max() <= 3


def test_palettes_have_profiles_too(tmp_path: Path) -> None:
    image = Image.new("RGB", (8, 8), as_p3(COLOUR)).quantize(4)
    image.save(tmp_path / "a.png", icc_profile=rgb_profile(P3))
    assert np.abs(np.array(first(load_for_screen(tmp_path / "a.png"))) - COLOUR).max() <= 3


def test_greys_of_another_curve_stay_grey(tmp_path: Path) -> None:
    Image.new("L", (8, 8), 128).save(tmp_path / "a.png", icc_profile=grey_profile(1.0))
    seen = load_for_screen(tmp_path / "a.png")
    assert seen.mode == "L"
    assert abs(first(seen) - 188) <= 1  # half of the light


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(rgb_profile(SRGB), id="sRGB by another maker"),
        pytest.param(grey_profile(1.0), id="of greys"),
        pytest.param(rgb_profile(P3)[:300], id="cut off"),
        pytest.param(b"no profile", id="damaged"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_profile_that_says_nothing_changes_no_bit(tmp_path: Path, profile: bytes) -> None:
    picture(2).save(tmp_path / "a.png", icc_profile=profile)
    assert np.array_equal(np.asarray(load_for_screen(tmp_path / "a.png")), np.asarray(picture(2)))


def test_nothing_is_done_without_a_profile() -> None:
    for mode in ("L", "RGB", "RGBA", "CMYK", "I;16", "F", "P", "LA"):
        image = Image.new(mode, (4, 4))
        assert in_srgb(image) is image
