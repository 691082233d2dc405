"""What a classifier says about one image."""

from __future__ import annotations

from dataclasses import dataclass, field

from nn_trainer.arrays import PixelArray


@dataclass(frozen=True, slots=True)
class Prediction:
    """The classes' probabilities for one image."""

    label: str  # the most probable class
    probabilities: dict[str, float]  # of every class, in label order; the sum is 1 up to rounding
    pixels: PixelArray = field(repr=False, compare=False)  # (height, width, channels): what the network saw
    unlike_training: bool | None = None  # whether the image is far from everything in training; None: not known
