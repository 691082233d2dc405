"""The memory of a training, asked for before any is taken: a system that promised too much ends the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from nn_trainer.data.free_memory import MOST_OF_MEMORY, available_memory
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.layers import Layer, Shape
from nn_trainer.engine.memory_estimate import training_bytes
from nn_trainer.engine.network import Network, parameter_count
from nn_trainer.errors import SettingError
from nn_trainer.i18n import _


def check_memory(
    trainings: Iterable[tuple[list[Layer], Shape, TrainingConfig]],
    images: int,
    validation_images: int,
    inputs: int = 0,
) -> None:
    """Raise `SettingError` if trainings that follow each other do not fit into the memory.

    Each is known by the layers of its network, the shape of its input, and its settings.  `inputs` are the bytes of
    what is computed before, such as features, and kept for all of them.
    """
    needed = inputs + max(
        _training_bytes(layers, shape, config, images, validation_images) for layers, shape, config in trainings
    )
    usable = MOST_OF_MEMORY * available_memory()
    if needed > usable:
        raise SettingError(
            _(
                "This training takes {needed} GB of memory, more than the {usable} GB that it can have. "
                "Choose a smaller batch size or image size."
            ).format(needed=f"{needed / 1e9:,.1f}", usable=f"{usable / 1e9:,.1f}")
        )


def _training_bytes(
    layers: list[Layer], shape: Shape, config: TrainingConfig, images: int, validation_images: int
) -> int:
    """The bytes of network and training; zeros take no memory as long as nobody writes to them."""
    network = Network(layers, shape, weights=np.zeros(parameter_count(layers, shape), np.float32))
    return network.weights.nbytes + training_bytes(network, images, config, validation_images)


@contextmanager
def memory_explained() -> Iterator[None]:
    """Turn a `MemoryError` into a `SettingError` that says what to do."""
    try:
        yield
    except MemoryError as error:
        raise SettingError(
            _(
                "There is not enough memory to go on with this training. "
                "Choose a smaller batch size or image size, and train again."
            )
        ) from error
