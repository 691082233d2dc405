"""Whole networks: gradients through all layers, shapes, state, and the same bits whatever stands beside."""

import itertools
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nn_trainer.engine.architectures import PRESETS, build_network
from nn_trainer.engine.inference import MEASURING_BATCH, predict_logits, predict_probabilities
from nn_trainer.engine.inspection import lesson_copy
from nn_trainer.engine.layers.base import GRADIENTS, TRAINING
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.losses import LOSSES, softmax
from nn_trainer.engine.network import Network, Replica
from tests.helpers.examination import central_differences

each_preset = pytest.mark.parametrize("preset", sorted(PRESETS))


def images(count: int, size: int = 8, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, channels), np.uint8)


@each_preset
@pytest.mark.parametrize("loss_name", sorted(LOSSES))
def test_the_gradient_of_a_whole_network_agrees_with_central_differences(preset, loss_name):
    shape = (8, 8, 2)
    layers = [Pixels((127.5,) * 2, (64.0,) * 2), *PRESETS[preset](shape, 3, 0.0)]
    network = Network(layers, shape, seed=1, dtype=np.float64)
    pixels, labels, loss = images(5), np.array([0, 1, 2, 2, 0]), LOSSES[loss_name]()
    replica = Replica(network, 5, TRAINING)
    _, dlogits = loss(replica.forward(pixels), labels)
    replica.backward(dlogits)
    some = np.random.default_rng(2).choice(network.weight_count, 60, replace=False)
    for index in some:
        weight = network.weights[index : index + 1]
        expected = central_differences(lambda: loss(replica.forward(pixels), labels)[0], weight)
        assert replica.gradient[index] == pytest.approx(expected[0], rel=1e-4, abs=1e-8)


@each_preset
@pytest.mark.parametrize("size", [8, 13, 28, 33])
def test_every_preset_takes_every_size(preset, size):
    network = build_network(preset, (size, size, 3), 4)
    probabilities = predict_probabilities(network, images(3, size, 3), threads=1)
    assert probabilities.shape == (3, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)


@each_preset
def test_an_image_gets_the_same_bits_alone_and_in_company(preset):
    network = build_network(preset, (28, 28, 1), 10, seed=3)
    pixels = images(21, 28, 1)
    with threadpool_limits(1):
        together = predict_probabilities(network, pixels, threads=4)
        for index in range(21):
            alone = predict_probabilities(network, pixels[index : index + 1], threads=1)
            assert alone[0].tobytes() == together[index].tobytes()


def test_no_images_give_no_probabilities():
    network = build_network("linear", (8, 8, 1), 3)
    assert predict_probabilities(network, images(0, 8, 1)).shape == (0, 3)


@each_preset
def test_state_goes_round(preset):
    first, second = (build_network(preset, (8, 8, 1), 3, seed=seed) for seed in (1, 2))
    pixels = images(4, 8, 1)
    assert not np.array_equal(predict_probabilities(first, pixels), predict_probabilities(second, pixels))
    second.load_state(first.state())
    assert predict_probabilities(first, pixels).tobytes() == predict_probabilities(second, pixels).tobytes()


def test_state_is_named_and_shaped_as_other_tools_expect_it():
    state = build_network("cnn", (8, 8, 3), 5, mean=(1, 2, 3), std=(4, 5, 6)).state()
    shapes = {name: array.shape for name, array in state.items()}
    assert shapes == {
        "pixels1.mean": (3,),
        "pixels1.std": (3,),
        "convolution1.weight": (32, 3, 3, 3),
        "bias1.bias": (32,),
        "dense1.weight": (512, 5),
        "dense1.bias": (5,),
    }
    assert state["pixels1.std"].tolist() == [4, 5, 6]


@pytest.mark.parametrize("spoil", ["missing", "unknown", "shape"])
def test_a_wrong_state_is_refused_and_changes_nothing(spoil):
    network = build_network("linear", (8, 8, 1), 3)
    before, state = network.weights.copy(), network.state()
    if spoil == "missing":
        del state["dense1.bias"]
    elif spoil == "unknown":
        state["dense9.bias"] = np.zeros(3)
    else:
        state["dense1.weight"] = np.zeros((3, 64))
    with pytest.raises(ValueError, match=spoil if spoil != "shape" else "has shape"):
        network.load_state(state)
    assert np.array_equal(network.weights, before)


def test_summary_counts_weights_and_work():
    network = build_network("cnn", (28, 28, 1), 10)
    rows = network.summary()
    assert [row.kind for row in rows[:5]] == ["Pixels", "Convolution", "MaxPooling", "Bias", "ReLU"]
    assert sum(row.weights for row in rows) == network.weight_count == 50_186
    assert rows[1].multiplications == 9 * 32 * 28 * 28
    assert rows[-1].output_shape == (10,)


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="Flatten"):
        Network([Pixels((0.0,), (1.0,)), *PRESETS["linear"]((8, 8, 1), 3, 0.0)[1:]], (8, 8, 1))


@each_preset
def test_measuring_in_blocks_gives_the_same_predictions(preset):
    network = build_network(preset, (28, 28, 1), 10, seed=3)
    pixels = images(2 * MEASURING_BATCH + 5, 28, 1)
    logits = predict_logits(network, pixels)
    np.testing.assert_allclose(softmax(logits).T, predict_probabilities(network, pixels), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_block_that_raises_ends_the_prediction_instead_of_waiting_for_ever(threads, monkeypatch):
    network = build_network("cnn", (8, 8, 1), 3)
    calls = itertools.count()

    def forward(self, pixels, derived=False):
        if next(calls) % 3 == 1:
            raise MemoryError("no room")
        return np.zeros((3, len(pixels)), np.float32)

    monkeypatch.setattr(Replica, "forward", forward)
    ended = threading.Event()

    def predict():
        with pytest.raises(MemoryError, match="no room"):
            predict_logits(network, images(200, 8, 1), threads, batch_size=1)
        ended.set()

    threading.Thread(target=predict, daemon=True).start()
    assert ended.wait(20)


@pytest.mark.parametrize("preset", ["cnn", "resnet"])
def test_the_gradient_of_a_logit_with_respect_to_any_layer_in_prediction(preset):
    """What an explanation asks for: the slope of one logit over the output of a layer, the network as it predicts."""
    network = network_in_double(build_network(preset, (16, 16, 2), 3, dropout=0.5))
    for number, layer in enumerate(network.layers[:-1]):
        replica = Replica(network, 2, GRADIENTS, backward_to=number)
        replica.forward(images(2, 16))
        replica.backward(np.array([[1.0, 1.0], [0, 0], [0, 0]]))
        assert replica.dx.shape == replica.chain.layers[number].y.shape, layer.name
        rng, moved = np.random.default_rng(number), Replica(network, 2)
        for flat in rng.choice(replica.dx.size, 3, replace=False):
            values = []
            for step in (1e-5, -1e-5):
                x = images(2, 16)
                for each in moved.chain.layers[: number + 1]:
                    x = each.forward(x)
                x.flat[flat] += step
                for each in moved.chain.layers[number + 1 :]:
                    x = each.forward(x)
                values.append(x[0].sum())
            assert replica.dx.flat[flat] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-4, abs=1e-6), (
                layer.name
            )


def network_in_double(network: Network) -> Network:
    """The same network in float64, with running figures that are not those of a beginning."""
    twin = lesson_copy(network)
    rng = np.random.default_rng(0)
    for constant in twin.chain.constants().values():
        constant[...] = rng.uniform(0.5, 2, constant.shape)
    return twin
