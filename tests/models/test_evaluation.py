import dataclasses
import unicodedata

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.engine.records import EpochRecord
from nn_trainer.errors import CancelledError, DatasetError, ImageError, ModelFileError
from nn_trainer.models.class_matching import labels_by_name
from nn_trainer.models.evaluation import Evaluation
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.models.measuring import choose_images, measure
from nn_trainer.models.training_inputs import training_and_validation
from nn_trainer.work import Task
from tests.helpers.colours import write_dataset, write_picture
from tests.helpers.running import records_of


def load(folder, **preprocessing):
    return nn_trainer.load_dataset(folder, **{"image_size": 12, "channels": "rgb", **preprocessing})


@pytest.fixture
def confused(tmp_path):
    """Two red, one green and one blue picture; a third red one lies among the green, so 'green' is wrong once."""
    for name, colour, seed in [
        ("red/0", "red", 1),
        ("red/1", "red", 2),
        ("green/0", "green", 3),
        ("blue/0", "blue", 9004),
    ]:
        write_picture(tmp_path / "confused" / f"{name}.png", colour, seed=seed)
    write_picture(tmp_path / "confused" / "green" / "1.png", "red", seed=5)
    return tmp_path / "confused"


def test_figures_worked_by_hand(trained, confused):
    evaluation = trained.evaluate(load(confused))
    assert evaluation.images == 5
    assert evaluation.accuracy == 4 / 5
    assert evaluation.split is None
    # blue, green, red; rows are the true class
    assert evaluation.confusion_matrix == ((1, 0, 0), (0, 1, 1), (0, 0, 2))
    blue, green, red = evaluation.classes
    assert dataclasses.astuple(blue) == ("blue", 1, 1, 1, 1)
    assert dataclasses.astuple(green) == ("green", 1, 1 / 2, 2 / 3, 2)
    assert dataclasses.astuple(red) == ("red", 2 / 3, 1, 4 / 5, 2)
    assert all(type(count) is int for row in evaluation.confusion_matrix for count in row)


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_loss_is_the_one_that_training_reported(colours, loss, smoothing):
    settings = {"preset": "linear", "epochs": 2, "loss": loss, "label_smoothing": smoothing}
    fitting = Fitting(colours, make_config(image_size=12, **settings))
    record = [r for r in records_of(fitting) if isinstance(r, EpochRecord)][-1]
    evaluation = fitting.classifier.evaluate(colours)
    assert evaluation.images == fitting.validation_images
    assert evaluation.loss == record.validation_loss == fitting.classifier.figures.validation_loss
    assert evaluation.accuracy == record.validation_accuracy


def test_test_images_are_taken_where_there_are_some(trained, tmp_path):
    write_dataset(tmp_path / "train", images=3)
    write_dataset(tmp_path / "test", images=2)
    dataset = load(tmp_path)
    assert (trained.evaluate(dataset).images, trained.evaluate(dataset).split) == (6, "test")
    assert trained.evaluate(dataset, split="train").images == 9
    with pytest.raises(DatasetError, match="no validation images"):
        trained.evaluate(dataset, split="validation")


def test_classes_are_matched_by_name(trained, tmp_path):
    evaluation = trained.evaluate(load(write_dataset(tmp_path / "some", images=2, colours=("green", "red"))))
    assert evaluation.accuracy == 1
    assert evaluation.confusion_matrix == ((0, 0, 0), (0, 2, 0), (0, 0, 2))
    assert dataclasses.astuple(evaluation.classes[0]) == ("blue", 0, 0, 0, 0)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("of_model", ["NFC", "NFD"])
def test_classes_are_matched_however_accents_are_written(trained, tmp_path, monkeypatch, form, of_model):
    names = [unicodedata.normalize(of_model, name) for name in ("bl\u00e4u", "gr\u00fcn", "r\u014dt")]
    monkeypatch.setattr(trained, "class_names", tuple(names))
    for name, colour in zip(names, ("blue", "green", "red"), strict=True):
        write_picture(tmp_path / "accents" / unicodedata.normalize(form, name) / "0.png", colour, seed=9003)
    dataset = load(tmp_path / "accents")
    assert trained.evaluate(dataset).confusion_matrix == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    subject = make_subject(dataset, trained)
    assert subject.class_names == trained.class_names  # it is the classifier that the lesson works on
    assert subject.labels.tolist() == [0, 1, 2]


