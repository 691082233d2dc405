"""What a training works on: the inputs of its network, for images to learn from and to be measured on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.architectures import PRETRAINED, build_network
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.features import Features
from nn_trainer.engine.network import Network
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import DatasetError, SettingError
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.novelty import Novelty, learn_novelty
from nn_trainer.models.pretrained.backbone import Backbone, load_backbone
from nn_trainer.models.pretrained.cached_maps import compute_maps_of
from nn_trainer.models.pretrained.features import (
    WHAT,
    altered,
    check_images,
    compute_features_of,
    copies,
    network_shape,
)
from nn_trainer.models.pretrained.fine_tuning import is_fine_tuned
from nn_trainer.work import Task

_CHUNK = 1024  # images whose bytes are counted at a time

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingInputs:
    """(inputs (N, ...), labels (N,)) of the training and of the validation images, and the network that takes them."""

    network: Network  # with its first weights
    indices: tuple[Indices, Indices]  # in the data set, of the training and of the validation images
    training: tuple[Array, NDArray[np.int64]]
    validation: tuple[Array, NDArray[np.int64]]
    backbone: Backbone | None = None  # what made features of the images, if the network takes those
    novelty: Novelty | None = None
    maps: tuple[Array, Array] | None = None  # of the training and the validation images, if blocks are fine-tuned


def take_inputs(dataset: Dataset, config: TrainingConfig, task: Task) -> TrainingInputs:
    """The pixels of a data set, or their features, which takes time: see `Fitting` for the task and the errors."""
    _check(dataset, config)
    indices = training_and_validation(dataset, config)
    if config.preset == PRETRAINED:
        return _take_features(dataset, config, *indices, task)
    training, validation = ((dataset.images[chosen], dataset.labels[chosen]) for chosen in indices)
    network = build_for(config, len(dataset.class_names), *channel_statistics(training[0]))
    return TrainingInputs(network, indices, training, validation)


def _take_features(
    dataset: Dataset,
    config: TrainingConfig,
    training: Indices,
    validation: Indices,
    task: Task,
) -> TrainingInputs:
    """The features of the training images, then of each variant of them, and those of the validation images."""
    backbone = load_backbone()
    times, count = copies(config), len(training)
    end = times * count

    def image(index: int) -> NDArray[np.uint8]:
        if index >= end:
            kept: NDArray[np.uint8] = dataset.images[validation[index - end]]
            return kept
        variant, place = divmod(index, count)
        return altered(dataset.images[training[place]], config.augment, variant)

    maps = None
    if is_fine_tuned(config):
        maps = compute_maps_of(backbone, end + len(validation), image, config, task)
        features = backbone.features_of_maps(
            maps,
            config.fine_tune,
            config.image_size,
            config.threads,
            task.part(0, end + len(validation), WHAT),
        )
    else:
        features = compute_features_of(backbone, end + len(validation), image, config.threads, task)
    network = build_for(config, len(dataset.class_names))
    first = network.layers[0]
    assert isinstance(first, Features)
    first.standardise(features[:end])
    with single_threaded_blas():
        novelty = learn_novelty(features[:count], features[end:], config.seed)
    return TrainingInputs(
        network,
        (training, validation),
        (features[:end], np.tile(dataset.labels[training], times)),
        (features[end:], dataset.labels[validation]),
        backbone,
        novelty,
        None if maps is None else (maps[:end], maps[end:]),
    )


def training_and_validation(dataset: Dataset, config: TrainingConfig) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the training and of the validation images: as the folders say, else a share of each class."""
    training = np.flatnonzero(dataset.splits == "train")
    validation = np.flatnonzero(dataset.splits == "validation")
    if not len(validation):
        kept, held_out = stratified_split(
            dataset.labels[training], config.validation, partial(stream, config.seed, Purpose.SPLIT)
        )
        training, validation = training[kept], training[held_out]
    return training, validation


def build_for(
    config: TrainingConfig,
    classes: int,
    mean: tuple[float, ...] | None = None,
    std: tuple[float, ...] | None = None,
) -> Network:
    """The network of the settings, with its first weights; see `build_network`."""
    return build_network(
        config.preset, network_shape(config), classes, config.dropout, config.seed, mean, std, config.head
    )


def channel_statistics(images: NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of (N, height, width, channels), in units of the bytes.

    Counts how often each byte occurs, which is exact and needs little memory.  A channel that is the same
    everywhere gets a deviation of 1, so that one can divide by it.
    """
    channels = images.shape[3]
    counts = np.zeros((channels, 256), np.int64)
    for start in range(0, len(images), _CHUNK):
        for channel in range(channels):
            counts[channel] += np.bincount(images[start : start + _CHUNK, :, :, channel].ravel(), minlength=256)
    values = np.arange(256)
    shares = counts / counts.sum(axis=1, keepdims=True)
    mean = shares @ values
    std = np.sqrt((shares * np.square(values - mean[:, None])).sum(axis=1))
    return tuple(map(float, mean)), tuple(float(s) if s > 0 else 1.0 for s in std)


def _check(dataset: Dataset, config: TrainingConfig) -> None:
    """Raise if this cannot be trained."""
    with_images = np.unique(dataset.labels[dataset.splits == "train"])
    if len(with_images) < 2:
        text = ngettext(
            "Training takes images of two classes or more, and {name} has training images of {count} class. "
            "Make one folder for each class and put its images in.",
            "Training takes images of two classes or more, and {name} has training images of {count} classes. "
            "Make one folder for each class and put its images in.",
            len(with_images),
        )
        raise DatasetError(text.format(name=dataset.name, count=len(with_images)))
    wanted = dataset.preprocessing
    if (config.image_size, config.channels) != (wanted.image_size, wanted.channels):
        raise SettingError(
            _(
                "The data set was loaded at {loaded}x{loaded} {channels}, and training is set to "
                "{size}x{size} {colours}. Load the data set again at that size."
            ).format(
                loaded=wanted.image_size, channels=wanted.channels, size=config.image_size, colours=config.channels
            )
        )
    check_images(config)
