"""What a training would be made of, before it is started."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.network import parameter_count
from nn_trainer.models.pretrained.features import check_images, layers_for, network_shape, rows_per_image
from nn_trainer.models.pretrained.fine_tuning import fine_tuned_weights
from nn_trainer.models.training_inputs import training_and_validation


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures that follow from a data set and settings."""

    training_images: int
    weights: int


def plan_training(dataset: Dataset, config: TrainingConfig) -> Plan:
    """Count without reading a pixel or drawing a weight. Raises `SettingError`."""
    check_images(config)
    training, _ = training_and_validation(dataset, config)
    layers = layers_for(config, len(dataset.class_names))
    weights = parameter_count(layers, network_shape(config)) + fine_tuned_weights(config)
    return Plan(rows_per_image(config) * len(training), weights)
