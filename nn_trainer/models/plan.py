"""What a training would be made of, before it is started."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.models.fitting import training_and_validation


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures that follow from a data set and settings."""

    training_images: int
    weights: int


def plan_training(dataset: Dataset, config: TrainingConfig) -> Plan:
    """Count without reading a pixel. Raises `SettingError` if the settings do not make a network."""
    training, _ = training_and_validation(dataset, config)
    network = build_network(config.preset, config.input_shape, len(dataset.class_names), config.dropout)
    return Plan(len(training), network.weight_count)
