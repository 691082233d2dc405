"""A whole training, once more: textbook NumPy in float64, to hold every record and every weight of the engine against.

Of the engine it uses how a network is described, its first weights, and the named random streams.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.description import describe
from nn_trainer.engine.network import Network
from nn_trainer.engine.streams import Purpose, stream
from tests.helpers import plain_layers
from tests.helpers.plain_layers import Arrays, Pass

MOMENTUM = 0.1  # the weight of the newest figures of batch normalization
SMALLEST_SHARD = 8


class Adaptive:
    """The optimizers as their sources write them, for each weight by its name."""

    def __init__(self, name: str, decay: float) -> None:
        self.name, self.decay, self.steps = name, decay, 0
        self.memory: dict[str, Arrays] = {"first": {}, "second": {}}

    def step(self, state: Arrays, gradients: Arrays, rate: float) -> None:
        """Decay every weight, then move it."""
        self.steps += 1
        for name, g in gradients.items():
            state[name] = state[name] * (1 - rate * self.decay)
            state[name] = state[name] - rate * getattr(self, f"_{self.name}")(name, g)

    def _remember(self, slot: str, name: str, value: np.ndarray) -> np.ndarray:
        self.memory[slot][name] = value
        return value

    def _old(self, slot: str, name: str) -> np.ndarray | float:
        return self.memory[slot].get(name, 0.0)

    def _sgd(self, _name, g):
        return g

    def _momentum(self, name, g):
        return self._remember("first", name, 0.9 * self._old("first", name) + g)

    def _nesterov(self, name, g):
        return g + 0.9 * self._momentum(name, g)

    def _rmsprop(self, name, g):
        second = self._remember("second", name, 0.99 * self._old("second", name) + 0.01 * g**2)
        return g / (np.sqrt(second) + 1e-8)

    def _adam(self, name, g):
        first = self._remember("first", name, 0.9 * self._old("first", name) + 0.1 * g)
        second = self._remember("second", name, 0.999 * self._old("second", name) + 0.001 * g**2)
        return (first / (1 - 0.9**self.steps)) / (np.sqrt(second / (1 - 0.999**self.steps)) + 1e-8)

    _adamw = _adam


@dataclass
class Plateau:
    """Half of the rate after three epochs without a new lowest loss."""

    factor: float = 1.0
    lowest: float = math.inf
    waited: int = 0

    def note(self, loss: float) -> None:
        if loss < self.lowest:
            self.lowest, self.waited = loss, 0
        else:
            self.waited += 1
            if self.waited == 3:
                self.factor, self.waited = self.factor / 2, 0


def rate_factor(name: str, done: float, plateau: Plateau) -> float:
    """What the rate is multiplied with, after this share of all iterations."""
    if name == "step":
        return 1.0 if done < 0.5 else 0.1 if done < 0.75 else 0.01
    if name == "cosine":
        return 0.5 * (1 + math.cos(math.pi * done))
    if name == "one-cycle":
        if done < 0.3:
            return 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * done / 0.3))
        return 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7))
    return plateau.factor if name == "plateau" else 1.0


def loss_and_gradient(name: str, z: np.ndarray, labels: np.ndarray, smoothing: float) -> tuple[np.ndarray, np.ndarray]:
    """The loss of each sample, and the gradient of their sum with respect to the logits z (samples, classes)."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = (1 - smoothing) * np.eye(z.shape[1])[labels] + smoothing / z.shape[1]
    if name == "cross-entropy":
        return -(y * np.log(p)).sum(axis=1), p - y
    jacobian = np.einsum("nk,km->nkm", p, np.eye(z.shape[1])) - np.einsum("nk,nm->nkm", p, p)
    return ((y - p) ** 2).sum(axis=1), np.einsum("nk,nkm->nm", 2 * (p - y), jacobian)


