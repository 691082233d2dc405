"""Dropout, against learning the training images by heart."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array
from nn_trainer.engine.streams import Purpose, stream


class Dropout(Layer):
    """In training each value is set to zero with probability `rate` and the others are divided by 1 - rate.

    The mean stays as it was, so that nothing has to be done in prediction (inverted dropout).  Works in place.
    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
    """

    in_place = True

    def __init__(self, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError("the dropout rate must be from 0 up to, but not, 1")
        self.rate = rate
        self.rng = stream(0, Purpose.DROPOUT)

    def seed(self, rng: np.random.Generator) -> None:
        """Draw the masks from this generator."""
        self.rng = rng

    def bind(self, y: Array, mode: Mode) -> Array:
        """Work in place; in training, keep the mask."""
        self.mask = np.empty(y.shape, y.dtype) if mode.training else None
        return super().bind(y, mode)

    def forward(self, x: Array) -> Array:
        """Multiply by a new mask of 0 and 1 / (1 - rate)."""
        if self.mask is not None:
            kept = self.rng.random(self.mask.shape, np.float32) >= self.rate
            np.multiply(kept, self.mask.dtype.type(1 / (1 - self.rate)), out=self.mask)
            np.multiply(x, self.mask, out=self.y)
        elif self.y is not x:
            self.y[...] = x
        return self.y

    def backward(self, dy: Array) -> Array | None:
        """y = x * mask in training, so dL/dx = dy * mask; in prediction y = x."""
        if self.dx is not None and self.mask is not None:
            np.multiply(dy, self.mask, out=self.dx)
        elif self.dx is not None and self.dx is not dy:
            self.dx[...] = dy
        return self.dx
