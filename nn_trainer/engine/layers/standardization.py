"""Standardization with fixed numbers, inside a network."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape


class Standardization(Layer):
    """y = (x - mean) / std, with a mean for each feature and one standard deviation for all, in place.

    x and y are (features, samples).  This is what `Features` does where features come in from outside; here they come
    from the layer before.  Mean and standard deviation are not trained, and are kept with the model.
    """

    def __init__(self) -> None:
        super().__init__()
        self.constants = {"mean": np.zeros(0, np.float32), "std": np.ones(1, np.float32)}

    def shape_after(self, input_shape: Shape) -> Shape:
        """Vectors stay vectors."""
        if len(input_shape) != 1:
            raise ValueError("standardization is for vectors")
        if self.constants["mean"].shape != input_shape:
            self.constants = {"mean": np.zeros(input_shape, np.float32), "std": np.ones(1, np.float32)}
        return input_shape

    def forward(self, x: Array) -> Array:
        """Standardise."""
        np.subtract(x, self.constants["mean"][:, None], out=self.y)
        np.divide(self.y, self.constants["std"], out=self.y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """dL/dx = dy / std."""
        if self.dx is not None:
            np.divide(dy, self.constants["std"], out=self.dx)
        return self.dx
