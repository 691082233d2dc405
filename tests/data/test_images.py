"""The one path from a picture to pixels: every mode, every door, every refusal."""

from __future__ import annotations

import io
import os
import struct
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from nn_trainer.data import images, pillow
from nn_trainer.data.images import load_for_screen, load_pixels, read_header
from nn_trainer.data.modes import to_8_bit
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.errors import ImageError
from tests.helpers.images import HOSTILE, encoded, exif_jpeg, marked, picture, png_chunk, save, write_specials

GREY_8 = Preprocessing(8, "grey")
RGB_8 = Preprocessing(8, "rgb")
RGB_16 = Preprocessing(16, "rgb")


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_is_refused_with_kind_reason_and_action(tmp_path: Path, name: str) -> None:
    content, kind, word = HOSTILE[name]
    path = write(tmp_path / name, content())
    with pytest.raises(ImageError) as caught:
        load_pixels(path, RGB_8)
    assert caught.value.kind == kind
    assert word in caught.value.reason
    assert caught.value.action
    assert caught.value.path == path
    assert str(caught.value).startswith(name)
    with pytest.raises(ImageError):
        load_for_screen(path)


@pytest.mark.skipif(os.name != "posix", reason="named pipes are made with POSIX calls")
def test_pipes_and_broken_links_are_refused_without_opening_them(tmp_path: Path) -> None:
    pipe, broken, itself = write_specials(tmp_path)
    started = time.monotonic()
    for path, kind in ((pipe, "special file"), (broken, "broken link"), (itself, "unreadable")):
        with pytest.raises(ImageError) as caught:
            load_pixels(path, RGB_8)
        assert caught.value.kind == kind
    assert time.monotonic() - started < 5


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file") as caught:
        load_pixels(tmp_path / "none.jpg", RGB_8)
    assert caught.value.kind == "missing file"
    with pytest.raises(ImageError, match="folder"):
        load_pixels(tmp_path, RGB_8)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(picture(), tmp_path / "a.png")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so chmod would not do
    with pytest.raises(ImageError, match="may not read") as caught:
        load_pixels(path, RGB_8)
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize("preprocessing", [GREY_8, RGB_8, Preprocessing(40, "rgb"), Preprocessing(64, "grey")])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_all_doors_give_the_same_bits(tmp_path: Path, preprocessing: Preprocessing, mode: str, kind: str) -> None:
    path = save(picture(3, mode=mode), tmp_path / f"a.{kind}")
    with Image.open(path) as lazy:
        from_pillow = load_pixels(lazy, preprocessing)
        array = np.asarray(lazy)
    expected = load_pixels(path, preprocessing)
    assert expected.shape == preprocessing.shape
    assert expected.dtype == np.uint8
    assert expected.flags.writeable
    assert expected.std() > 5
    for other in (load_pixels(str(path), preprocessing), from_pillow, load_pixels(array, preprocessing)):
        np.testing.assert_array_equal(other, expected)


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    np.testing.assert_array_equal(load_pixels(pixels, RGB_16), pixels)
    grey = pixels[:, :, 0]
    np.testing.assert_array_equal(load_pixels(grey, Preprocessing(16, "grey"))[:, :, 0], grey)
    np.testing.assert_array_equal(load_pixels(grey, RGB_16), np.repeat(grey[:, :, None], 3, axis=2))
    np.testing.assert_array_equal(load_pixels(grey[:, :, None], Preprocessing(16, "grey"))[:, :, 0], grey)


def test_the_middle_square_is_cut_out_and_scaled_antialiased() -> None:
    wide = np.zeros((16, 48, 3), dtype=np.uint8)
    wide[:, 16:32] = 200
    np.testing.assert_array_equal(load_pixels(wide, RGB_8), np.full((8, 8, 3), 200))
    np.testing.assert_array_equal(load_pixels(wide.transpose(1, 0, 2), RGB_8), np.full((8, 8, 3), 200))
    stripes = np.zeros((64, 64), dtype=np.uint8)
    stripes[:, ::2] = 200  # without antialiasing this would stay black or white
    inner = load_pixels(stripes, GREY_8)[2:-2, 2:-2]
    assert np.abs(inner.astype(int) - 100).max() <= 2


