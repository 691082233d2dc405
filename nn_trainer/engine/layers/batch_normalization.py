"""Batch normalization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self, cast

import numpy as np

from nn_trainer.engine.layers.base import Array, Layer, Shape


class BatchNormalization(Layer):
    """y = scale * (x - mean) / sqrt(variance + epsilon) + shift, for each channel.

    In training, mean and variance are those of the shard at hand; a running mean of both is kept and used in
    prediction.  **Why the shard and not the batch:** the shards of a batch then need not wait for each other, and as
    shards do not depend on the number of threads (see `shards.py`), neither does the result.  The running figures
    are moved once an iteration, over the shards in their order (`gather`), for the same reason.

    Parameters: scale (channels,), shift (channels,).  Constants: mean (channels,), variance (channels,).
    Source: Ioffe and Szegedy, "Batch normalization", ICML 2015, algorithm 1.
    """

    epsilon = 1e-5
    momentum = 0.1  # the weight of the newest figures in the running ones

    def shape_after(self, input_shape: Shape) -> Shape:
        """As it was; the running figures begin at mean 0 and variance 1."""
        channels = input_shape[0]
        self.constants = {"mean": np.zeros(channels, np.float32), "variance": np.ones(channels, np.float32)}
        return input_shape

    def parameter_shapes(self) -> dict[str, Shape]:
        """Scale and shift (channels,)."""
        return {"scale": self.input_shape[:1], "shift": self.input_shape[:1]}

    def initialize(self, rng: np.random.Generator) -> None:
        """Change nothing at first: scale 1, shift 0."""
        self.parameters["scale"][...] = 1
        self.parameters["shift"][...] = 0

    def bind(self, y: Array, training: bool) -> Array:
        """In place; in training the normalized values are kept."""
        self.training = training
        self.axes = (0, 2, 3) if y.ndim == 4 else (1,)
        self.column = (slice(None), None, None) if y.ndim == 4 else (slice(None), None)
        self.normalized = np.empty(y.shape if training else 0, y.dtype)
        self.product = np.empty(y.shape if training else 0, y.dtype)
        return super().bind(y, training)

    def forward(self, x: Array) -> Array:
        """See the class."""
        scale, shift, column = self.parameters["scale"], self.parameters["shift"], self.column
        if not self.training:
            factor = scale / np.sqrt(self.constants["variance"] + self.epsilon)
            np.multiply(x, factor[column], out=self.y, casting="same_kind")
            self.y += (shift - self.constants["mean"] * factor)[column]
            return self.y
        self.values = x.size // len(scale)
        self.mean = x.sum(axis=self.axes) / self.values
        np.subtract(x, self.mean[column], out=self.normalized)
        np.multiply(self.normalized, self.normalized, out=self.product)
        self.variance = self.product.sum(axis=self.axes) / self.values
        self.inverse = 1 / np.sqrt(self.variance + self.epsilon)
        self.normalized *= self.inverse[column]
        np.multiply(self.normalized, scale[column], out=self.y)
        self.y += shift[column]
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of scale and shift and return dx.

        With h the normalized values and m their number in a channel, y = scale h + shift:
            dL/dscale = sum dy h,  dL/dshift = sum dy,  dL/dh = dy scale.
        h depends on x directly, and through the mean and the variance of all x of the channel; put together
        (appendix of the source):
            dL/dx = scale / sqrt(variance + epsilon) * (dy - dL/dshift / m - h dL/dscale / m).
        """
        dscale, dshift = self.gradients["scale"], self.gradients["shift"]
        np.multiply(dy, self.normalized, out=self.product)
        np.sum(self.product, axis=self.axes, out=dscale)
        np.sum(dy, axis=self.axes, out=dshift)
        if self.dx is not None:
            factor = self.parameters["scale"] * self.inverse
            np.multiply(dy, factor[self.column], out=self.product)
            self.normalized *= (factor * dscale / self.values)[self.column]
            self.product -= self.normalized
            np.subtract(self.product, (factor * dshift / self.values)[self.column], out=self.dx)
        return self.dx

    def gather(self, replicas: Sequence[Self]) -> None:
        """Move the running figures by those of the shards of one batch, given in their order."""
        values = sum(replica.values for replica in replicas)
        mean = sum(replica.mean * (replica.values / values) for replica in replicas)
        variance = sum(replica.variance * (replica.values / max(replica.values - 1, 1)) for replica in replicas)
        for name, newest in (("mean", mean), ("variance", cast(Array, variance) / len(replicas))):
            running = self.constants[name]
            running += self.momentum * (newest - running)
