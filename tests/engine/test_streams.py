"""Random streams: the same arguments give the same numbers, all others give others."""

import itertools

import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.shards import Shards
from nn_trainer.engine.streams import Purpose, restart, stream


def numbers(generator: np.random.Generator) -> bytes:
    return generator.integers(0, 2**64, 4, np.uint64).tobytes()


def arguments():
    """Seeds, purposes and counters as a training has them, and counters that differ in zeros alone."""
    for seed, purpose in itertools.product((0, 1, 2, 3, 256, 2**31 - 1), Purpose):
        for count in range(4):
            for counters in itertools.product((0, 1, 2, 3, 2**32), repeat=count):
                yield seed, purpose, *counters


def test_all_streams_differ():
    every = list(arguments())
    assert len({numbers(stream(*each)) for each in every}) == len(every) > 8_000


def test_a_stream_does_not_run_into_the_next_one():
    long = stream(0, Purpose.DROPOUT, 1, 1, 0).integers(0, 2**64, 100_000, np.uint64)
    others = [stream(0, Purpose.DROPOUT, 1, i, s).integers(0, 2**64, 500, np.uint64) for i in (1, 2) for s in (0, 1)]
    assert not np.isin(long[500:], np.concatenate(others)).any()


def test_a_restarted_generator_is_a_new_stream_wherever_it_was():
    generator = stream(5, Purpose.DROPOUT, 1, 1, 0)
    generator.random(7, np.float32)  # half a word is left over
    generator.integers(0, 10, 3, np.uint32)
    for seed, purpose, *counters in itertools.islice(arguments(), 0, None, 97):
        restart(generator, seed, purpose, *counters)
        fresh = stream(seed, purpose, *counters)
        assert generator.random(5, np.float32).tolist() == fresh.random(5, np.float32).tolist()
        assert generator.integers(0, 10, 3, np.uint32).tolist() == fresh.integers(0, 10, 3, np.uint32).tolist()
        assert numbers(generator) == numbers(fresh)


def test_what_is_no_counter_is_refused():
    for counters in ((1, 2, 3, 4), (-1,), (2**64,)):
        with pytest.raises((ValueError, OverflowError)):
            stream(0, Purpose.ORDER, *counters)


def test_first_weights_and_first_masks_have_nothing_to_do_with_each_other():
    """The sign of a weight and the fate of a value agree in half of the places, as chance has it."""
    network = build_network("linear", (28, 28, 1), 10, dropout=0.5, seed=3)
    masks = stream(3, Purpose.DROPOUT, 1, 1, 0).random(7840, np.float32) >= 0.5
    agree = np.mean(masks == (network.layers[-1].parameters["weight"].ravel() > 0))
    assert 0.47 < agree < 0.53


def test_every_shard_and_every_iteration_alters_and_masks_its_images_in_its_own_way():
    """Equal images in every shard: what becomes of them differs only by the random numbers of the shard."""
    network = build_network("cnn", (28, 28, 1), 3, dropout=0.5)
    pixels, labels = np.full((64, 28, 28, 1), 90, np.uint8), np.zeros(64, np.int64)
    drawn: list[bytes] = []

    def augment(images, rng):
        drawn.append(numbers(rng))
        return images

    def losses(shards, epoch, iteration):
        shards.step(pixels, labels, np.arange(64), epoch, iteration)
        masks = [next(la.mask for la in r.chain.layers if la.kind == "Dropout") for r in shards._replicas.values()]
        return [mask.tobytes() for mask in masks]

    with Shards(network, LOSSES["cross-entropy"](), 64, threads=1, augment=augment) as shards:
        seen = [mask for at in ((1, 1), (1, 2), (2, 2)) for mask in losses(shards, *at)]
        assert len(seen) == len(set(seen)) == 3 * len(shards._gradients) >= 6
        assert len(drawn) == len(set(drawn)) == len(seen)
        assert losses(shards, 1, 1) == seen[: len(shards._gradients)]  # an iteration can be repeated
