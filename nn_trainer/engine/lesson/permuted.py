"""A network with its outputs in another order."""

from __future__ import annotations

from collections.abc import Sequence

from nn_trainer.engine.inspection import lesson_copy
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.network import Network


def with_outputs_permuted(network: Network, order: Sequence[int]) -> Network:
    """A copy whose output k is output `order[k]` of `network`.

    Each output has its own column of weights and its own bias in the last layer; permuting them permutes only the
    outputs.  Raises ValueError if the last layer is not dense.
    """
    twin = lesson_copy(network)
    last = twin.layers[-1]
    if not isinstance(last, Dense):
        raise ValueError("the last layer is not a dense layer")
    for name, axis in (("weight", 1), ("bias", 0)):
        parameter = last.parameters[name]
        parameter[...] = parameter.take(list(order), axis=axis)
    return twin
