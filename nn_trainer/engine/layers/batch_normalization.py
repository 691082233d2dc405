"""Batch normalization."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, ClassVar, Self, cast

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode, positive
from nn_trainer.engine.layers.memory_layout import Array, Shape, per_channel


class BatchNormalization(Layer):
    """y = scale * (x - mean) / sqrt(variance + epsilon) + shift, for each channel.

    In training, mean and variance are those of the current shard; a running mean of both is kept and used in
    prediction.  **Why the shard and not the batch:** the shards of a batch then need not wait for each other, and as
    shards do not depend on the number of threads (see `shards.py`), neither does the result.  The running figures
    are moved once an iteration, over the shards in their order (`merge_statistics`), for the same reason.

    Parameters: scale (channels,), shift (channels,).  Constants: mean (channels,), variance (channels,).
    Source: Ioffe and Szegedy, "Batch normalization", ICML 2015, algorithm 1.
    """

    arguments_added: ClassVar[dict[str, Any]] = {"epsilon": 1e-5}
    in_place = True
    momentum = 0.1  # the weight of the newest figures in the running ones

    def __init__(self, epsilon: float = 1e-5) -> None:
        super().__init__()
        self.epsilon = positive(epsilon)

    def constant_shapes(self) -> dict[str, Shape]:
        """Mean and variance (channels,)."""
        return {"mean": self.input_shape[:1], "variance": self.input_shape[:1]}

    def make_constants(self) -> None:
        """Start the running statistics at mean 0 and variance 1."""
        channels = self.input_shape[0]
        self.constants = {"mean": np.zeros(channels, np.float32), "variance": np.ones(channels, np.float32)}

    def parameter_shapes(self) -> dict[str, Shape]:
        """Scale and shift (channels,)."""
        return {"scale": self.input_shape[:1], "shift": self.input_shape[:1]}

    def initialize(self, rng: np.random.Generator) -> None:
        """Scale 1 and shift 0."""
        self.parameters["scale"][...] = 1
        self.parameters["shift"][...] = 0

    def bind(self, y: Array, mode: Mode) -> Array:
        """Work in place; in training, and for the backward pass, keep the values less their mean."""
        self.mode = mode
        self.centred = np.empty(y.shape if mode.training or mode.backward else 0, y.dtype)
        self.product = self.scratch.take("normalization", y.shape, y.dtype) if mode.backward else self.centred
        return super().bind(y, mode)

    def forward(self, x: Array) -> Array:
        """The factor scale / sqrt(variance + epsilon) is one number per channel."""
        scale, shift = self.parameters["scale"], self.parameters["shift"]
        if not self.mode.training:
            if self.mode.backward:
                np.subtract(x, per_channel(self.constants["mean"], x), out=self.centred)
                self.inverse = 1 / np.sqrt(self.constants["variance"] + self.epsilon)
            factor = scale / np.sqrt(self.constants["variance"] + self.epsilon)
            np.multiply(x, per_channel(factor, x), out=self.y, casting="same_kind")
            self.y += per_channel(shift - self.constants["mean"] * factor, x)
            return self.y
        self.values = x.size // len(scale)
        self.mean = channel_sums(x) / self.values
        np.subtract(x, per_channel(self.mean, x), out=self.centred)
        self.variance = channel_sums(self.centred, self.centred) / self.values
        self.inverse = 1 / np.sqrt(self.variance + self.epsilon)
        np.multiply(self.centred, per_channel(scale * self.inverse, x), out=self.y)
        self.y += per_channel(shift, x)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """Fill the gradients of scale and shift and return dx.

        With h = (x - mean) / sqrt(variance + epsilon) and m the number of values in a channel, y = scale h + shift:
            dL/dscale = sum dy h,  dL/dshift = sum dy,  dL/dh = dy scale.
        h depends on x directly, and through the mean and the variance of all x of the channel; put together
        (appendix of the source):
            dL/dx = scale / sqrt(variance + epsilon) * (dy - dL/dshift / m - h dL/dscale / m).
        In prediction mean and variance are fixed, and only dL/dx = dy scale / sqrt(variance + epsilon) is left.
        """
        dscale, dshift = self.gradients["scale"], self.gradients["shift"]
        np.multiply(channel_sums(dy, self.centred), self.inverse, out=dscale)
        dshift[...] = channel_sums(dy)
        if self.dx is not None:
            factor = self.parameters["scale"] * self.inverse
            if not self.mode.training:
                np.multiply(dy, per_channel(factor, dy), out=self.dx)
                return self.dx
            by_slope = factor * self.inverse * dscale / self.values
            np.multiply(self.centred, per_channel(by_slope, dy), out=self.product)
            np.multiply(dy, per_channel(factor, dy), out=self.dx)
            self.dx -= self.product
            self.dx -= per_channel(factor * dshift / self.values, dy)
        return self.dx

    def merge_statistics(self, replicas: Sequence[Self]) -> None:
        """Update the running statistics with those of the shards of one batch, given in their order."""
        values = sum(replica.values for replica in replicas)
        mean = sum(replica.mean * (replica.values / values) for replica in replicas)
        variance = sum(replica.variance * (replica.values / max(replica.values - 1, 1)) for replica in replicas)
        for name, newest in (("mean", mean), ("variance", cast(Array, variance) / len(replicas))):
            running = self.constants[name]
            running += self.momentum * (newest - running)


def channel_sums(maps: Array, factors: Array | None = None) -> Array:
    """The sum of all values of each channel, or of their products with `factors`, by dot products of whole rows."""
    rows = maps if maps.ndim == 2 else maps.reshape(-1, maps.shape[-3], maps.shape[-2] * maps.shape[-1])
    others = ones(rows.shape[-1], rows.dtype) if factors is None else factors.reshape(rows.shape)
    sums = np.vecdot(rows, others)
    return np.asarray(sums if maps.ndim == 2 else sums.sum(axis=0))


@functools.cache
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """Return a read-only array of `count` ones, made once."""
    array = np.ones(count, dtype)
    array.flags.writeable = False
    return array
