"""The training loop, one iteration at a time, keeping all of its values for display."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nn_trainer.engine.config import iterations_per_epoch
from nn_trainer.engine.inspection import LayerOutput, by_block, forward_with_outputs, lesson_copy
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.base import TRAINING
from nn_trainer.engine.losses import LOSSES, softmax
from nn_trainer.engine.network import Network, Replica
from nn_trainer.engine.optimizers import SGD
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import TrainingDivergedError


@dataclass(frozen=True, slots=True)
class Place:
    """One weight of a network: which array it is in, as the model file names it, and where in that array."""

    array: str  # such as "dense1.weight"
    index: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.array}[{', '.join(map(str, self.index))}]"


@dataclass(frozen=True, slots=True)
class WeightStep:
    """What one iteration did to one weight: after = before - gradient * learning rate."""

    place: Place
    before: float
    gradient: float
    learning_rate: float
    after: float


@dataclass(frozen=True, eq=False, slots=True)
class Iteration:
    """One iteration, station by station; copies, all of them from before the update but `step.after`."""

    number: int  # counted over the whole training, from 1
    epoch: int  # from 1
    number_in_epoch: int  # from 1
    iterations_per_epoch: int
    batch: Array  # (n,) int64: which of the training images
    shown: int  # which image of the batch the stations show
    blocks: tuple[LayerOutput, ...]  # of the image that is shown: the input, then each block up to the logits
    labels: Array  # (n,) y as integers
    probabilities: Array  # (n, classes) y'
    losses: Array  # (n,)
    loss: float  # their mean
    accuracy: float
    gradient_norm: float  # sqrt of the sum of the squares over all weights
    layer_norms: tuple[tuple[str, float], ...]  # the same for the weights of each layer
    step: WeightStep


class TrainingLoop:
    """Trains a copy of a network by the plain rule W2 = W1 - gradient * learning rate, and stops at any iteration.

    `inputs` are what the network takes, (N, height, width, channels) uint8 or (N, features); `labels` (N,) integers.
    The copy computes in float64 and without dropout, see `lesson_copy`.  `learning_rate`, `shown` and `place` may be
    set between two iterations; `place` is the weight that is watched, as an index into the flat vector: at first,
    and when it is None, that of the largest gradient.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        labels: Array,
        loss: str = "cross-entropy",
        batch_size: int = 32,
        learning_rate: float = SGD.usual_learning_rate,
        seed: int = 0,
    ) -> None:
        self.network = lesson_copy(network)
        self.inputs, self.labels = inputs, labels
        self.loss_name = loss
        self.batch_size = min(batch_size, len(labels))
        self.learning_rate = learning_rate
        self.shown = 0
        self.place: int | None = None
        self.iterations = 0
        self.iterations_per_epoch = iterations_per_epoch(len(labels), self.batch_size)
        self._loss = LOSSES[loss]()
        self._optimizer = SGD(self.network.weights, learning_rate)
        self._seed = seed
        self._order = np.arange(0)
        self._replicas: dict[int, Replica] = {}

    def run_iteration(self) -> Iteration:
        """Run the next iteration. Raises `TrainingDivergedError`; the weights are then those before it."""
        start = self.iterations % self.iterations_per_epoch * self.batch_size
        if start == 0:
            epoch = self.iterations // self.iterations_per_epoch + 1  # the order in which a training shows the images
            self._order = stream(self._seed, Purpose.ORDER, epoch).permutation(len(self.labels))
        batch = self._order[start : start + self.batch_size]
        labels = self.labels[batch]
        replica = self._replica(len(batch))
        shown = min(self.shown, len(batch) - 1)
        with np.errstate(all="ignore"):
            logits, outputs = forward_with_outputs(replica.chain, self.inputs[batch], shown)
            probabilities = softmax(logits)
            losses, dlogits = self._loss.of_samples(logits, labels)
            loss = float(losses.mean())
            if not math.isfinite(loss):
                raise TrainingDivergedError(self.iterations + 1, self.learning_rate)
            replica.backward(dlogits / len(batch))
            step = self._update(replica.gradient)
        self.network.chain.merge_statistics([replica.chain])
        self.iterations += 1
        return Iteration(
            self.iterations,
            (self.iterations - 1) // self.iterations_per_epoch + 1,
            (self.iterations - 1) % self.iterations_per_epoch + 1,
            self.iterations_per_epoch,
            batch,
            shown,
            by_block(self.network, outputs),
            labels,
            np.ascontiguousarray(probabilities.T),
            losses,
            loss,
            float(np.mean(probabilities.argmax(axis=0) == labels)),
            _norm(replica.gradient),
            self._layer_norms(replica.gradient),
            step,
        )

    def _update(self, gradient: Array) -> WeightStep:
        """Move all weights and say what became of the one that is watched."""
        if self.place is None:
            self.place = int(np.abs(gradient).argmax())
        weights = self.network.weights
        before = float(weights[self.place])
        self._optimizer.learning_rate = self.learning_rate
        self._optimizer.step(weights, gradient)
        place = place_of(self.network, self.place)
        return WeightStep(place, before, float(gradient[self.place]), self.learning_rate, float(weights[self.place]))

    def _layer_norms(self, gradient: Array) -> tuple[tuple[str, float], ...]:
        squares: dict[str, float] = {}
        for name, part in self.network.split(gradient).items():
            layer = name.partition(".")[0]
            squares[layer] = squares.get(layer, 0.0) + float(np.square(part).sum())
        return tuple((layer, math.sqrt(square)) for layer, square in squares.items())

    def _replica(self, samples: int) -> Replica:
        if samples not in self._replicas:
            self._replicas[samples] = Replica(self.network, samples, TRAINING)
        return self._replicas[samples]


def place_of(network: Network, index: int) -> Place:
    """Which weight stands at an index of the flat vector of all weights."""
    for name, numbers in network.to_file_shapes(np.arange(network.weight_count)).items():
        found = np.argwhere(numbers == index)
        if len(found):
            return Place(name, tuple(map(int, found[0])))
    raise IndexError(f"a network of {network.weight_count} weights has no weight {index}")


def _norm(vector: Array) -> float:
    return math.sqrt(float(vector @ vector))
