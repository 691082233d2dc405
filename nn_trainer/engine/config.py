"""The settings of one training."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from nn_trainer.engine.architectures import USUAL_EPOCHS
from nn_trainer.engine.hyperparameter import Value
from nn_trainer.engine.hyperparameters import BY_NAME
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.errors import SettingError
from nn_trainer.i18n import _


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """All settings of one training; every field is a row of `HYPERPARAMETERS`.

    Raises `SettingError` when a value is out of its range.
    """

    preset: str = "cnn"
    head: str = "linear"
    epochs: int = 10
    batch_size: int = 32
    learning_rate: float = 0.002
    optimizer: str = "adam"
    loss: str = "cross-entropy"
    dropout: float = 0.0
    augment: str = "none"
    image_size: int = 32
    channels: str = "rgb"
    fit: str = "crop"
    range_percentile: float = 99.9
    validation: float = 0.2
    seed: int = 0
    schedule: str = "cosine"
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    clip_norm: float = 0.0
    variants: int = 4
    fine_tune: int = 0
    threads: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, BY_NAME[field.name].check(getattr(self, field.name)))

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of the images the network takes."""
        return self.image_size, self.image_size, 3 if self.channels == "rgb" else 1

    def as_dict(self) -> dict[str, Value]:
        """Every setting by name, as plain values that JSON can hold."""
        return asdict(self)


def make_config(**settings: Any) -> TrainingConfig:
    """Build a config; settings that are not given have their usual values: learning rate and weight decay those of the
    optimizer, epochs those of the preset.

    Raises `SettingError` for a name that is not a hyperparameter or a value out of range.
    """
    unknown = sorted(set(settings) - set(BY_NAME))
    if unknown:
        text = _("There is no hyperparameter {name!r}. There are: {names}.")
        raise SettingError(text.format(name=unknown[0], names=", ".join(BY_NAME)))
    given = {name: value for name, value in settings.items() if value is not None}
    for preset, epochs in USUAL_EPOCHS.items():
        if given.get("preset") == preset:
            given.setdefault("epochs", epochs)
    optimizer = OPTIMIZERS.get(given.get("optimizer", "adam"))
    if optimizer is not None:
        given.setdefault("learning_rate", optimizer.usual_learning_rate)
        given.setdefault("weight_decay", optimizer.usual_weight_decay)
    return TrainingConfig(**given)


def iterations_per_epoch(images: int, batch_size: int) -> int:
    """Return the batches of one epoch: ceil(images / batch size); the last one may be smaller."""
    return math.ceil(images / batch_size)
