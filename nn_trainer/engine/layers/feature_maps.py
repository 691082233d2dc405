"""The input layer of a network that takes the feature maps of another one, kept as vectors."""

from __future__ import annotations

import math

from nn_trainer.engine.layers.base import Layer
from nn_trainer.engine.layers.memory_layout import Array, Shape, assign


class FeatureMaps(Layer):
    """y = x, as feature maps again.

    x is (samples, channels * height * width) float32, each row in the order row, channel, column, which is that of
    `Flatten`; y is a feature map (channels, height, width).
    """

    def __init__(self, channels: int, height: int, width: int) -> None:
        super().__init__()
        self.channels, self.height, self.width = channels, height, width

    def shape_after(self, input_shape: Shape) -> Shape:
        """Vectors become maps."""
        maps = self.channels, self.height, self.width
        if min(maps) < 1 or input_shape != (math.prod(maps),):
            raise ValueError(f"maps of {maps} do not come from vectors of {input_shape}")
        return maps

    def forward(self, x: Array) -> Array:
        """Copy to where the next layer wants its maps."""
        maps = x.reshape(len(x), self.height, self.channels, self.width)
        assign(self.y, maps.transpose(1, 2, 3, 0))
        return self.y

    def backward(self, dy: Array) -> None:
        """Nothing: what made the maps is not trained."""
