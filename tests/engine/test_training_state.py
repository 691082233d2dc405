"""Going on with an interrupted training: the same bits as if it had never been interrupted, at any iteration."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.layers import LAYERS, Layer, array_shape
from nn_trainer.engine.layers.base import TRAINING, Scratch
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, StopReason
from nn_trainer.engine.schedules import SCHEDULES
from nn_trainer.engine.training import Training
from nn_trainer.engine.training_state import TrainingCounters, TrainingState
from tests.engine.test_layers import EXAMPLES

SIZE = 12
EPOCHS, PER_EPOCH = 4, 4  # 50 images in batches of 16: three whole ones and one of two


def data(count: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, SIZE, SIZE, 1), np.uint8), np.arange(count) % 3


def network(preset: str, seed: int = 0) -> Network:
    return build_network(preset, (SIZE, SIZE, 1), 3, dropout=0.3, seed=seed)


def training(preset: str, state: TrainingState | None = None, **settings) -> tuple[Network, Training]:
    config = make_config(
        **{"image_size": SIZE, "channels": "grey", "epochs": EPOCHS, "batch_size": 16, "threads": 1, **settings}
    )
    made = network(preset, seed=0 if state is None else 99)  # a resumed one has nothing from its first weights
    return made, Training(made, data(50), data(9, 1), config, state=state)


def figures(record):
    """A record without what the clock says."""
    if isinstance(record, CompletedRecord):
        return replace(record, seconds=0.0, images_per_second=0.0)
    return replace(record, seconds=0.0, **({"images_per_second": 0.0} if isinstance(record, EpochRecord) else {}))


def bits(made: Network) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in made.state().items()}


def assert_resumes_anywhere(preset: str, interruptions, **settings) -> None:
    made, whole = training(preset, **settings)
    records, states = [], []
    for record in whole.run():
        records.append(figures(record))
        states.append(pickle.dumps(whole.state()))  # as a file would hold it
    assert len(records) == EPOCHS * (PER_EPOCH + 1) + 1
    for done in interruptions(len(records)):
        again, rest = training(preset, pickle.loads(states[done - 1]), **settings)
        assert [figures(r) for r in rest.run()] == records[done:], done
        assert bits(again) == bits(made), done


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_every_optimizer_goes_on_with_the_same_bits(optimizer):
    """In the midst of an epoch, after its last iteration, and after its record."""
    assert_resumes_anywhere(
        "mlp", lambda n: (2, 4, 5, 12, 16), optimizer=optimizer, augment="flip-shift", weight_decay=0.01
    )


@pytest.mark.parametrize("schedule", sorted(SCHEDULES))
def test_every_schedule_goes_on_with_the_same_bits(schedule, monkeypatch):
    monkeypatch.setattr(SCHEDULES["plateau"], "patience", 1)
    assert_resumes_anywhere(
        "mlp", lambda n: (3, 5, 10, 11, 15), schedule=schedule, optimizer="momentum", learning_rate=0.3
    )


def test_batch_normalization_in_residual_blocks_goes_on_at_every_record_with_dropout_and_augmentation():
    settings = {"augment": "flip-shift", "clip_norm": 0.5, "optimizer": "adam"}
    assert_resumes_anywhere("resnet", lambda n: range(1, n + 1, 3), **settings)


def test_the_cnn_goes_on_with_label_smoothing():
    assert_resumes_anywhere("cnn", lambda n: (1, 7, 20), augment="shift", label_smoothing=0.1)


def test_two_interruptions_are_as_good_as_one():
    made, whole = training("resnet")
    list(whole.run())
    state = None
    for _ in range(3):
        again, part = training("resnet", state)
        run = part.run()
        for _ in range(6):
            next(run)
        state = part.state()
        run.close()
    again, rest = training("resnet", state)
    assert isinstance(list(rest.run())[-1], CompletedRecord)
    assert bits(again) == bits(made)


def test_what_the_clock_says_goes_on():
    _, first = training("mlp")
    run = first.run()
    before = [next(run) for _ in range(7)]
    state = first.state()
    state = replace(state, counters=replace(state.counters, seconds=100.0))
    _, rest = training("mlp", state)
    after = list(rest.run())
    assert before[-1].seconds < 100 < after[0].seconds < after[-1].seconds < 200
    assert after[-1].images_per_second == pytest.approx(200 / after[-1].seconds)


def test_a_longer_training_goes_on_from_the_end_of_a_shorter_one():
    _, short = training("mlp", schedule="constant", epochs=2)
    list(short.run())
    made, longer = training("mlp", schedule="constant")
    records = [figures(r) for r in longer.run()]
    again, rest = training("mlp", short.state(), schedule="constant")
    assert [figures(r) for r in rest.run()] == records[2 * (PER_EPOCH + 1) :]
    assert bits(again) == bits(made)


def test_a_second_stage_counts_on_and_has_a_schedule_and_an_order_of_its_own():
    _, first = training("mlp", epochs=2)
    *_, end = first.run()
    config = make_config(image_size=SIZE, channels="grey", epochs=2, batch_size=16, threads=1, schedule="cosine")
    made = network("linear")
    second = Training(made, data(50), data(9, 1), config, start=first.counters)
    records = list(second.run())
    assert end.iterations == 8
    assert [r.iteration for r in records if isinstance(r, IterationRecord)] == list(range(9, 17))
    assert [r.epoch for r in records if isinstance(r, EpochRecord)] == [3, 4]
    assert (records[-1].reason, records[-1].epochs, records[-1].iterations) == (StopReason.ALL_EPOCHS_DONE, 4, 16)
    assert records[0].seconds > end.seconds
    measured = [*first.counters.epochs, *(r for r in records if isinstance(r, EpochRecord))]
    best = max(measured, key=lambda r: (r.validation_accuracy, -r.validation_loss))
    assert records[-1].best_epoch == best.epoch
    assert second._optimizer.learning_rate == pytest.approx(config.learning_rate * second._schedule.factor(8))
    assert second._schedule.total == 8
    state = second.state()
    assert state.start == first.counters != TrainingCounters()


def test_a_state_of_another_network_or_optimizer_is_refused_with_a_reason():
    _, first = training("mlp", optimizer="adam")
    next(first.run())
    state = first.state()
    with pytest.raises(ValueError, match="momentum does not remember mean, square, velocity"):
        training("mlp", state, optimizer="momentum")
    with pytest.raises(ValueError, match="dense"):
        training("linear", state, optimizer="adam")


# -- no class that remembers something escapes


def changed(before: dict, after: dict) -> set[str]:
    """The attributes that are not what they were."""
    return {name for name in after if pickle.dumps(before.get(name)) != pickle.dumps(after[name])}


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_all_that_an_optimizer_remembers_is_in_its_vectors_and_its_steps(name):
    weights, rng = np.ones(20), np.random.default_rng(0)
    optimizer = OPTIMIZERS[name](weights, 0.01, 0.1)
    before = pickle.loads(pickle.dumps(vars(optimizer)))
    for _ in range(3):
        optimizer.step(weights, rng.standard_normal(20))
    assert changed(before, vars(optimizer)) <= {"steps", "vectors", "_scratch"}  # scratch is forgotten
    assert set(optimizer.vectors) == set(optimizer.remembers)
    twin = OPTIMIZERS[name](weights, 0.01, 0.1)
    twin.load_state(*optimizer.state())
    twin._scratch[...] = np.nan
    one, other, gradient = weights.copy(), weights.copy(), rng.standard_normal(20)
    optimizer.step(one, gradient)
    twin.step(other, gradient)
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_all_that_a_schedule_remembers_is_in_its_state(name):
    schedule, twin = SCHEDULES[name](100), SCHEDULES[name](100)
    losses = (3.0, 2.0, 2.5, 2.5, 2.5, 2.6, 1.0, 1.5)
    twin.load_state(json.loads(json.dumps(schedule.state())))
    assert vars(twin) == vars(schedule)
    for epoch, loss in enumerate(losses, 1):
        schedule.note(EpochRecord(epoch, epoch, loss, 0.5, None, None, 1.0, 1.0))
        twin = SCHEDULES[name](100)
        twin.load_state(json.loads(json.dumps(schedule.state(), allow_nan=False)))
        assert vars(twin) == vars(schedule)
    with pytest.raises(ValueError, match="remembers"):
        twin.load_state({"nonsense": 1})


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_all_that_a_layer_takes_from_its_replicas_is_in_its_constants(kind):
    for make, shape in EXAMPLES:
        layer: Layer = make()
        if layer.kind != kind:
            continue
        layer.build(shape)
        rng = np.random.default_rng(0)
        layer.take_parameters({n: rng.standard_normal(s) for n, s in layer.parameter_shapes().items()})
        replica = layer.replicate()
        replica.use_scratch(Scratch())
        x = replica.bind(np.zeros(array_shape(layer.output_shape, 3)), TRAINING)
        x[...] = rng.standard_normal(x.shape)
        layer.derive()
        before, constants = remembered(layer), pickle.dumps(layer.constants)
        replica.forward(x)
        layer.merge_statistics([replica])
        assert remembered(layer) == before
        remembers = type(layer).merge_statistics is not Layer.merge_statistics and bool(layer.constants)
        assert (pickle.dumps(layer.constants) != constants) is remembers


def remembered(layer: Layer) -> bytes:
    """All numbers, words and arrays of a layer but its constants."""
    plain = (int, float, str, tuple, np.ndarray)
    return pickle.dumps({n: v for n, v in vars(layer).items() if n != "constants" and isinstance(v, plain)})
