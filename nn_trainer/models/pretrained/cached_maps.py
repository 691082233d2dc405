"""What the last blocks of the backbone take, when they are to be trained: the feature maps before them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.free_memory import MOST_OF_MEMORY, available_memory
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.layers import Shape
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.errors import SettingError
from nn_trainer.i18n import _
from nn_trainer.models.pretrained.backbone import Backbone
from nn_trainer.models.pretrained.backbone_layers import first_layers
from nn_trainer.models.pretrained.features import Images
from nn_trainer.wording import number
from nn_trainer.work import Task

COMPUTING_MAPS = _("Computing feature maps")  # as the progress calls it
_CHUNK = 64  # images whose pixels are made together

Maps = NDArray[np.float32]


def maps_shape(config: TrainingConfig) -> Shape:
    """(channels, height, width) of the maps that the blocks to be fine-tuned take of one image."""
    return Chain(first_layers(config.fine_tune)).build(config.input_shape)


def compute_maps(backbone: Backbone, images: Images, config: TrainingConfig, task: Task | None = None) -> Maps:
    """Feature maps (N, numbers) of images (size, size, 3), such as an array of them; each is taken when it is needed.

    They are not kept in a cache: those of one image are seven times as large as its features.  The progress of
    `task` counts images.  Raises `SettingError` if they do not fit into the memory, and `CancelledError`.
    """
    task, count = task or Task(), len(images)
    check_memory_of_maps(config, count)
    maps = np.empty((count, math.prod(maps_shape(config))), np.float32)
    task.progress(0, count, COMPUTING_MAPS)
    for start in range(0, count, _CHUNK):
        end = min(start + _CHUNK, count)
        pixels = np.stack([images[index] for index in range(start, end)])
        maps[start:end] = backbone.maps(
            pixels, config.fine_tune, config.threads, task.part(start, count, COMPUTING_MAPS)
        )
    return maps


def check_memory_of_maps(config: TrainingConfig, count: int) -> int:
    """The bytes of the maps of `count` images; raises `SettingError` if they do not fit into the memory."""
    needed = 4 * count * math.prod(maps_shape(config))
    if needed > MOST_OF_MEMORY * available_memory():
        raise SettingError(
            _(
                "Fine-tuning keeps the feature maps of {count} images, altered ones included, in memory: {gigabytes} "
                "GB, more than is free. Set the fine-tuned blocks to 0, or choose fewer variants or a smaller image "
                "size."
            ).format(count=number(count), gigabytes=f"{needed / 1e9:.1f}")
        )
    return needed
