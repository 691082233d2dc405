"""Training: its records, its end, and the same bits on any number of threads."""

import itertools
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nn_trainer.engine import training
from nn_trainer.engine.architectures import PRESETS, build_network
from nn_trainer.engine.config import iterations_per_epoch, make_config
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Replica
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord
from nn_trainer.engine.shards import Shards, shard_count
from nn_trainer.engine.training import clip, train
from nn_trainer.errors import TrainingDivergedError


def stripes(count: int, size: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images of horizontal (0), vertical (1) or no (2) stripes, with noise."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    pixels = rng.integers(0, 80, (count, size, size, 1))
    pixels[labels == 0, ::2] += 120
    pixels[labels == 1, :, ::2] += 120
    return pixels.astype(np.uint8), labels.astype(np.int64)


def small(preset: str = "mlp", seed: int = 0, dropout: float = 0.0, size: int = 8):
    return build_network(preset, (size, size, 1), 3, dropout=dropout, seed=seed)


def config(**settings):
    return make_config(**{"image_size": 8, "channels": "grey", "epochs": 2, **settings})


def test_one_record_an_iteration_each_once_and_in_order():
    records = list(train(small(), stripes(70), stripes(9, seed=1), config(batch_size=32, epochs=3)))
    iterations = [r for r in records if isinstance(r, IterationRecord)]
    assert [r.iteration for r in iterations] == list(range(1, 10))
    assert [r.epoch for r in iterations] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [r.images for r in iterations[:3]] == [32, 32, 6]  # the last batch has what is left
    epochs = [r for r in records if isinstance(r, EpochRecord)]
    assert [(r.epoch, r.iteration) for r in epochs] == [(1, 3), (2, 6), (3, 9)]
    mean = sum(r.loss * r.images for r in iterations[:3]) / 70
    assert epochs[0].train_loss == pytest.approx(mean)
    assert isinstance(records[-1], CompletedRecord)
    assert (records[-1].reason, records[-1].epochs, records[-1].iterations) == ("all epochs done", 3, 9)
    assert [r.seconds for r in records] == sorted(r.seconds for r in records)


@pytest.mark.parametrize(("images", "batch", "expected"), [(800, 32, 25), (801, 32, 26), (31, 32, 1), (64, 32, 2)])
def test_iterations_per_epoch_is_images_over_batch_size_rounded_up(images, batch, expected):
    assert iterations_per_epoch(images, batch) == expected


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_it_learns(optimizer, loss):
    network = small("mlp")
    settings = config(optimizer=optimizer, loss=loss, epochs=20, batch_size=16)
    *_, last_epoch, end = train(network, stripes(240), stripes(60, seed=9), settings)
    assert last_epoch.validation_accuracy >= 0.95
    assert last_epoch.validation_accuracy == end.validation_accuracy


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_same_seed_same_bits_on_one_thread_on_two_and_on_four(preset):
    images, validation = stripes(86, size=28), stripes(9, size=28)
    settings = {"batch_size": 64, "image_size": 28, "epochs": 1 if preset == "resnet" else 2}

    def state(threads: int, seed: int = 0) -> dict[str, bytes]:
        network = small(preset, seed, dropout=0.25, size=28)
        with threadpool_limits(1):
            for _ in train(network, images, validation, config(threads=threads, seed=seed, **settings)):
                pass
        return {name: array.tobytes() for name, array in network.state().items()}

    one = state(1)
    assert one == state(1) == state(2) == state(4)
    assert one != state(4, seed=1)


def test_images_a_second_leave_out_the_time_of_validation(monkeypatch):
    """By a clock that each look moves on by a millisecond, and each validation by an hour."""
    now = [0.0]

    def look():
        now[0] += 0.001
        return now[0]

    def slow(*arguments, **options):
        now[0] += 3600
        return predict_logits(*arguments, **options)

    monkeypatch.setattr(training.time, "perf_counter", look)
    monkeypatch.setattr(training, "predict_logits", slow)
    epochs = [r for r in train(small("linear"), stripes(64), stripes(9), config()) if isinstance(r, EpochRecord)]
    assert epochs
    assert min(record.images_per_second for record in epochs) > 100
    assert epochs[-1].seconds > 3600


def test_the_learning_rate_follows_the_schedule():
    """Where nothing comes in, only weight decay moves the weights: w <- w (1 - rate * decay)."""
    network = small("linear")
    network.layers[0].constants["mean"][...] = 127
    pixels = np.full((4, 8, 8, 1), 127, np.uint8)
    settings = config(optimizer="sgd", learning_rate=0.1, weight_decay=1.0, schedule="step", epochs=4, batch_size=4)
    weight = network.layers[-1].parameters["weight"]
    before, ratios = weight.copy(), []
    for record in train(network, (pixels, np.zeros(4, np.int64)), None, settings):
        if isinstance(record, IterationRecord):
            ratios.append(float(np.median(weight / before)))
            before = weight.copy()
    assert ratios == pytest.approx([0.9, 0.9, 0.99, 0.999], abs=1e-5)


def test_clipping_shortens_a_long_gradient_and_leaves_a_short_one():
    gradient = np.array([3.0, 4.0], np.float32)
    clip(gradient, 10.0)
    assert gradient.tolist() == [3.0, 4.0]
    clip(gradient, 1.0)
    assert gradient == pytest.approx([0.6, 0.8])


def test_clipping_is_used_in_training():
    def moved(clip_norm: float) -> float:
        network = small("linear")
        before = network.weights.copy()
        settings = config(optimizer="sgd", learning_rate=1.0, clip_norm=clip_norm, epochs=1, batch_size=32)
        for _ in train(network, stripes(32), None, settings):
            pass
        return float(np.linalg.norm(network.weights - before))

    assert moved(0.25) == pytest.approx(0.25, rel=1e-4)
    assert moved(0.0) > 0.5


def test_label_smoothing_is_used_in_training():
    def first_loss(smoothing: float) -> float:
        return next(train(small("linear"), stripes(32), None, config(label_smoothing=smoothing))).loss

    assert first_loss(0.0) != first_loss(0.3)


def test_the_cnn_is_worth_several_shards_and_a_linear_network_is_not():
    assert shard_count(small("cnn", size=28), 64) > 1
    assert shard_count(small("linear", size=28), 64) == 1


def test_shards_add_up_to_the_gradient_of_the_whole_batch():
    pixels, labels = stripes(64, size=28)
    network = small("cnn", size=28)
    loss = LOSSES["cross-entropy"]()
    replica = Replica(network, 64, TRAINING)
    whole_loss, dlogits = loss(replica.forward(pixels), labels)
    replica.backward(dlogits)
    with Shards(network, loss, 64, threads=2) as shards:
        value, _ = shards.step(pixels, labels, np.arange(64), epoch=1, iteration=1)
        assert value == pytest.approx(whole_loss, rel=1e-5)
        np.testing.assert_allclose(shards.gradient, replica.gradient, rtol=1e-3, atol=1e-5)


def test_stop_ends_before_the_next_iteration_and_says_why():
    done: list[IterationRecord] = []
    records = []
    for record in train(small(), stripes(320), None, config(), should_stop=lambda: len(done) >= 4):
        records.append(record)
        if isinstance(record, IterationRecord):
            done.append(record)
    assert len(done) == 4
    assert records[-1].reason == "stopped by the user"
    assert (records[-1].epochs, records[-1].iterations) == (0, 4)


def test_stop_after_the_last_epoch_is_no_stop():
    epochs: list[EpochRecord] = []
    for record in train(small(), stripes(32), None, config(epochs=1), should_stop=lambda: bool(epochs)):
        if isinstance(record, EpochRecord):
            epochs.append(record)
    assert record.reason == "all epochs done"


def test_stop_during_validation_ends_it():
    asked = itertools.count()
    validation = stripes(400, seed=1)
    # asked once before the only iteration, then once for each block of validation images
    records = list(train(small(), stripes(32), validation, config(threads=1), should_stop=lambda: next(asked) > 2))
    assert not any(isinstance(r, EpochRecord) for r in records)
    assert records[-1].reason == "stopped by the user"
    assert next(asked) < 40


def test_closing_the_generator_ends_its_threads():
    before = set(threading.enumerate())
    run = train(small("cnn", size=28), stripes(200, size=28), None, config(threads=4, image_size=28, batch_size=64))
    next(run)
    assert {t.name.split("_")[0] for t in set(threading.enumerate()) - before} == {"shard"}
    run.close()
    assert set(threading.enumerate()) == before


def test_a_loss_that_is_no_number_ends_with_a_sentence_that_says_what_to_try():
    network = small("mlp")
    settings = config(optimizer="sgd", learning_rate=10.0, epochs=50)
    network.weights *= 1e18
    with pytest.raises(TrainingDivergedError) as caught:
        list(train(network, stripes(96), None, settings))
    assert caught.value.iteration >= 1
    assert "learning rate 10" in str(caught.value)
    assert "Try a smaller learning rate, such as 1," in str(caught.value)


def test_without_validation_images_there_are_no_validation_figures():
    *_, epoch, end = train(small(), stripes(32), None, config(epochs=1))
    assert epoch.validation_loss is None
    assert end.best_epoch is None


def test_the_best_epoch_is_the_one_of_highest_validation_accuracy():
    records = list(train(small(), stripes(96), stripes(60, seed=2), config(epochs=6, learning_rate=0.01)))
    epochs = [r for r in records if isinstance(r, EpochRecord)]
    best = max(epochs, key=lambda r: (r.validation_accuracy, -r.validation_loss))
    assert records[-1].best_epoch == best.epoch


def test_a_batch_larger_than_the_data_set_is_cut_as_one_that_has_just_the_images_there_are():
    def losses(batch_size: int) -> list[float]:
        network = small("resnet", size=16)
        settings = config(batch_size=batch_size, epochs=4, image_size=16, threads=1)
        records = train(network, stripes(16, size=16), None, settings)
        return [r.loss for r in records if isinstance(r, IterationRecord)]

    assert losses(16) == losses(4096)


@pytest.mark.parametrize(("images", "shards"), [(128, [32] * 4), (24, [8] * 3), (17, [9, 8]), (15, [15]), (3, [3])])
def test_no_shard_of_a_short_batch_is_smaller_than_the_smallest_unless_the_batch_is(images, shards):
    network, seen = small("resnet", size=28), []
    pixels, labels = stripes(128, size=28)

    def augment(images, rng):
        seen.append(len(images))
        return images

    with Shards(network, LOSSES["cross-entropy"](), 128, threads=1, augment=augment) as pool:
        assert len(pool._gradients) == 4
        pool.step(pixels, labels, np.arange(images), 1, 1)
    assert seen == shards


@pytest.mark.parametrize("preset", ["mlp", "cnn"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_a_validation_loss_that_is_not_a_number_is_a_divergence_and_gives_no_record(preset, optimizer):
    """The last update of the training breaks the weights; no training loss comes after it."""
    network, records = small(preset, size=8), []
    settings = config(optimizer=optimizer, learning_rate=10.0, epochs=1, batch_size=96, schedule="constant")
    network.weights *= (
        1e7 if preset == "mlp" else 1e18
    )  # the first loss is a number, what the update leaves behind gives none
    with pytest.raises(TrainingDivergedError) as caught:
        records.extend(train(network, stripes(96), stripes(9, seed=1), settings))
    assert caught.value.iteration == 1
    assert not any(isinstance(r, EpochRecord) for r in records)


def test_weights_that_the_last_update_broke_give_no_record_without_validation_images_either(monkeypatch):
    monkeypatch.setattr(OPTIMIZERS["sgd"], "update", lambda self, weights, gradient: weights.fill(np.inf))
    records = []
    with pytest.raises(TrainingDivergedError):
        records.extend(train(small(), stripes(16), None, config(optimizer="sgd", epochs=1)))
    assert [type(r) for r in records] == [IterationRecord]


def test_after_a_divergence_weights_and_running_figures_are_those_before_it():
    network = small("resnet", size=16)
    run = train(network, stripes(48, size=16), None, config(image_size=16, batch_size=16, epochs=9))
    for _ in range(4):
        next(run)
    network.weights *= 1e30
    kept = network.state()
    with pytest.raises(TrainingDivergedError):
        list(run)
    for name, array in network.state().items():
        np.testing.assert_array_equal(array, kept[name], err_msg=name)
    assert network.is_finite()


def test_clipping_a_gradient_whose_square_is_too_large_for_float32_shortens_it():
    gradient = np.array([3e19, 4e19], np.float32)
    with np.errstate(all="raise"):
        clip(gradient, 1.0)
    assert gradient == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("classes", [3, 10])
def test_the_first_loss_is_near_the_logarithm_of_the_number_of_classes(preset, classes):
    """A network that has learned nothing holds all classes for about equally likely."""
    pixels = np.random.default_rng(0).integers(0, 256, (64, 28, 28, 1), np.uint8)
    for seed in range(3):
        network = build_network(preset, (28, 28, 1), classes, seed=seed, mean=[127.5], std=[74.0])
        first = next(train(network, (pixels, np.arange(64) % classes), None, config(image_size=28, batch_size=64)))
        assert first.loss == pytest.approx(np.log(classes), abs=0.1)
