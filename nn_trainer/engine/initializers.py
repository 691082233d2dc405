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
    """Uniform within ± sqrt(6 / (fan_in + fan_out)), for layers that no ReLU follows.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    AISTATS 2010, equation 16.
    """
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape)


def small(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> NDArray[np.float64]:
    """Normal with variance 0.01 / fan_in, for the layer before the softmax: all classes begin about equally likely.

    The first loss is then near the logarithm of the number of classes.  With variance 1 / fan_in, that of LeCun et al.,
    "Efficient backprop", 1998, section 4.6, logits are as large as the values that they are made of, and the softmax is
    sure of what it cannot know.  Zhang et al., "Fixup initialization", ICLR 2019, begin this layer at zero, but then no
    gradient reaches the layers before it at the first update.
    """
    return rng.standard_normal(shape) * (0.1 / math.sqrt(fan_in))


INITIALIZERS: dict[str, Initializer] = {"he": he, "glorot": glorot, "small": small}
