"""The preset pretrained on the command line."""

import contextlib
import csv
import os
import re
import sys

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from tests.helpers.images import class_folders, picture, save

COUNTS = {"blue": 6, "green": 6, "red": 6}


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    return class_folders(tmp_path_factory.mktemp("data") / "photos", COUNTS, 100, 80)


@pytest.fixture(scope="module")
def model(photos, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "photos.safetensors"
    nn_trainer.train(nn_trainer.load_dataset(photos, image_size=96), batch_size=4, seed=1).save(path)
    return path


@pytest.fixture
def output(tmp_path):
    return tmp_path / "model.safetensors"


def test_photos_get_it_by_default_and_people_are_told_why(run, photos, output):
    result = run("train", photos, "-o", output, "--epochs", 2)
    assert (result.status, result.err) == (0, "")
    assert "Preset pretrained, because the images are photos: 64 pixels or more." in result.out
    assert "Training pretrained (3,843 weights)" in result.out
    config = nn_trainer.load_classifier(output).config
    assert (config.preset, config.image_size, config.epochs) == ("pretrained", 224, 2)


def test_json_is_the_same_as_with_any_preset(run, photos, output):
    result = run("train", photos, "-o", output, "--json", "--image-size", 96)
    assert (result.status, result.err) == (0, "")
    *epochs, completed = result.events
    assert len(epochs) == completed["epochs"] == 40
    assert completed["validation_accuracy"] == 1.0
    assert nn_trainer.load_classifier(output).preprocessing.image_size == 96


def test_grey_photos_get_it_too(run, tmp_path, output):
    grey = class_folders(tmp_path / "grey", {"a": 3, "b": 3}, 100, 80, "L")
    result = run("train", grey, "-o", output, "--epochs", 1, "--image-size", 96)
    assert "Preset pretrained, because the images are photos: 64 pixels or more." in result.out
    assert nn_trainer.load_classifier(output).config.channels == "rgb"


@pytest.mark.parametrize(
    ("options", "preset", "size"),
    [
        (("--preset", "linear"), "linear", 64),
        (("--preset", "cnn", "--image-size", 16), "cnn", 16),
        (("--image-size", 16), "cnn", 16),
        (("--channels", "grey"), "cnn", 64),
    ],
)
def test_what_is_named_wins(run, photos, output, options, preset, size):
    assert run("train", photos, "-o", output, "--epochs", 1, *options).status == 0
    config = nn_trainer.load_classifier(output).config
    assert (config.preset, config.image_size) == (preset, size)


def test_small_grey_pictures_may_be_scaled_up_for_it(run, tmp_path, output):
    small = class_folders(tmp_path / "small", {"a": 3, "b": 3}, 28, 28, "L")
    result = run("train", small, "-o", output, "--epochs", 1)
    assert "Preset cnn, because the images are small." in result.out
    assert run("train", small, "-o", output, "--epochs", 1, "--preset", "pretrained").status == 0
    classifier = nn_trainer.load_classifier(output)
    assert classifier.preprocessing.as_dict() == {"image_size": 224, "channels": "rgb"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--image-size", 100), "does not take images of 100 pixels. Set the image size to one of: 96, 128"),
        (("--channels", "grey"), "takes images in colour"),
    ],
)
def test_images_it_cannot_take_are_refused_before_the_work(run, photos, output, monkeypatch, options, sentence):
    monkeypatch.setattr("nn_trainer.commands.train.load_data", lambda *_, **__: pytest.fail("The work began."))
    result = run("train", photos, "-o", output, "--preset", "pretrained", *options)
    assert (result.status, result.out) == (1, "")
    assert sentence in result.err
    assert not output.exists()


def test_a_missing_package_is_a_sentence(run, photos, output, monkeypatch, tmp_path):
    from nn_trainer.models.pretrained import backbone, backbone_weights

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr(backbone_weights, "PACKAGE", "no_such_package")
    backbone._load_once.cache_clear()
    try:
        result = run("train", photos, "-o", output, "--image-size", 96)
    finally:
        backbone._load_once.cache_clear()
    assert result.status == 1
    assert "The pretrained network is missing: the package no-such-package is not installed." in result.err
    assert not output.exists()


