"""The memory that a network takes, found by binding its layers without touching their buffers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.inference import MEASURING_BATCH
from nn_trainer.engine.layers import Array, Layer
from nn_trainer.engine.layers.base import PREDICTION, TRAINING, Mode, Scratch
from nn_trainer.engine.network import Network
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.engine.shards import part_sizes, shard_count, thread_count

FEW, MANY = 16, 32  # samples; the bytes of larger batches are extrapolated from these two


def training_bytes(network: Network, images: int, config: TrainingConfig, validation_images: int = 0) -> int:
    """Return the bytes of a training besides the network and its inputs: buffers, gradients, optimizer, validation.

    A shorter batch, the last one of an epoch, has its own buffers.
    """
    batch = min(config.batch_size, images)
    count = shard_count(network, batch)
    sizes = {
        (shard, size)
        for samples in {batch, images % batch or batch}
        for shard, size in enumerate(part_sizes(samples, count))
    }
    needed = {size: bytes_needed(network, size, TRAINING) for size in {size for _, size in sizes}}
    buffers = sum(needed[size] for _, size in sizes)
    vectors = count + 1 + len(OPTIMIZERS[config.optimizer].remembers)  # gradients, scratch, what is remembered
    measuring = 0
    if validation_images:
        threads = min(thread_count(config.threads), math.ceil(validation_images / MEASURING_BATCH))
        measuring = threads * bytes_needed(network, MEASURING_BATCH, PREDICTION)
    return buffers + vectors * network.weights.nbytes + measuring


def bytes_needed(network: Network, samples: int, mode: Mode) -> int:
    """Return the bytes of the buffers of a `Replica` for `samples` samples, without its gradient.

    Each layer is bound alone and released before the next one; memory that is not touched costs nothing.  Beyond `MANY`
    samples the bytes grow by the same amount with each sample, so larger batches are never bound.
    """
    if samples <= MANY:
        return _bytes_bound(network, samples, mode)
    few, many = (_bytes_bound(network, count, mode) for count in (FEW, MANY))
    return many + (samples - MANY) * (many - few) // (MANY - FEW)


def _bytes_bound(network: Network, samples: int, mode: Mode) -> int:
    layers, scratch = network.layers, Scratch()
    first = next((i for i, layer in enumerate(layers) if layer.parameters), len(layers))  # where the backward pass ends
    y = np.empty((network.classes, samples), network.weights.dtype)
    total = y.nbytes
    for place in reversed(range(len(layers))):
        with_backward = mode.backward and place >= first
        added, y = _bytes_of_layer(layers[place], y, mode, scratch, with_backward, with_dx=place > first)
        total += added
    return total + sum(piece.nbytes for piece in scratch.pieces)


def _bytes_of_layer(
    layer: Layer, y: Array, mode: Mode, scratch: Scratch, with_backward: bool, with_dx: bool
) -> tuple[int, Array]:
    """Return the bytes that this layer allocates when it is bound, and the array in which it expects its input."""
    known = _owners(layer)  # parameters, constants, and what is derived from them: the same for all replicas
    twin = layer.replicate()
    twin.use_scratch(scratch)
    x = twin.bind(y, mode)
    slots: list[Array] = [x]
    given: list[Array] = [y]
    if with_backward:
        dx = np.empty_like(x) if with_dx else None
        slots.append(twin.bind_gradient(dx))
        given += [dx] if dx is not None else []
    known |= _owners([*given, *scratch.pieces])
    owned = {**_owners(twin), **_owners(slots)}
    return sum(array.nbytes for key, array in owned.items() if key not in known), x


def _owners(thing: Any) -> dict[int, Array]:
    """Return the arrays that own the memory reachable from an object, by their id."""
    return {id(owner): owner for owner in (_owner(array) for array in _arrays(thing, set()))}


def _arrays(thing: Any, seen: set[int]) -> Iterator[Array]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, (list, tuple)):
        for each in thing:
            yield from _arrays(each, seen)
    elif isinstance(thing, dict):
        for each in thing.values():
            yield from _arrays(each, seen)
    elif type(thing).__module__.startswith("nn_trainer.") and not isinstance(thing, Scratch):
        yield from _arrays(getattr(thing, "__dict__", {}), seen)


def _owner(array: Any) -> Array:
    while getattr(array, "base", None) is not None:
        array = array.base
    return array  # type: ignore[no-any-return]
