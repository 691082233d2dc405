"""A data set that is open, as a training wants its images: at another size, in other colours, with another fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.work import Task


def is_as_wanted(dataset: Dataset, settings: Mapping[str, Any]) -> bool:
    """Whether the images are as these settings of a training say; those that it does not name do not matter."""
    return all(settings.get(name, value) == value for name, value in dataset.preprocessing.settings.items())


def as_wanted(dataset: Dataset, settings: Mapping[str, Any], task: Task) -> Dataset:
    """The data set if it is as wanted, else the same folder read again, in the way that it was read.

    Raises `DatasetError`, `SettingError` and `CancelledError`.
    """
    if is_as_wanted(dataset, settings):
        return dataset
    before = dataset.preprocessing
    wanted = Preprocessing.from_dict({**before.settings, **settings})
    return load_dataset(
        dataset.root,
        wanted.image_size,
        wanted.channels,
        task,
        choice=dataset.choice,
        fit=wanted.fit,
        pixel_range=before.pixel_range if before.range_percentile == wanted.range_percentile else None,
        range_percentile=wanted.range_percentile,
    )
