"""The preset that suits a data set."""

import pytest

import nn_trainer
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.models.suggestion import suggest
from tests.helpers.images import class_folders, picture, save


@pytest.mark.parametrize(
    ("side", "mode", "loaded", "preset", "reason"),
    [
        (64, "RGB", {}, "pretrained", "photos: 64 pixels or more"),
        (300, "RGB", {"image_size": 128}, "pretrained", "photos"),
        (63, "RGB", {}, "cnn", "the images are small"),
        (100, "L", {}, "pretrained", "photos: 64 pixels or more"),
        (28, "L", {}, "cnn", "the images are small"),
        (100, "RGB", {"image_size": 64}, "cnn", "does not take images of 64 pixels"),
        (100, "RGB", {"channels": "grey"}, "cnn", "seen in grey"),
        (100, "L", {"channels": "grey"}, "cnn", "seen in grey"),
    ],
)
def test_photos_suggest_pretrained_and_everything_else_cnn(tmp_path, side, mode, loaded, preset, reason):
    folder = class_folders(tmp_path / "data", {"a": 2, "b": 2}, side, side, mode)
    suggestion = suggest(nn_trainer.load_dataset(folder, **loaded))
    assert suggestion.preset == preset
    assert reason in suggestion.reason


def test_one_image_in_colour_among_grey_photos_changes_nothing(tmp_path):
    folder = class_folders(tmp_path / "data", {"a": 4, "b": 4}, 100, 90, "L")
    grey = suggest(nn_trainer.load_dataset(folder))
    save(picture(7, 100, 90), folder / "a" / "0000.png")
    assert suggest(nn_trainer.load_dataset(folder)).preset == grey.preset == "pretrained"
    assert grey.preprocessing("pretrained") == Preprocessing(224, "rgb")
    assert grey.preprocessing("cnn") == Preprocessing(64, "grey")


def test_each_kind_of_preset_has_its_size(tmp_path):
    suggestion = suggest(nn_trainer.load_dataset(class_folders(tmp_path / "data", {"a": 2, "b": 2}, 100, 90)))
    assert suggestion.preprocessing("pretrained") == Preprocessing(224, "rgb")
    assert suggestion.preprocessing("resnet") == Preprocessing(64, "rgb")


def test_small_pictures_may_still_be_given_to_the_pretrained_network(tmp_path):
    suggestion = suggest(nn_trainer.load_dataset(class_folders(tmp_path / "data", {"a": 2, "b": 2}, 28, 28, "L")))
    assert suggestion.preprocessing("pretrained") == Preprocessing(224, "rgb")
    assert suggestion.preprocessing("cnn") == Preprocessing(28, "grey")
