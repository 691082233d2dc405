"""How images that are not square become square: what the network sees of them, what is said, what is kept."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.images import load_pixels
from nn_trainer.data.preprocessing import Fit, Preprocessing
from nn_trainer.errors import SettingError
from tests.helpers.images import class_folders

NOISE = np.random.default_rng(4)


def bands(width: int, height: int, *colours: tuple[int, int, int]) -> Image.Image:
    """An image of upright bands of equal width."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(colours):
        pixels[:, number * width // len(colours) : (number + 1) * width // len(colours)] = colour
    return Image.fromarray(pixels)


RED, BLUE = (200, 0, 0), (0, 0, 100)


def test_pad_shows_the_whole_image_on_its_mean_colour() -> None:
    pixels = load_pixels(bands(16, 4, RED, BLUE), Preprocessing(8, "rgb", "pad"))
    assert pixels.shape == (8, 8, 3)
    mean = pixels[3:5].reshape(-1, 3).mean(axis=0)
    assert (pixels[[0, 1, 2, 5, 6, 7]] == np.rint(mean)).all()
    assert (np.rint(mean) == (100, 0, 50)).all()
    assert (pixels[3:5, 0] == RED).all()
    assert (pixels[3:5, -1] == BLUE).all()


def test_pad_of_a_high_image_in_grey() -> None:
    pixels = load_pixels(bands(4, 16, (80, 80, 80)).convert("L"), Preprocessing(8, "grey", "pad"))
    assert pixels.shape == (8, 8, 1)
    assert (pixels == 80).all()
    marked = np.zeros((16, 4), np.uint8)
    marked[8:] = 255
    pixels = load_pixels(marked, Preprocessing(8, "grey", "pad"))
    assert (pixels[0, 3:5] == 0).all()
    assert (pixels[-1, 3:5] == 255).all()
    assert (pixels[:, :3] == pixels[:, 5:]).all()


def test_stretch_shows_the_whole_image_out_of_proportion() -> None:
    pixels = load_pixels(bands(16, 4, RED, BLUE), Preprocessing(8, "rgb", "stretch"))
    assert (pixels[:, 0] == RED).all()
    assert (pixels[:, -1] == BLUE).all()


def test_crop_shows_the_middle_square() -> None:
    pixels = load_pixels(bands(15, 5, RED, BLUE, RED), Preprocessing(5, "rgb"))
    assert (pixels == BLUE).all()


@pytest.mark.parametrize("fit", ["pad", "stretch"])
def test_a_square_image_is_the_same_whatever_the_fit(fit: Fit) -> None:
    image = NOISE.integers(0, 256, (13, 13, 3), np.uint8)
    crop = load_pixels(image, Preprocessing(9, "rgb"))
    assert (load_pixels(image, Preprocessing(9, "rgb", fit)) == crop).all()


@pytest.mark.parametrize("size", [(1, 400), (400, 1), (3, 2)])
def test_pad_of_the_longest_images(size: tuple[int, int]) -> None:
    assert load_pixels(Image.new("RGB", size), Preprocessing(8, "rgb", "pad")).shape == (8, 8, 3)


def test_the_fit_is_kept_and_what_is_as_ever_is_not_written() -> None:
    assert Preprocessing(8, "rgb").as_dict() == {"image_size": 8, "channels": "rgb"}
    padded = Preprocessing(8, "rgb", "pad")
    assert Preprocessing.from_dict(padded.as_dict()) == padded
    with pytest.raises(SettingError, match="Fit to square cannot be 'cover'"):
        Preprocessing.from_dict({"image_size": 8, "channels": "rgb", "fit": "cover"})


def notes(dataset: Dataset) -> list[str]:
    return [problem.reason for problem in dataset.problems if problem.kind == "long images"]


@pytest.mark.parametrize(
    ("width", "fit", "chosen", "said"),
    [
        (30, None, "crop", []),  # a photo of 3:2
        (36, None, "crop", ["Half of the images lose 44.4 % or more"]),
        (80, None, "pad", ["The images are padded, as half of them would lose 75.0 % or more"]),
        (80, "crop", "crop", ["Half of the images lose 75.0 % or more"]),
        (80, "stretch", "stretch", []),
    ],
)
def test_what_a_data_set_of_long_images_is_told(
    tmp_path: Path, width: int, fit: Fit | None, chosen: str, said: list[str]
) -> None:
    folder = class_folders(tmp_path, {"cat": 3, "dog": 3}, width, 20)
    dataset = nn_trainer.load_dataset(folder, fit=fit)
    assert dataset.preprocessing.fit == chosen
    assert [note[: len(start)] for note, start in zip(notes(dataset), said, strict=True)] == said
    assert not dataset.skipped
    assert (dataset.images[0] == load_pixels(dataset.paths[0], dataset.preprocessing)).all()


def test_a_model_keeps_its_fit(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "data", {"cat": 4, "dog": 4}, 80, 20)
    dataset = nn_trainer.load_dataset(folder, image_size=8)
    classifier = nn_trainer.train(dataset, "linear", epochs=1)
    classifier.save(tmp_path / "long.safetensors")
    again = nn_trainer.load_classifier(tmp_path / "long.safetensors")
    assert (again.preprocessing.fit, again.config.fit) == ("pad", "pad")
    cropped = nn_trainer.load_dataset(folder, image_size=8, fit="crop")
    assert again.evaluate(cropped, "train").loss == again.evaluate(dataset, "train").loss
    with pytest.raises(SettingError, match="loaded with the fit crop"):
        nn_trainer.train(cropped, "linear", epochs=1, fit="pad")
