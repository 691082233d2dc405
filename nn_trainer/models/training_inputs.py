"""What a training works on: which images it learns from and which it is measured on, and the stages it is made of."""

from __future__ import annotations

from functools import partial

import numpy as np

from nn_trainer.arrays import Indices
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.architectures import PRETRAINED
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inputs import Samples
from nn_trainer.engine.network import Network
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import DatasetError, SettingError
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.channel_statistics import channel_statistics
from nn_trainer.models.image_inputs import inputs_of
from nn_trainer.models.pretrained.features import build_for, check_images, layers_for
from nn_trainer.models.pretrained.pretrained_inputs import prepare_pretrained
from nn_trainer.models.stage import Preparation, Stage
from nn_trainer.models.training_memory import check_memory
from nn_trainer.work import Task


def prepare_stages(dataset: Dataset, config: TrainingConfig, task: Task) -> Preparation:
    """The stages of a training, with the features of the images where it takes those: that may take minutes.

    The images of the data set are not copied.  See `Fitting` for the errors.
    """
    _check(dataset, config)
    training, validation = training_and_validation(dataset, config)
    if config.preset == PRETRAINED:
        return prepare_pretrained(dataset, config, training, validation, task)
    inputs, classes = inputs_of(dataset.images), len(dataset.class_names)
    check_memory([(layers_for(config, classes), config.input_shape, config)], len(training), len(validation))
    statistics = channel_statistics(dataset.images, training, task)

    def make_network(_before: Network | None) -> Network:
        return build_for(config, classes, *statistics)

    stage = Stage(
        config, Samples(inputs, dataset.labels, training), Samples(inputs, dataset.labels, validation), make_network
    )
    return Preparation((stage,), training, validation)


def training_and_validation(dataset: Dataset, config: TrainingConfig) -> tuple[Indices, Indices]:
    """Indices of the training and of the validation images: as the folders say, else a share of each class."""
    training = np.flatnonzero(dataset.splits == "train")
    validation = np.flatnonzero(dataset.splits == "validation")
    if not len(validation):
        kept, held_out = stratified_split(
            dataset.labels[training],
            config.validation,
            partial(stream, config.seed, Purpose.SPLIT),
            dataset.groups[training],
        )
        training, validation = training[kept], training[held_out]
    return training, validation


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
    if config.fit != wanted.fit:
        text = _(
            "The data set was loaded with the fit {loaded}, and training is set to {fit}. Load the data set again with "
            "that fit."
        )
        raise SettingError(text.format(loaded=wanted.fit, fit=config.fit))
    if dataset.deep.any() and config.range_percentile != wanted.range_percentile:
        text = _(
            "The data set was loaded with the range percentile {loaded}, and training is set to {percentile}. Load the "
            "data set again with that one."
        )
        raise SettingError(
            text.format(loaded=f"{wanted.range_percentile:g}", percentile=f"{config.range_percentile:g}")
        )
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
