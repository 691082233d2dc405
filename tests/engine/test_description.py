"""Layers can be described and made again; what no description can hold is refused with a reason."""

import json

import numpy as np
import pytest

from nn_trainer.engine.architectures import PRESETS, build_network
from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.network import Network, state_size
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
        (None, "no list"),
        ([1], "no list"),
        ([{"layer": "os.system"}], "no layer 'os.system'"),
        ([{"layer": ["Dense"]}], "no layer"),
        ([{"layer": "Dense", "outputs": 3}], "takes outputs, initializer, not outputs"),
        ([{"layer": "ReLU", "gain": 2}], "takes nothing, not gain"),
        ([{"layer": "Dropout", "rate": "much"}], "Dropout cannot be made"),
        ([{"layer": "Dropout", "rate": None}], "cannot be made with None"),
        ([{"layer": "Residual", "branch": [{"layer": "Nothing"}], "shortcut": []}], "no layer 'Nothing'"),
    ],
)
def test_what_cannot_be_a_network_is_refused(wrong, reason):
    with pytest.raises(ValueError, match=reason):
        build_layers(wrong)
