"""The networks and batches that the speed benchmark trains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.layers.activations import ReLU
from nn_trainer.engine.layers.bias import Bias
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.layers.max_pooling import MaxPooling
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.network import Network


@dataclass(frozen=True)
class Case:
    """One network, one size of images, one batch size."""

    name: str
    shape: tuple[int, int, int]
    batch: int
    preset: str | None = None  # None: conv32-pool-conv64-pool-linear
    hidden: tuple[int, ...] | None = None  # the hidden layers, where it is a network that scikit-learn has

    def network(self) -> Network:
        if self.preset is not None:
            return build_network(self.preset, self.shape, 10)
        pixels = Pixels((127.5,) * self.shape[2], (64.0,) * self.shape[2])
        stages = [
            layer for filters in (32, 64) for layer in (Convolution(filters, bias=False), MaxPooling(), Bias(), ReLU())
        ]
        return Network([pixels, *stages, Flatten(), Dense(10, "glorot")], self.shape)

    @cached_property
    def pixels(self) -> np.ndarray:
        rng = np.random.default_rng(0)
        return rng.integers(0, 256, (max(20 * self.batch, 640), *self.shape), np.uint8)

    @cached_property
    def labels(self) -> np.ndarray:
        return np.random.default_rng(1).integers(0, 10, len(self.pixels))


MLP, CNN = "MLP 784-128-64-10, Adam", "CNN conv32-pool-conv64-pool-linear, 32x32x3, Adam"
CASES = {
    "mlp-32": Case(MLP, (28, 28, 1), 32, "mlp", (128, 64)),
    "mlp-128": Case(MLP, (28, 28, 1), 128, "mlp", (128, 64)),
    "cnn-32": Case(CNN, (32, 32, 3), 32),
    "cnn-128": Case(CNN, (32, 32, 3), 128),
    "resnet-128": Case("resnet preset, 32x32x3, Adam", (32, 32, 3), 128, "resnet"),
    "cnn-96": Case("CNN preset, 96x96x3, Adam", (96, 96, 3), 32, "cnn"),
}
