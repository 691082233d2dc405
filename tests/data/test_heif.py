"""HEIC images are read, upright and with their alpha; damaged and foreign ones are told apart."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.images import Header, load_for_screen, read_header
from nn_trainer.data.pillow import MAX_PIXELS
from nn_trainer.errors import ImageError
from tests.helpers.images import HEIGHT, WIDTH, class_folders, marked, picture


def heic(image: Image.Image, **options: object) -> bytes:
    """`image` as the bytes of a HEIC file."""
    file = io.BytesIO()
    pillow_heif.register_heif_opener()  # which also saves
    image.save(file, "HEIF", quality=90, **options)
    return file.getvalue()


def close(one: Image.Image, other: Image.Image) -> bool:
    """Whether two images look alike."""
    return one.size == other.size and np.abs(np.asarray(one, float) - np.asarray(other, float)).mean() < 6


@pytest.mark.parametrize("name", ["a.HEIC", "a.heif", "a.jpg", "without_an_ending"])
def test_a_phone_image_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(heic(picture(1)))
    assert read_header(path) == Header(WIDTH, HEIGHT, False)
    assert close(load_for_screen(path), picture(1))


def test_it_is_turned_once(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = marked()
    turned = image.transpose(Image.Transpose.ROTATE_90)  # as the sensor has it
    path = tmp_path / "a.heic"
    path.write_bytes(heic(turned, exif=exif.tobytes()))
    assert read_header(path) == Header(WIDTH, HEIGHT, False)
    assert close(load_for_screen(path), image)


def test_transparent_pixels_are_white(tmp_path: Path) -> None:
    image = picture(2).convert("RGBA")
    image.putalpha(0)
    (tmp_path / "a.heic").write_bytes(heic(image))
    assert np.asarray(load_for_screen(tmp_path / "a.heic")).min() > 250


def test_damaged_ones_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    whole = heic(picture(3))
    rng = np.random.default_rng(0)
    pets = class_folders(tmp_path / "pets", {"cat": 3, "dog": 3})
    (pets / "cat" / "good.heic").write_bytes(whole)
    (pets / "cat" / "half.heic").write_bytes(whole[: len(whole) // 2])
    for index in range(60):
        bent = bytearray(whole)
        for place in rng.integers(12, 500 if index % 2 else len(bent), 4):
            bent[place] = rng.integers(256)
        (pets / "dog" / f"{index}.heic").write_bytes(bytes(bent))
    dataset = load_dataset(pets)
    assert len(dataset.labels) + len(dataset.skipped) == 68
    assert "good.heic" in {path.name for path in dataset.paths}
    half = next(problem for problem in dataset.problems if problem.path.name == "half.heic")
    assert half.kind == "damaged"


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = bytearray(heic(picture(4, 64, 64)))
    place = bomb.index(b"ispe") + 8
    side = int(MAX_PIXELS**0.5) + 10
    bomb[place : place + 8] = side.to_bytes(4, "big") * 2
    (tmp_path / "a.heic").write_bytes(bytes(bomb))
    with pytest.raises(ImageError) as caught:
        read_header(tmp_path / "a.heic")
    assert caught.value.kind == "too large"


def test_another_packing_is_not_supported_rather_than_damaged(tmp_path: Path) -> None:
    other = heic(picture(5)).replace(b"hvc1", b"vvc1")
    (tmp_path / "a.heif").write_bytes(other)
    with pytest.raises(ImageError) as caught:
        load_for_screen(tmp_path / "a.heif")
    assert caught.value.kind == "unsupported format"


def test_without_the_library_the_note_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn_trainer.data.heif._module", None)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "a.heic").write_bytes(heic(picture(6)))
    with pytest.raises(ImageError, match="pip install pillow-heif") as caught:
        read_header(tmp_path / "a.heic")
    assert caught.value.kind == "unsupported format"


def test_avif_images_are_not_taken_for_it(tmp_path: Path) -> None:
    picture(7).save(tmp_path / "a.avif")
    content = (tmp_path / "a.avif").read_bytes()
    (tmp_path / "a.heic").write_bytes(content.replace(b"ftypavif", b"ftypmif1", 1))  # as some programs begin it
    for name in ("a.avif", "a.heic"):
        assert close(load_for_screen(tmp_path / name), picture(7))


def test_the_library_is_loaded_for_such_images_only(tmp_path: Path) -> None:
    class_folders(tmp_path, {"cat": 2, "dog": 2})
    code = (
        "import sys; from nn_trainer.data.dataset import load_dataset; load_dataset(sys.argv[1]); "
        "print({'pillow_heif', 'pydicom'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