def test_grey_of_colour_is_the_luma_of_itu_r_601() -> None:
    red_green_blue = np.zeros((8, 8, 3), dtype=np.uint8)
    for channel, luma in enumerate((76, 150, 29)):
        pixels = red_green_blue.copy()
        pixels[:, :, channel] = 255
        assert np.abs(load_pixels(pixels, GREY_8).astype(int) - luma).max() <= 1


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((8, 8), dtype=np.float32),
        np.zeros((8, 8, 2), dtype=np.uint8),
        np.zeros((2, 8, 8, 3), dtype=np.uint8),
        np.zeros((0, 8, 3), dtype=np.uint8),
        np.zeros(8, dtype=np.uint8),
    ],
)
def test_an_array_that_is_no_picture_is_refused(array: np.ndarray) -> None:
    with pytest.raises(ImageError):
        load_pixels(array, RGB_8)


def test_a_lazily_opened_damaged_image_is_refused() -> None:
    data = encoded(picture(0, 400, 300), "JPEG")
    with Image.open(io.BytesIO(data[: len(data) // 2])) as image, pytest.raises(ImageError, match="cut off"):
        load_pixels(image, RGB_8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int) -> None:
    path = write(tmp_path / "a.jpg", exif_jpeg(orientation, marked()))
    upright = np.asarray(marked())
    assert np.abs(np.asarray(load_for_screen(path)).astype(int) - upright).max() < 90  # JPEG blurs the edge
    difference = load_pixels(path, RGB_16).astype(int) - load_pixels(upright, RGB_16)
    assert np.abs(difference).max() < 40
    header = read_header(path)
    assert (header.width, header.height) == marked().size
    with Image.open(path) as lazy:
        np.testing.assert_array_equal(load_pixels(lazy, RGB_16), load_pixels(path, RGB_16))


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0"])
def test_damaged_exif_does_not_matter(tmp_path: Path, exif: bytes) -> None:
    plain = save(picture(), tmp_path / "plain.jpg")
    path = save(picture(), tmp_path / "a.jpg", exif=exif)
    np.testing.assert_array_equal(load_pixels(path, RGB_8), load_pixels(plain, RGB_8))


@pytest.mark.parametrize("orientation", [0, 9, 99])
def test_an_impossible_orientation_does_not_matter(tmp_path: Path, orientation: int) -> None:
    path = write(tmp_path / "a.jpg", exif_jpeg(orientation, marked()))
    assert load_for_screen(path).size == marked().size


def grey_ramp() -> np.ndarray:
    return np.tile(np.linspace(0, 1, 32), (32, 1))


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("full range.png", (grey_ramp() * 65535).astype(np.uint16)),
        ("full range.tif", (grey_ramp() * 65535).astype(np.uint16)),
        ("12 bits.tif", (grey_ramp() * 4095).astype(np.uint16)),
        ("32 bits.tif", (grey_ramp() * (2**31 - 1)).astype(np.int32)),
        ("16 bits in 32.tif", (grey_ramp() * 65535).astype(np.int32)),
        ("negative.tif", (grey_ramp() * 4000 - 1000).astype(np.int32)),
        ("0 to 1.tif", grey_ramp().astype(np.float32)),
        ("0 to 255.tif", (grey_ramp() * 255).astype(np.float32)),
        ("any range.tif", (grey_ramp() * 1e6 - 5e5).astype(np.float32)),
        ("extreme.tif", (grey_ramp() * 6e38 - 3e38).astype(np.float32)),
    ],
)
def test_deep_grey_keeps_its_brightness(tmp_path: Path, name: str, pixels: np.ndarray) -> None:
    path = save(Image.fromarray(pixels), tmp_path / name)
    expected = np.rint(grey_ramp() * 255)
    shown = load_for_screen(path)
    assert shown.mode == "L"
    assert np.abs(np.asarray(shown) - expected).max() <= 1
    assert np.abs(load_pixels(path, Preprocessing(32, "rgb")) - expected[:, :, None]).max() <= 1
    assert read_header(path).grey


def test_nan_and_infinity_are_black_and_white(tmp_path: Path) -> None:
    pixels = np.full((8, 8), 0.5, dtype=np.float32)
    pixels[0, :3] = np.nan, np.inf, -np.inf
    shown = np.asarray(load_for_screen(save(Image.fromarray(pixels), tmp_path / "a.tif")))
    assert shown[0, :3].tolist() == [0, 255, 0]
    assert set(shown[1:].ravel()) == {128}
    only_nan = save(Image.fromarray(np.full((8, 8), np.nan, dtype=np.float32)), tmp_path / "b.tif")
    assert not np.asarray(load_for_screen(only_nan)).any()


def test_deep_colour_keeps_its_brightness(tmp_path: Path) -> None:
    row = b"\0" + struct.pack(">HHH", 65535, 32768, 0) * 8
    png = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    png += png_chunk(b"IDAT", zlib.compress(row * 8)) + png_chunk(b"IEND", b"")
    pixels = load_pixels(write(tmp_path / "rgb48.png", png), RGB_8)
    np.testing.assert_array_equal(pixels, np.full((8, 8, 3), (255, 128, 0)))


@pytest.mark.parametrize(
    ("name", "mode", "tolerance"),
    [
        ("a.png", "1", 255),
        ("a.png", "L", 0),
        ("a.png", "P", 60),
        ("a.gif", "P", 60),
        ("a.jpg", "CMYK", 30),
        ("a.tif", "CMYK", 5),
        ("a.tif", "YCbCr", 5),
        ("a.tif", "LAB", 12),
        ("a.bmp", "RGB", 0),
        ("a.webp", "RGB", 40),
        ("a.ppm", "RGB", 0),
        ("a.tga", "RGB", 0),
        ("a.ico", "RGB", 0),
        ("a.jp2", "RGB", 5),
    ],
)
def test_every_mode_and_format_comes_out_right(tmp_path: Path, name: str, mode: str, tolerance: int) -> None:
    original = picture(4, 32, 32)
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        srgb = ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(original, srgb, lab, outputMode="LAB")
    else:
        image = original.convert(mode)
    options = {"sizes": [(32, 32)]} if name.endswith("ico") else {}
    path = save(image, tmp_path / name, **options)
    shown = load_for_screen(path)
    assert shown.mode == ("L" if mode in ("1", "L") else "RGB")
    expected = np.asarray(original.convert(shown.mode)).astype(int)
    assert np.abs(np.asarray(shown) - expected).max() <= tolerance
    assert read_header(path).grey == (mode in ("1", "L"))
    assert load_pixels(path, RGB_8).std() > 3


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    image = Image.fromarray((grey_ramp() > 0.5).astype(np.uint8) * 255).convert("1")
    shown = np.asarray(load_for_screen(save(image, tmp_path / "a.png")))
    np.testing.assert_array_equal(shown, (grey_ramp() > 0.5) * 255)


def test_transparent_pixels_are_laid_over_white(tmp_path: Path) -> None:
    red = np.zeros((8, 8, 4), dtype=np.uint8)
    red[:, :, 0] = 255
    red[:, :, 3] = np.repeat([[0, 0, 128, 128, 255, 255, 255, 255]], 8, axis=0)
    expected = np.full((8, 8, 3), 255)
    expected[:, 2:4, 1:] = 127
    expected[:, 4:, 1:] = 0
    np.testing.assert_array_equal(load_pixels(red, RGB_8), expected)
    path = save(Image.fromarray(red), tmp_path / "a.png")
    np.testing.assert_array_equal(load_pixels(path, RGB_8), expected)
    grey = save(Image.fromarray(red).convert("LA"), tmp_path / "b.png")
    assert load_pixels(grey, GREY_8)[0, :, 0].tolist() == [255, 255, 165, 165, 76, 76, 76, 76]
    assert read_header(grey).grey


def test_a_palette_with_transparent_entries_is_laid_over_white(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 4, 8))
    as_bytes = save(image, tmp_path / "bytes.png", transparency=b"\x00\xff")
    as_index = save(image, tmp_path / "index.gif", transparency=0)
    for path in (as_bytes, as_index):
        pixels = load_pixels(path, RGB_8)
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert pixels[0, 7].tolist() == [0, 0, 255]


