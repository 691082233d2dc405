"""A bias as a separate layer."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape, all_but_channels, per_channel


class Bias(Layer):
    """y = x + b, one b for each channel of a feature map or each value of a vector; works in place.

    Adding a number and taking a maximum may change places: max(x1, x2) + b = max(x1 + b, x2 + b).  A convolution
    without bias, then max-pooling, then this and ReLU is the same as convolution with bias, ReLU, max-pooling, for a
    quarter of the work.

    Parameters: bias (channels,).
    """

    in_place = True

    def parameter_shapes(self) -> dict[str, Shape]:
        """bias (channels,)."""
        return {"bias": self.input_shape[:1]}

    def initialize(self, rng: np.random.Generator) -> None:
        """Set the bias to zero."""
        self.parameters["bias"][...] = 0

    def forward(self, x: Array) -> Array:
        return np.add(x, per_channel(self.parameters["bias"], x), out=self.y)

    def backward(self, dy: Array) -> Array | None:
        """dy/db = 1 for every value of the channel, so dL/db is the sum of dy over the channel; dL/dx = dy."""
        np.sum(dy, axis=all_but_channels(dy), out=self.gradients["bias"])
        if self.dx is not None and self.dx is not dy:
            self.dx[...] = dy
        return self.dx
