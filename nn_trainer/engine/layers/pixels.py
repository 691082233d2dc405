"""The input layer: from the bytes of images to standardised feature maps."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import InputLayer
from nn_trainer.engine.layers.memory_layout import Array, Shape, phases


class Pixels(InputLayer):
    """y = (x - mean) / std for each channel.

    x is (samples, height, width, channels) uint8, as image files give it; y is a feature map.
    mean and std are in units of the bytes, 0 to 255, and are kept with the model.
    """

    ranks = (3,)

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.mean, self.std = mean, std  # as first given; what counts is in `constants`
        self.constants = {
            "mean": np.asarray(mean, np.float32),
            "std": np.asarray(std, np.float32),
        }

    def shape_after(self, input_shape: Shape) -> Shape:
        """(height, width, channels) becomes (channels, height, width)."""
        height, width, channels = input_shape
        if len(self.constants["mean"]) != channels or len(self.constants["std"]) != channels:
            raise ValueError(f"mean and std need {channels} numbers each, one a channel")
        return channels, height, width

    def forward(self, x: Array) -> Array:
        """Standardize with one multiplication and one addition per pixel."""
        scale = (1 / self.constants["std"]).astype(self.y.dtype)
        shift = (-self.constants["mean"] * scale).astype(self.y.dtype)
        maps, parts = x.transpose(1, 3, 2, 0), phases(self.y) if self.y.ndim == 5 else (self.y,)
        for i, part in enumerate(parts):
            np.multiply(maps[:, :, i :: len(parts)], scale[:, None, None], out=part, dtype=self.y.dtype)
            part += shift[:, None, None]
        return self.y
