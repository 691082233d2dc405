"""A training that was interrupted goes on with the same bits as if it had not been."""

import dataclasses

import numpy as np
import pytest

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.engine.records import EpochRecord, IterationRecord
from nn_trainer.errors import SettingError
from nn_trainer.models.fitting import Fitting
from tests.helpers.images import picture, save
from tests.helpers.running import records_of


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Two classes of ten photos."""
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(20):
        save(picture(seed, 100, 100, tint=seed % 2), folder / "ab"[seed % 2] / f"{seed}.png")
    return nn_trainer.load_dataset(folder, image_size=96, channels="rgb")


def told(record):
    """A record without what depends on the clock."""
    return {key: value for key, value in dataclasses.asdict(record).items() if "second" not in key}


def assert_goes_on(dataset, config, at):
    """Interrupt a training after `at` records, and compare the rest with one that was not."""
    whole = Fitting(dataset, config)
    expected = [told(record) for record in records_of(whole)]
    first = Fitting(dataset, config)
    with first.running() as records:
        before = [told(next(records)) for _ in range(at)]
        state = first.state()
        next(records)  # what comes later does not reach the copy
    second = Fitting(dataset, config, state=state)
    assert second.classifier.figures == state.figures
    after = [told(record) for record in records_of(second)]
    assert before + after == expected
    for name, array in whole.network.state().items():
        np.testing.assert_array_equal(second.network.state()[name], array, err_msg=name)
    ends = [dataclasses.asdict(one.classifier.figures) for one in (whole, second)]
    clocks = ("seconds", "images_per_second")
    assert all(ends[0][key] == ends[1][key] for key in ends[0] if key not in clocks)


@pytest.mark.parametrize("at", [1, 4, 5, 12])
@pytest.mark.parametrize("preset", ["mlp", "cnn", "resnet"])
def test_in_any_place(colours, preset, at):
    settings = {"dropout": 0.3, "augment": "flip-shift", "optimizer": "adam", "schedule": "plateau", "threads": 2}
    config = make_config(preset=preset, image_size=12, epochs=3, batch_size=7, seed=4, **settings)
    assert_goes_on(colours, config, at)


@pytest.mark.parametrize("at", [1, 8, 9, 12])
def test_in_either_stage_and_between_them(photos, at):
    settings = {"epochs": 2, "batch_size": 6, "fine_tune": 1, "optimizer": "momentum", "dropout": 0.2}
    config = make_config(preset="pretrained", image_size=96, seed=2, **settings)
    assert_goes_on(photos, config, at)


def test_other_settings_or_images_are_refused(colours):
    fitting = Fitting(colours, make_config(preset="linear", image_size=12))
    with fitting.running() as records:
        assert isinstance(next(records), IterationRecord)
        state = fitting.state()
    with pytest.raises(SettingError, match="other settings or other images"):
        Fitting(colours, make_config(preset="linear", image_size=12, seed=1), state=state)
    others = dataclasses.replace(colours, labels=colours.labels[::-1])
    with pytest.raises(SettingError, match="other settings or other images"):
        Fitting(others, make_config(preset="linear", image_size=12), state=state)


def test_before_the_first_record_there_is_no_state(colours):
    fitting = Fitting(colours, make_config(preset="linear", image_size=12))
    with pytest.raises(RuntimeError, match="not begun"):
        fitting.state()


def test_the_state_of_the_end_has_all_that_was_learned(colours):
    fitting = Fitting(colours, make_config(preset="linear", image_size=12, epochs=2))
    epochs = [record for record in records_of(fitting) if isinstance(record, EpochRecord)]
    assert fitting.state().training.counters.epochs == tuple(epochs)
    np.testing.assert_array_equal(
        fitting.state().training.network["dense1.bias"], fitting.network.state()["dense1.bias"]
    )
