import pytest

import nn_trainer
from tests.helpers.colours import write_dataset, write_picture


def test_json_is_the_evaluation_of_python_to_the_last_bit(run, model, colours_folder):
    result = run("evaluate", model, colours_folder, "--json")
    assert (result.status, result.err) == (0, "")
    report = result.json
    assert set(report) == {"accuracy", "loss", "images", "classes", "confusion_matrix"}
    evaluation = nn_trainer.load_classifier(model).evaluate(nn_trainer.load_dataset(colours_folder))
    assert (report["accuracy"], report["loss"], report["images"]) == (1.0, evaluation.loss, 30)
    assert report["confusion_matrix"] == [[10, 0, 0], [0, 10, 0], [0, 0, 10]]
    assert report["classes"][0] == {"name": "blue", "precision": 1.0, "recall": 1.0, "f1": 1.0, "images": 10}


def test_a_table_for_people(run, model, tmp_path):
    folder = write_dataset(tmp_path / "data", images=2)
    write_picture(folder / "green" / "wrong.png", "red", seed=77)
    result = run("evaluate", model, folder)
    assert (result.status, result.err) == (0, "")
    assert "accuracy 85.7%" in result.out
    assert "green     100.0%   66.7%   80.0%        3\n" in result.out
    assert result.out.splitlines()[-2].split() == ["1", "green", "0", "2", "1"]


def test_the_sample_is_measured_on_its_test_images(run, tmp_path):
    model = tmp_path / "m.safetensors"
    assert run("train", "sample", "-o", model, "--preset", "linear", "--epochs", 2).status == 0
    report = run("evaluate", model, "sample", "--json").json
    assert report["images"] == 200
    assert report["accuracy"] > 0.5
    folder = run("evaluate", model, nn_trainer.sample_dataset_path() / "test", "--json").json
    assert folder == report
    assert "on 200 test images" in run("evaluate", model, "sample").out


def test_images_of_any_size_are_decoded_as_the_model_wants_them(run, model, tmp_path):
    for colour in ("red", "blue"):
        write_picture(tmp_path / "large" / colour / "a.png", colour, size=90)
    assert run("evaluate", model, tmp_path / "large", "--json").json["accuracy"] == 1.0


def test_a_loss_that_is_no_number_is_null(run, model, colours_folder, monkeypatch):
    monkeypatch.setattr("nn_trainer.engine.losses.CrossEntropy.__call__", lambda *_: (float("inf"), None))
    assert run("evaluate", model, colours_folder, "--json").json["loss"] is None


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_expected_errors(run, model, colours_folder, tmp_path, flags):
    write_picture(tmp_path / "other" / "violet" / "a.png", "red")
    write_picture(tmp_path / "other" / "red" / "a.png", "red", seed=4)
    for arguments, sentence in [
        ((colours_folder, model), "it is a folder"),
        ((model, tmp_path / "missing"), "There is no folder"),
        ((tmp_path / "missing", colours_folder), "No such file"),
        ((model, tmp_path / "other"), "'violet', which the model does not know"),
    ]:
        result = run("evaluate", *arguments, *flags)
        assert (result.status, result.out) == (1, "")
        assert sentence in result.err
        assert result.err.count("\n") == 1
