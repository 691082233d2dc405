"""What a training would be made of, before it is started."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import TrainingConfig


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures that follow from a data set and settings."""

    training_images: int
    weights: int


def plan_training(dataset: Dataset, config: TrainingConfig) -> Plan:
    """Count without reading a pixel. Raises `SettingError` if the settings do not make a network."""
    labels = dataset.labels[dataset.splits == "train"]
    if np.any(dataset.splits == "validation"):
        training = len(labels)
    else:
        training = len(stratified_split(labels, config.validation, config.seed)[0])
    network = build_network(config.preset, config.input_shape, len(dataset.class_names), config.dropout)
    return Plan(training, network.weight_count)
