import dataclasses
import json
import math
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn_trainer
from nn_trainer.engine.architectures import PRESETS
from nn_trainer.errors import ModelFileError
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.model_document import FORMAT_VERSION, METADATA_KEY
from nn_trainer.models.model_file import check_can_save


@pytest.fixture
def saved(trained, tmp_path):
    path = tmp_path / "model.safetensors"
    trained.save(path)
    return path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def document_of(path):
    with safe_open(path, framework="np") as file:
        return json.loads(file.metadata()[METADATA_KEY])


def rewrite(path, tensors=None, **changes):
    """Write the file again with other tensors or another document; None takes an entry out."""
    document = {**document_of(path), **changes}
    document = {key: value for key, value in document.items() if value is not None}
    save_file({**load_file(path), **(tensors or {})}, path, {METADATA_KEY: json.dumps(document)})


def refusal(path):
    with pytest.raises(ModelFileError) as caught:
        nn_trainer.load_classifier(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith("Choose another file.")
    return sentence


# -- what is written


@pytest.mark.parametrize("preset", ["linear", "mlp", "cnn"])
@pytest.mark.parametrize("channels", ["grey", "rgb"])
def test_round_trip_is_bit_exact(colours_folder, tmp_path, preset, channels):
    dataset = nn_trainer.load_dataset(colours_folder, image_size=9, channels=channels)
    before = nn_trainer.train(dataset, preset, epochs=1, seed=3, dropout=0.3, loss="mse", optimizer="momentum")
    before.save(tmp_path / "a.safetensors")
    after = nn_trainer.load_classifier(tmp_path / "a.safetensors")
    state = after.network.state()
    for name, array in before.network.state().items():
        np.testing.assert_array_equal(array, state[name])
    assert after.class_names == before.class_names
    assert after.preprocessing == before.preprocessing
    assert after.config == before.config
    assert after.figures == before.figures
    path = next(colours_folder.rglob("*.png"))
    assert after.predict(path).probabilities == before.predict(path).probabilities
    after.save(tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_other_tools_can_open_it(colours, tmp_path):
    nn_trainer.train(colours, "cnn", epochs=1).save(tmp_path / "a.safetensors")
    shapes = {name: array.shape for name, array in load_file(tmp_path / "a.safetensors").items()}
    assert shapes["convolution1.weight"] == (32, 3, 3, 3)  # (out, in, height, width)
    assert shapes["dense1.weight"] == (32 * 6 * 6, 3)  # (in, out)
    document = document_of(tmp_path / "a.safetensors")
    assert document["format_version"] == 1
    assert document["class_names"] == ["blue", "green", "red"]
    assert document["architecture"]["input_shape"] == [12, 12, 3]
    layers = document["architecture"]["layers"]
    assert [entry["layer"] for entry in layers[1:5]] == ["Convolution", "MaxPooling", "Bias", "ReLU"]
    assert layers[-1] == {"layer": "Dense", "outputs": 3, "initializer": "small"}
    assert document["preprocessing"] == {"image_size": 12, "channels": "rgb"}
    assert document["hyperparameters"]["epochs"] == 1
    assert document["figures"]["epochs"] == 1
    assert document["versions"]["nn_trainer"] == nn_trainer.__version__


def test_class_names_may_hold_anything(trained, tmp_path):
    trained.class_names = ("naïve ☃", 'quo"te\n', "nul\0 \udcff")
    try:
        trained.save(tmp_path / "a.safetensors")
        assert nn_trainer.load_classifier(tmp_path / "a.safetensors").class_names == trained.class_names
    finally:
        trained.class_names = ("blue", "green", "red")


def test_saving_leaves_one_file_and_replaces_the_old_one(trained, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_text("old")
    trained.save(str(path))
    assert names_in(tmp_path) == ["model.safetensors"]
    assert nn_trainer.load_classifier(path).class_names == trained.class_names


def test_a_link_stays_a_link(trained, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link.safetensors").symlink_to(tmp_path / "there" / "model.safetensors")
    trained.save(tmp_path / "link.safetensors")
    assert (tmp_path / "link.safetensors").is_symlink()
    assert names_in(tmp_path / "there") == ["model.safetensors"]


def test_figures_that_are_not_numbers_are_null(trained, tmp_path):
    figures = dataclasses.replace(trained.figures, train_loss=math.nan, validation_loss=math.inf)
    classifier = Classifier(
        trained.network, trained.class_names, trained.preprocessing, trained.config, figures, trained.backbone
    )
    classifier.save(tmp_path / "a.safetensors")
    written = document_of(tmp_path / "a.safetensors")["figures"]
    assert written["train_loss"] is written["validation_loss"] is None
    assert written["train_accuracy"] == trained.figures.train_accuracy
    assert nn_trainer.load_classifier(tmp_path / "a.safetensors").figures.train_loss is None


def test_an_infinite_figure_of_a_file_is_read_and_saved_as_none(saved):
    figures = {**document_of(saved)["figures"], "train_loss": "INFINITE"}
    text = json.dumps({**document_of(saved), "figures": figures}).replace('"INFINITE"', "1e999")  # legal JSON
    save_file(load_file(saved), saved, {METADATA_KEY: text})
    classifier = nn_trainer.load_classifier(saved)
    assert classifier.figures.train_loss is None
    classifier.save(saved)
    assert nn_trainer.load_classifier(saved).figures == classifier.figures


def test_weights_that_changed_since_they_were_saved_are_noticed(saved):
    content = bytearray(saved.read_bytes())
    content[-2] ^= 1  # the last number stays one
    saved.write_bytes(content)
    assert "its weights are not those that were saved" in refusal(saved)


# -- what cannot be written


@pytest.mark.parametrize("error", [MemoryError(), ValueError("no such thing"), RecursionError("too deep")])
def test_whatever_fails_in_saving_is_a_model_file_error(trained, saved, monkeypatch, error):
    def fail(_network):
        raise error

    before = saved.read_bytes()
    monkeypatch.setattr("nn_trainer.engine.network.Network.state", fail)
    reason = str(error) or "there is not enough memory"
    with pytest.raises(ModelFileError, match=f"cannot be saved as .*: {reason}. Choose another folder"):
        trained.save(saved)
    assert saved.read_bytes() == before


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("pathlib.Path.open", PermissionError(13, "Permission denied")),
        ("os.fsync", OSError(28, "No space left on device")),
        ("pathlib.Path.replace", OSError(5, "Input/output error")),
    ],
)
def test_a_failure_while_writing_leaves_the_old_file(trained, saved, step, error):
    def fail(*_):
        raise error

    before = saved.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(ModelFileError, match=f"cannot be saved as .*: {error.strerror}. Choose another folder"):
            trained.save(saved)
    assert saved.read_bytes() == before
    assert names_in(saved.parent) == [saved.name]


@pytest.mark.parametrize("attempt", ["save", "check"])
def test_places_that_cannot_be_written_get_a_sentence(trained, tmp_path, attempt):
    write = trained.save if attempt == "save" else check_can_save
    with pytest.raises(ModelFileError, match="No such file or directory"):
        write(tmp_path / "missing" / "model.safetensors")
    with pytest.raises(ModelFileError, match="It is a folder"):
        write(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelFileError, match="Not a directory"):
        write(tmp_path / "file" / "model.safetensors")
    with pytest.raises(ModelFileError, match="null byte"):
        write("a\0b")
    assert names_in(tmp_path) == ["file"]


@pytest.mark.parametrize("attempt", ["save", "check"])
@pytest.mark.skipif(sys.platform == "win32", reason="no such devices")
def test_a_device_is_not_replaced(trained, attempt):
    with pytest.raises(ModelFileError, match="It is a device or a pipe"):
        (trained.save if attempt == "save" else check_can_save)("/dev/null")
    assert Path("/dev/null").is_char_device()


def test_checking_leaves_nothing_and_touches_nothing(saved):
    before = saved.read_bytes()
    check_can_save(saved)
    check_can_save(saved.with_name("n" * 240 + ".safetensors"))
    assert saved.read_bytes() == before
    assert names_in(saved.parent) == [saved.name]


# -- what is refused


def test_files_that_are_no_model_files(tmp_path):
    assert "No such file" in refusal(tmp_path / "missing.safetensors")
    assert "it is a folder" in refusal(tmp_path)
    (tmp_path / "empty").write_bytes(b"")
    assert "it is damaged, or not a safetensors file" in refusal(tmp_path / "empty")
    (tmp_path / "text").write_text("This is a long text about something else.")
    assert "it is damaged, or not a safetensors file" in refusal(tmp_path / "text")
    for name in ("empty", "text"):  # no word of the library that reads such files
        assert "header" not in refusal(tmp_path / name).lower()
    assert "null byte" in refusal("a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "it is not an ordinary file" in refusal(tmp_path / "pipe")


def test_a_safetensors_file_of_another_program(tmp_path):
    save_file({"layer.weight": np.zeros((2, 2), np.float32)}, tmp_path / "other.safetensors", {"format": "pt"})
    assert "it is not a model of NN Trainer" in refusal(tmp_path / "other.safetensors")
    save_file({"layer.weight": np.zeros((2, 2), np.float32)}, tmp_path / "bare.safetensors")
    assert "it is not a model of NN Trainer" in refusal(tmp_path / "bare.safetensors")


def test_truncated_anywhere(saved):
    content = saved.read_bytes()
    header = int.from_bytes(content[:8], "little")
    for end in (4, 8, 20, 8 + header - 1, 8 + header, 8 + header + 100, len(content) - 1):
        saved.write_bytes(content[:end])
        assert "damaged" in refusal(saved), end
    saved.write_bytes(content + b"more")
    assert "damaged" in refusal(saved)


@pytest.mark.parametrize("length", [9 * 2**20, 2**40, 2**64 - 1])
def test_header_that_would_fill_the_memory(tmp_path, length):
    (tmp_path / "bomb").write_bytes(struct.pack("<Q", length) + b"{}" * 50)
    assert "it is damaged, or not a safetensors file" in refusal(tmp_path / "bomb")


def test_newer_format(saved):
    rewrite(saved, format_version=FORMAT_VERSION + 1)
    assert "written by a newer version of NN Trainer (format 3, this one reads up to 2)" in refusal(saved)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "its description is damaged"),
        ("[" * 100_000, "its description is damaged"),
        ("[]", "not a JSON object"),
        ('{"format_version": NaN}', "NaN is not JSON"),
        ('{"format_version": ' + "1" * 5000 + "}", "its description is damaged"),
        ("{}", "format_version is missing"),
        ('{"format_version": true}', "format_version is wrong"),
        ('{"format_version": 1}', "class_names is missing"),
    ],
)
def test_damaged_document(saved, text, reason):
    save_file(load_file(saved), saved, {METADATA_KEY: text})
    assert reason in refusal(saved)


