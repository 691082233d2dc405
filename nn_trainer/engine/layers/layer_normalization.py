"""Layer normalization."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode, positive
from nn_trainer.engine.layers.memory_layout import Array, Shape, all_but_channels, per_channel


class LayerNormalization(Layer):
    """y = scale * (x - mean) / sqrt(variance + epsilon) + shift, mean and variance over the channels of each pixel.

    Of vectors they are over the features of each sample.  No sample knows of the others, so it serves where batches are
    small, and does the same in training and in prediction.

    Parameters: scale (channels,), shift (channels,).
    Source: Ba et al., "Layer normalization", 2016; by pixel as in Liu et al., "A ConvNet for the 2020s", CVPR 2022.
    """

    arguments_added: ClassVar[dict[str, Any]] = {"epsilon": 1e-5}
    in_place = True

    def __init__(self, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.epsilon = positive(epsilon)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Scale and shift (channels,)."""
        return {"scale": self.input_shape[:1], "shift": self.input_shape[:1]}

    def initialize(self, rng: np.random.Generator) -> None:
        """Scale 1 and shift 0."""
        self.parameters["scale"][...] = 1
        self.parameters["shift"][...] = 0

    def bind(self, y: Array, mode: Mode) -> Array:
        """Work in place; keep the normalized values."""
        self.axis = 0 if y.ndim == 2 else -3
        self.normalized = np.empty(y.shape, y.dtype)
        return super().bind(y, mode)

    def forward(self, x: Array) -> Array:
        np.subtract(x, x.mean(axis=self.axis, keepdims=True), out=self.normalized)
        variance = np.square(self.normalized).mean(axis=self.axis, keepdims=True)
        self.inverse = 1 / np.sqrt(variance + self.epsilon)
        self.normalized *= self.inverse
        np.multiply(self.normalized, per_channel(self.parameters["scale"], x), out=self.y)
        self.y += per_channel(self.parameters["shift"], x)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of scale and shift and return dx.

        With h the normalized values, y = scale h + shift:
            dL/dscale = sum dy h,  dL/dshift = sum dy,  dL/dh = dy scale.
        h depends on x directly, and through the mean and the variance over the channels, as in batch normalization:
            dL/dx = (dL/dh - mean(dL/dh) - h mean(dL/dh h)) / sqrt(variance + epsilon), the means over the channels.
        """
        others = all_but_channels(dy)
        np.sum(dy * self.normalized, axis=others, out=self.gradients["scale"])
        np.sum(dy, axis=others, out=self.gradients["shift"])
        if self.dx is not None:
            dh = dy * per_channel(self.parameters["scale"], dy)
            slope = (dh * self.normalized).mean(axis=self.axis, keepdims=True)
            dh -= dh.mean(axis=self.axis, keepdims=True)
            dh -= self.normalized * slope
            np.multiply(dh, self.inverse, out=self.dx)
        return self.dx
