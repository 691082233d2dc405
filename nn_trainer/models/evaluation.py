"""How well a classifier does on images whose classes are known: figures that follow from what it says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import Indices, Labels
from nn_trainer.engine.losses import LOSSES

#: On which images: of a split, those that training did not have, or all there are.
MeasuredOn = Literal["train", "validation", "test", "unseen", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a classifier says of N images whose classes are known."""

    class_names: tuple[str, ...]
    loss: str  # the name of the one that it was trained with, and its label smoothing, as in the records of training
    label_smoothing: float
    indices: Indices  # (N,), in the data set
    labels: Labels  # (N,), the true classes
    logits: NDArray[np.float32]  # (classes, N)
    measured_on: MeasuredOn
    seen: NDArray[np.bool_] | None  # (N,): whether training had the image; None: it is not known
    left_out: int = 0  # further images of the data set, which training had


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """The figures of one class; each is 0 where it would be 0 / 0."""

    name: str
    precision: float  # share of the images predicted as this class that are of it
    recall: float  # share of the images of this class that are predicted as it
    f1: float  # harmonic mean of the two
    images: int  # of this class


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a classifier on a set of images."""

    accuracy: float  # 0 to 1
    loss: float  # mean over the images, of the loss that was minimised, label smoothing included
    images: int
    classes: tuple[ClassFigures, ...]  # in label order
    confusion_matrix: tuple[tuple[int, ...], ...]  # [true class][predicted class], in label order
    split: str | None  # the split that was evaluated; None: any images
    measured_on: MeasuredOn = "all"
    seen_in_training: int | None = None  # how many of the images training had; None: it is not known
    left_out: int = 0  # how many more images there are that were left out, since training had them

    @classmethod
    def of(cls, measured: Measured) -> Evaluation:
        """The figures that follow from what a classifier said; computes nothing else, so it takes no time."""
        labels, logits = measured.labels, measured.logits
        with np.errstate(all="ignore"):
            loss, _gradient = LOSSES[measured.loss](measured.label_smoothing)(logits, labels)
        classes = len(measured.class_names)
        confusion = np.zeros((classes, classes), np.int64)
        np.add.at(confusion, (labels, logits.argmax(axis=0)), 1)
        return cls(
            accuracy=float(np.trace(confusion) / len(labels)),
            loss=loss,
            images=len(labels),
            classes=tuple(_class_figures(measured.class_names, confusion)),
            confusion_matrix=tuple(tuple(map(int, row)) for row in confusion),
            split=None if measured.measured_on in ("unseen", "all") else measured.measured_on,
            measured_on=measured.measured_on,
            seen_in_training=None if measured.seen is None else int(measured.seen.sum()),
            left_out=measured.left_out,
        )


def _class_figures(names: tuple[str, ...], confusion: NDArray[np.int64]) -> Iterator[ClassFigures]:
    """Precision, recall and F1 of each class of a confusion matrix [true][predicted]."""
    for name, right, true, predicted in zip(
        names, confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0), strict=True
    ):
        yield ClassFigures(
            name=name,
            precision=_share(right, predicted),
            recall=_share(right, true),
            f1=_share(2 * right, true + predicted),
            images=int(true),
        )


def _share(part: np.int64, whole: np.int64) -> float:
    """part / whole, 0 where that is 0 / 0."""
    return float(part / whole) if whole else 0.0
