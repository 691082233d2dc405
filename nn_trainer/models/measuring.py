"""Measuring a classifier: on which images, what it says of each, and whether it may have learned from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import Indices, Labels, PixelArray
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.images import load_pixels
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.inference import MEASURING_BATCH
from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path, in_natural_order
from nn_trainer.i18n import _
from nn_trainer.models.class_matching import labels_by_name
from nn_trainer.models.evaluation import Evaluation, Measured, MeasuredOn
from nn_trainer.models.seen_images import Digests, SeenImages, digests_of
from nn_trainer.models.trained_network import TrainedNetwork
from nn_trainer.work import Task

_PORTION = 64 * 2**20  # bytes of pixels that are read at a time
_SHOWN = 5  # classes that are named in a sentence


@dataclass(frozen=True, slots=True, eq=False)
class ImageSamples:
    """Images of a data set that a classifier is measured on, and what is known of them."""

    dataset: Dataset
    indices: Indices  # (N,), in the data set
    labels: Labels  # (N,), as the classifier counts them
    measured_on: MeasuredOn
    seen: NDArray[np.bool_] | None  # (N,): whether training had the image; None: the classifier does not know
    left_out: int = 0  # further images of the data set that training had


def evaluate(
    classifier: TrainedNetwork, dataset: Dataset, split: str | None = None, task: Task | None = None
) -> Evaluation:
    """The figures of a classifier on a data set; see `choose_images` for which images and for the errors."""
    task = task or Task()
    return Evaluation.of(measure(classifier, choose_images(classifier, dataset, split, task), task))


def choose_images(
    classifier: TrainedNetwork, dataset: Dataset, split: str | None = None, task: Task | None = None
) -> ImageSamples:
    """The images of `split`; by default the test images, else those that training did not have, else all.

    Raises `DatasetError` if there are none or if a class is not one of the classifier's, `ImageError` if a file that
    has to be read again cannot be, and `CancelledError`.
    """
    task = task or Task()
    if split is None and np.any(dataset.splits == "test"):
        split = "test"
    chosen = np.flatnonzero(dataset.splits == split) if split else np.arange(len(dataset.labels))
    if not len(chosen):
        raise _no_images(dataset, split)
    samples = ImageSamples(dataset, chosen, _matched_labels(classifier, dataset, chosen), _code_of(split), None)
    if classifier.seen is None:
        return samples
    seen = _seen(classifier.seen, classifier.preprocessing, samples, task)
    if split is None and not seen.all():
        unseen = ~seen
        return replace(
            samples,
            indices=chosen[unseen],
            labels=samples.labels[unseen],
            measured_on="unseen",
            seen=np.zeros(int(unseen.sum()), np.bool_),
            left_out=int(seen.sum()),
        )
    return replace(samples, seen=seen)


def measure(classifier: TrainedNetwork, samples: ImageSamples, task: Task | None = None) -> Measured:
    """What the classifier says of each image. Raises `ImageError` and `CancelledError`."""
    task, total = task or Task(), len(samples.indices)
    parts: list[NDArray[np.float32]] = []
    done = 0
    for pixels in _pixels(samples, classifier.preprocessing):
        parts.append(classifier.logits(pixels, task.part(done, total, _("Evaluating"))))
        done += len(pixels)
        task.progress(done, total, _("Evaluating"))
    return Measured(
        classifier.class_names,
        classifier.config.loss,
        classifier.config.label_smoothing,
        samples.indices,
        samples.labels,
        np.concatenate(parts, axis=1),
        samples.measured_on,
        samples.seen,
        samples.left_out,
    )


def _code_of(split: str | None) -> MeasuredOn:
    codes: dict[str | None, MeasuredOn] = {"train": "train", "validation": "validation", "test": "test"}
    return codes.get(split, "all")


def _seen(known: SeenImages, preprocessing: Preprocessing, samples: ImageSamples, task: Task) -> NDArray[np.bool_]:
    """Whether training had each of the images."""
    parts: list[Digests] = []
    done = 0
    for pixels in _pixels(samples, preprocessing):
        parts.append(digests_of(pixels, range(len(pixels)), task))
        done += len(pixels)
        task.progress(done, len(samples.indices), _("Looking for images that training had"))
    return known.had(np.concatenate(parts))


def _pixels(samples: ImageSamples, preprocessing: Preprocessing) -> Iterator[PixelArray]:
    """The images as the classifier wants them, in portions; from their files where the data set's do not fit."""
    height, width, channels = preprocessing.shape
    batches = max(1, _PORTION // (height * width * channels * MEASURING_BATCH))
    dataset = samples.dataset
    for start in range(0, len(samples.indices), batches * MEASURING_BATCH):
        part = samples.indices[start : start + batches * MEASURING_BATCH]
        if dataset.preprocessing == preprocessing:
            yield dataset.images[part]
        else:
            yield np.stack([load_pixels(dataset.sources[index], preprocessing) for index in part])


def _matched_labels(classifier: TrainedNetwork, dataset: Dataset, chosen: Indices) -> Labels:
    """The labels of the chosen images as the classifier counts them, matched by class name."""
    labels = dataset.labels[chosen]
    translated = labels_by_name(dataset.class_names, classifier.class_names)
    unknown = in_natural_order(dataset.class_names[label] for label in np.unique(labels) if translated[label] < 0)
    if unknown:
        text = _(
            "{data} has images of {unknown}, which the model does not know. "
            "Evaluate it on folders with the names of its classes: {known}."
        )
        known = _listed(classifier.class_names, 2 * _SHOWN)
        raise DatasetError(text.format(data=dataset.name, unknown=_listed([*map(repr, unknown)], _SHOWN), known=known))
    matched: Labels = translated[labels]
    return matched


def _listed(names: list[str] | tuple[str, ...], most: int) -> str:
    """The first of the names, and dots where there are more."""
    return ", ".join([*map(display_path, names[:most]), *["..."] * (len(names) > most)])


def _no_images(dataset: Dataset, split: str | None) -> DatasetError:
    """The error for a data set that has none of the images that are wanted."""
    texts = {
        "train": _("{data} has no training images to evaluate on. Open another."),
        "validation": _("{data} has no validation images to evaluate on. Open another."),
        "test": _("{data} has no test images to evaluate on. Open another."),
    }
    return DatasetError(
        texts.get(split or "", _("{data} has no images to evaluate on. Open another.")).format(data=dataset.name)
    )
