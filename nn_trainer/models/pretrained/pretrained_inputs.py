"""What a pretrained training works on: features of the images, and the feature maps of those that are fine-tuned."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nn_trainer.arrays import Indices, PixelArray
from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inputs import ArrayInputs, Samples
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.feature_inputs import Features
from nn_trainer.engine.network import Network
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.novelty import learn_novelty
from nn_trainer.models.pretrained.backbone import FEATURES, load_backbone
from nn_trainer.models.pretrained.cached_maps import check_memory_of_maps, compute_maps, maps_shape
from nn_trainer.models.pretrained.features import (
    COMPUTING_FEATURES,
    altered,
    build_for,
    compute_features,
    layers_for,
    network_shape,
    rows_per_image,
)
from nn_trainer.models.pretrained.fine_tuning import (
    begin_fine_tuning,
    fine_tuned_layers,
    fine_tuning_config,
    is_fine_tuned,
)
from nn_trainer.models.stage import Preparation, Stage
from nn_trainer.models.training_memory import check_memory
from nn_trainer.work import Task


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The training images, then each variant of them, then the validation images; a variant is made when asked for."""

    dataset: Dataset
    config: TrainingConfig
    training: Indices
    validation: Indices

    def __len__(self) -> int:
        return rows_per_image(self.config) * len(self.training) + len(self.validation)

    def __getitem__(self, row: int) -> PixelArray:
        variant, place = divmod(row, len(self.training))
        if variant < rows_per_image(self.config):
            return altered(self.dataset.images[self.training[place]], self.config.augment, variant)
        held_out: PixelArray = self.dataset.images[self.validation[row - len(self) + len(self.validation)]]
        return held_out


def prepare_pretrained(
    dataset: Dataset, config: TrainingConfig, training: Indices, validation: Indices, task: Task
) -> Preparation:
    """The stages of a pretrained training on these images of a data set.

    Raises `BackboneError`, `SettingError` if feature maps do not fit into the memory, and `CancelledError`.
    """
    count, classes = len(training), len(dataset.class_names)
    times = rows_per_image(config)
    end, total = times * count, times * count + len(validation)
    _check_memory(config, classes, end, len(validation))
    backbone, images = load_backbone(), _Rows(dataset, config, training, validation)
    maps = None
    if is_fine_tuned(config):
        maps = compute_maps(backbone, images, config, task)
        features = backbone.features_of_maps(
            maps, config.fine_tune, config.image_size, config.threads, task.part(0, total, COMPUTING_FEATURES)
        )
    else:
        features = compute_features(backbone, images, config.threads, task)
    with single_threaded_blas():
        novelty = learn_novelty(features[:count], features[end:], config.seed)
    labels = np.concatenate([np.tile(dataset.labels[training], times), dataset.labels[validation]])

    def samples(inputs: Array) -> tuple[Samples, Samples]:
        rows, source = np.arange(total), ArrayInputs(inputs)
        return Samples(source, labels, rows[:end]), Samples(source, labels, rows[end:])

    def make_head(_before: Network | None) -> Network:
        head = build_for(config, classes)
        first = head.layers[0]
        assert isinstance(first, Features)
        first.standardise(features[:end])
        return head

    def make_fine_tuned(head: Network | None) -> Network:
        assert head is not None
        return begin_fine_tuning(backbone, head, config)

    stages = [Stage(config, *samples(features), make_head)]
    if maps is not None:
        stages.append(Stage(fine_tuning_config(config), *samples(maps), make_fine_tuned))
    return Preparation(tuple(stages), training, validation, backbone, novelty)


def _check_memory(config: TrainingConfig, classes: int, images: int, validation_images: int) -> None:
    """Refuse what does not fit: features, and with fine-tuning maps, stay in memory during both stages."""
    total = images + validation_images
    inputs = 4 * FEATURES * total
    trainings = [(layers_for(config, classes), network_shape(config), config)]
    if is_fine_tuned(config):
        inputs += check_memory_of_maps(config, total)
        second = fine_tuned_layers(config, classes)
        trainings.append((second, (math.prod(maps_shape(config)),), fine_tuning_config(config)))
    check_memory(trainings, images, validation_images, inputs)
