"""The backbone: a network that has seen a million photos and turns an image into 1,280 numbers."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.layers import Array
from nn_trainer.engine.layers.average_pooling import GlobalAveragePooling
from nn_trainer.engine.layers.chain import Chain
from nn_trainer.engine.layers.feature_inputs import FeatureMaps
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.network import Network, parameter_count
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.pretrained.backbone_layers import FEATURES, backbone_layers, first_layers, last_layers
from nn_trainer.models.pretrained.backbone_weights import Weights, in_order, load_weights
from nn_trainer.work import Task

__all__ = ["BACKBONE_NAME", "FEATURES", "SIZES", "Backbone", "load_backbone"]

BACKBONE_NAME = "efficientnet-lite0"
STEM_LAYERS = 3  # pixels, convolution, activation
SIZES = range(96, 225, 32)  # pixels; it was trained with 224


_loading = threading.Lock()


def load_backbone() -> Backbone:
    """The backbone; the same object for every caller, from any thread.

    Raises `BackboneError` if the file of its weights is missing or damaged.
    """
    with _loading:  # two that ask at once would both load it
        return _load_once()


@cache
def _load_once() -> Backbone:
    return Backbone(*load_weights())


class Backbone:
    """EfficientNet-Lite0, trained on ImageNet, up to the layer before its classes.

    `hash` is that of its weights: features of a backbone with another hash are other features.  It does not change, and
    may be used from several threads at once.
    """

    name = BACKBONE_NAME

    def __init__(self, weights: Weights, content_hash: str) -> None:
        self.hash = content_hash
        self._weights = np.empty(sum(array.size for array in weights.values()), np.float32)
        self._networks: dict[int, Network] = {}  # by the size of the images; they share the weights
        for target, array in zip(self._views(), in_order(weights), strict=True):
            target[...] = array

    def features(
        self,
        pixels: PixelArray,
        threads: int = 0,
        task: Task | None = None,
    ) -> NDArray[np.float32]:
        """Features (N, 1280), none negative, of images (N, size, size, 3) uint8 in RGB; `size` is one of SIZES.

        An image gets the same bits alone and in company, and on any number of threads (0: all cores).  The
        progress of `task` counts images, and is called in this thread.

        Raises `CancelledError`, and ValueError for anything else than such images.
        """
        return _run(self._network(_size(pixels)), pixels, threads, task)

    def maps(
        self,
        pixels: PixelArray,
        blocks: int,
        threads: int = 0,
        task: Task | None = None,
    ) -> NDArray[np.float32]:
        """The feature maps (N, numbers) that the last `blocks` blocks take; all the rest as for `features`."""
        return _run(self._first(_size(pixels), blocks), pixels, threads, task)

    def features_of_maps(
        self,
        maps: NDArray[np.float32],
        blocks: int,
        size: int,
        threads: int = 0,
        task: Task | None = None,
    ) -> NDArray[np.float32]:
        """The features (N, 1280) of images of `size` whose `maps` are given: the same bits as from their pixels.

        Raises `CancelledError`.
        """
        return _run(self._last(size, blocks), maps, threads, task)

    def last_weights(self, blocks: int) -> NDArray[np.float32]:
        """A view of the weights that turn the maps before the last `blocks` blocks into features, as one vector."""
        return self._weights[self._first(SIZES[-1], blocks).weight_count :]

    def stem(self, size: int) -> Network:
        """Its first convolution with what follows it, on images of this size, in float64: to be looked into."""
        layers = [*backbone_layers()[:STEM_LAYERS], GlobalAveragePooling()]
        stem = Network(layers, (size, size, 3), dtype=np.float64)
        known = self._network(size).state()
        stem.load_state({name: known[name] for name in stem.state()})
        return stem

    def _network(self, size: int) -> Network:
        """The network for images of this size."""
        if size not in self._networks:
            self._networks[size] = Network(backbone_layers(), (size, size, 3), weights=self._weights)
        return self._networks[size]

    def _first(self, size: int, blocks: int) -> Network:
        """All but the last blocks; they share the weights too."""
        layers, shape = [*first_layers(blocks), Flatten()], (size, size, 3)
        return Network(layers, shape, weights=self._weights[: parameter_count(layers, shape)])

    def _last(self, size: int, blocks: int) -> Network:
        """The last blocks and what follows them."""
        maps = Chain(first_layers(blocks)).build((size, size, 3))
        layers = [FeatureMaps(*maps), *last_layers(blocks)]
        return Network(layers, (math.prod(maps),), weights=self.last_weights(blocks))

    def _views(self) -> Iterable[Array]:
        """Weight and bias of each convolution, in the order of the network."""
        return self._network(SIZES[-1]).to_file_shapes(self._weights).values()


def _size(pixels: PixelArray) -> int:
    """The size of images (N, size, size, 3); raises ValueError for anything that the backbone does not take."""
    size = pixels.shape[1] if pixels.ndim == 4 else 0
    if size not in SIZES or pixels.shape[2:] != (size, 3) or pixels.dtype != np.uint8:
        raise ValueError(f"the backbone takes square RGB images of {[*SIZES]} pixels, not {pixels.shape}")
    return size


def _run(
    network: Network,
    inputs: Array,
    threads: int,
    task: Task | None,
) -> NDArray[np.float32]:
    """What the network gives for each of the inputs (N, ...), as (N, numbers); each goes through it alone."""
    task = task or Task()
    with single_threaded_blas():
        outputs = predict_logits(
            network, inputs, threads, task.cancelled, 1, lambda done, total: task.progress(done, total, "")
        )
    if np.isnan(outputs).any():
        task.check()
    return np.ascontiguousarray(outputs.T)
