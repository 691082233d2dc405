"""The memory of a training, foretold without taking it, against what it takes."""

import tracemalloc

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.layers import LAYERS, array_shape
from nn_trainer.engine.layers.base import GRADIENTS, PREDICTION, TRAINING, Scratch
from nn_trainer.engine.memory_estimate import _bytes_of_layer, bytes_needed, training_bytes
from nn_trainer.engine.network import Replica
from nn_trainer.engine.training import train
from tests.engine.test_layers import EXAMPLES

CASES = [
    ("cnn", 32, 32),
    ("cnn", 64, 96),
    ("cnn", 45, 50),
    ("resnet", 32, 64),
    ("resnet", 49, 24),
    ("mlp", 64, 512),
    ("linear", 96, 128),
]


def taken(make) -> tuple[int, object]:
    tracemalloc.start()
    try:
        made = make()
        return tracemalloc.get_traced_memory()[0], made
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("mode", [TRAINING, PREDICTION, GRADIENTS], ids=["training", "prediction", "gradients"])
@pytest.mark.parametrize(("preset", "size", "samples"), CASES)
def test_the_buffers_of_a_replica_are_foretold(preset, size, samples, mode):
    network = build_network(preset, (size, size, 3), 10, dropout=0.3)
    gradient = np.zeros_like(network.weights)
    used, _replica = taken(lambda: Replica(network, samples, mode, gradient))
    foretold = bytes_needed(network, samples, mode)
    assert foretold == pytest.approx(used, rel=0.05, abs=300_000)


@pytest.mark.parametrize(("preset", "size", "batch", "images"), [("cnn", 40, 48, 70), ("resnet", 24, 32, 50)])
def test_the_memory_of_a_training_is_foretold_with_its_short_last_batch(preset, size, batch, images):
    network = build_network(preset, (size, size, 3), 3)
    pixels = np.random.default_rng(0).integers(0, 256, (images, size, size, 3), np.uint8)
    labels = np.arange(images) % 3
    config = make_config(image_size=size, batch_size=batch, epochs=1, threads=2)
    tracemalloc.start()
    try:
        with threadpool_limits(1):
            for _ in train(network, (pixels, labels), (pixels[:40], labels[:40]), config):
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert training_bytes(network, images, config, 40) == pytest.approx(peak, rel=0.06)


def test_foretelling_takes_no_memory_to_speak_of_whatever_the_batch():
    network = build_network("cnn", (224, 224, 3), 10)
    used, foretold = taken(lambda: bytes_needed(network, 4096, TRAINING))
    assert foretold > 2e11
    assert used < 1e6


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_no_layer_with_buffers_escapes(kind):
    """Every kind of layer, alone in a network: what it holds is counted, the layers inside of it included."""
    for make, shape in EXAMPLES:
        if make().kind == kind:
            layer = make()
            layer.build(shape)
            layer.take_parameters({name: np.zeros(s) for name, s in layer.parameter_shapes().items()})
            assert_counted(layer)


def assert_counted(layer):
    y = np.empty(array_shape(layer.output_shape, 400))
    scratch = Scratch()
    counted, _x = _bytes_of_layer(layer, y, TRAINING, scratch, with_backward=True, with_dx=True)
    counted += sum(piece.nbytes for piece in scratch.pieces)

    def bind():
        twin = layer.replicate()
        twin.use_scratch(Scratch())
        x = twin.bind(y, TRAINING)
        dx = np.empty_like(x)
        return twin, x, dx, twin.bind_gradient(dx)

    used, (_twin, _x, dx, _dy) = taken(bind)
    assert counted == pytest.approx(used - dx.nbytes, rel=0.02, abs=8_000)
