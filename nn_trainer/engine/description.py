"""Layers as plain values that JSON can hold, and layers from such values.

A model file keeps its network in this form, so that it can be opened when the presets have moved on.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from nn_trainer.engine.layers import LAYERS, Layer
from nn_trainer.engine.layers.chain import Chain

Description = list[dict[str, Any]]  # one entry a layer: its kind under "layer", and the arguments that make it again


def describe(layers: Iterable[Layer]) -> Description:
    """The kind of each layer and its arguments; layers within a layer are described the same way."""
    return [{"layer": layer.kind, **{name: _plain(layer, name) for name in _arguments(layer)}} for layer in layers]


def build_layers(description: Any) -> list[Layer]:
    """The layers that `describe` described; they have no weights yet.

    Raises ValueError, with a reason, for anything that `describe` cannot have given, and for what is larger or
    deeper than any network of ours.
    """
    return _build_all(description, depth=1, budget=iter(range(MOST_LAYERS)))


def _build_all(description: Any, depth: int, budget: Iterator[int]) -> list[Layer]:
    if not isinstance(description, list) or not all(isinstance(entry, dict) for entry in description):
        raise ValueError("the layers are not a list of objects")
    if depth > MOST_DEPTH:
        raise ValueError(f"layers within layers are more than {MOST_DEPTH} deep")
    return [_build(entry, depth, budget) for entry in description]


def _build(entry: dict[str, Any], depth: int, budget: Iterator[int]) -> Layer:
    if next(budget, None) is None:
        raise ValueError(f"there are more than {MOST_LAYERS:,} layers")
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
    made: dict[str, Any] = {}
    for name, value in arguments.items():
        wanted = str(expected[name].annotation)
        if wanted == LAYERS_WITHIN:
            made[name] = _build_all(value, depth + 1, budget)
        elif wanted in FITS and FITS[wanted](value):
            made[name] = tuple(value) if isinstance(value, list) else value
        else:
            raise ValueError(f"the argument {name} of the layer {kind} cannot be {str(value)[:40]}")
    return layer(**made)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


MOST_LAYERS, MOST_DEPTH = 1_000, 8
LARGEST = 2**31 - 1
LAYERS_WITHIN = "Sequence[Layer]"  # not shown
FITS: dict[str, Callable[[Any], bool]] = {  # by the annotation of the argument
    "int": lambda value: type(value) is int and 1 <= value <= LARGEST,
    "float": _is_number,
    "bool": lambda value: type(value) is bool,
    "str": lambda value: type(value) is str,
    "tuple[float, ...]": lambda value: isinstance(value, list | tuple) and all(map(_is_number, value)),
}


def _arguments(layer: Layer) -> Sequence[str]:
    return list(inspect.signature(type(layer)).parameters)


def _plain(layer: Layer, name: str) -> Any:
    """The argument a layer was made with: kept under its own name."""
    value = getattr(layer, name)
    if isinstance(value, Chain):
        return describe(value.layers)
    return list(value) if isinstance(value, tuple) else value
