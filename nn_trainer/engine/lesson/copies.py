"""A copy of a network for the lesson: its own weights, double precision, nothing left to chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from nn_trainer.engine.description import Description, build_layers, describe
from nn_trainer.engine.network import Network


def lesson_copy(network: Network, dtype: DTypeLike = np.float64) -> Network:
    """The same layers and weights in float64, so that every digit that is shown can be checked by hand.

    Dropout layers are left out: their masks are drawn anew each time, and the same weights would give another loss.
    They have no weights, so all names stay as they are.
    """
    twin = Network(build_layers(_without_dropout(describe(network.layers))), network.input_shape, dtype=dtype)
    twin.load_state(network.state())
    return twin


def _without_dropout(description: Description) -> Description:
    """The entries of all other layers, also of those inside layers."""
    return [
        {name: _without_dropout(value) if _is_layers(value) else value for name, value in entry.items()}
        for entry in description
        if entry["layer"] != "Dropout"
    ]


def _is_layers(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
