"""Layers can be described and made again; what no description can hold is refused with a reason."""

import json
import time
import tracemalloc

import numpy as np
import pytest

from nn_trainer.engine.architectures import PRESETS, build_network
from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.layers import LAYERS
from nn_trainer.engine.layers.base import PREDICTION, TRAINING
from nn_trainer.engine.network import Network, Replica, state_size
from tests.engine.test_layers import EXAMPLES


@pytest.mark.parametrize("make", [make for make, _ in EXAMPLES], ids=lambda make: make().kind)
def test_every_layer_goes_round_through_json(make):
    description = describe([make()])
    again = build_layers(json.loads(json.dumps(description)))
    assert describe(again) == description


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_goes_round_with_its_state(preset):
    network = build_network(preset, (16, 16, 3), 4, dropout=0.5, seed=1, mean=(1.5, 2, 3), std=(4, 5, 6))
    layers = build_layers(json.loads(json.dumps(describe(network.layers))))
    assert state_size(layers, (16, 16, 3)) == sum(array.size for array in network.state().values())
    again = Network(layers, (16, 16, 3), seed=2)
    again.load_state(network.state())
    pixels = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), np.uint8)
    assert predict_probabilities(again, pixels).tobytes() == predict_probabilities(network, pixels).tobytes()


def test_descriptions_from_before_an_argument_existed_still_open():
    convolution = {"layer": "Convolution", "filters": 2, "kernel": 3, "stride": 2, "bias": True, "initializer": "he"}
    depthwise = {"layer": "DepthwiseConvolution", "kernel": 3, "stride": 2, "bias": True, "initializer": "he"}
    layers = build_layers([convolution, depthwise])
    assert describe(layers) == [{**convolution, "padding": "symmetric"}, {**depthwise, "padding": "symmetric"}]
    with pytest.raises(ValueError, match="takes filters"):
        build_layers([{"layer": "Convolution", "filters": 2, "padding": "same"}])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (None, "not a list"),
        ([1], "not a list"),
        ([{"layer": "os.system"}], "no layer 'os.system'"),
        ([{"layer": ["Dense"]}], "no layer"),
        ([{"layer": "Dense", "outputs": 3}], "takes outputs, initializer, not outputs"),
        ([{"layer": "ReLU", "gain": 2}], "takes nothing, not gain"),
        ([{"layer": "Dropout", "rate": "much"}], "rate of the layer Dropout cannot be much"),
        ([{"layer": "Dropout", "rate": None}], "rate of the layer Dropout cannot be None"),
        ([{"layer": "Residual", "branch": [{"layer": "Nothing"}], "shortcut": []}], "no layer 'Nothing'"),
        ([{"layer": "Residual", "branch": "abc", "shortcut": []}], "not a list"),
        ([{"layer": "Residual", "branch": [1, 2], "shortcut": []}], "not a list"),
        ([{"layer": "Dense", "outputs": True, "initializer": "he"}], "outputs of the layer Dense cannot be True"),
        ([{"layer": "Dense", "outputs": 2.5, "initializer": "he"}], "outputs of the layer Dense cannot be 2.5"),
        ([{"layer": "Dense", "outputs": -1, "initializer": "he"}], "outputs of the layer Dense cannot be -1"),
        ([{"layer": "Dense", "outputs": 10**400, "initializer": "he"}], "outputs of the layer Dense cannot be 1000"),
        ([{"layer": "Dropout", "rate": float("nan")}], "rate of the layer Dropout cannot be nan"),
        ([{"layer": "Dropout", "rate": 10**400}], "rate of the layer Dropout cannot be 1000"),
        ([{"layer": "Pixels", "mean": 1.0, "std": [1.0]}], "mean of the layer Pixels cannot be 1.0"),
        ([{"layer": "BatchNormalization", "epsilon": -1.0}], "epsilon must be a number above 0"),
        ([{"layer": "Bias"}] * 1001, "more than 1,000 layers"),
    ],
)
def test_what_cannot_be_a_network_is_refused(wrong, reason):
    with pytest.raises(ValueError, match=reason):
        build_layers(wrong)


PIXELS = {"layer": "Pixels", "mean": [1.0], "std": [1.0]}
FLAT, DENSE = {"layer": "Flatten"}, {"layer": "Dense", "outputs": 784, "initializer": "he"}
CONVOLUTION = {"layer": "Convolution", "filters": 1, "kernel": 1, "stride": 1, "bias": False, "initializer": "he"}
CONVOLUTION |= {"padding": "symmetric"}


def nested(depth: int) -> list:
    inner = [CONVOLUTION]
    for _ in range(depth):
        inner = [{"layer": "Residual", "branch": inner, "shortcut": []}]
    return inner


