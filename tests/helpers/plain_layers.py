"""Layers in training, once more: textbook NumPy in float64, with every intermediate value kept.

Nothing of the engine's computing is used, only what layers there are (`describe`) and arrays by "layer.parameter".
Feature maps are (samples, channels, height, width), vectors (samples, features).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Arrays = dict[str, np.ndarray]
EPSILON = 1e-5  # of batch normalization


@dataclass
class Pass:
    """One shard on its way forward and back: what it needs, and what it leaves behind."""

    state: Arrays
    training: bool
    mask: Callable[[tuple[int, ...]], np.ndarray] | None = None  # uniform numbers (features, samples) for dropout
    kept: dict[str, object] = field(default_factory=dict)
    gradients: Arrays = field(default_factory=dict)
    statistics: dict[str, tuple[np.ndarray, np.ndarray, int]] = field(default_factory=dict)  # mean, variance, values


def named(description: list[dict], prefix: str = "") -> list[tuple[str, dict]]:
    """The layers with their names: "dense1", "dense2", and inside of a block "residual1.branch.dense1"."""
    counts: Counter[str] = Counter()
    result = []
    for entry in description:
        kind = entry["layer"].lower()
        counts[kind] += 1
        result.append((f"{prefix}{kind}{counts[kind]}", entry))
    return result


def forward(layers: list[tuple[str, dict]], x: np.ndarray, run: Pass) -> np.ndarray:
    """Through all layers."""
    for name, entry in layers:
        x = globals()[f"_{entry['layer'].lower()}"](name, entry, x, run)
    return x


def backward(layers: list[tuple[str, dict]], dy: np.ndarray, run: Pass) -> np.ndarray:
    """Back through all layers; fills `run.gradients`."""
    for name, entry in reversed(layers):
        dy = globals()[f"_back_{entry['layer'].lower()}"](name, entry, dy, run)
    return dy


def _pixels(name, _entry, x, run):
    scale = (np.float32(1) / run.state[f"{name}.std"]).astype(np.float64)  # the file's precision
    return ((x - run.state[f"{name}.mean"].astype(np.float64)) * scale).transpose(0, 3, 1, 2)


def _features(name, _entry, x, run):
    return (x - run.state[f"{name}.mean"].astype(np.float64)) / run.state[f"{name}.std"].astype(np.float64)


def _back_pixels(_name, _entry, dy, _run):
    return dy


_back_features = _back_pixels


def _flatten(name, _entry, x, run):
    run.kept[name] = x.shape
    return x.transpose(0, 2, 1, 3).reshape(len(x), -1)  # row, channel, column


def _back_flatten(name, _entry, dy, run):
    n, c, h, w = run.kept[name]
    return dy.reshape(n, h, c, w).transpose(0, 2, 1, 3)


def _dense(name, _entry, x, run):
    run.kept[name] = x
    return x @ run.state[f"{name}.weight"] + run.state[f"{name}.bias"]


def _back_dense(name, _entry, dy, run):
    run.gradients[f"{name}.weight"] = run.kept[name].T @ dy
    run.gradients[f"{name}.bias"] = dy.sum(axis=0)
    return dy @ run.state[f"{name}.weight"].T


def _relu(name, _entry, x, run):
    run.kept[name] = x > 0
    return np.where(x > 0, x, 0.0)


def _back_relu(name, _entry, dy, run):
    return dy * run.kept[name]


def _dropout(name, entry, x, run):
    if not run.training:
        return x
    kept = entry["rate"] <= run.mask(x.T.shape).T
    run.kept[name] = kept / (1 - entry["rate"])
    return x * run.kept[name]


def _back_dropout(name, _entry, dy, run):
    return dy * run.kept[name]


def _bias(name, _entry, x, run):
    return x + run.state[f"{name}.bias"][:, None, None]


def _back_bias(name, _entry, dy, run):
    run.gradients[f"{name}.bias"] = dy.sum(axis=(0, 2, 3))
    return dy


def _convolution(name, _entry, x, run):
    run.kept[name] = x
    weight = run.state[f"{name}.weight"]
    border, (_, _, height, width) = weight.shape[-1] // 2, x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
    y = np.zeros((len(x), len(weight), height, width))
    for i, j in np.ndindex(weight.shape[2:]):
        y += np.einsum("nchw,fc->nfhw", padded[:, :, i : i + height, j : j + width], weight[:, :, i, j], optimize=True)
    return y


def _back_convolution(name, _entry, dy, run):
    weight, x = run.state[f"{name}.weight"], run.kept[name]
    border, (_, _, height, width) = weight.shape[-1] // 2, x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
    dweight, dpadded = np.zeros_like(weight), np.zeros_like(padded)
    for i, j in np.ndindex(weight.shape[2:]):
        window = np.s_[:, :, i : i + height, j : j + width]
        dweight[:, :, i, j] = np.einsum("nfhw,nchw->fc", dy, padded[window], optimize=True)
        dpadded[window] += np.einsum("fc,nfhw->nchw", weight[:, :, i, j], dy, optimize=True)
    run.gradients[f"{name}.weight"] = dweight
    return dpadded[:, :, border : border + height, border : border + width]


def _maxpooling(name, _entry, x, run):
    n, c, h, w = x.shape
    squares = x[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    flat = squares.reshape(n, c, h // 2, w // 2, 4)
    run.kept[name] = x.shape, flat.argmax(axis=-1)
    return flat.max(axis=-1)


def _back_maxpooling(name, _entry, dy, run):
    shape, winners = run.kept[name]
    n, c, h, w = dy.shape
    flat = np.zeros((n, c, h, w, 4))
    np.put_along_axis(flat, winners[..., None], dy[..., None], axis=-1)
    dx = np.zeros(shape)
    dx[:, :, : 2 * h, : 2 * w] = flat.reshape(n, c, h, w, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, 2 * h, 2 * w)
    return dx


def _globalaveragepooling(name, _entry, x, run):
    run.kept[name] = x.shape
    return x.mean(axis=(2, 3))


def _back_globalaveragepooling(name, _entry, dy, run):
    n, c, h, w = run.kept[name]
    return np.broadcast_to(dy[:, :, None, None] / (h * w), (n, c, h, w))


def _batchnormalization(name, _entry, x, run):
    if run.training:
        mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        run.statistics[name] = mean, variance, x.size // x.shape[1]
    else:
        mean, variance = (run.state[f"{name}.{part}"].astype(np.float64) for part in ("mean", "variance"))
    inverse = 1 / np.sqrt(variance + EPSILON)
    h = (x - mean[:, None, None]) * inverse[:, None, None]
    run.kept[name] = h, inverse
    return run.state[f"{name}.scale"][:, None, None] * h + run.state[f"{name}.shift"][:, None, None]


def _back_batchnormalization(name, _entry, dy, run):
    h, inverse = run.kept[name]
    run.gradients[f"{name}.scale"] = (dy * h).sum(axis=(0, 2, 3))
    run.gradients[f"{name}.shift"] = dy.sum(axis=(0, 2, 3))
    dh = dy * run.state[f"{name}.scale"][:, None, None]
    means = [values.mean(axis=(0, 2, 3), keepdims=True) for values in (dh, dh * h)]
    return inverse[:, None, None] * (dh - means[0] - h * means[1])


def _residual(name, entry, x, run):
    assert not entry["shortcut"]
    return forward(named(entry["branch"], f"{name}.branch."), x, run) + x


def _back_residual(name, entry, dy, run):
    return backward(named(entry["branch"], f"{name}.branch."), dy, run) + dy