def test_a_colour_key_is_laid_over_white(tmp_path: Path) -> None:
    image = Image.new("RGB", (8, 8), (0, 0, 255))
    image.paste((9, 9, 9), (0, 0, 4, 8))
    pixels = load_pixels(save(image, tmp_path / "a.png", transparency=(9, 9, 9)), RGB_8)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    grey = image.convert("L")
    pixels = load_pixels(save(grey, tmp_path / "b.png", transparency=9), GREY_8)
    assert pixels[0, 0].tolist() == [255]


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.tif", "a.webp"])
def test_the_first_frame_is_used(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    path = save(frames[0], tmp_path / name, save_all=True, append_images=frames[1:])
    red, green, blue = load_pixels(path, RGB_8)[4, 4]
    assert red > 240
    assert max(green, blue) < 15


def test_the_first_picture_of_a_phones_mpo_is_used(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green")]
    path = write(tmp_path / "a.jpg", encoded(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert load_pixels(path, RGB_8)[4, 4, 0] > 240


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "PNG"), ("a.png", "JPEG"), ("a.jpg", "WEBP"), ("a", "PNG")])
def test_the_content_decides_not_the_name(tmp_path: Path, name: str, kind: str) -> None:
    path = write(tmp_path / name, encoded(picture(), kind))
    assert load_pixels(path, RGB_8).std() > 3


def test_bytes_after_the_end_do_not_matter(tmp_path: Path) -> None:
    data = encoded(picture(), "JPEG")
    path = write(tmp_path / "a.jpg", data + bytes(5000))
    plain = write(tmp_path / "b.jpg", data)
    np.testing.assert_array_equal(load_pixels(path, RGB_8), load_pixels(plain, RGB_8))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (700, 1), (3, 2)])
