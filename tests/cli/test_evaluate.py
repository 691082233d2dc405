import re
import shutil

import pytest

import nn_trainer
from tests.helpers.colours import write_picture

FIELDS = {
    "accuracy",
    "loss",
    "images",
    "classes",
    "confusion_matrix",
    "measured_on",
    "seen_in_training",
    "left_out",
}


@pytest.fixture
def new_folder(tmp_path):
    """Five images a class that the model has not learned from."""
    for seed in range(5):
        for label, colour in enumerate(("blue", "green", "red")):
            write_picture(tmp_path / "new" / colour / f"{seed}.png", colour, seed=7000 + 10 * label + seed)
    return tmp_path / "new"


def test_json_is_the_evaluation_of_python_to_the_last_bit(run, model, new_folder):
    result = run("evaluate", model, new_folder, "--json")
    assert (result.status, result.err) == (0, "")
    report = result.json
    assert set(report) == FIELDS
    evaluation = nn_trainer.load_classifier(model).evaluate(nn_trainer.load_dataset(new_folder))
    assert (report["accuracy"], report["loss"], report["images"]) == (1.0, evaluation.loss, 15)
    assert report["confusion_matrix"] == [[5, 0, 0], [0, 5, 0], [0, 0, 5]]
    assert report["classes"][0] == {"name": "blue", "precision": 1.0, "recall": 1.0, "f1": 1.0, "images": 5}
    assert (report["measured_on"], report["seen_in_training"], report["left_out"]) == ("unseen", 0, 0)


def test_the_folder_of_the_training_is_measured_on_what_was_held_out(run, model, colours_folder):
    report = run("evaluate", model, colours_folder, "--json").json
    assert (report["measured_on"], report["images"]) == ("unseen", 6)
    assert (report["seen_in_training"], report["left_out"]) == (0, 24)
    shown = run("evaluate", model, colours_folder).out.splitlines()
    assert shown[0].endswith("on the 6 images that training did not have")
    assert shown[1] == "24 more images are left out: training had them."


def test_test_images_that_training_had_are_told(run, model, colours_folder, tmp_path):
    folder = shutil.copytree(colours_folder, tmp_path / "data" / "test")
    shutil.copytree(colours_folder, tmp_path / "data" / "train")
    report = run("evaluate", model, folder.parent, "--json").json
    assert (report["measured_on"], report["images"], report["seen_in_training"]) == ("test", 30, 24)
    shown = run("evaluate", model, folder.parent).out.splitlines()
    assert shown[0].endswith("on 30 test images")
    assert shown[1].startswith("Training had 24 of these 30 images: ")


def test_where_training_had_all_images_they_are_measured_and_it_is_told(run, colours_folder, tmp_path):
    model = tmp_path / "m.safetensors"
    options = ("--preset", "linear", "--epochs", 1, "--validation", 0)
    assert run("train", colours_folder, "-o", model, *options).status == 0
    report = run("evaluate", model, colours_folder, "--json").json
    assert (report["measured_on"], report["images"], report["seen_in_training"]) == ("all", 30, 30)


def test_a_model_file_of_an_older_version_does_not_know_its_images(run, model, colours_folder, tmp_path):
    classifier = nn_trainer.load_classifier(model)
    classifier.seen = None
    classifier.save(tmp_path / "old.safetensors")
    report = run("evaluate", tmp_path / "old.safetensors", colours_folder, "--json").json
    assert (report["measured_on"], report["images"], report["seen_in_training"]) == ("all", 30, None)
    shown = run("evaluate", tmp_path / "old.safetensors", colours_folder).out
    assert "Whether training had these images is not known" in shown


def test_a_table_for_people(run, model, new_folder):
    write_picture(new_folder / "green" / "wrong.png", "red", seed=77)
    result = run("evaluate", model, new_folder)
    assert (result.status, result.err) == (0, "")
    assert "accuracy 93.8%" in result.out
    assert "green     100.0%   83.3%   90.9%        6\n" in result.out
    assert result.out.splitlines()[-2].split() == ["[1]", "green", "0", "5", "1"]


NUMBERS = ("1", "2", "3", "10", "11", "20")


@pytest.fixture
def numbered(tmp_path):
    """Classes that are called as numbers are."""
    for place, name in enumerate(NUMBERS):
        for seed in range(3):
            colour = ("red", "green", "blue")[place % 3]
            write_picture(tmp_path / "numbers" / name / f"{seed}.png", colour, seed=100 * place + seed)
    return tmp_path / "numbers"


def test_no_class_that_is_called_as_a_number_is_taken_for_one(run, numbered, tmp_path):
    model, options = tmp_path / "m.safetensors", ("--preset", "linear", "--epochs", 1)
    assert run("train", numbered, "-o", model, *options).status == 0
    assert nn_trainer.load_classifier(model).class_names == NUMBERS
    assert [row["name"] for row in run("check", numbered, "--json").json["classes"]] == list(NUMBERS)
    assert "\n    3  '10' " in run("check", numbered).out
    shown = run("evaluate", model, numbered).out
    head, *rows = shown[shown.index("Confusion matrix") :].splitlines()[1:]
    assert head.split() == [f"[{label}]" for label in range(6)]
    assert [row.split()[:2] for row in rows] == [[f"[{label}]", f"'{name}'"] for label, name in enumerate(NUMBERS)]
    assert {len(row) for row in rows} == {len(head)}
    prediction = run("predict", model, numbered / "10" / "0.png").out
    assert re.search(r": '\d+' \d+\.\d%, '\d+' ", prediction)


def test_a_model_with_its_classes_in_another_order_is_matched_by_their_names(run, numbered, tmp_path):
    """As files of older versions have them, which sorted digits as letters."""
    older = tuple(sorted(NUMBERS))
    assert older != NUMBERS
    model = tmp_path / "m.safetensors"
    rows = "".join(f"{label},{name}\n" for label, name in enumerate(older))
    (numbered / "labels.csv").write_text(rows, encoding="utf-8")
    assert run("train", numbered, "-o", model, "--preset", "mlp", "--epochs", 20, "--validation", 0).status == 0
    with_file = run("evaluate", model, numbered, "--json").json
    (numbered / "labels.csv").unlink()
    assert nn_trainer.load_dataset(numbered).class_names == NUMBERS
    report = run("evaluate", model, numbered, "--json").json
    assert report == with_file
    assert [row["name"] for row in report["classes"]] == list(older)
    assert nn_trainer.load_classifier(model).class_names == older


def test_the_sample_is_measured_on_its_test_images(run, tmp_path):
    model = tmp_path / "m.safetensors"
    assert run("train", "sample", "-o", model, "--preset", "linear", "--epochs", 2).status == 0
    report = run("evaluate", model, "sample", "--json").json
    assert report["images"] == 200
    assert report["accuracy"] > 0.5
    assert report["seen_in_training"] == 0
    folder = run("evaluate", model, nn_trainer.sample_dataset_path() / "test", "--json").json
    assert {**folder, "measured_on": "test"} == report
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
