import dataclasses
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord
from nn_trainer.errors import DatasetError, SettingError, TrainingDivergedError
from nn_trainer.models.channel_statistics import channel_statistics
from nn_trainer.models.fitting import Fitting, diverged
from tests.helpers.colours import write_dataset, write_picture
from tests.helpers.running import records_of


def config(**settings):
    return make_config(**{"preset": "linear", "image_size": 12, "channels": "rgb", "batch_size": 8, **settings})


def weights(classifier):
    return classifier.network.weights


def test_learns_and_keeps_the_final_weights_and_figures(colours):
    fitting = Fitting(colours, config(epochs=3))
    assert (fitting.training_images, fitting.validation_images) == (24, 6)
    assert (fitting.iterations_per_epoch, fitting.total_iterations) == (3, 9)
    records = list(records_of(fitting))
    assert [r.iteration for r in records if isinstance(r, IterationRecord)] == list(range(1, 10))
    last_epoch = [r for r in records if isinstance(r, EpochRecord)][-1]
    figures = fitting.classifier.figures
    assert figures.epochs == 3
    assert figures.iterations == 9
    assert figures.reason == "all epochs done"
    assert figures.validation_accuracy == last_epoch.validation_accuracy
    assert figures.train_loss == last_epoch.train_loss
    np.testing.assert_array_equal(weights(fitting.classifier), fitting.network.weights)


def test_while_running_the_classifier_is_a_copy_of_the_last_whole_epoch(colours):
    fitting = Fitting(colours, config(epochs=3))
    first = fitting.network.weights.copy()
    expected = first
    for record in records_of(fitting):
        if isinstance(record, EpochRecord):
            expected = fitting.network.weights.copy()
        if not isinstance(record, CompletedRecord):
            np.testing.assert_array_equal(weights(fitting.classifier), expected)
            assert not np.shares_memory(weights(fitting.classifier), fitting.network.weights)
    assert not np.array_equal(expected, first)


def test_stop_keeps_what_was_learned(colours):
    fitting = Fitting(colours, config(epochs=100))
    seen = []
    for record in records_of(fitting, lambda: len(seen) >= 5):
        seen.append(record)
    assert isinstance(seen[-1], CompletedRecord)
    assert seen[-1].reason == "stopped by the user"
    assert fitting.classifier.figures.iterations == seen[-1].iterations > 3
    np.testing.assert_array_equal(weights(fitting.classifier), fitting.network.weights)


def test_closing_the_generator_ends_training_and_keeps_what_was_learned(colours):
    threads = {library["num_threads"] for library in threadpool_info()}
    fitting = Fitting(colours, config(epochs=100))
    records = records_of(fitting)
    for _ in range(2):
        next(records)
    assert not np.array_equal(weights(fitting.classifier), fitting.network.weights)
    records.close()
    np.testing.assert_array_equal(weights(fitting.classifier), fitting.network.weights)
    assert fitting.classifier.figures.iterations == 2
    assert {library["num_threads"] for library in threadpool_info()} == threads


def test_a_fault_in_training_keeps_what_was_learned(colours):
    fitting = Fitting(colours, config(epochs=100))
    asked = []

    def fault():
        asked.append(1)
        if len(asked) > 3:
            raise RuntimeError("broken")
        return False

    with pytest.raises(RuntimeError, match="broken"):
        list(records_of(fitting, fault))
    assert fitting.classifier.figures.iterations > 0
    np.testing.assert_array_equal(weights(fitting.classifier), fitting.network.weights)


@pytest.mark.parametrize("broken", [np.nan, 3e38])
def test_a_diverged_loss_leaves_the_weights_of_the_last_whole_epoch(colours, broken):
    fitting = Fitting(colours, config(epochs=100))
    records = records_of(fitting)
    while not (isinstance(record := next(records), EpochRecord) and record.epoch == 2):
        pass
    kept = fitting.network.weights.copy()
    fitting.network.weights[...] = broken
    with pytest.raises(TrainingDivergedError, match="Try a smaller learning rate"):
        next(records)
    np.testing.assert_array_equal(weights(fitting.classifier), kept)
    assert fitting.classifier.figures.epochs == 2


def test_broken_weights_are_never_kept(colours):
    fitting = Fitting(colours, config(epochs=100))
    first = fitting.network.weights.copy()
    records = records_of(fitting)
    next(records)
    fitting.network.weights[0] = np.inf
    records.close()
    np.testing.assert_array_equal(weights(fitting.classifier), first)


