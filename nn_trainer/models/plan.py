"""What a training would be made of, before it is started."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.models.pretrained.features import build_for, check_images, rows_per_image
from nn_trainer.models.pretrained.fine_tuning import fine_tuned_weights
from nn_trainer.models.training_inputs import training_and_validation


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures that follow from a data set and settings."""

    training_images: int
    weights: int


def plan_training(dataset: Dataset, config: TrainingConfig) -> Plan:
    """Count without reading a pixel. Raises `SettingError` if the settings do not make a network."""
    check_images(config)
    training, _ = training_and_validation(dataset, config)
    weights = build_for(config, len(dataset.class_names)).weight_count + fine_tuned_weights(config)
    return Plan(rows_per_image(config) * len(training), weights)
