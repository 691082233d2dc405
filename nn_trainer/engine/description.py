"""Layers as plain values that JSON can hold, and layers from such values.

A model file keeps its network in this form, so that it can be opened when the presets have moved on.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from nn_trainer.engine.layers import LAYERS, Layer
from nn_trainer.engine.layers.chain import Chain

Description = list[dict[str, Any]]  # one entry a layer: its kind under "layer", and the arguments that make it again


def describe(layers: Iterable[Layer]) -> Description:
    """The kind of each layer and its arguments; layers within a layer are described the same way."""
    return [{"layer": layer.kind, **{name: _plain(layer, name) for name in _arguments(layer)}} for layer in layers]


def build_layers(description: Any) -> list[Layer]:
    """The layers that `describe` described; they have no weights yet.

    Raises ValueError, with a reason, for anything that `describe` cannot have given.
    """
    if not isinstance(description, list) or not all(isinstance(entry, dict) for entry in description):
        raise ValueError("the layers are no list of objects")
    return [_build(entry) for entry in description]


def _build(entry: dict[str, Any]) -> Layer:
    kind = entry.get("layer")
    if not isinstance(kind, str) or kind not in LAYERS:
        raise ValueError(f"there is no layer {kind!r}")
    layer = LAYERS[kind]
    given = {name: value for name, value in entry.items() if name != "layer"}
    arguments = {**layer.arguments_added, **given}
    expected = inspect.signature(layer).parameters
    if set(arguments) != set(expected):
        takes, has = (", ".join(names) or "nothing" for names in (expected, given))
        raise ValueError(f"the layer {kind} takes {takes}, not {has}")
    try:
        return layer(**{name: _argument(value) for name, value in arguments.items()})
    except TypeError as error:
        raise ValueError(f"the layer {kind} cannot be made ({error})") from error


def _argument(value: Any) -> Any:
    """Lists of layers as layers, lists of numbers as tuples, numbers and words as they are."""
    if isinstance(value, list):
        return build_layers(value) if value and isinstance(value[0], dict) else tuple(value)
    if isinstance(value, dict) or value is None:
        raise ValueError(f"a layer cannot be made with {value!r}")
    return value


def _arguments(layer: Layer) -> Sequence[str]:
    return list(inspect.signature(type(layer)).parameters)


def _plain(layer: Layer, name: str) -> Any:
    """The argument a layer was made with: kept under its own name."""
    value = getattr(layer, name)
    if isinstance(value, Chain):
        return describe(value.layers)
    return list(value) if isinstance(value, tuple) else value