def test_evaluate(run, model, photos):
    result = run("evaluate", model, photos, "--json")
    assert (result.status, result.err) == (0, "")
    assert (result.json["accuracy"], result.json["images"], result.json["left_out"]) == (1.0, 3, 15)


@pytest.fixture
def images(tmp_path):
    """A picture as in training, and one of another kind."""
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    own = save(picture(1001, 100, 80, tint=1), tmp_path / "own.png")
    return own, save(Image.fromarray(noise), tmp_path / "noise.png")


def test_images_unlike_training_are_marked_for_people_and_programs(run, model, images, tmp_path):
    table = tmp_path / "table.csv"
    result = run("predict", model, *images, "--json", "--csv", table)
    assert (result.status, result.err) == (0, "")
    assert [item["unlike_training"] for item in result.json] == [False, True]
    classifier = nn_trainer.load_classifier(model)
    for item, path in zip(result.json, images, strict=True):
        prediction = classifier.predict(path)
        assert item["probabilities"] == prediction.probabilities
        assert item["unlike_training"] is prediction.unlike_training
    with table.open(newline="") as file:
        assert [row["unlike_training"] for row in csv.DictReader(file)] == ["false", "true"]
    own, noise = run("predict", model, *images).out.splitlines()
    assert noise.endswith(" (unlike the training images)")
    assert "%" in noise
    assert own.endswith("%")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize(
    ("options", "what"), [((), rb"Computing features"), (("--fine-tune", 2), rb"Computing feature maps")]
)
def test_a_terminal_shows_how_far_the_features_are_and_ctrl_c_ends_it(start, tmp_path, output, options, what):
    import pty
    import signal
    import termios

    many = class_folders(tmp_path / "many", {"a": 100, "b": 100}, 64, 64)
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (25, 100))
    process = start("train", many, "-o", output, *options, stderr=end, TERM="xterm", XDG_CACHE_HOME=str(tmp_path))
    os.close(end)
    shown = b""
    while not re.search(what + rb": +\d+%.* \d+/200 ", shown):
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    rest = b""
    with contextlib.suppress(OSError):  # what is read at the end of a terminal
        while part := os.read(terminal, 1000):
            rest += part
    os.close(terminal)
    assert process.wait(timeout=30) == 1
    assert b"Cancelled. Nothing was changed." in rest
    assert not output.exists()


def test_fine_tuning_goes_on_where_the_head_ends(run, photos, output):
    options = ("--image-size", 96, "--batch-size", 4, "--epochs", 4, "--fine-tune", 1, "--seed", 2)
    result = run("train", photos, "-o", output, *options)
    assert (result.status, result.err) == (0, "")
    assert "Fine-tuning begins with epoch 5: 1,0" in result.out
    assert [line.split()[1] for line in result.out.splitlines() if line.startswith("epoch ")] == [
        f"{n}/5" for n in range(1, 6)
    ]
    assert "All epochs done: 5 epochs, 20 iterations" in result.out
    settings = {"batch_size": 4, "epochs": 4, "fine_tune": 1, "seed": 2}
    classifier = nn_trainer.train(nn_trainer.load_dataset(photos, image_size=96), **settings)
    picture_file = next(photos.rglob("*.png"))
    (item,) = run("predict", output, picture_file, "--json").json
    assert item["probabilities"] == classifier.predict(picture_file).probabilities
    assert run("evaluate", output, photos, "--json").json["left_out"] == 15


def test_more_blocks_than_there_may_be(run, photos, output):
    result = run("train", photos, "-o", output, "--fine-tune", 5)
    assert result.status == 2
    assert "Fine-tuned blocks cannot be '5'. Give a whole number from 0 to 4 blocks." in result.err