DENSE = {"layer": "Dense", "outputs": 3, "initializer": "he"}


def residual(branch):
    return {"layer": "Residual", "branch": branch, "shortcut": []}


CONVOLUTION = {"layer": "Convolution", "filters": "many", "kernel": 3, "stride": 1, "bias": True, "initializer": "he"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"class_names": ["red", "blue", "red"]}, "two classes named 'red'"),
        ({"class_names": ["red", "blue", 3]}, "class_names"),
        ({"class_names": ["red", "blue", ""]}, "class_names"),
        ({"class_names": ["red"]}, "class_names"),
        ({"class_names": "red"}, "class_names is wrong"),
        ({"class_names": ["red", "blue"]}, "names 2 classes and its network has 3"),
        ({"architecture": None}, "architecture is missing"),
        ({"architecture": {"input_shape": [8, 8, 3], "layers": []}}, "contradicts itself (architecture)"),
        ({"architecture": {"input_shape": [12, 12, 3]}}, "not a list of objects"),
        ({"architecture": {"input_shape": [12, 12, 3], "layers": []}}, "begins with an input layer"),
        ({"architecture": {"input_shape": [12, 12, 3], "layers": [{"layer": "eval"}]}}, "no layer 'eval'"),
        ({"architecture": {"input_shape": [12, 12, 3], "layers": [DENSE]}}, "do not fit each other"),
        (
            {"architecture": {"input_shape": [12, 12, 3], "layers": [CONVOLUTION, DENSE]}},
            "filters of the layer Convolution cannot be many",
        ),
        (
            {"architecture": {"input_shape": [12, 12, 3], "layers": [residual([1, 2])]}},
            "not one that this version knows",
        ),
        (
            {"architecture": {"input_shape": [12, 12, 3], "layers": [residual("abc")]}},
            "not one that this version knows",
        ),
        ({"architecture": {"input_shape": [12, 12, 3], "layers": [residual(None)]}}, "not one that this version"),
        ({"preprocessing": None}, "preprocessing is missing"),
        ({"preprocessing": {"image_size": 12}}, "no channels"),
        ({"preprocessing": {"image_size": 0, "channels": "rgb"}}, "Image size cannot be 0"),
        ({"preprocessing": {"image_size": 12, "channels": "grey"}}, "contradicts itself (preprocessing)"),
        ({"hyperparameters": {"preset": "perceptron"}}, "perceptron"),
        ({"hyperparameters": {"speed": 3}}, "speed"),
        ({"hyperparameters": {"preset": []}}, "Preset cannot be []"),
        ({"hyperparameters": {"optimizer": []}}, "does not know"),
        ({"hyperparameters": {"image_size": 10**9}}, "Image size cannot be 1000000000"),
        ({"hyperparameters": []}, "hyperparameters is wrong"),
        ({"seed": 2}, "contradicts itself (seed)"),
        ({"figures": {"epochs": [1]}}, "figures is wrong"),
        ({"figures": None}, "figures is missing"),
    ],
)
def test_document_with_wrong_values(saved, changes, reason):
    rewrite(saved, **changes)
    assert reason in refusal(saved)