@pytest.mark.parametrize("depth", [8, 200, 400])
def test_layers_within_layers_end_at_a_depth_without_a_recursion_error(depth):
    with pytest.raises(ValueError, match="more than 8 deep"):
        build_layers(nested(depth))
    assert build_layers(nested(7))


def test_the_limit_of_layers_counts_those_inside():
    with pytest.raises(ValueError, match="more than 1,000 layers"):
        build_layers([{"layer": "Residual", "branch": [CONVOLUTION] * 400, "shortcut": [CONVOLUTION] * 400}] * 2)


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([PIXELS, CONVOLUTION], "ends with a vector"),
        ([PIXELS, FLAT, {"layer": "PointwiseConvolution", "filters": 2, "bias": False, "initializer": "he"}], "maps"),
        ([PIXELS, FLAT, {"layer": "GlobalAveragePooling"}], "globalaveragepooling1 takes feature maps"),
        ([PIXELS, FLAT, {"layer": "MaxPooling"}], "maxpooling1 takes feature maps"),
        ([PIXELS, FLAT, {"layer": "Features"}, DENSE], "features1 takes what is fed to a network"),
        (
            [PIXELS, FLAT, {"layer": "FeatureMaps", "channels": 1, "height": 28, "width": 28}, FLAT],
            "be the first",
        ),
        ([PIXELS, PIXELS, FLAT, DENSE], "can only be the first"),
        ([PIXELS, {"layer": "Residual", "branch": [PIXELS], "shortcut": []}, FLAT], "no input layer among them"),
        ([PIXELS, {"layer": "Residual", "branch": [], "shortcut": []}, FLAT], "residual1 needs layers"),
        ([PIXELS, {"layer": "Residual", "branch": [{"layer": "ReLU"}, CONVOLUTION], "shortcut": []}, FLAT], "in place"),
        ([FLAT, DENSE], "begins with an input layer"),
        ([], "begins with an input layer"),
    ],
)
def test_layers_that_do_not_fit_are_refused_before_memory_is_taken(layers, reason):
    with pytest.raises(ValueError, match=reason):
        state_size(build_layers(layers), (28, 28, 1))
    if reason != "begins with an input layer":  # that is asked of a file alone
        with pytest.raises(ValueError, match=reason):
            Network(build_layers(layers), (28, 28, 1))


def test_counting_the_numbers_of_a_gigantic_network_takes_no_memory():
    pointwise = {"layer": "PointwiseConvolution", "filters": 500_000_000, "bias": False, "initializer": "he"}
    layers = build_layers(
        [PIXELS, pointwise, {"layer": "BatchNormalization"}, {"layer": "GlobalAveragePooling"}, DENSE]
    )
    tracemalloc.start()
    try:
        assert state_size(layers, (28, 28, 1)) > 500_000_000 * 784
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_many_layers_are_joined_in_a_time_that_grows_with_their_number():
    began = time.process_time()
    Network(build_layers([PIXELS, *[{"layer": "Bias"}] * 900, FLAT, DENSE]), (28, 28, 1))
    assert time.process_time() - began < 2


def test_looking_at_the_size_of_a_network_changes_nothing_in_it():
    network = build_network("resnet", (16, 16, 1), 3)
    for constant in network.chain.constants().values():
        constant[...] = 0.7
    before = network.state()
    replica, images = Replica(network, 2), np.full((2, 16, 16, 1), 99, np.uint8)
    logits = replica.forward(images).copy()
    assert state_size(network.layers, (16, 16, 1)) == sum(array.size for array in before.values())
    for name, array in network.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    network.weights *= 2
    network.chain.derive()
    changed = replica.forward(images, derived=True)  # the replica still sees what is derived from the weights
    np.testing.assert_array_equal(changed, Replica(network, 2).forward(images))
    assert not np.array_equal(changed, logits)


@pytest.mark.parametrize("kind", ["BatchNormalization", "LayerNormalization"])
def test_epsilon_is_described_and_that_of_old_descriptions_is_the_old_one(kind):
    (old,) = build_layers([{"layer": kind}])
    assert old.epsilon == 1e-5
    (again,) = build_layers(describe([LAYERS[kind](0.25)]))
    assert again.epsilon == 0.25
    again.build((3,))
    again.take_parameters({"scale": np.ones(3), "shift": np.zeros(3)})
    slot = again.bind(np.zeros((3, 1)), PREDICTION if kind == "BatchNormalization" else TRAINING)
    slot[...] = np.array([[1.0], [2.0], [3.0]])
    variance, mean = (1.0, 0.0) if kind == "BatchNormalization" else (2 / 3, 2.0)
    expected = (np.array([1.0, 2.0, 3.0]) - mean) / np.sqrt(variance + 0.25)
    np.testing.assert_allclose(again.forward(slot)[:, 0], expected, rtol=1e-6)
