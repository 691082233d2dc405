"""Random numbers: one stream for each purpose, derived from counters, so that no stream has to be stored.

**Why by counters and not one after the other.**  A stream is identified by the seed, its purpose, and counters such as
the epoch, the iteration and the shard.  No stream has to be stored to resume a training at any iteration, and what one
purpose draws does not affect the others.

**Why no two streams meet.**  The generator is Philox, which turns a key and a counter of four words of 64 bits into
four random words, one to one for each key.  The key is made of the seed, the purpose and how many counters there are;
the counters fill the three upper words, and the lowest, which the generator counts up, is free for 2^64 steps.
Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import enum

import numpy as np

MOST_COUNTERS = 3


class Purpose(enum.IntEnum):
    """The purposes of random numbers, and the counters of each.  The values must not change: they decide the bits."""

    WEIGHTS = 1  # the first weights of a network
    ORDER = 2  # the order of the images: epoch
    SPLIT = 3  # which images are kept for validation: class label
    DROPOUT = 4  # the masks: epoch, iteration, shard
    AUGMENTATION = 5  # how training images are altered: epoch, iteration, shard
    VARIANTS = 6  # the altered images that features are computed of: number of the variant, checksum of the image
    NOVELTY = 7  # which training images are kept to tell unlike ones
    COPIES = 8  # the moved copies of the lesson's comparison
    FEW = 9  # the few images of the lesson's comparison
    BATCH = 10  # the images of a batch that the lesson shows


def stream(seed: int, purpose: Purpose, *counters: int) -> np.random.Generator:
    """The random numbers for a purpose, from their start; the same arguments give the same numbers.

    `seed` and the counters, at most three, are from 0 to 2^64 - 1; the number of counters is one of the arguments, so
    (seed, purpose) and (seed, purpose, 0) are apart.  Raises ValueError or OverflowError for others.
    """
    return np.random.Generator(np.random.Philox(key=_key(seed, purpose, counters), counter=_counter(counters)))


def restart(generator: np.random.Generator, seed: int, purpose: Purpose, *counters: int) -> None:
    """Turn a generator that `stream` made into `stream(seed, purpose, *counters)`: a fifth of the cost of a new one."""
    generator.bit_generator.state = {
        "bit_generator": "Philox",  # not shown
        "state": {"counter": _counter(counters), "key": _key(seed, purpose, counters)},
        "buffer": _EMPTY,
        "buffer_pos": len(_EMPTY),
        "has_uint32": 0,
        "uinteger": 0,
    }


_EMPTY = np.zeros(4, np.uint64)


def _key(seed: int, purpose: Purpose, counters: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array([seed, purpose << 8 | len(counters)], np.uint64)


def _counter(counters: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    if len(counters) > MOST_COUNTERS:
        raise ValueError(f"a stream has at most {MOST_COUNTERS} counters, not {len(counters)}")
    return np.array([0, *counters, *(MOST_COUNTERS - len(counters)) * (0,)], np.uint64)
