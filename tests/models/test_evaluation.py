import dataclasses

import numpy as np
import pytest

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.engine.records import EpochRecord
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.models.fitting import Fitting
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
        ("blue/0", "blue", 4),
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
def test_loss_is_the_one_that_training_reported(colours, loss):
    held_out = None
    fitting = Fitting(colours, make_config(image_size=12, preset="linear", epochs=1, loss=loss))
    record = next(r for r in records_of(fitting) if isinstance(r, EpochRecord))
    pixels = fitting._inputs.validation[0]
    held_out = [np.flatnonzero((colours.images == image).all(axis=(1, 2, 3)))[0] for image in pixels]
    splits = np.array(["train"] * len(colours.labels), dtype=colours.splits.dtype.type)
    splits = np.where(np.isin(np.arange(len(splits)), held_out), "test", "train")
    evaluation = fitting.classifier.evaluate(dataclasses.replace(colours, splits=splits))
    assert evaluation.images == len(held_out)
    assert evaluation.loss == record.validation_loss
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
