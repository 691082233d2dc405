"""Optimizers: how gradients become updates.

All weights of a network lie in one flat vector, so that a step is a handful of NumPy calls however many layers
there are.  Where a formula has constants that can be put together or kept out of the vectors, they are: each pass
over the weights takes time.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from nn_trainer.engine.aligned import aligned_zeros
from nn_trainer.engine.layers.memory_layout import Array

OPTIMIZERS: dict[str, type[Optimizer]] = {}  # all optimizers by name


class Optimizer(ABC):
    """Updates a vector of weights in place, step by step.

    Weight decay is decoupled: before each step w <- w - w * learning rate * weight decay, apart from the gradient
    and from what is remembered of it (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019).
    `learning_rate` may be changed before each step.  `vectors` holds, by name, what a step remembers for
    the next one, each of the size of the weights, and `steps` counts the steps; there is no other state.
    """

    name: ClassVar[str]
    usual_learning_rate: ClassVar[float]
    usual_weight_decay: ClassVar[float] = 0.0
    remembers: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        OPTIMIZERS[cls.name] = cls

    def __init__(self, weights: Array, learning_rate: float, weight_decay: float = 0.0) -> None:
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.steps = 0
        self.vectors: dict[str, Array] = {name: aligned_zeros(weights.shape, weights.dtype) for name in self.remembers}
        self._scratch = aligned_zeros(weights.shape, weights.dtype)

    def step(self, weights: Array, gradient: Array) -> None:
        """Move `weights` (size,) in place by the gradient (size,) of the loss with respect to them."""
        self.steps += 1
        if self.weight_decay:
            weights *= 1 - self.learning_rate * self.weight_decay
        self.update(weights, gradient)

    def state(self) -> tuple[int, dict[str, Array]]:
        """The number of steps, and copies of the vectors."""
        return self.steps, {name: vector.copy() for name, vector in self.vectors.items()}

    def load_state(self, steps: int, vectors: dict[str, Array]) -> None:
        """Take over what `state` gave.  Raises ValueError if this optimizer remembers something else."""
        if set(vectors) != set(self.vectors):
            raise ValueError(f"{self.name} does not remember {', '.join(sorted(set(vectors) ^ set(self.vectors)))}")
        self.steps = steps
        for name, vector in self.vectors.items():
            vector[...] = vectors[name]

    @abstractmethod
    def update(self, weights: Array, gradient: Array) -> None:
        """Do one step; `self.steps` already counts it."""


class SGD(Optimizer):
    """Gradient descent: w <- w - gradient * learning rate."""

    name = "sgd"
    usual_learning_rate = 0.05

    def update(self, weights: Array, gradient: Array) -> None:
        weights -= np.multiply(gradient, self.learning_rate, out=self._scratch)


class Momentum(Optimizer):
    """Gradient descent with a memory: v <- 0.9 v + gradient; w <- w - v * learning rate.

    Source: Polyak 1964, in the form of Sutskever et al., "On the importance of initialization and momentum in deep
    learning", ICML 2013, with the learning rate outside the sum.
    """

    name = "momentum"
    usual_learning_rate = 0.01
    remembers = ("velocity",)
    momentum = 0.9

    def update(self, weights: Array, gradient: Array) -> None:
        velocity = self.vectors["velocity"]
        velocity *= self.momentum
        velocity += gradient
        weights -= np.multiply(velocity, self.learning_rate, out=self._scratch)


class Nesterov(Momentum):
    """Momentum that looks ahead: v <- 0.9 v + gradient; w <- w - (0.9 v + gradient) * learning rate.

    Source: Sutskever et al. 2013, in the form that takes the gradient at the present weights.
    """

    name = "nesterov"
    usual_learning_rate = 0.01

    def update(self, weights: Array, gradient: Array) -> None:
        velocity = self.vectors["velocity"]
        velocity *= self.momentum
        velocity += gradient
        ahead = np.multiply(velocity, self.momentum, out=self._scratch)
        ahead += gradient
        ahead *= self.learning_rate
        weights -= ahead


class RMSprop(Optimizer):
    """Steps divided by the size of recent gradients: s <- 0.99 s + 0.01 g^2; w <- w - rate * g / (sqrt(s) + 1e-8).

    Source: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5, 2012.
    """

    name = "rmsprop"
    usual_learning_rate = 0.001
    remembers = ("square",)
    decay, epsilon = 0.99, 1e-8

    def update(self, weights: Array, gradient: Array) -> None:
        square, scratch = self.vectors["square"], self._scratch
        square *= self.decay
        np.multiply(gradient, gradient, out=scratch)
        scratch *= 1 - self.decay
        square += scratch
        np.sqrt(square, out=scratch)
        scratch += self.epsilon
        np.divide(gradient, scratch, out=scratch)
        scratch *= self.learning_rate
        weights -= scratch


class Adam(Optimizer):
    """Steps of nearly the same size for every weight, however large its gradient.

    m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2;
    w <- w - rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps), with b1 0.9, b2 0.999, eps 1e-8.

    What is remembered is M = m / (1 - b1) and V = v / (1 - b2), which need no factor for g: M <- b1 M + g and
    V <- b2 V + g^2.  With c = sqrt((1 - b2) / (1 - b2^t)) the step is rate (1 - b1) / (1 - b1^t) / c
    times M / (sqrt(V) + eps / c): ten passes over the weights, where the formula as it stands takes fourteen.
    Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
    """

    name = "adam"
    usual_learning_rate = 0.002
    remembers = ("mean", "square")
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def update(self, weights: Array, gradient: Array) -> None:
        mean, square, scratch = self.vectors["mean"], self.vectors["square"], self._scratch
        mean *= self.beta1
        mean += gradient
        square *= self.beta2
        square += np.multiply(gradient, gradient, out=scratch)
        c = math.sqrt((1 - self.beta2) / (1 - self.beta2**self.steps))
        np.sqrt(square, out=scratch)
        scratch += self.epsilon / c
        np.divide(mean, scratch, out=scratch)
        scratch *= self.learning_rate * (1 - self.beta1) / (1 - self.beta1**self.steps) / c
        weights -= scratch


class AdamW(Adam):
    """Adam, meant to be used with weight decay (Loshchilov and Hutter 2019, algorithm 2)."""

    name = "adamw"
    usual_learning_rate = 0.002
    usual_weight_decay = 0.01
