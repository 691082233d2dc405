"""The first weights: random, of a size that keeps signals neither fading nor growing from layer to layer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Initializer = Callable[[np.random.Generator, tuple[int, ...], int, int], NDArray[np.float64]]


def he(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> NDArray[np.float64]:
    """Normal with variance 2 / fan_in, for layers that a ReLU follows.

    Source: He et al., "Delving deep into rectifiers", ICCV 2015, equation 10.
    """
    return rng.standard_normal(shape) * math.sqrt(2 / fan_in)


def glorot(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> NDArray[np.float64]:
    """Uniform within ± sqrt(6 / (fan_in + fan_out)), for the layer before the softmax.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    AISTATS 2010, equation 16.
    """
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape)


INITIALIZERS: dict[str, Initializer] = {"he": he, "glorot": glorot}
