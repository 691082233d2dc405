"""Features in place of images: input layers that take them, and their standardization within a network."""

from __future__ import annotations

import math

import numpy as np

from nn_trainer.engine.layers.base import InputLayer, Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape, assign


class FixedStandardization(Layer, abstract=True):
    """Base class: mean and standard deviation that are not trained, and are kept with the model.

    y = (x - mean) / std, with a mean for each feature and one standard deviation for all.  One deviation per feature
    would amplify features that hardly vary in the training images, which are noise.
    """

    ranks = (1,)

    def constant_shapes(self) -> dict[str, Shape]:
        """Mean (features,), std (1,)."""
        return {"mean": self.input_shape, "std": (1,)}

    def make_constants(self) -> None:
        """Mean 0 and standard deviation 1, unless constants of this shape exist."""
        if not self.constants or self.constants["mean"].shape != self.input_shape:
            self.constants = {"mean": np.zeros(self.input_shape, np.float32), "std": np.ones(1, np.float32)}


class Features(FixedStandardization, InputLayer):
    """y = (x - mean) / std, the first layer of a network that takes features in place of images.

    x is (samples, features) float32; y is (features, samples).
    """

    def standardise(self, features: Array) -> None:
        """Take mean and standard deviation from the features (N, features) of the training images."""
        deviation = float(np.sqrt(features.var(axis=0, dtype=np.float64).mean()))
        self.constants["mean"][...] = features.mean(axis=0, dtype=np.float64)
        self.constants["std"][...] = deviation or 1.0

    def forward(self, x: Array) -> Array:
        np.subtract(x.T, self.constants["mean"][:, None], out=self.y, dtype=self.y.dtype)
        np.divide(self.y, self.constants["std"], out=self.y, dtype=self.y.dtype)
        return self.y


class Standardization(FixedStandardization):
    """y = (x - mean) / std, in place, inside a network.

    x and y are (features, samples).  `Features` does the same for the inputs of a network; here the features come from
    the layer before.
    """

    in_place = True

    def forward(self, x: Array) -> Array:
        np.subtract(x, self.constants["mean"][:, None], out=self.y)
        np.divide(self.y, self.constants["std"], out=self.y)
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """dL/dx = dy / std."""
        if self.dx is not None:
            np.divide(dy, self.constants["std"], out=self.dx)
        return self.dx


class FeatureMaps(InputLayer):
    """y = x, reshaped to feature maps.

    x is (samples, channels * height * width) float32, each row in the order row, channel, column, which is that of
    `Flatten`; y is a feature map (channels, height, width).
    """

    ranks = (1,)

    def __init__(self, channels: int, height: int, width: int) -> None:
        super().__init__()
        self.channels, self.height, self.width = channels, height, width

    def shape_after(self, input_shape: Shape) -> Shape:
        """(channels * height * width,) becomes (channels, height, width)."""
        maps = self.channels, self.height, self.width
        if min(maps) < 1 or input_shape != (math.prod(maps),):
            raise ValueError(f"maps of {maps} do not come from vectors of {input_shape}")
        return maps

    def forward(self, x: Array) -> Array:
        """Copy x to where the next layer expects its feature maps."""
        maps = x.reshape(len(x), self.height, self.channels, self.width)
        assign(self.y, maps.transpose(1, 2, 3, 0))
        return self.y
