"""Images of 16 bits on the command line: the range is said, can be set, and is the model's afterwards."""

import numpy as np
import pytest
from PIL import Image

import nn_trainer


@pytest.fixture
def dim_and_bright(tmp_path):
    """Classes that differ in brightness alone."""
    rng = np.random.default_rng(1)
    for name, top in (("dim", 240), ("bright", 4000)):
        folder = tmp_path / "deep" / name
        folder.mkdir(parents=True)
        for index in range(16):
            pixels = np.clip(rng.normal(top / 2, top * 0.15, (24, 24)), 0, top).astype(np.uint16)
            Image.fromarray(pixels).save(folder / f"{index}.png")
    return tmp_path / "deep"


def test_check_tells_the_range(run, dim_and_bright):
    notes = [each for each in run("check", dim_and_bright, "--json").json["problems"] if each["kind"] == "deep images"]
    assert len(notes) == 1
    assert "32 images have more than 8 bits" in notes[0]["reason"]


def test_brightness_is_learned_and_holds_for_single_images(run, dim_and_bright, tmp_path):
    model = tmp_path / "model.safetensors"
    result = run("train", dim_and_bright, "-o", model, "--preset", "linear", "--epochs", 20)
    assert result.status == 0
    assert "32 images have more than 8 bits: pixel values from " in result.out
    assert run("evaluate", model, dim_and_bright, "--json").json["accuracy"] == 1
    single = dim_and_bright / "dim" / "3.png"
    lone = run("predict", model, single, "--json").json
    assert "dim" in str(lone)
    assert nn_trainer.load_classifier(model).predict(single).label == "dim"


def test_the_percentile_can_be_set(run, dim_and_bright, tmp_path):
    model = tmp_path / "model.safetensors"
    ends = []
    for percentile in (90, 100):
        run("train", dim_and_bright, "-o", model, "--preset", "linear", "--epochs", 1, "--range-percentile", percentile)
        classifier = nn_trainer.load_classifier(model)
        assert classifier.config.range_percentile == percentile
        ends.append(classifier.preprocessing.pixel_range[1])
    assert ends[0] < 3000 < ends[1]
    refused = run("train", dim_and_bright, "-o", model, "--range-percentile", 101)
    assert refused.status == 2
    assert "90 to 100" in refused.err
