"""Whether an image is unlike all that a classifier was trained on, judged by its features.

The distance of an image is the mean of 1 - cosine similarity between its features and those of its three nearest
training images.  How far is normal is learned from images that are: each training image, measured against the others,
and the validation images.  An image is unlike them if it is farther than 95 in 100 of these, by a margin of one
twentieth.

Measured with 30 photos a class of cats and dogs, over 45 choices of them: 4 in 100 other photos of cats and dogs are
flagged, and 99 in 100 pictures of clothes; limits some standard deviations above the mean depend more on which photos
there are.  `tests/benchmarks/pretrained.py` repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn_trainer.engine.streams import Purpose, stream

NEIGHBOURS = 3
MOST_REFERENCES = 512  # training images that are kept with the model, at 2.5 kB each
SHARE, MARGIN = 0.95, 1.05  # of the images that are normal, and beyond
FEWEST = 8  # training images; with fewer there is nothing to judge by

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Novelty:
    """References (n, features), float16 of length 1, and the distance beyond which an image is unlike them."""

    references: NDArray[np.float16]
    limit: float

    def is_unlike(self, features: Vectors) -> bool:
        """Whether an image with these features (features,) is unlike the training images."""
        return bool(nearest(_directions(features[None]), self._directions())[0] > self.limit)

    def _directions(self) -> Vectors:
        return self.references.astype(np.float32)


def learn_novelty(training: Vectors, validation: Vectors, seed: int) -> Novelty | None:
    """Learn it from features (n, features) of training images and of validation images, of which there may be none.

    None if there are too few training images.
    """
    if len(training) < FEWEST:
        return None
    if len(training) > MOST_REFERENCES:
        rng = stream(seed, Purpose.NOVELTY)
        training = training[np.sort(rng.choice(len(training), MOST_REFERENCES, replace=False))]
    references = _directions(training).astype(np.float16)
    directions = references.astype(np.float32)
    similarity = directions @ directions.T
    np.fill_diagonal(similarity, -np.inf)  # an image is not its own neighbour
    normal = np.concatenate([_distances(similarity), nearest(_directions(validation), directions)])
    return Novelty(references, float(MARGIN * np.quantile(normal, SHARE)))


def nearest(directions: Vectors, references: Vectors) -> Vectors:
    """The distance (n,) of each of `directions` (n, features) to its nearest references; vectors have the length 1."""
    return _distances(directions @ references.T)


def _distances(similarity: Vectors) -> Vectors:
    """From cosine similarities (n, references) to the distance (n,) to the nearest ones."""
    near = np.partition(similarity, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
    distances: Vectors = 1 - near.mean(axis=1)
    return distances


def _directions(features: Vectors) -> Vectors:
    """The features at the length 1; a vector of zeros stays one."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    directions: Vectors = features / np.maximum(lengths, np.finfo(np.float32).tiny)
    return directions