def test_a_class_of_a_model_that_is_called_exactly_so_goes_before_one_that_looks_so():
    accents = ("caf\u00e9", "cafe\u0301", "cat")
    assert labels_by_name(accents, accents).tolist() == [0, 1, 2]
    assert labels_by_name(accents, accents[::-1]).tolist() == [2, 1, 0]
    assert labels_by_name(("Cat", "cafe\u0301"), accents[:1]).tolist() == [-1, 0]


def test_unknown_classes_are_refused_by_name(trained, tmp_path):
    folder = write_dataset(tmp_path / "more", images=2)
    write_picture(folder / "violet" / "a.png", "blue")
    with pytest.raises(DatasetError, match="more has images of 'violet', which the model does not know"):
        trained.evaluate(load(folder))


def test_other_preprocessing_is_decoded_again_from_the_files(trained, confused):
    as_trained = trained.evaluate(load(confused))
    assert trained.evaluate(load(confused, image_size=40, channels="grey")) == as_trained


def test_a_file_that_is_gone_is_named(trained, confused):
    dataset = load(confused, image_size=20)
    (confused / "blue" / "0.png").unlink()
    with pytest.raises(ImageError, match=r"0\.png"):
        trained.evaluate(dataset)


def test_which_images_training_had_is_known_by_their_pixels(colours, trained, tmp_path):
    training, held_out = training_and_validation(colours, trained.config)
    samples = choose_images(trained, colours)
    np.testing.assert_array_equal(samples.indices, held_out)
    assert (samples.measured_on, samples.left_out) == ("unseen", len(colours.labels) - len(held_out))
    for index in (held_out[-1], training[0]):  # other files with the same pixels, in another folder and format
        target = tmp_path / "again" / colours.class_names[colours.labels[index]] / f"{index}.bmp"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(colours.images[index]).save(target)
    again = trained.evaluate(load(tmp_path / "again"), "train")
    assert (again.images, again.seen_in_training) == (2, 1)


def test_the_same_images_have_the_same_fingerprint_whatever_is_held_out(colours):
    def fingerprint(dataset, seed):
        return Fitting(dataset, make_config(image_size=12, seed=seed)).classifier.seen.fingerprint

    assert fingerprint(colours, 1) == fingerprint(colours, 2)
    others = dataclasses.replace(colours, labels=(colours.labels + 1) % 3)
    assert fingerprint(others, 1) != fingerprint(colours, 1)


def test_measuring_is_apart_from_the_figures_and_can_be_cancelled(trained, confused):
    dataset = load(confused)
    told = []
    measured = measure(trained, choose_images(trained, dataset), Task(lambda *progress: told.append(progress)))
    np.testing.assert_array_equal(measured.logits, trained.logits(dataset.images))
    np.testing.assert_array_equal(measured.indices, range(5))
    assert Evaluation.of(measured) == trained.evaluate(dataset)
    assert told[-1] == (5, 5, "Evaluating")
    with pytest.raises(CancelledError):
        measure(trained, choose_images(trained, dataset), Task(cancelled=lambda: True))
    with pytest.raises(CancelledError):
        trained.evaluate(dataset, task=Task(cancelled=lambda: True))


def test_damaged_digests_are_refused(trained, tmp_path):
    trained.save(tmp_path / "m.safetensors")
    loaded = nn_trainer.load_classifier(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(loaded.seen.training, trained.seen.training)
    np.testing.assert_array_equal(loaded.seen.held_out, trained.seen.held_out)
    assert loaded.seen.fingerprint == trained.seen.fingerprint
    with safe_open(tmp_path / "m.safetensors", "np") as file:
        metadata = file.metadata()
    tensors = load_file(tmp_path / "m.safetensors")
    changes = [
        {"seen.training": None},
        {"seen.held_out": tensors["seen.held_out"].astype(np.int64)},
        {"seen.held_out": tensors["seen.held_out"][None]},
        {"seen.training": None, "seen.held_out": None},
        {"seen.training": tensors["seen.training"] + np.uint64(1)},
    ]
    for change in changes:
        changed = {name: array for name, array in {**tensors, **change}.items() if array is not None}
        save_file(changed, tmp_path / "m.safetensors", metadata)
        with pytest.raises(ModelFileError, match=r"contradicts|another shape or type|not those that were saved"):
            nn_trainer.load_classifier(tmp_path / "m.safetensors")
