import contextlib
import json
import math
import os
import re
import signal
import sys
from pathlib import Path

import pytest

import nn_trainer
from nn_trainer.commands import train as train_command
from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.engine.losses import CrossEntropy
from nn_trainer.engine.records import EpochRecord
from tests.helpers.colours import write_dataset

EPOCH = {
    "event",
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "images_per_second",
    "seconds",
}
COMPLETED = {
    "event",
    "reason",
    "epochs",
    "iterations",
    "best_epoch",
    "validation_accuracy",
    "seconds",
    "images_per_second",
    "model",
}


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    """Where models are rescued to in these tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


@pytest.fixture
def output(tmp_path):
    return tmp_path / "model.safetensors"


def test_json_is_an_object_a_line_and_the_model_is_saved(run, colours_folder, output):
    result = run("train", colours_folder, "-o", output, "--epochs", 3, "--batch-size", 8, "--seed", 4, "--json")
    assert (result.status, result.err) == (0, "")
    *epochs, completed = result.events
    assert [event["epoch"] for event in epochs] == [1, 2, 3]
    assert all(set(event) == EPOCH and event["event"] == "epoch" for event in epochs)
    assert set(completed) == COMPLETED
    assert completed["event"] == "completed"
    assert completed["reason"] == "all epochs done"
    assert (completed["epochs"], completed["iterations"]) == (3, 9)
    assert completed["validation_accuracy"] == epochs[-1]["validation_accuracy"]
    assert completed["model"] == str(output)
    classifier = nn_trainer.load_classifier(output)
    assert classifier.class_names == ("blue", "green", "red")
    assert (classifier.config.epochs, classifier.config.seed) == (3, 4)
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_the_same_as_in_python_to_the_last_bit(run, colours_folder, output, tmp_path):
    run("train", colours_folder, "-o", output, "--epochs", 2, "--optimizer", "sgd", "--seed", 9)
    dataset = nn_trainer.load_dataset(colours_folder)
    classifier = nn_trainer.train(dataset, epochs=2, optimizer="sgd", seed=9)
    saved = nn_trainer.load_classifier(output)
    assert (saved.network.weights == classifier.network.weights).all()
    assert saved.config == classifier.config
    assert saved.config.learning_rate == 0.05  # the usual one of sgd
    assert (saved.config.image_size, saved.config.channels) == (12, "rgb")  # what suits the images


def test_for_people_a_line_an_epoch(run, colours_folder, output):
    result = run("train", colours_folder, "-o", output, "--preset", "linear", "--epochs", 2)
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith("3 classes, 30 images, 12x12")
    assert "(1,299 weights) on 24 images, 6 kept for validation; 1 iteration an epoch." in lines[1]
    assert [line[:9] for line in lines[2:4]] == ["epoch 1/2", "epoch 2/2"]
    assert lines[4].startswith("All epochs done: 2 epochs, 2 iterations")
    assert lines[4].endswith(f"Saved: {output}")


def test_every_option_reaches_the_training(run, colours_folder, output):
    options = {
        "preset": "mlp",
        "head": "mlp",
        "epochs": 1,
        "batch_size": 5,
        "learning_rate": 0.002,
        "optimizer": "momentum",
        "loss": "mse",
        "dropout": 0.25,
        "augment": "flip-shift",
        "image_size": 16,
        "channels": "grey",
        "fit": "stretch",
        "range_percentile": 98.5,
        "validation": 0.5,
        "seed": 11,
        "schedule": "cosine",
        "weight_decay": 0.02,
        "label_smoothing": 0.1,
        "clip_norm": 2.0,
        "variants": 2,
        "fine_tune": 3,
        "threads": 1,
    }
    assert set(options) == {row.name for row in HYPERPARAMETERS}
    words = [word for row in HYPERPARAMETERS for word in (row.option, options[row.name])]
    assert run("train", colours_folder, "-o", output, *words).status == 0
    assert nn_trainer.load_classifier(output).config.as_dict() == options


@pytest.mark.parametrize("row", HYPERPARAMETERS, ids=lambda row: row.name)
def test_values_out_of_range_are_wrong_usage_with_the_sentence_of_the_table(run, row, output):
    for bad in ["nonsense"] if row.choices else ["nonsense", "nan", str(row.minimum - 1), str(row.maximum + 1)]:
        result = run("train", "nowhere", "-o", output, row.option, bad)
        assert result.status == 2
        assert f"argument {row.option}: {row.label} cannot be '{bad}'. " in result.err
        assert row.range_text in result.err
    assert row.option in run("train", "--help").out


def test_no_validation_gives_null(run, colours_folder, output):
    result = run("train", colours_folder, "-o", output, "--epochs", 1, "--validation", 0, "--json")
    epoch, completed = result.events
    assert epoch["validation_loss"] is epoch["validation_accuracy"] is None
    assert completed["best_epoch"] is completed["validation_accuracy"] is None
    assert run("train", colours_folder, "-o", output, "--epochs", 1, "--validation", 0).status == 0


def test_a_place_that_cannot_be_written_is_found_before_the_training(run, colours_folder, tmp_path):
    result = run("train", colours_folder, "-o", tmp_path / "missing" / "m.safetensors")
    assert (result.status, result.out) == (1, "")
    assert "cannot be saved as" in result.err
    assert "No such file or directory" in result.err


def test_data_that_cannot_be_learned(run, tmp_path, output):
    for folder in (tmp_path / "missing", write_dataset(tmp_path / "one", colours=("red",))):
        result = run("train", folder, "-o", output)
        assert (result.status, result.out) == (1, "")
        assert folder.name in result.err
    assert not output.exists()


def test_a_loss_that_is_no_number_keeps_the_old_model(run, colours_folder, output, monkeypatch):
    output.write_text("old")
    monkeypatch.setattr("nn_trainer.engine.losses.CrossEntropy.__call__", lambda *_: (math.nan, 0.0))
    result = run("train", colours_folder, "-o", output, "--preset", "linear", "--json")
    assert (result.status, result.out) == (1, "")
    assert "The loss is no longer a number at iteration 1" in result.err
    assert "Try a smaller learning rate" in result.err
    assert output.read_text() == "old"


def test_files_that_are_not_used_are_mentioned(run, tmp_path, output):
    folder = write_dataset(tmp_path / "some data", images=3)
    (folder / "red" / "text.jpg").write_text("no picture")
    result = run("train", folder, "-o", output, "--epochs", 1, "--json")
    assert result.status == 0
    assert result.err == f"1 file is not used; to see why: nn-trainer check '{folder}'\n"
    assert len(result.events) == 2


def test_validation_images_that_are_trained_on_too_are_mentioned(run, tmp_path, output):
    write_dataset(tmp_path / "data" / "train", images=4)
    write_dataset(tmp_path / "data" / "val", images=2)  # the same pixels as two of the four
    result = run("train", tmp_path / "data", "-o", output, "--epochs", 1, "--preset", "linear")
    assert result.status == 0
    assert "6 of the validation images are also trained on: the validation figures will be too good.\n" in result.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_learned(start, colours_folder, output, number):
    process = start("train", colours_folder, "-o", output, "--epochs", 10_000, "--json")
    assert json.loads(process.stdout.readline())["epoch"] == 1
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    completed = json.loads(out.splitlines()[-1])
    assert completed["reason"] == "stopped by the user"
    assert nn_trainer.load_classifier(output).figures.iterations == completed["iterations"]


def test_a_folder_that_vanishes_during_the_training_costs_no_weights(start, colours_folder, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    process = start("train", colours_folder, "-o", folder / "m.safetensors", "--epochs", 10_000, "--json")
    process.stdout.readline()
    folder.rmdir()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    rescued = Path(json.loads(out.splitlines()[-1])["model"])
    assert tmp_path in rescued.parents
    assert f"No such file or directory. It is saved as {rescued} instead" in err
    assert err.count("\n") == 1
    assert nn_trainer.load_classifier(rescued).figures.epochs > 0


def test_a_second_ctrl_c_ends_at_once_and_keeps_what_was_learned(run, colours_folder, output, monkeypatch):
    report = train_command._report

    def interrupted_twice(record, *others):
        report(record, *others)
        if isinstance(record, EpochRecord) and record.epoch == 2:
            signal.raise_signal(signal.SIGINT)  # the first sets a flag
            signal.raise_signal(signal.SIGINT)  # the second comes before anybody looked at it
            raise AssertionError("the second Ctrl+C did nothing")

    monkeypatch.setattr(train_command, "_report", interrupted_twice)
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        result = run("train", colours_folder, "-o", output, "--epochs", 100, "--preset", "linear")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.status == 1
    assert result.err == f"Interrupted. What was learned in 2 iterations is saved as {output}.\n"
    assert nn_trainer.load_classifier(output).figures.epochs == 2


def test_a_ctrl_c_while_the_model_is_saved_costs_no_weights(run, colours_folder, output, monkeypatch):
    save, calls = train_command.save_or_rescue, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return save(*arguments)

    monkeypatch.setattr(train_command, "save_or_rescue", interrupted)
    result = run("train", colours_folder, "-o", output, "--epochs", 2, "--preset", "linear")
    assert (result.status, len(calls)) == (1, 2)
    assert result.err == f"Interrupted. What was learned in 2 iterations is saved as {output}.\n"
    assert nn_trainer.load_classifier(output).figures.epochs == 2


def test_a_training_that_diverges_leaves_what_it_had_learned(run, colours_folder, output, monkeypatch):
    settings = ("--preset", "linear", "--epochs", 5, "--batch-size", 24)
    real, calls = CrossEntropy.__call__, []

    def diverging(self, *arguments):
        calls.append(1)
        loss, gradient = real(self, *arguments)
        return (math.nan if len(calls) > 6 else loss), gradient

    monkeypatch.setattr(CrossEntropy, "__call__", diverging)
    result = run("train", colours_folder, "-o", output, *settings)
    assert result.status == 1
    assert "The loss is no longer a number" in result.err
    assert f"before that is saved as {output}" in result.err
    epochs = nn_trainer.load_classifier(output).figures.epochs
    assert epochs >= 1
    calls.clear()
    before = output.read_bytes()
    result = run("train", colours_folder, "-o", output, *settings)
    assert output.read_bytes() == before  # a model that was there is not replaced by one that diverged
    assert "rescued" in result.err


def test_a_reader_that_leaves_does_not_end_the_training(start, colours_folder, output):
    process = start("train", colours_folder, "-o", output, "--epochs", 200, "--preset", "linear", "--json")
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    assert nn_trainer.load_classifier(output).figures.epochs == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_shows_how_far_it_is_beside_clean_json(start, colours_folder, output, tmp_path):
    import pty
    import termios

    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (25, 100))
    with (tmp_path / "out.json").open("w") as out:
        arguments = ("train", colours_folder, "-o", output, "--epochs", 10_000, "--preset", "linear", "--json")
        process = start(*arguments, stdout=out, stderr=end, TERM="xterm")
    os.close(end)
    shown = b""
    while not re.search(rb"Training: +\d+%.* \d+/10000 ", shown):
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # what is read at the end of a terminal
        while shown := os.read(terminal, 1000):
            pass
    os.close(terminal)
    assert process.wait(timeout=30) == 0
    events = [json.loads(line)["event"] for line in (tmp_path / "out.json").read_text().splitlines()]
    assert events == ["epoch"] * (len(events) - 1) + ["completed"]


@pytest.mark.parametrize(
    ("preset", "size", "warned"), [("resnet", 1, True), ("resnet", 8, False), ("linear", 1, False)]
)
def test_batches_of_one_are_warned_of_before_the_training(run, colours_folder, output, preset, size, warned):
    result = run("train", colours_folder, "-o", output, "--preset", preset, "--batch-size", size, "--epochs", 1)
    assert result.status == 0
    assert ("needs more than one image at a time" in result.err) == warned
    assert (output.exists(), "Set Batch size (--batch-size) to 8 or more" in result.err) == (True, warned)
