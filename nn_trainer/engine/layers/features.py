"""The input layer of a network that takes features in place of images."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape


class Features(Layer):
    """y = (x - mean) / std, with a mean for each feature and one standard deviation for all.

    x is (samples, features) float32; y is (features, samples).  A deviation of its own for each feature would enlarge
    those that hardly vary in the training images, which are noise.  Both are kept with the model.
    """

    def __init__(self) -> None:
        super().__init__()
        self.constants = {"mean": np.zeros(0, np.float32), "std": np.ones(1, np.float32)}

    def shape_after(self, input_shape: Shape) -> Shape:
        """Vectors stay vectors."""
        if len(input_shape) != 1:
            raise ValueError("features are vectors; images take a Pixels layer")
        if self.constants["mean"].shape != input_shape:
            self.constants = {"mean": np.zeros(input_shape, np.float32), "std": np.ones(1, np.float32)}
        return input_shape

    def standardise(self, features: Array) -> None:
        """Take mean and standard deviation from the features (N, features) of the training images."""
        deviation = float(np.sqrt(features.var(axis=0, dtype=np.float64).mean()))
        self.constants["mean"][...] = features.mean(axis=0, dtype=np.float64)
        self.constants["std"][...] = deviation or 1.0

    def forward(self, x: Array) -> Array:
        """Standardise."""
        np.subtract(x.T, self.constants["mean"][:, None], out=self.y, dtype=self.y.dtype)
        np.divide(self.y, self.constants["std"], out=self.y, dtype=self.y.dtype)
        return self.y

    def backward(self, dy: Array) -> None:
        """Nothing: features are not trained."""
