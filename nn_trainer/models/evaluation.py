"""How well a classifier does on images whose classes are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.images import load_pixels
from nn_trainer.engine.losses import LOSSES
from nn_trainer.errors import DatasetError
from nn_trainer.work import Task

if TYPE_CHECKING:
    from nn_trainer.models.classifier import Classifier

_CHUNK = 512  # images that are decoded again at a time


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
    loss: float  # mean over the images, of the loss the classifier was trained with
    images: int
    classes: tuple[ClassFigures, ...]  # in label order
    confusion_matrix: tuple[tuple[int, ...], ...]  # [true class][predicted class], in label order
    split: str | None  # the split that was evaluated; None: all images


def evaluate(
    classifier: Classifier, dataset: Dataset, split: str | None = None, task: Task | None = None
) -> Evaluation:
    """Evaluate on `split` of the data set; by default on the test images, or on all if there are none.

    The progress of `task` counts images.  Raises `DatasetError` if no image is there or a class is not one of
    the classifier's, and `ImageError` if a file that has to be read again cannot be.
    """
    if split is None and np.any(dataset.splits == "test"):
        split = "test"
    chosen = np.flatnonzero(dataset.splits == split) if split else np.arange(len(dataset.labels))
    if not len(chosen):
        raise DatasetError(f"{dataset.name} has no {split + ' ' if split else ''}images to evaluate on. Open another.")
    labels = _matched_labels(classifier, dataset, chosen)
    logits = _logits(classifier, dataset, chosen, task or Task())
    with np.errstate(all="ignore"):
        loss, _ = LOSSES[classifier.config.loss]()(logits, labels)
    classes = len(classifier.class_names)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, logits.argmax(axis=0)), 1)
    return Evaluation(
        accuracy=float(np.trace(confusion) / len(chosen)),
        loss=loss,
        images=len(chosen),
        classes=tuple(_class_figures(classifier.class_names, confusion)),
        confusion_matrix=tuple(tuple(map(int, row)) for row in confusion),
        split=split,
    )


def _logits(classifier: Classifier, dataset: Dataset, chosen: NDArray[np.int64], task: Task) -> NDArray[np.float32]:
    """Logits (classes, N) of the chosen images."""
    parts: list[NDArray[np.float32]] = []
    before = 0
    for pixels in _pixels(classifier, dataset, chosen):
        parts.append(classifier.logits(pixels, task.part(before, len(chosen), "Evaluating")))
        before += len(pixels)
        task.check()
        task.progress(before, len(chosen), "Evaluating")
    return np.concatenate(parts, axis=1)


def _matched_labels(classifier: Classifier, dataset: Dataset, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The labels of the chosen images as the classifier counts them, matched by class name."""
    labels = dataset.labels[chosen]
    label_of = {name: label for label, name in enumerate(classifier.class_names)}
    there = sorted(dataset.class_names[label] for label in np.unique(labels))
    unknown = [name for name in there if name not in label_of]
    if unknown:
        known = ", ".join(classifier.class_names[:10]) + (", ..." if len(classifier.class_names) > 10 else "")
        raise DatasetError(
            f"{dataset.name} has images of {', '.join(map(repr, unknown[:5]))}{', ...' if len(unknown) > 5 else ''}, "
            f"which the model does not know. Evaluate it on folders with the names of its classes: {known}."
        )
    translated = np.array([label_of.get(name, -1) for name in dataset.class_names], np.int64)
    matched: NDArray[np.int64] = translated[labels]
    return matched


def _pixels(classifier: Classifier, dataset: Dataset, chosen: NDArray[np.int64]) -> Iterator[NDArray[np.uint8]]:
    """The chosen images as the classifier wants them, in portions; from their files where the data set's do not fit."""
    for start in range(0, len(chosen), _CHUNK):
        part = chosen[start : start + _CHUNK]
        if dataset.preprocessing == classifier.preprocessing:
            yield dataset.images[part]
        else:
            yield np.stack([load_pixels(dataset.paths[index], classifier.preprocessing) for index in part])


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
