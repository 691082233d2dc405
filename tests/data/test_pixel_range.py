"""Pixels of more than 8 bits: one range for the data set, decided by a percentile, kept with the model."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.images import load_pixels
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.errors import SettingError
from tests.helpers.images import class_folders


def write(folder: Path, tops: dict[str, float], count: int = 6, kind: str = "uint16", side: int = 20) -> Path:
    """Images of a class with pixels spread evenly up to its top; the same in whatever order the tests run."""
    rng = np.random.default_rng(2)
    for name, top in tops.items():
        (folder / name).mkdir(parents=True)
        for index in range(count):
            pixels = rng.uniform(0, top, (side, side)).astype(kind)
            Image.fromarray(pixels).save(folder / name / f"{index}.{'png' if kind == 'uint16' else 'tif'}")
    return folder


def brightness(dataset: Dataset) -> list[float]:
    return [float(dataset.images[dataset.labels == label].mean()) for label in range(len(dataset.class_names))]


@pytest.mark.parametrize(
    ("kind", "tops"), [("uint16", (240, 4000)), ("int32", (9_000, 150_000)), ("float32", (0.05, 0.8))]
)
@pytest.mark.parametrize("side", [20, 90])  # decoded with their headers or later
def test_dim_and_bright_stay_dim_and_bright(tmp_path: Path, kind: str, tops: tuple[float, float], side: int) -> None:
    folder = write(tmp_path, {"bright": tops[1], "dim": tops[0]}, kind=kind, side=side)
    dataset = load_dataset(folder, as_photos=False)
    bright, dim = brightness(dataset)
    assert bright == pytest.approx(127.5, rel=0.1)
    assert dim == pytest.approx(127.5 * tops[0] / tops[1], rel=0.2)
    assert dataset.preprocessing.pixel_range == pytest.approx((0, tops[1]), abs=0.02 * tops[1])
    assert dataset.deep.all()
    assert (dataset.images[3] == load_pixels(dataset.paths[3], dataset.preprocessing)).all()


def test_a_hot_pixel_moves_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a": 900, "b": 1000})
    before = load_dataset(folder).preprocessing.pixel_range
    pixels = np.array(Image.open(folder / "a" / "0.png"))
    pixels[3, 4] = 65_535
    Image.fromarray(pixels).save(folder / "a" / "0.png")
    after = load_dataset(folder).preprocessing.pixel_range
    assert before is not None
    assert after == pytest.approx(before, abs=3)
    whole = load_dataset(folder, range_percentile=100).preprocessing.pixel_range
    assert whole is not None
    assert whole[1] == 65_535


def test_only_training_images_decide(tmp_path: Path) -> None:
    write(tmp_path / "train", {"a": 900, "b": 1000})
    write(tmp_path / "test", {"a": 50_000, "b": 60_000})
    found = load_dataset(tmp_path).preprocessing.pixel_range
    assert found is not None
    assert found[1] < 1000


def test_the_range_is_said_and_can_be_given(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a": 900, "b": 1000})
    found = load_dataset(folder)
    notes = [problem for problem in found.problems if problem.kind == "deep images"]
    assert len(notes) == 1
    assert notes[0].reason.startswith("12 images have more than 8 bits: pixel values from 1")
    assert "--range-percentile" in notes[0].action
    assert not notes[0].skipped
    given = load_dataset(folder, pixel_range=(0, 500))
    assert given.preprocessing.pixel_range == (0, 500)
    assert given.images.mean() > found.images.mean()


def test_images_of_8_bits_have_none(tmp_path: Path) -> None:
    dataset = load_dataset(class_folders(tmp_path, {"a": 2, "b": 2}))
    assert dataset.preprocessing.pixel_range is None
    assert not dataset.deep.any()
    assert not dataset.problems


def test_pixels_that_are_all_alike_have_a_range_too(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        for index in range(3):
            Image.fromarray(np.full((9, 9), 7, np.uint16)).save(tmp_path / name / f"{index}.png")
    assert load_dataset(tmp_path).preprocessing.pixel_range == (7, 8)


def test_the_model_keeps_the_range(tmp_path: Path) -> None:
    folder = write(tmp_path / "data", {"bright": 4000, "dim": 240}, 12)
    dataset = load_dataset(folder, range_percentile=99)
    classifier = nn_trainer.train(dataset, "linear", epochs=20)
    classifier.save(tmp_path / "deep.safetensors")
    again = nn_trainer.load_classifier(tmp_path / "deep.safetensors")
    assert again.preprocessing == dataset.preprocessing
    assert again.config.range_percentile == 99
    dim = write(tmp_path / "new", {"dim": 240}) / "dim" / "0.png"
    assert again.predict(dim).label == "dim"  # alone it would be as bright as any
    assert again.evaluate(load_dataset(folder), "train").accuracy == 1
    with pytest.raises(SettingError, match="range percentile 99,"):
        nn_trainer.train(dataset, "linear", epochs=1, range_percentile=99.9)


def test_without_a_range_each_image_has_its_own_as_ever() -> None:
    pixels = Image.fromarray(np.array([[0, 1023], [511, 256]], np.uint16))
    assert load_pixels(pixels, Preprocessing(2, "grey"))[..., 0].tolist() == [[0, 255], [127, 64]]
    ranged = Preprocessing(2, "grey", pixel_range=(256, 511))
    assert load_pixels(pixels, ranged)[..., 0].tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize("wrong", [(5, 5), (9, 1), (0,), (0, float("nan")), ("0", "1"), 4, (0, float("inf"))])
def test_a_wrong_range_is_refused(wrong: object) -> None:
    with pytest.raises(SettingError, match="pixel range cannot be"):
        Preprocessing.from_dict({"image_size": 8, "channels": "rgb", "pixel_range": wrong})
