"""The cnn preset once more in plain NumPy, float64, as one would write it down: to check the engine's numbers with.

Nothing of the engine is used but the arrays of a network's state, by "layer.parameter".
"""

from __future__ import annotations

import numpy as np

from nn_trainer.models.blas import single_threaded_blas

WIDTH = 1e-6  # of the central differences: few of them reach over a kink of ReLU or max-pooling


def logits(state, pixels):
    """(n, classes) for images (n, height, width, channels) uint8, or for features (n, features)."""
    with single_threaded_blas():  # threads that wait for each other on a busy machine cost four times as much
        return _logits(state, pixels)


def _logits(state, pixels):
    if "features1.mean" in state:
        x = (np.asarray(pixels, np.float64) - state["features1.mean"]) / state["features1.std"]
        return x @ state["dense1.weight"] + state["dense1.bias"]
    scale = (1 / state["pixels1.std"]).astype(np.float64)  # divided in float32, the precision of the file
    x = (pixels * scale - state["pixels1.mean"] * scale).transpose(0, 3, 1, 2)
    for stage in range(1, 9):
        if f"convolution{stage}.weight" not in state:
            break
        x = convolve(x, state[f"convolution{stage}.weight"])
        x = pool(x) + state[f"bias{stage}.bias"][:, None, None]
        x = np.maximum(x, 0)
    # the engine's vectors go through a feature map row by row, and within a row channel by channel
    x = x.transpose(0, 2, 1, 3).reshape(len(x), -1)
    return x @ state["dense1.weight"] + state["dense1.bias"]


def convolve(x, weight):
    """3x3, zero padding, stride 1; x (n, channels, height, width), weight (filters, channels, 3, 3)."""
    n, _, height, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    y = np.zeros((n, height, width, len(weight)))
    for i in range(3):
        for j in range(3):
            y += np.tensordot(padded[:, :, i : i + height, j : j + width], weight[:, :, i, j], axes=(1, 1))
    return y.transpose(0, 3, 1, 2)


def pool(x):
    """The largest of each 2x2 pixels."""
    n, channels, height, width = x.shape
    x = x[:, :, : height // 2 * 2, : width // 2 * 2]
    return x.reshape(n, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5))


def probabilities(state, pixels):
    """(n, classes)."""
    z = logits(state, pixels)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def losses(state, pixels, labels, loss):
    """(n,) for "mse" (the sum of squared errors) or "cross-entropy"."""
    p = probabilities(state, pixels)
    y = np.eye(p.shape[1])[labels]
    return ((y - p) ** 2).sum(axis=1) if loss == "mse" else -(y * np.log(p)).sum(axis=1)


def mean_loss(state, pixels, labels, loss, moved=()):
    """The mean loss, with some weights changed: `moved` is a list of (name, index, value)."""
    state = dict(state)
    for name, index, value in moved:
        state[name] = state[name].astype(np.float64)
        state[name][index] = value
    return float(losses(state, pixels, labels, loss).mean())


def slope(state, pixels, labels, loss, name, index, moved=()):
    """The gradient of one weight by a central difference, at the values of `moved`."""
    value = next((v for n, i, v in moved if (n, i) == (name, index)), float(state[name][index]))
    right, left = (mean_loss(state, pixels, labels, loss, [*moved, (name, index, value + h)]) for h in (WIDTH, -WIDTH))
    return (right - left) / (2 * WIDTH)
