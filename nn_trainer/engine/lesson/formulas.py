"""The formulas of the lesson, every part of them as a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.layers import Array
from nn_trainer.engine.losses import LOSSES, sum_of_squared_errors
from nn_trainer.i18n import _

EXAMPLE_Y = (1.0, 0.0, 0.0)  # the lesson's own image: a cat
EXAMPLE_PREDICTED = (0.37, 0.50, 0.13)  # taken for a dog
EXAMPLE_CLASSES = (_("Cat"), _("Dog"), _("Other"))
EXAMPLE_WEIGHT, EXAMPLE_RATE, EXAMPLE_GRADIENT = 0.38, 0.01, -0.55  # the lesson's own update


@dataclass(frozen=True, slots=True, eq=False)
class OneSample:
    """The loss of one image, both ways; all arrays (classes,).

    SSE = sum of (y - y')^2, cross-entropy = - sum of y log y', with y one-hot: -log of the y' of the true class.
    """

    y: Array
    predicted: Array  # y'

    @property
    def differences(self) -> Array:
        """y - y'."""
        return np.asarray(self.y - self.predicted)

    @property
    def squares(self) -> Array:
        """(y - y')^2."""
        return np.square(self.differences)

    @property
    def sse(self) -> float:
        """The sum of the squares."""
        return float(sum_of_squared_errors(self.y, self.predicted))

    @property
    def terms(self) -> Array:
        """-y log y'; 0 where y is 0, infinite where the network gives the true class no probability at all."""
        result = np.zeros(len(self.y))
        true = self.y > 0
        with np.errstate(divide="ignore"):
            result[true] = -self.y[true] * np.log(self.predicted[true])
        return result

    @property
    def cross_entropy(self) -> float:
        """The sum of the terms."""
        return float(self.terms.sum())

    def push(self, loss: str) -> float:
        """The negative gradient of the loss of that name with respect to the logit of the true class.

        Logits z = log y' give these y' back, so the gradient is the one that trains.
        """
        with np.errstate(divide="ignore"):
            logits = np.log(np.maximum(self.predicted, np.finfo(float).tiny))[:, None]
        label = int(np.argmax(self.y))
        _, gradient = LOSSES[loss]()(logits, np.array([label]))
        return -float(gradient[label, 0])


def example() -> OneSample:
    """The lesson's own image."""
    return OneSample(np.array(EXAMPLE_Y), np.array(EXAMPLE_PREDICTED))


def sample_losses(probabilities: Array, labels: Array, loss: str) -> Array:
    """The loss (n,) of each image of a batch, given y' (n, classes) and labels (n,)."""
    samples = [OneSample(np.eye(len(row))[label], row) for row, label in zip(probabilities, labels, strict=True)]
    return np.array([sample.cross_entropy if loss == "cross-entropy" else sample.sse for sample in samples])


def updated(weight: float, gradient: float, rate: float) -> float:
    """W2 = W1 - gradient * learning rate."""
    return weight - gradient * rate


@dataclass(frozen=True, slots=True)
class Bowl:
    """The textbook's convex loss of one weight: height + curvature / 2 * (w - optimum)^2."""

    optimum: float = 0.5
    curvature: float = 1.0
    height: float = 0.1

    def loss(self, weight: float) -> float:
        """The loss at a weight."""
        return self.height + self.curvature / 2 * (weight - self.optimum) ** 2

    def gradient(self, weight: float) -> float:
        """The slope there: curvature * (w - optimum)."""
        return self.curvature * (weight - self.optimum)