def altered(kind: str, images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Images (n, height, width, channels) mirrored by chance, then moved by up to an eighth, edges mirrored."""
    images = images.copy()
    if "flip" in kind:
        for i, number in enumerate(rng.random(len(images))):
            if number < 0.5:
                images[i] = np.fliplr(images[i])
    if "shift" in kind:
        n, height, width, _ = images.shape
        down, right = height // 8, width // 8
        wide = np.pad(images, ((0, 0), (down, down), (right, right), (0, 0)), mode="reflect")
        tops, lefts = rng.integers(0, 2 * down + 1, n), rng.integers(0, 2 * right + 1, n)
        for i, (top, left) in enumerate(zip(tops, lefts, strict=True)):
            images[i] = wide[i, top : top + height, left : left + width]
    return images


@dataclass
class PlainTraining:
    """Trains the weights of a network in float64; the records are tuples of their figures."""

    network: Network
    inputs: np.ndarray
    labels: np.ndarray
    validation: tuple[np.ndarray, np.ndarray] | None
    config: TrainingConfig
    shards: int  # of a full batch
    iterations: list[tuple] = field(default_factory=list)  # epoch, loss, accuracy, images
    epochs: list[tuple] = field(default_factory=list)  # iteration, train loss, accuracy, validation loss, accuracy

    def __post_init__(self) -> None:
        self.layers = plain_layers.named(describe(self.network.layers))
        constants = set(self.network.chain.constants())
        self.state = {
            name: array.copy() if name in constants else array.astype(np.float64)
            for name, array in self.network.state().items()
        }

    def run(self) -> None:
        """All epochs."""
        config, images = self.config, len(self.labels)
        optimizer, plateau = Adaptive(config.optimizer, config.weight_decay), Plateau()
        total = math.ceil(images / config.batch_size) * config.epochs
        for epoch in range(1, config.epochs + 1):
            order = stream(config.seed, Purpose.ORDER, epoch).permutation(images)
            losses, right = 0.0, 0
            for start in range(0, images, config.batch_size):
                batch = order[start : start + config.batch_size]
                loss, hits, gradients = self._batch(epoch, len(self.iterations) + 1, batch)
                if config.clip_norm:
                    norm = math.sqrt(sum(float((g**2).sum()) for g in gradients.values()))
                    gradients = {name: g * min(1, config.clip_norm / norm) for name, g in gradients.items()}
                factor = rate_factor(config.schedule, len(self.iterations) / total, plateau)
                optimizer.step(self.state, gradients, config.learning_rate * factor)
                losses, right = losses + loss * len(batch), right + hits
                self.iterations.append((epoch, loss, hits / len(batch), len(batch)))
            validation = self._measure()
            self.epochs.append((len(self.iterations), losses / images, right / images, *validation))
            plateau.note(losses / images if validation[0] is None else validation[0])

    def _batch(self, epoch: int, iteration: int, batch: np.ndarray) -> tuple[float, int, Arrays]:
        """Loss, hits and gradient of a batch, shard by shard; moves the running figures."""
        config, count = self.config, len(batch)
        parts = np.array_split(batch, max(1, min(self.shards, count // SMALLEST_SHARD)))
        loss, hits, total, runs = 0.0, 0, {}, []
        for shard, part in enumerate(parts):
            place = (epoch, iteration, shard)
            inputs = self.inputs[part]
            if inputs.ndim == 4 and config.augment != "none":
                inputs = altered(config.augment, inputs, stream(config.seed, Purpose.AUGMENTATION, *place))
            masks = stream(config.seed, Purpose.DROPOUT, *place)
            run = Pass(self.state, True, lambda shape, rng=masks: rng.random(shape, np.float32))
            z = plain_layers.forward(self.layers, inputs.astype(np.float64), run)
            losses, dz = loss_and_gradient(config.loss, z, self.labels[part], config.label_smoothing)
            plain_layers.backward(self.layers, dz / count, run)
            loss, hits = loss + losses.sum() / count, hits + int((z.argmax(axis=1) == self.labels[part]).sum())
            total = {name: total.get(name, 0.0) + g for name, g in run.gradients.items()}
            runs.append(run)
        self._move_running_figures(runs)
        return loss, hits, total

    def _move_running_figures(self, runs: list[Pass]) -> None:
        """The mean weighted by the values of each shard, the mean of the unbiased variances; kept in float32."""
        for name in runs[0].statistics:
            found = [run.statistics[name] for run in runs]
            values = sum(n for _, _, n in found)
            newest = {
                "mean": sum(mean * n for mean, _, n in found) / values,
                "variance": sum(variance * n / (n - 1) for _, variance, n in found) / len(found),
            }
            for part, figure in newest.items():
                old = self.state[f"{name}.{part}"]
                self.state[f"{name}.{part}"] = (old + MOMENTUM * (figure - old)).astype(np.float32)

    def _measure(self) -> tuple[float | None, float | None]:
        """Loss and accuracy on the validation images."""
        if self.validation is None:
            return None, None
        inputs, labels = self.validation
        z = plain_layers.forward(self.layers, inputs.astype(np.float64), Pass(self.state, training=False))
        losses, _ = loss_and_gradient(self.config.loss, z, labels, self.config.label_smoothing)
        return float(losses.mean()), float((z.argmax(axis=1) == labels).mean())