def test_more_classes_than_memory(saved):
    """The file is small, what it describes is not: no memory must be taken for it."""
    document = document_of(saved)
    names = [str(number) for number in range(200_000)]
    document["hyperparameters"] |= {"preset": "linear", "image_size": 256}
    document["preprocessing"]["image_size"] = 256
    pixels = {"layer": "Pixels", "mean": [1.0] * 3, "std": [1.0] * 3}
    layers = [pixels, {"layer": "Flatten"}, {**DENSE, "outputs": len(names)}]
    document["architecture"] = {"input_shape": [256, 256, 3], "layers": layers}
    rewrite(saved, **{**document, "class_names": names})
    assert "its network takes 39,321,800,006" in refusal(saved)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_goes_round(colours, tmp_path, preset):
    classifier = nn_trainer.train(colours, preset, epochs=1, dropout=0.1)
    classifier.save(tmp_path / "a.safetensors")
    loaded = nn_trainer.load_classifier(tmp_path / "a.safetensors")
    state = classifier.network.state()
    assert {name: array.tobytes() for name, array in loaded.network.state().items()} == {
        name: array.tobytes() for name, array in state.items()
    }


def test_weights_that_do_not_fit(saved):
    weights = load_file(saved)
    bias = weights["dense3.bias"]
    document = {METADATA_KEY: json.dumps(document_of(saved))}

    def refused(**changes):
        tensors = {name: array for name, array in {**weights, **changes}.items() if array is not None}
        save_file(tensors, saved, document)
        return refusal(saved)

    assert "weights" in refused(**{"dense3.bias": None})
    assert "'dense3.bias' are missing" in refused(**{"dense3.bias": None, "dense4.bias": bias})
    assert "'extra' are not part of its network" in refused(extra=np.zeros(0, np.float32))
    assert "the shape [3, 1], not [3]" in refused(**{"dense3.bias": bias[:, None]})
    assert "are F64, not F32" in refused(**{"dense3.bias": bias.astype(np.float64)})
    for value in (np.nan, np.inf):
        broken = bias.copy()
        broken[1] = value
        assert "'dense3.bias' are not all numbers" in refused(**{"dense3.bias": broken})


