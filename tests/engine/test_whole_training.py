"""Whole trainings against an independent one: every record, every weight, for every preset, optimizer and schedule."""

import math

import numpy as np
import pytest

from nn_trainer.engine import shards
from nn_trainer.engine.architectures import HEADS, PRESETS, build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord
from nn_trainer.engine.schedules import SCHEDULES
from nn_trainer.engine.training import train
from tests.helpers.plain_training import PlainTraining

SIZE, CLASSES, FEATURES = 8, 3, 12
IMAGES, HELD_OUT, BATCH = 100, 14, 40  # two full batches of four shards, a short one of two
NETWORKS = [*PRESETS, *(f"pretrained {head}" for head in HEADS)]
RATES = {"sgd": 0.05, "momentum": 0.01, "nesterov": 0.01, "rmsprop": 0.001, "adam": 0.002, "adamw": 0.002}


@pytest.fixture(autouse=True)
def _cut_small_batches(monkeypatch):
    """As many shards as there may be: these networks are too small to be worth it."""
    monkeypatch.setattr(shards, "WORTH_SHARING", 1)
    monkeypatch.setattr(shards, "WORTH_THE_WEIGHTS", 1e-9)


def shards_of(batch):
    """How many shards of eight samples or more a batch is cut into: a power of two, eight at most."""
    return max(count for count in (1, 2, 4, 8) if count == 1 or 8 * count <= batch)


def make_images(count, seed):
    """Noise with some of the class in it, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % CLASSES)
    images = rng.integers(0, 200, (count, SIZE, SIZE, 3))
    images[np.arange(count), :, labels] += 55
    return images.astype(np.uint8), labels.astype(np.int64)


def make_data(name, count, seed):
    images, labels = make_images(count, seed)
    if name.startswith("pretrained"):
        return (images.reshape(count, -1)[:, :FEATURES] / 50).astype(np.float32), labels
    return images, labels


def make_network(name, config):
    """The network of a preset, in double precision."""
    preset, _, head = name.partition(" ")
    shape = (FEATURES,) if head else (SIZE, SIZE, 3)
    made = build_network(preset, shape, CLASSES, config.dropout, config.seed, (100.0,) * 3, (60.0,) * 3, head)
    network = Network(build_layers(describe(made.layers)), shape, dtype=np.float64)
    network.load_state(made.state())
    return network


def both(name, validation=True, **settings):
    """The records and the final state of a training by the engine, and by the plain one."""
    config = make_config(**{"batch_size": BATCH, "epochs": 3, "threads": 2, "seed": 7, **settings})
    data, held_out = make_data(name, IMAGES, 1), make_data(name, HELD_OUT, 2) if validation else None
    network = make_network(name, config)
    plain = PlainTraining(network, *data, held_out, config, shards_of(min(config.batch_size, IMAGES)))
    plain.run()
    records = list(train(network, data, held_out, config))
    return records, network.state(), plain


def check(records, state, plain):
    """Every figure of every record, in order, and every array at the end."""
    iterations = [r for r in records if isinstance(r, IterationRecord)]
    epochs = [r for r in records if isinstance(r, EpochRecord)]
    assert [r.iteration for r in iterations] == list(range(1, len(plain.iterations) + 1))
    near = {"rtol": 1e-6, "atol": 1e-9}
    found = [(r.epoch, r.loss, r.accuracy, r.images) for r in iterations]
    np.testing.assert_allclose(found, plain.iterations, **near)
    assert [r.epoch for r in epochs] == list(range(1, len(plain.epochs) + 1))
    found = [(r.iteration, r.train_loss, r.train_accuracy, r.validation_loss, r.validation_accuracy) for r in epochs]
    assert [row[3:] == (None, None) for row in found] == [row[3:] == (None, None) for row in plain.epochs]
    np.testing.assert_allclose(np.array(found, float), np.array(plain.epochs, float), **near)
    assert set(state) == set(plain.state)
    for array in state:
        np.testing.assert_allclose(state[array], plain.state[array], rtol=2e-6, atol=1e-7, err_msg=array)
    end = records[-1]
    assert isinstance(end, CompletedRecord)
    assert (end.epochs, end.iterations) == (len(plain.epochs), len(plain.iterations))
    measured = [(row[4], -row[3]) for row in plain.epochs if row[3] is not None]
    assert end.best_epoch == (measured.index(max(measured)) + 1 if measured else None)
    assert end.validation_accuracy == epochs[-1].validation_accuracy


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_preset_with_every_optimizer(name, optimizer):
    check(*both(name, optimizer=optimizer, learning_rate=RATES[optimizer], weight_decay=0.1, dropout=0.3))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_preset_with_every_schedule(name, schedule):
    check(*both(name, schedule=schedule, augment="flip-shift", label_smoothing=0.1, optimizer="momentum"))


@pytest.mark.parametrize("augment", ["none", "flip", "shift", "flip-shift"])
def test_every_augmentation(augment):
    check(*both("cnn", augment=augment, dropout=0.2, optimizer="adam"))


@pytest.mark.parametrize("validation", [True, False])
def test_plateau_halves_the_rate_when_the_loss_stays(validation):
    records, state, plain = both(
        "mlp", validation, schedule="plateau", optimizer="sgd", learning_rate=1.0, epochs=14, batch_size=100
    )
    check(records, state, plain)
    losses = [row[1] if row[3] is None else row[3] for row in plain.epochs]
    waited = [now >= min(losses[: i + 1][:-1] or [math.inf]) for i, now in enumerate(losses)]
    assert any(all(waited[i : i + 3]) for i in range(len(waited) - 2)), "the rate was never halved: choose other data"


def test_the_squared_error_and_a_clipped_gradient():
    check(*both("resnet", loss="mse", clip_norm=0.05, optimizer="nesterov", dropout=0.3, augment="flip"))


def test_without_validation_images():
    check(*both("linear", validation=False, optimizer="adamw"))


def test_a_batch_larger_than_all_images():
    check(*both("resnet", batch_size=4096, optimizer="adam"))
