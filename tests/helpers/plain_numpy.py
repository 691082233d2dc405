"""Networks once more, in plain float64 NumPy from the textbook, to check what the engine computes and the lesson shows.

Nothing of the engine's computing is used: only what layers there are (`describe`) and the weights (`state`).
"""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.description import describe
from nn_trainer.engine.network import Network


class PlainNetwork:
    """Feature maps are (samples, channels, height, width) here, vectors (samples, features)."""

    def __init__(self, network: Network) -> None:
        described = describe(network.layers)
        self.kinds = [(entry["layer"], layer.name) for entry, layer in zip(described, network.layers, strict=True)]
        self.options = {layer.name: entry for entry, layer in zip(described, network.layers, strict=True)}
        self.state = {name: array.astype(np.float64) for name, array in network.state().items()}

    def forward(self, images: np.ndarray) -> np.ndarray:
        """Logits (samples, classes); what each layer gave stays in `outputs`, by name."""
        x = images.astype(np.float64)
        self.outputs, self.inputs = {}, {}
        for kind, name in self.kinds:
            self.inputs[name] = x
            x = getattr(self, f"_{kind.lower()}")(name, x)
            self.outputs[name] = x
        return x

    def backward(self, dlogits: np.ndarray) -> dict[str, np.ndarray]:
        """The gradients of all weights, in the shapes of the model file."""
        self.gradients: dict[str, np.ndarray] = {}
        dy = dlogits
        for kind, name in reversed(self.kinds):
            dy = getattr(self, f"_back_{kind.lower()}")(name, self.inputs[name], dy)
        return self.gradients

    def _pixels(self, name, x):
        mean, std = self.state[f"{name}.mean"], self.state[f"{name}.std"]
        return ((x - mean) / std).transpose(0, 3, 1, 2)

    def _back_pixels(self, name, x, dy):
        return None

    def _features(self, name, x):
        return (x - self.state[f"{name}.mean"]) / self.state[f"{name}.std"]

    def _back_features(self, name, x, dy):
        return None

    def _convolution(self, name, x):
        weight, bias = self.state[f"{name}.weight"], self.state.get(f"{name}.bias")
        y = np.einsum("fcij,nchwij->nfhw", weight, self._windows(name, x))
        return y if bias is None else y + bias[:, None, None]

    def patches(self, name):
        """What lies under the kernel for each pixel of the map of the first image: (channels, rows, columns, k, k)."""
        return self._windows(name, self.inputs[name])[0]

    def _windows(self, name, x):
        options = self.options[name]
        k, stride = options["kernel"], options["stride"]
        before, after = [], []
        for size in x.shape[2:]:
            if options["padding"] == "same":  # TensorFlow's rule, from its documentation
                total = max((-(-size // stride) - 1) * stride + k - size, 0)
                before.append(total // 2)
                after.append(total - total // 2)
            else:
                before.append(k // 2)
                after.append(k // 2)
        padded = np.pad(x, ((0, 0), (0, 0), *zip(before, after, strict=True)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
        return windows[:, :, ::stride, ::stride]

    def _back_convolution(self, name, x, dy):
        weight = self.state[f"{name}.weight"]
        k, (_, _, height, width) = weight.shape[-1], x.shape
        border = k // 2
        padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
        dweight, dpadded = np.zeros_like(weight), np.zeros_like(padded)
        for i in range(k):
            for j in range(k):
                part = padded[:, :, i : i + height, j : j + width]
                dweight[:, :, i, j] = np.einsum("nfhw,nchw->fc", dy, part)
                dpadded[:, :, i : i + height, j : j + width] += np.einsum("fc,nfhw->nchw", weight[:, :, i, j], dy)
        self.gradients[f"{name}.weight"] = dweight
        if f"{name}.bias" in self.state:
            self.gradients[f"{name}.bias"] = dy.sum(axis=(0, 2, 3))
        return dpadded[:, :, border : border + height, border : border + width]

    @staticmethod
    def _squares(x):
        n, c, h, w = x.shape
        return x[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5)

    def _maxpooling(self, name, x):
        return self._squares(x).max(axis=(4, 5))

    def _back_maxpooling(self, name, x, dy):
        squares = self._squares(x)
        flat = squares.reshape(*squares.shape[:4], 4)
        dflat = np.zeros_like(flat)
        np.put_along_axis(dflat, flat.argmax(axis=-1)[..., None], dy[..., None], axis=-1)
        n, c, h, w = dy.shape
        dx = np.zeros_like(x)
        dx[:, :, : 2 * h, : 2 * w] = (
            dflat.reshape(n, c, h, w, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, 2 * h, 2 * w)
        )
        return dx

    def _bias(self, name, x):
        bias = self.state[f"{name}.bias"]
        return x + (bias[:, None, None] if x.ndim == 4 else bias)

    def _back_bias(self, name, x, dy):
        self.gradients[f"{name}.bias"] = dy.sum(axis=(0, 2, 3) if dy.ndim == 4 else 0)
        return dy

    def _relu(self, name, x):
        return np.where(x > 0, x, 0.0)

    def _back_relu(self, name, x, dy):
        return np.where(x > 0, dy, 0.0)

    def _dropout(self, name, x):
        return x  # as in prediction

    def _relu6(self, name, x):
        return np.clip(x, 0.0, 6.0)

    def _globalaveragepooling(self, name, x):
        return x.mean(axis=(2, 3))

    def _flatten(self, name, x):
        return x.transpose(0, 2, 1, 3).reshape(len(x), -1)  # row, channel, column

    def _back_flatten(self, name, x, dy):
        n, c, h, w = x.shape
        return dy.reshape(n, h, c, w).transpose(0, 2, 1, 3)

    def _dense(self, name, x):
        return x @ self.state[f"{name}.weight"] + self.state[f"{name}.bias"]

    def _back_dense(self, name, x, dy):
        self.gradients[f"{name}.weight"] = x.T @ dy
        self.gradients[f"{name}.bias"] = dy.sum(axis=0)
        return dy @ self.state[f"{name}.weight"].T


def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def losses_and_gradient(name: str, z: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The loss of each sample, and the gradient of their sum with respect to the logits z (samples, classes)."""
    p, y = softmax(z), np.eye(z.shape[1])[labels]
    if name == "cross-entropy":
        return -np.log(p[np.arange(len(z)), labels]), p - y
    jacobian = np.einsum("nk,km->nkm", p, np.eye(z.shape[1])) - np.einsum("nk,nm->nkm", p, p)
    return ((y - p) ** 2).sum(axis=1), np.einsum("nk,nkm->nm", 2 * (p - y), jacobian)


class PlainAdamW:
    """The formula as it stands in the source, for each weight by its name."""

    def __init__(self, rate: float, decay: float) -> None:
        self.rate, self.decay, self.steps = rate, decay, 0
        self.m: dict[str, np.ndarray] = {}
        self.v: dict[str, np.ndarray] = {}

    def step(self, state: dict[str, np.ndarray], gradients: dict[str, np.ndarray]) -> None:
        self.steps += 1
        for name, g in gradients.items():
            m = 0.9 * self.m.get(name, 0.0) + 0.1 * g
            v = 0.999 * self.v.get(name, 0.0) + 0.001 * g**2
            self.m[name], self.v[name] = m, v
            corrected = m / (1 - 0.9**self.steps), v / (1 - 0.999**self.steps)
            state[name] = state[name] * (1 - self.rate * self.decay)
            state[name] = state[name] - self.rate * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)