def test_odd_sizes_are_used(tmp_path: Path, width: int, height: int) -> None:
    path = save(Image.new("RGB", (width, height), (10, 20, 30)), tmp_path / "a.png")
    np.testing.assert_array_equal(load_pixels(path, RGB_8), np.full((8, 8, 3), (10, 20, 30)))
    header = read_header(path)
    assert (header.width, header.height) == (width, height)


def test_a_large_jpeg_is_reduced_while_decoding_and_looks_the_same(tmp_path: Path) -> None:
    large = picture(7, 3000, 2000)
    path = save(large, tmp_path / "large.jpg", quality=90)
    with Image.open(path) as full:
        expected = load_pixels(np.asarray(full), RGB_16).astype(int)
    assert np.abs(load_pixels(path, RGB_16) - expected).max() <= 2
    shown = load_for_screen(path, max_size=300)
    assert shown.size == (300, 200)


def test_a_large_jpeg_is_not_decoded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    monkeypatch.setattr(images, "to_8_bit", lambda image, _range: (decoded.append(image.size), to_8_bit(image))[1])
    path = save(picture(7, 3000, 2000), tmp_path / "a.jpg")
    load_pixels(path, Preprocessing(100, "rgb"))
    load_pixels(path, Preprocessing(1000, "rgb"))
    assert decoded == [(750, 500), (3000, 2000)]


def test_huge_images_are_decoded_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = threading.Lock()
    held: list[bool] = []
    monkeypatch.setattr(images, "_alone", alone)
    monkeypatch.setattr(images, "_ALONE_ABOVE", 40 * 30)
    monkeypatch.setattr(images, "to_8_bit", lambda image, _range: (held.append(alone.locked()), to_8_bit(image))[1])
    for width in (40, 41):
        load_pixels(save(picture(0, width, 30), tmp_path / f"{width}.png"), Preprocessing(8, "rgb"))
    assert held == [False, True]
    assert not alone.locked()


def test_the_picture_for_the_screen_is_whole_and_fits(tmp_path: Path) -> None:
    path = save(picture(0, 90, 60), tmp_path / "a.png")
    assert load_for_screen(path).size == (90, 60)
    assert load_for_screen(path, max_size=30).size == (30, 20)
    assert load_for_screen(path, max_size=500).size == (90, 60)


def test_the_callers_image_is_left_alone() -> None:
    image = picture(0, 8, 8)
    before = image.tobytes()
    shown = load_for_screen(image)
    shown.paste((0, 0, 0), (0, 0, 8, 8))
    assert image.tobytes() == before


def test_too_many_pixels_and_none_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(picture(0, 40, 30), tmp_path / "a.png")
    with pytest.raises(ImageError, match="no pixels"):
        load_pixels(Image.new("RGB", (0, 5)), RGB_8)
    monkeypatch.setattr(pillow, "MAX_PIXELS", 40 * 30 - 1)
    for source in (path, picture(0, 40, 30)):
        with pytest.raises(ImageError) as caught:
            load_pixels(source, RGB_8)
        assert caught.value.kind == "too large"
    monkeypatch.setattr(pillow, "MAX_PIXELS", 40 * 30)
    assert load_pixels(path, RGB_8).std() > 3
