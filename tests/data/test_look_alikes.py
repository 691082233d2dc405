"""Images that look the same in different files are told; different images are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.problems import Problem
from tests.helpers.images import class_folders, picture, save


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    root = class_folders(tmp_path / "pets", {"cat": 6, "dog": 6})
    assert load_dataset(root).problems == ()
    return root


def only_problem(root: Path) -> Problem:
    [problem] = load_dataset(root).problems
    assert (problem.kind, problem.skipped) == ("look-alike", False)
    return problem


def test_the_same_picture_with_other_metadata_is_told(pets: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "somebody"
    with Image.open(pets / "cat" / "0002.png") as image:
        image.save(pets / "cat" / "edited.png", exif=exif)
    problem = only_problem(pets)
    assert problem.path == pets / "cat" / "edited.png"
    assert problem.reason == "The image looks the same as cat/0002.png, in another file"


def test_the_same_picture_in_another_format_and_class_is_told(pets: Path) -> None:
    image = picture(50)
    save(image, pets / "cat" / "0002.png")
    save(image, pets / "dog" / "again.webp", lossless=True)
    assert "cat/0002.png in another class" in only_problem(pets).reason


def test_the_same_picture_in_another_size_and_split_is_told(tmp_path: Path) -> None:
    for split, seed in (("train", 0), ("test", 100)):
        for number, name in enumerate(("cat", "dog")):
            for index in range(4):
                image = picture(seed + 10 * number + index, 64, 64, tint=number)
                save(image, tmp_path / split / name / f"{index}.png")
    save(picture(1, 64, 64, tint=0).resize((32, 32)), tmp_path / "test" / "cat" / "small.png")
    problem = only_problem(tmp_path)
    assert problem.path.name == "small.png"
    assert "train/cat/1.png in another split" in problem.reason


def test_many_are_told_in_one_note(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn_trainer.data.look_alikes._MANY", 4)
    for index in range(6):
        with Image.open(pets / "cat" / f"{index:04}.png") as image:
            image.save(pets / "cat" / f"{index}.bmp")
    problem = only_problem(pets)
    assert (problem.path, problem.files) == (pets, 6)
    assert problem.reason.startswith("6 images look the same as another one, 0 of them in another class or split")


def test_images_of_one_colour_are_not_told(pets: Path) -> None:
    for index in range(3):
        save(Image.new("RGB", (40, 30), (0, 0, index)), pets / "cat" / f"black{index}.png")
    assert load_dataset(pets).problems == ()


def test_padded_images_are_compared_by_what_they_show(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    for number, name in enumerate(("left", "right")):
        for index in range(4):
            pixels = noise.normal(200, 25, (60, 240, 3)).clip(0, 255).astype(np.uint8)
            pixels[10:50, 5 + 175 * number :][:, :55] = 0
            save(Image.fromarray(pixels), tmp_path / name / f"{index}.png")
    dataset = load_dataset(tmp_path, image_size=64)
    assert dataset.preprocessing.fit == "pad"
    assert [problem.kind for problem in dataset.problems if problem.kind == "look-alike"] == []
    with Image.open(tmp_path / "left" / "2.png") as image:
        image.save(tmp_path / "left" / "again.jpg", quality=95)
    told = [problem.path.name for problem in load_dataset(tmp_path, image_size=64).problems]
    assert "again.jpg" in told
    assert len(told) == 2  # and the note that they are padded
