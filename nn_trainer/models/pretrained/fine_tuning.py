"""The second stage of a pretrained training: the last blocks of the backbone are trained together with the head."""

from __future__ import annotations

import math
from dataclasses import replace

from nn_trainer.engine.architectures import HEADS, PRETRAINED
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.layers import Layer
from nn_trainer.engine.layers.feature_inputs import FeatureMaps, Standardization
from nn_trainer.engine.network import Network, parameter_count
from nn_trainer.models.pretrained.backbone import Backbone
from nn_trainer.models.pretrained.backbone_layers import last_layers
from nn_trainer.models.pretrained.cached_maps import maps_shape

EPOCHS_SHARE = 4  # one epoch of the second stage for each 4 of the first
RATE = 0.01  # of the learning rate of the first stage: weights that are good already want small steps


def is_fine_tuned(config: TrainingConfig) -> bool:
    """Whether these settings ask for a second stage."""
    return config.preset == PRETRAINED and config.fine_tune > 0


def fine_tuning_epochs(config: TrainingConfig) -> int:
    """Epochs of the second stage; 0 if there is none."""
    return math.ceil(config.epochs / EPOCHS_SHARE) if is_fine_tuned(config) else 0


def fine_tuned_weights(config: TrainingConfig) -> int:
    """How many weights of the backbone are trained."""
    if not is_fine_tuned(config):
        return 0
    shape = maps_shape(config)
    return parameter_count([FeatureMaps(*shape), *last_layers(config.fine_tune)], (math.prod(shape),))


def fine_tuning_config(config: TrainingConfig) -> TrainingConfig:
    """The settings of the second stage by itself."""
    return replace(config, epochs=fine_tuning_epochs(config), learning_rate=max(config.learning_rate * RATE, 1e-7))


def fine_tuned_layers(config: TrainingConfig, classes: int) -> list[Layer]:
    """From feature maps to logits: the last blocks, what makes features of their maps, and the head."""
    return [
        FeatureMaps(*maps_shape(config)),
        *last_layers(config.fine_tune),
        Standardization(),
        *HEADS[config.head](classes, config.dropout),
    ]


def begin_fine_tuning(backbone: Backbone, head: Network, config: TrainingConfig) -> Network:
    """A network on feature maps that computes what backbone and head do; both are copied."""
    network = Network(fine_tuned_layers(config, head.classes), (math.prod(maps_shape(config)),), config.seed)
    last = network.weight_count - head.weight_count
    network.weights[:last] = backbone.last_weights(config.fine_tune)
    network.weights[last:] = head.weights
    standardization = next(layer for layer in network.layers if isinstance(layer, Standardization))
    for name, value in head.layers[0].constants.items():
        standardization.constants[name][...] = value
    return network
