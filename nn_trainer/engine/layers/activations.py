"""Activations: a function of each value alone."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.layers.base import Array, Layer


class ReLU(Layer):
    """y = max(x, 0); works in place."""

    def bind(self, y: Array, training: bool) -> Array:
        """In place; in training it keeps which values were positive."""
        self.positive: Array | None = np.empty(y.shape, bool) if training else None
        return super().bind(y, training)

    def forward(self, x: Array) -> Array:
        """Cut off what is below zero."""
        if self.positive is not None:
            np.greater(x, 0, out=self.positive)
        return np.maximum(x, 0, out=self.y)

    def backward(self, dy: Array) -> Array | None:
        """y = x where x > 0, so dL/dx = dy there; y = 0 elsewhere, so dL/dx = 0 there."""
        if self.dx is not None and self.positive is not None:
            np.multiply(dy, self.positive, out=self.dx)
        return self.dx