def test_a_stop_right_after_an_update_that_breaks_the_network_keeps_the_last_whole_epoch(colours):
    stop = threading.Event()
    fitting = Fitting(colours, config(epochs=100))
    with fitting.running(stop.is_set) as records:
        while not (isinstance(record := next(records), EpochRecord) and record.epoch == 2):
            pass
        kept = fitting.network.weights.copy()
        next(records)
        fitting.network.weights[0] = np.inf  # what that update made of it: its own loss was computed before
        stop.set()
        assert isinstance(next(records), CompletedRecord)
    np.testing.assert_array_equal(weights(fitting.classifier), kept)
    assert fitting.classifier.figures.epochs == 2


@pytest.mark.parametrize("validation", [0.0, 0.2])
def test_a_last_update_that_breaks_the_network_is_a_divergence_and_costs_only_the_last_epoch(colours, validation):
    fitting = Fitting(colours, config(epochs=3, validation=validation))
    last = fitting.total_iterations
    with fitting.running() as records:
        while not (isinstance(record := next(records), EpochRecord) and record.epoch == 2):
            pass
        kept = fitting.network.weights.copy()
        while not (
            isinstance(record := next(records), IterationRecord) and record.iteration == fitting.total_iterations
        ):
            pass
        fitting.network.weights[...] = np.inf  # what the last update makes of them; there is no batch after it
        with pytest.raises(TrainingDivergedError, match=f"no longer a number at iteration {last}"):
            next(records)
    np.testing.assert_array_equal(weights(fitting.classifier), kept)
    assert fitting.classifier.figures.epochs == 2


def test_a_validation_loss_that_is_not_a_number_is_a_divergence(colours):
    fitting = Fitting(colours, config(epochs=1))
    with fitting.running() as records:
        for _ in range(fitting.total_iterations):
            next(records)
        fitting.network.weights[...] = 3e38  # numbers still, but logits are not
        with pytest.raises(TrainingDivergedError):
            next(records)
    assert fitting.classifier.figures.epochs == 0


def test_the_real_training_that_breaks_in_its_last_update(tmp_path):
    dataset = nn_trainer.load_dataset("sample")
    settings = {"preset": "mlp", "optimizer": "sgd", "learning_rate": 10.0, "batch_size": 800, "schedule": "constant"}
    fitting = Fitting(dataset, make_config(**settings, epochs=40, image_size=28, channels="grey"))
    with pytest.raises(TrainingDivergedError, match=r"such as 0\.05, and train again"):
        list(records_of(fitting))
    last = fitting.classifier.figures.epochs + 1
    fitting = Fitting(dataset, make_config(**settings, epochs=last, image_size=28, channels="grey"))
    with pytest.raises(TrainingDivergedError):
        list(records_of(fitting))
    fitting.classifier.save(tmp_path / "a.safetensors")
    assert nn_trainer.load_classifier(tmp_path / "a.safetensors").figures.epochs == last - 1


@pytest.mark.parametrize(
    ("optimizer", "rate", "suggested"), [("sgd", 10.0, 0.05), ("sgd", 0.05, 0.005), ("adam", 0.1, 0.002)]
)
def test_the_suggested_rate_is_the_usual_one_or_a_tenth(optimizer, rate, suggested):
    error = diverged(make_config(optimizer=optimizer, learning_rate=rate), 7)
    assert error.suggested_rate == pytest.approx(suggested)
    assert f"such as {suggested}, and train again" in str(error)


def test_memory_that_is_used_up_in_the_midst_keeps_what_was_learned(colours, monkeypatch):
    fitting = Fitting(colours, config(epochs=100))
    with fitting.running() as records:
        next(records)

        def fail(*_):
            raise MemoryError

        monkeypatch.setattr("nn_trainer.engine.shards.Shards.step", fail)
        with pytest.raises(SettingError, match="Choose a smaller batch size or image size"):
            next(records)
    assert fitting.classifier.figures.iterations == 1
    np.testing.assert_array_equal(weights(fitting.classifier), fitting.network.weights)


def test_a_fitting_is_one_training(colours):
    fitting = Fitting(colours, config(epochs=1))
    list(records_of(fitting))
    with pytest.raises(RuntimeError, match="one training"), fitting.running():
        pass


def test_leaving_the_with_ends_threads_and_gives_blas_back(colours):
    before = {library["num_threads"] for library in threadpool_info()}
    fitting = Fitting(colours, config(preset="cnn", epochs=100, batch_size=24, threads=2))

    def use():
        with fitting.running() as records:
            next(records)
            assert {library["num_threads"] for library in threadpool_info()} == {1}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("shard")]
    assert {library["num_threads"] for library in threadpool_info()} == before
    assert fitting.classifier.figures.iterations == 1


