"""Long images on the command line: what is said of them, what the option does, what the model does later."""

import numpy as np
import pytest
from PIL import Image

import nn_trainer


@pytest.fixture
def stamps(tmp_path):
    """Images of which only the ends tell the classes apart."""
    rng = np.random.default_rng(1)
    for name, start in (("left", 2), ("right", 70)):
        folder = tmp_path / "stamps" / name
        folder.mkdir(parents=True)
        for index in range(12):
            pixels = rng.integers(150, 250, (20, 80, 3), np.uint8)
            pixels[:, start : start + 8] = 0
            Image.fromarray(pixels).save(folder / f"{index}.png")
    return tmp_path / "stamps"


def test_check_tells_what_is_cut_away(run, stamps):
    notes = [problem for problem in run("check", stamps, "--json").json["problems"] if problem["kind"] == "long images"]
    assert len(notes) == 1
    assert "75.0 %" in notes[0]["reason"]
    assert "--fit" in notes[0]["action"]


@pytest.mark.parametrize(("fit", "learned"), [(None, True), ("crop", False), ("stretch", True)])
def test_train_with_each_fit(run, stamps, tmp_path, fit, learned):
    model = tmp_path / "model.safetensors"
    options = [] if fit is None else ["--fit", fit]
    result = run("train", stamps, "-o", model, "--preset", "linear", "--epochs", 30, "--image-size", 16, *options)
    assert result.status == 0
    assert ("75.0 %" in result.out) == (fit != "stretch")
    assert nn_trainer.load_classifier(model).preprocessing.fit == (fit or "pad")
    accuracy = run("evaluate", model, stamps, "--json").json["accuracy"]
    assert (accuracy == 1) == learned


def test_a_wrong_fit_is_refused_with_those_there_are(run, stamps, tmp_path):
    result = run("train", stamps, "-o", tmp_path / "m.safetensors", "--fit", "cover")
    assert result.status == 2
    assert "crop, pad, stretch" in result.err
