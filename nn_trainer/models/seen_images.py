"""Which images a classifier has learned from, and which were held out: known again by their pixels, whatever the file.

An image is known by 8 bytes of a hash over its pixels as the network sees them.  Two different images among a million
have the same 8 bytes once in some ten million data sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import Indices, PixelArray
from nn_trainer.work import Task

_CHUNK = 64  # images between two looks at whether to go on

Digests = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenImages:
    """Digests of the images that training had and of those that were held out, each sorted and without repetitions."""

    fingerprint: str  # of the data set
    training: Digests
    held_out: Digests

    def had(self, digests: Digests) -> NDArray[np.bool_]:
        """Whether training had the images (N,) with these digests."""
        return np.isin(digests, self.training)


def note_images(fingerprint: str, images: PixelArray, training: Indices, held_out: Indices, task: Task) -> SeenImages:
    """Note the images (N, height, width, channels) that are trained on and held out, by their indices.

    Raises `CancelledError`.
    """
    learned, kept = digests_of(images, training, task), digests_of(images, held_out, task)
    return SeenImages(fingerprint, np.unique(learned), np.unique(kept))


def digests_of(images: PixelArray, indices: Iterable[int], task: Task) -> Digests:
    """The digests of some of the images (N, height, width, channels), in their order. Raises `CancelledError`."""
    digests = []
    for count, index in enumerate(indices):
        if count % _CHUNK == 0:
            task.check()
        digests.append(digest(images[index]))
    return np.array(digests, np.uint64)


def digest(image: PixelArray) -> int:
    """What an image (height, width, channels) is known by: 8 bytes, as a number."""
    content = np.ascontiguousarray(image).data
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")
