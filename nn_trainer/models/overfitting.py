"""Two small trainings side by side, made to be compared: one that overfits, and one that is kept from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from nn_trainer.arrays import Indices, Labels, PixelArray
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.architectures import PRESETS
from nn_trainer.engine.config import TrainingConfig, iterations_per_epoch, make_config
from nn_trainer.engine.inputs import LabelledArrays
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.network import Network
from nn_trainer.engine.records import Record
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.engine.training import Training
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.channel_statistics import channel_statistics

PRESET = "mlp"  # learns a few images by heart within seconds
ITERATIONS = 400  # about; both trainings run whole epochs
BATCH_SIZE = 32
LEARNING_RATE = 0.0005
VALIDATION = 1 / 3
LARGEST_SIDE = 32  # pixels; larger images are averaged down, so that a training takes a second or two
COPIES, REACH = 6, 4  # copies of each image, and by how many pixels each is moved at most
DROPOUT, WEIGHT_DECAY = 0.5, 1.0
FEW = 60


@dataclass(frozen=True, slots=True)
class Remedies:
    """What is done against overfitting."""

    all_images: bool = True  # not only the few
    moved_copies: bool = True
    dropout: bool = True
    weight_decay: bool = True


class SmallTraining:
    """One of the two; what a worker needs to run it. It computes in float64."""

    classifier = None  # nothing is kept of it

    def __init__(
        self, training: LabelledArrays, validation: LabelledArrays, classes: int, remedies: Remedies, seed: int
    ) -> None:
        self.training, self.validation = training, validation
        self.copies = COPIES if remedies.moved_copies else 1  # of each image, the unmoved one counted
        dropout = DROPOUT if remedies.dropout else 0.0
        shape = training[0].shape[1:]
        pixels = Pixels(*channel_statistics(training[0]))
        self.network = Network([pixels, *PRESETS[PRESET](shape, classes, dropout)], shape, seed, np.float64)
        self.iterations_per_epoch = iterations_per_epoch(len(training[1]), BATCH_SIZE)
        self.config: TrainingConfig = make_config(
            preset=PRESET,
            epochs=max(1, round(ITERATIONS / self.iterations_per_epoch)),
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            optimizer="adamw",
            weight_decay=WEIGHT_DECAY if remedies.weight_decay else 0.0,
            dropout=dropout,
            schedule="constant",
            seed=seed,
            threads=1,
        )

    @property
    def images(self) -> int:
        """How many images it trains on, moved copies included."""
        return len(self.training[1])

    @property
    def originals(self) -> int:
        """How many of them are not copies."""
        return self.images // self.copies

    @property
    def validation_images(self) -> int:
        """How many others it is measured on."""
        return len(self.validation[1])

    @property
    def total_iterations(self) -> int:
        """The iterations of all epochs."""
        return self.iterations_per_epoch * self.config.epochs

    @contextmanager
    def running(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Iterator[Record]]:
        """Train for the length of a `with`; see `Fitting.running`. The records raise `TrainingDivergedError`."""
        training = Training(self.network, self.training, self.validation, self.config, should_stop)
        with single_threaded_blas(), closing(training.run()) as records:
            yield records


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Training and validation images for both; the validation images are never trained on."""

    training: LabelledArrays
    validation: LabelledArrays
    classes: int
    seed: int

    @property
    def most_images(self) -> int:
        """All training images."""
        return len(self.training[1])

    @property
    def fewest_images(self) -> int:
        """One of each class that there is."""
        return len(np.unique(self.training[1]))

    @property
    def few_images(self) -> int:
        """A number that is few: 60, or less where there are not many, but two of each class if possible."""
        wanted = max(min(FEW, self.most_images // 3), 2 * self.fewest_images)
        return max(self.fewest_images, min(wanted, self.most_images))

    def overfitting(self, images: int) -> SmallTraining:
        """A training on a few images, with nothing done against overfitting."""
        chosen = _spread(self.training[1], images, self.seed)
        few = self.training[0][chosen], self.training[1][chosen]
        return SmallTraining(few, self.validation, self.classes, Remedies(False, False, False, False), self.seed)

    def guarded(self, remedies: Remedies, images: int) -> SmallTraining:
        """A training with remedies; `images` are trained on where more images are not one of them."""
        pixels, labels = self.training
        if not remedies.all_images:
            chosen = _spread(labels, images, self.seed)
            pixels, labels = pixels[chosen], labels[chosen]
        if remedies.moved_copies:
            pixels, labels = moved_copies(pixels, COPIES, REACH, self.seed), np.tile(labels, COPIES)
        return SmallTraining((pixels, labels), self.validation, self.classes, remedies, self.seed)


def make_comparison(pictures: PixelArray, labels: Labels, classes: int, seed: int = 0) -> Comparison:
    """Split pictures (N, height, width, channels) into training and validation, a third of each class."""
    small = shrink(pictures)
    training, validation = stratified_split(labels, VALIDATION, partial(stream, seed, Purpose.SPLIT))
    return Comparison((small[training], labels[training]), (small[validation], labels[validation]), classes, seed)


def shrink(pictures: PixelArray) -> PixelArray:
    """Pictures of at most `LARGEST_SIDE` pixels: the means of squares of pixels, rounded; the rest of a row is cut."""
    count, height, width, channels = pictures.shape
    factor = math.ceil(max(height, width) / LARGEST_SIDE)
    if factor == 1:
        return pictures
    rows, columns = height // factor, width // factor
    squares = pictures[:, : rows * factor, : columns * factor].reshape(count, rows, factor, columns, factor, channels)
    return np.asarray(np.round(squares.mean(axis=(2, 4))), np.uint8)


def moved_copies(pictures: PixelArray, copies: int, reach: int, seed: int) -> PixelArray:
    """The pictures, then `copies` - 1 times each moved by up to `reach` pixels; what comes in repeats the border."""
    rng = stream(seed, Purpose.COPIES)
    _, height, width, _ = pictures.shape
    padded = np.pad(pictures, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    parts = [pictures]
    for _ in range(copies - 1):
        moves = rng.integers(0, 2 * reach + 1, (len(pictures), 2))
        parts.append(
            np.stack([p[r : r + height, c : c + width] for p, (r, c) in zip(padded, moves.tolist(), strict=True)])
        )
    return np.concatenate(parts)


def _spread(labels: Labels, images: int, seed: int) -> Indices:
    """Return the indices of `images` images, taking the classes in turn."""
    rng = stream(seed, Purpose.FEW)
    order = rng.permutation(len(labels))
    rank = np.empty(len(labels), np.int64)  # position of each image within its class
    for label in np.unique(labels):
        of_class = order[labels[order] == label]
        rank[of_class] = np.arange(len(of_class))
    return np.sort(np.lexsort((labels, rank))[:images])