def test_deviations_that_cannot_be_divided_by(colours, saved, tmp_path):
    std = load_file(saved)["pixels1.std"]
    rewrite(saved, tensors={"pixels1.std": std * 0}, sha256=None)
    assert "its 'pixels1.std' are not all positive" in refusal(saved)
    path = tmp_path / "resnet.safetensors"
    nn_trainer.train(colours, "resnet", epochs=1).save(path)
    name = next(name for name in load_file(path) if name.endswith(".variance"))
    rewrite(path, tensors={name: load_file(path)[name] - 9}, sha256=None)
    assert f"its {name!r} are not all positive" in refusal(path)


def test_old_files_without_newer_hyperparameters_open(saved):
    hyperparameters = document_of(saved)["hyperparameters"]
    del hyperparameters["threads"]
    rewrite(saved, hyperparameters=hyperparameters)
    assert nn_trainer.load_classifier(saved).config.threads == 0


@pytest.mark.parametrize(("fit", "version"), [("crop", 1), ("pad", 2)])
def test_a_file_is_of_a_newer_version_only_where_an_older_program_would_not_heed_it(
    colours_folder, tmp_path, fit, version
):
    dataset = nn_trainer.load_dataset(colours_folder, image_size=9, fit=fit)
    nn_trainer.train(dataset, "linear", epochs=1).save(tmp_path / "a.safetensors")
    document = document_of(tmp_path / "a.safetensors")
    assert document["format_version"] == version
    assert "fit" not in document["hyperparameters"]
    assert document["preprocessing"].get("fit", "crop") == fit
