"""Activations: a function of each value alone, in place.

If there is a backward pass, each keeps its slope dy/dx in `forward`, so that `backward` is one multiplication:
dL/dx = dy * slope.
"""

from __future__ import annotations

import math
from abc import abstractmethod

import numpy as np

from nn_trainer.engine.layers.base import Layer, Mode
from nn_trainer.engine.layers.memory_layout import Array


class Activation(Layer, abstract=True):
    """Base class of all activations."""

    in_place = True
    slope_type: type[np.generic] | None = None  # None: the type of the values

    def bind(self, y: Array, mode: Mode) -> Array:
        """Work in place, with a buffer for the slope if the mode has a backward pass."""
        self.slope: Array | None = np.empty(y.shape, self.slope_type or y.dtype) if mode.backward else None
        return super().bind(y, mode)

    @abstractmethod
    def forward(self, x: Array) -> Array:
        """Write f(x) to y and, if there is a backward pass, f'(x) to slope."""

    def backward(self, dy: Array) -> Array | None:
        """y = f(x), so dL/dx = dy * f'(x)."""
        if self.dx is not None and self.slope is not None:
            np.multiply(dy, self.slope, out=self.dx)
        return self.dx


class ReLU(Activation):
    """y = max(x, 0); the slope is 1 above zero and 0 elsewhere."""

    slope_type = np.bool_

    def bind(self, y: Array, mode: Mode) -> Array:
        """Make zeros: NumPy takes the maximum of two arrays three times as fast as that of an array and a number."""
        self.zeros = np.zeros(y.shape if y.ndim == 2 else y.shape[-3:], y.dtype)
        return super().bind(y, mode)

    def forward(self, x: Array) -> Array:
        if self.slope is not None:
            np.greater(x, 0, out=self.slope)
        return np.maximum(x, self.zeros, out=self.y)


class ReLU6(Activation):
    """y = min(max(x, 0), 6); the slope is 1 between zero and six and 0 elsewhere.

    Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.
    """

    slope_type = np.bool_

    def forward(self, x: Array) -> Array:
        if self.slope is not None:
            np.greater(x, 0, out=self.slope)
            self.slope &= x < 6
        return np.clip(x, 0, 6, out=self.y)


class LeakyReLU(Activation):
    """y = x above zero and leak * x elsewhere, so that no unit stays inactive forever.

    Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
    """

    def __init__(self, leak: float = 0.01) -> None:
        super().__init__()
        if not 0 <= leak < 1:
            raise ValueError("the leak must be from 0 up to, but not, 1")
        self.leak = leak

    def forward(self, x: Array) -> Array:
        """For a leak below 1, y = max(x, leak * x)."""
        if self.slope is not None:
            np.multiply(x > 0, x.dtype.type(1 - self.leak), out=self.slope)
            self.slope += self.leak
        return np.maximum(x, self.leak * x, out=self.y)


class Tanh(Activation):
    """y = tanh x; dy/dx = 1 - y^2."""

    def forward(self, x: Array) -> Array:
        np.tanh(x, out=self.y)
        if self.slope is not None:
            np.multiply(self.y, self.y, out=self.slope)
            np.subtract(1, self.slope, out=self.slope)
        return self.y


class Sigmoid(Activation):
    """y = 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, the second form being safe for large x; dy/dx = y (1 - y)."""

    def forward(self, x: Array) -> Array:
        np.multiply(x, 0.5, out=self.y)
        np.tanh(self.y, out=self.y)
        self.y += 1
        self.y *= 0.5
        if self.slope is not None:
            np.subtract(1, self.y, out=self.slope)
            self.slope *= self.y
        return self.y


class GELU(Activation):
    """y = x (1 + t) / 2 with t = tanh(u), u = sqrt(2 / pi) (x + 0.044715 x^3): a smooth ReLU.

    dt/dx = (1 - t^2) du/dx with du/dx = sqrt(2 / pi) (1 + 0.134145 x^2), so
    dy/dx = (1 + t) / 2 + x (1 - t^2) du/dx / 2.
    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016, in the tanh form of section 2.
    """

    def forward(self, x: Array) -> Array:
        root = math.sqrt(2 / math.pi)
        square = x * x
        t = np.tanh(root * x * (1 + 0.044715 * square))
        if self.slope is not None:
            self.slope[...] = (1 + t) / 2 + x * (1 - t * t) * (root / 2) * (1 + 0.134145 * square)
        return np.multiply(x, (1 + t) / 2, out=self.y)
