"""The one table of hyperparameters."""

from dataclasses import fields

import pytest

from nn_trainer.engine.config import TrainingConfig, make_config
from nn_trainer.engine.hyperparameters import BY_NAME, HYPERPARAMETERS
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.errors import SettingError

NUMBERS = [row for row in HYPERPARAMETERS if not row.choices]


def test_every_field_is_a_row_with_the_same_default():
    assert {f.name: f.default for f in fields(TrainingConfig)} == {r.name: r.default for r in HYPERPARAMETERS}


@pytest.mark.parametrize("row", HYPERPARAMETERS, ids=lambda row: row.name)
def test_every_row_says_what_it_is_when_to_change_it_and_what_goes_wrong(row):
    for text in (row.does, row.change, row.wrong):
        assert text.endswith(".")
    assert row.check(row.default) == row.default
    assert row.range_text


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.name)
def test_numbers_are_taken_at_both_ends_of_the_range_and_refused_beyond(row):
    assert row.check(row.minimum) == row.minimum
    assert row.check(str(row.maximum)) == row.maximum
    for wrong in (row.minimum - 1, row.maximum * 2 + 1, "nan", "inf", "many", None):
        with pytest.raises(SettingError, match=row.label):
            row.check(wrong)


def test_a_whole_number_is_not_rounded():
    with pytest.raises(SettingError, match=r"Epochs cannot be 2.5. Give a whole number from 1 to 10,000"):
        TrainingConfig(epochs=2.5)


@pytest.mark.parametrize("name", ["preset", "optimizer", "loss", "channels"])
def test_a_name_that_is_not_known_is_answered_with_those_that_are(name):
    with pytest.raises(SettingError, match=BY_NAME[name].choices[-1]):
        make_config(**{name: "no such thing"})


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(SettingError, match="no hyperparameter 'learning_rat'"):
        make_config(learning_rat=0.1)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_the_learning_rate_that_is_not_given_is_the_usual_one_of_the_optimizer(name):
    assert make_config(optimizer=name).learning_rate == OPTIMIZERS[name].usual_learning_rate
    assert make_config(optimizer=name, learning_rate=0.5).learning_rate == 0.5


def test_the_weight_decay_that_is_not_given_is_the_usual_one_of_the_optimizer():
    assert make_config(optimizer="adamw").weight_decay == 0.01
    assert make_config(optimizer="adam").weight_decay == 0.0
    assert make_config(optimizer="adamw", weight_decay=0.0).weight_decay == 0.0


def test_values_of_numpy_become_plain_ones():
    import numpy as np

    config = make_config(epochs=np.int64(3), learning_rate=np.float32(0.25))
    assert type(config.as_dict()["epochs"]) is int
    assert type(config.as_dict()["learning_rate"]) is float


def test_the_input_shape_follows_size_and_channels():
    assert TrainingConfig(image_size=28, channels="grey").input_shape == (28, 28, 1)
    assert TrainingConfig(image_size=64).input_shape == (64, 64, 3)
