"""Losses: the error of the network as one number, and its gradient with respect to the logits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from nn_trainer.engine.layers.memory_layout import Array

LOSSES: dict[str, type[Loss]] = {}  # all losses by name; filled by `__init_subclass__`


def softmax(logits: Array) -> Array:
    """Probabilities (classes, samples) from logits of that shape: p_k = exp(z_k) / sum_j exp(z_j).

    The largest logit is subtracted first, which changes nothing in the result and keeps exp from overflowing.
    """
    p = logits - logits.max(axis=0)
    np.exp(p, out=p)
    p /= p.sum(axis=0)
    return np.asarray(p)


def sum_of_squared_errors(y: Array, predicted: Array) -> Array:
    """SSE of each sample: sum over the classes of (y - y')^2; both (classes, ...), the result (...)."""
    return np.square(y - predicted).sum(axis=0)  # type: ignore[no-any-return]


class Loss(ABC):
    """A loss of the logits (classes, samples) against the integer labels (samples,).

    `loss(logits, labels, batch_size)` gives the sum of the samples' losses divided by `batch_size` (the number
    of these samples if not given), and its gradient with respect to the logits.  The shards of a batch each pass the
    size of the whole batch, so that their losses and gradients add up to those of the batch.

    With label smoothing s, the target y is not the one-hot vector but (1 - s) times it plus s / classes everywhere
    (Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, section 7).
    """

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        LOSSES[cls.name] = cls

    def __init__(self, label_smoothing: float = 0.0) -> None:
        self.label_smoothing = label_smoothing

    def __call__(self, logits: Array, labels: Array, batch_size: int | None = None) -> tuple[float, Array]:
        """Return (mean loss, gradient of shape (classes, samples))."""
        batch_size = batch_size or len(labels)
        losses, gradient = self.of_samples(logits, labels)
        gradient /= batch_size
        return float(losses.sum(dtype=np.float64)) / batch_size, gradient

    @abstractmethod
    def of_samples(self, logits: Array, labels: Array) -> tuple[Array, Array]:
        """Return the loss of each sample (samples,), and its gradient (classes, samples)."""

    def subtract_targets(self, p: Array, labels: Array) -> None:
        """Turn p (classes, samples) into p - y, in place."""
        if self.label_smoothing:
            p -= self.label_smoothing / len(p)
        p[labels, np.arange(len(labels))] -= 1 - self.label_smoothing


class CrossEntropy(Loss):
    """L = -sum_k y_k log p_k, where p is the softmax of the logits z; -log p_t for the true class t without smoothing.

    log p_k = z_k - log sum_j exp(z_j) and the y_k add up to 1, so L = log sum_j exp(z_j) - sum_k y_k z_k, and
    dL/dz_k = p_k - y_k.
    """

    name = "cross-entropy"

    def of_samples(self, logits: Array, labels: Array) -> tuple[Array, Array]:
        shifted = logits - logits.max(axis=0)
        exponentials = np.exp(shifted)
        sums = exponentials.sum(axis=0)
        expected = shifted[labels, np.arange(len(labels))]
        if self.label_smoothing:
            expected = (1 - self.label_smoothing) * expected + self.label_smoothing * shifted.mean(axis=0)
        gradient = np.divide(exponentials, sums, out=exponentials)
        self.subtract_targets(gradient, labels)
        return np.log(sums) - expected, gradient


class MeanSquaredError(Loss):
    """L = SSE = sum_k (y_k - p_k)^2, where p is the softmax of the logits z and y the one-hot vector.

    The loss of a batch is the mean of the SSEs.  With e = p - y: dL/dp_k = 2 e_k, and dp_k/dz_m =
    p_k (1[k=m] - p_m), so dL/dz_m = sum_k 2 e_k p_k (1[k=m] - p_m) = 2 p_m (e_m - sum_k e_k p_k).
    """

    name = "mse"

    def of_samples(self, logits: Array, labels: Array) -> tuple[Array, Array]:
        p = softmax(logits)
        error = p.copy()
        self.subtract_targets(error, labels)
        losses = np.square(error).sum(axis=0)
        gradient = 2 * p * (error - (error * p).sum(axis=0))
        return losses, gradient