def test_figures_say_which_weights_they_are_of(colours):
    fitting = Fitting(colours, config(epochs=100))
    with fitting.running() as records:
        while not isinstance(next(records), EpochRecord):
            pass
        next(records)
    figures = fitting.classifier.figures
    assert (figures.epochs, figures.iterations, figures.measured_at) == (1, 4, 3)


@pytest.mark.parametrize("preset", ["linear", "mlp", "cnn"])
def test_same_seed_same_weights_on_any_number_of_threads(colours, preset):
    runs = [nn_trainer.train(colours, preset, 2, 7, batch_size=16, threads=n, dropout=0.2) for n in (1, 4, 4)]
    assert all(np.array_equal(weights(runs[0]), weights(run)) for run in runs[1:])
    other = nn_trainer.train(colours, preset, 2, 8, batch_size=16, dropout=0.2)
    assert not np.array_equal(weights(runs[0]), weights(other))


def test_validation_folder_is_used_instead_of_a_share(tmp_path):
    write_dataset(tmp_path / "train", images=4)
    write_picture(tmp_path / "val" / "red" / "a.png", "red", seed=99)
    write_picture(tmp_path / "val" / "blue" / "a.png", "blue", seed=98)
    dataset = nn_trainer.load_dataset(tmp_path, image_size=12, channels="rgb")
    fitting = Fitting(dataset, config(validation=0.5))
    assert (fitting.training_images, fitting.validation_images) == (12, 2)


def test_test_images_are_never_trained_on(tmp_path):
    write_dataset(tmp_path / "train", images=5)
    write_dataset(tmp_path / "test", images=3)
    dataset = nn_trainer.load_dataset(tmp_path, image_size=12, channels="rgb")
    fitting = Fitting(dataset, config())
    assert (fitting.training_images, fitting.validation_images) == (12, 3)


def test_no_validation_at_all(colours):
    fitting = Fitting(colours, config(epochs=1, validation=0.0))
    records = list(records_of(fitting))
    assert fitting.validation_images == 0
    assert records[-2].validation_accuracy is None
    assert fitting.classifier.figures.validation_accuracy is None


def test_one_class_with_training_images_is_refused(tmp_path, colours):
    only_red = dataclasses.replace(
        colours, splits=np.where(colours.labels == 2, "train", "test").astype(colours.splits.dtype)
    )
    with pytest.raises(DatasetError, match="two classes or more, and colours has training images of 1 class"):
        Fitting(only_red, config())
    nothing = dataclasses.replace(colours, splits=np.full_like(colours.splits, "test"))
    with pytest.raises(DatasetError, match="training images of 0 classes"):
        Fitting(nothing, config())


def test_settings_that_do_not_fit_the_data_are_refused(colours):
    with pytest.raises(SettingError, match="loaded at 12x12 rgb, and training is set to 16x16 grey"):
        Fitting(colours, config(image_size=16, channels="grey"))
    with pytest.raises(SettingError, match="no hyperparameter 'speed'"):
        nn_trainer.train(colours, speed=3)
    with pytest.raises(SettingError, match="Epochs cannot be 0"):
        nn_trainer.train(colours, epochs=0)


def test_train_tells_its_listener_every_record(colours):
    heard = []
    nn_trainer.train(colours, preset="linear", epochs=2, batch_size=8, on_record=heard.append)
    assert [type(record) for record in heard] == [
        *([IterationRecord] * 3 + [EpochRecord]) * 2,
        CompletedRecord,
    ]


def test_channel_statistics_are_exact():
    images = np.random.default_rng(0).integers(0, 256, (1500, 3, 4, 3), dtype=np.uint8)
    mean, std = channel_statistics(images)
    np.testing.assert_allclose(mean, images.mean(axis=(0, 1, 2), dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(std, images.std(axis=(0, 1, 2), dtype=np.float64), rtol=1e-12)


def test_a_channel_without_contrast_can_be_divided_by():
    assert channel_statistics(np.full((2, 2, 2, 1), 9, np.uint8)) == ((9.0,), (1.0,))


def test_the_network_standardises_with_the_training_images_alone(colours):
    fitting = Fitting(colours, config())
    constants = fitting.network.layers[0].constants
    assert constants["mean"].shape == (3,)
    everything = channel_statistics(colours.images)[0]
    assert not np.allclose(constants["mean"], everything, rtol=1e-6)
    np.testing.assert_allclose(constants["mean"], everything, rtol=0.1)
