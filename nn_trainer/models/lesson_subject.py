"""What the lesson works on: some images of the open data set, and a copy of the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nn_trainer.arrays import Indices, Labels, PixelArray
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.images import ImageLike, load_pixels
from nn_trainer.data.parallel import for_each
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import TrainingConfig, make_config
from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.inspection import lesson_copy
from nn_trainer.engine.layers import Array
from nn_trainer.engine.network import Network
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import ImageError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.channel_statistics import channel_statistics
from nn_trainer.models.class_matching import labels_by_name
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.pretrained.backbone import Backbone
from nn_trainer.models.training_inputs import training_and_validation
from nn_trainer.work import Task

MOST_IMAGES, MOST_PHOTOS = 1000, 600  # spread over the classes; more would only take memory and time
PHOTO = 64  # pixels; images of a larger side count as photos
SMALL = 32  # pixels; the side of the images of a network that is made for the lesson
SMALLEST = 8  # pixels; the preset cnn needs some
MOST_MULTIPLICATIONS = 1_500_000_000  # half a second; of a large network fewer images are looked at


@dataclass(frozen=True, slots=True, eq=False)
class LessonSubject:
    """Images with labels, and a network of its own in float64: whatever a step does to it, no training feels it.

    `pictures[i]` is for the screen, `inputs[i : i + 1]` is what the network takes: the same pixels, or, with a
    `backbone`, the features that it finds in them.
    """

    name: str  # of the data set
    origin: str  # of the network, in words
    class_names: tuple[str, ...]  # in the order of the network's outputs, as they can be shown
    pictures: PixelArray  # (N, height, width, channels)
    inputs: Array  # (N, ...)
    labels: Labels  # (N,)
    paths: tuple[Path, ...]  # N
    network: Network
    config: TrainingConfig  # of the training that the network comes from; its loss and learning rate
    preprocessing: Preprocessing
    training: Indices  # indices of the images that a training learns from; the others are for validation
    whole: int  # images of the data set that these were taken from
    backbone: Backbone | None = None  # what turns pictures into the features that the network takes

    def of_class(self, label: int | None) -> Indices:
        """The indices of the images of a class, of all classes if `label` is None."""
        return np.arange(len(self.labels)) if label is None else np.flatnonzero(self.labels == label)

    def batch(self, size: int, seed: int = 0) -> Indices:
        """The indices of `size` training images drawn at random, of all if there are fewer; the same for a seed."""
        return self.training[stream(seed, Purpose.BATCH).permutation(len(self.training))[:size]]

    def probabilities(self, indices: Indices) -> Array:
        """y' (n, classes) of some images, as in prediction."""
        with single_threaded_blas():
            return predict_probabilities(self.network, self.inputs[indices])

    def read(self, source: ImageLike) -> tuple[PixelArray, Array]:
        """(picture (height, width, channels), input (1, ...)) of another image. Raises `ImageError`."""
        pixels = load_pixels(source, self.preprocessing)
        return pixels, pixels[None] if self.backbone is None else self.backbone.features(pixels[None])

    def copy_network(self) -> Network:
        """Another copy, for a step that changes the weights."""
        return lesson_copy(self.network)


def make_subject(
    dataset: Dataset | None,
    classifier: Classifier | None,
    origin: str = "",
    task: Task | None = None,
) -> LessonSubject:
    """The subject made of the open data set and the classifier at hand; `origin` is where that comes from.

    Without a data set it takes the sample.  Without a classifier, or with one that does not know the classes of
    the data set, it makes a small new network.  Raises `DatasetError`, `ImageError` if no image can be read
    again, and `CancelledError`.
    """
    task = task or Task()
    if dataset is None:
        dataset = load_dataset("sample", task=task)
    fits = classifier is not None and bool((labels_by_name(dataset.class_names, classifier.class_names) >= 0).all())
    if classifier is None or not fits:
        wanted = replace(dataset.preprocessing, image_size=max(SMALLEST, min(SMALL, dataset.preprocessing.image_size)))
    else:
        wanted = classifier.preprocessing
    usable = _usable(dataset)
    chosen = _spread(dataset, usable, MOST_PHOTOS if wanted.image_size > PHOTO else MOST_IMAGES)
    pictures, chosen = _read(dataset, chosen, wanted, task)
    if classifier is None or not fits:
        config = make_config(preset="cnn", **wanted.settings)
        network = _new_network(config, pictures, len(dataset.class_names))
        class_names = dataset.class_names
        origin = _("a new cnn network, not trained yet")
        if classifier is not None:
            origin = _("a new cnn network, not trained yet, since the classifier knows other classes")
    else:
        config, network, class_names = classifier.config, classifier.network, classifier.class_names
    label_of = labels_by_name(dataset.class_names, class_names)
    used = classifier if fits else None
    inputs = pictures if used is None else used.inputs(pictures, task)
    training = np.flatnonzero(np.isin(chosen, training_and_validation(dataset, config)[0]))
    return LessonSubject(
        name=dataset.name,
        origin=origin,
        class_names=tuple(map(display_path, class_names)),
        pictures=pictures,
        inputs=inputs,
        labels=label_of[dataset.labels[chosen]],
        paths=tuple(dataset.sources[index].path for index in chosen),
        network=lesson_copy(network),
        config=config,
        preprocessing=wanted,
        training=training if len(training) else np.arange(len(chosen)),
        whole=len(usable),
        backbone=None if used is None else used.backbone,
    )


def _usable(dataset: Dataset) -> Indices:
    """Indices of all images but those that are kept for testing; of those where there are no others."""
    usable = np.flatnonzero(dataset.splits != "test")
    return usable if len(usable) else np.arange(len(dataset.labels))


def _spread(dataset: Dataset, usable: Indices, most: int) -> Indices:
    """Up to `most` of the usable images, as many of each class."""
    share = max(1, most // len(dataset.class_names))
    chosen = []
    for label in range(len(dataset.class_names)):
        indices = usable[dataset.labels[usable] == label]
        step = max(1, len(indices) // share)
        chosen.append(indices[::step][:share])
    return np.sort(np.concatenate(chosen))[:most]


def _read(dataset: Dataset, chosen: Indices, wanted: Preprocessing, task: Task) -> tuple[PixelArray, Indices]:
    """The pictures with the wanted preprocessing and the indices of those that can still be read."""
    if wanted == dataset.preprocessing:
        return dataset.images[chosen], chosen
    pictures = np.empty((len(chosen), *wanted.shape), np.uint8)
    errors: list[ImageError | None] = [None] * len(chosen)

    def read_one(place: int) -> None:
        try:
            pictures[place] = load_pixels(dataset.sources[chosen[place]], wanted)
        except ImageError as error:
            errors[place] = error

    for_each(read_one, len(chosen), _("Reading images"), task)
    kept = np.array([error is None for error in errors])
    if not kept.any():
        raise next(error for error in errors if error is not None)
    return pictures[kept], chosen[kept]


def _new_network(config: TrainingConfig, pictures: PixelArray, classes: int) -> Network:
    """The network of the settings with its first weights."""
    mean, std = channel_statistics(pictures)
    return build_network(config.preset, config.input_shape, classes, config.dropout, config.seed, mean, std)


def least_sure(subject: LessonSubject) -> int:
    """The index of the image whose highest probability is the lowest, of those that are looked at."""
    count = len(subject.labels)
    affordable = max(1, MOST_MULTIPLICATIONS // max(1, subject.network.multiplications))
    looked_at = np.arange(count)[:: -(-count // affordable)]
    highest = subject.probabilities(looked_at).max(axis=1)
    return int(looked_at[np.argmin(highest)])
