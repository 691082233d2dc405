"""From the pixels of images to what a network takes: the pixels themselves, or their features."""

from __future__ import annotations

import zlib
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

import nn_trainer
from nn_trainer.arrays import PixelArray
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.architectures import PRETRAINED, build_network, preset_layers
from nn_trainer.engine.augmentation import AUGMENTATIONS
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.layers import Layer, Shape
from nn_trainer.engine.network import Network
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.errors import SettingError
from nn_trainer.i18n import _
from nn_trainer.models.blas import arithmetic
from nn_trainer.models.pretrained.backbone import FEATURES, SIZES, Backbone
from nn_trainer.models.pretrained.feature_cache import FeatureCache, feature_key
from nn_trainer.work import Task

COMPUTING_FEATURES = _("Computing features")  # as the progress calls it
_CHUNK = 64  # images whose features are computed and kept together

FeatureArray = NDArray[np.float32]


class Images(Protocol):
    """Images (size, size, 3) uint8 one after the other: an array of them, or what makes each when it is asked for."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, index: int, /) -> PixelArray:
        """One of them."""
        ...


def network_shape(config: TrainingConfig) -> Shape:
    """What the network of these settings takes for one image: (height, width, channels), or (features,)."""
    return (FEATURES,) if config.preset == PRETRAINED else config.input_shape


def build_for(
    config: TrainingConfig,
    classes: int,
    mean: tuple[float, ...] | None = None,
    std: tuple[float, ...] | None = None,
) -> Network:
    """The network of the settings, with its first weights; see `build_network`."""
    return build_network(
        config.preset, network_shape(config), classes, config.dropout, config.seed, mean, std, config.head
    )


def layers_for(config: TrainingConfig, classes: int) -> list[Layer]:
    """The layers of the network of the settings, as far as the images do not matter for them."""
    return preset_layers(config.preset, network_shape(config), classes, config.dropout, head=config.head)


def rows_per_image(config: TrainingConfig) -> int:
    """How many times each training image is there: once, and once more for each variant whose features are computed."""
    return 1 + config.variants if config.preset == PRETRAINED and config.augment != "none" else 1


def can_be_pretrained(preprocessing: Preprocessing) -> bool:
    """Whether the backbone takes images of this size, in these colours."""
    return preprocessing.image_size in SIZES and preprocessing.channels == "rgb"


def check_images(config: TrainingConfig) -> None:
    """Raise `SettingError` if the preset does not take images of the size and the channels of the settings."""
    if config.preset != PRETRAINED:
        return
    sizes = ", ".join(map(str, SIZES))
    if config.image_size not in SIZES:
        raise SettingError(
            _(
                "The preset pretrained does not take images of {image_size} pixels. Set the image size to one of: "
                "{sizes}; or choose another preset."
            ).format(image_size=config.image_size, sizes=sizes)
        )
    if config.channels != "rgb":
        raise SettingError(
            _("The preset pretrained takes images in colour. Set the channels to rgb, or choose another preset.")
        )


def altered(image: PixelArray, augment: str, variant: int) -> PixelArray:
    """A variant of an image (size, size, 3), counted from 1; 0 is the image itself.

    Chance depends on nothing but the image and the number, so that the features of variants are found in the cache
    whatever the seed of the training and whichever other images there are.
    """
    if variant == 0:
        return image
    rng = stream(0, Purpose.VARIANTS, variant, zlib.crc32(np.ascontiguousarray(image).data))
    changed: PixelArray = AUGMENTATIONS[augment](image[None], rng)[0]
    return changed


def compute_features(backbone: Backbone, images: Images, threads: int = 0, task: Task | None = None) -> FeatureArray:
    """Features (N, 1280) of images (size, size, 3), such as an array of them; each is taken when it is needed.

    Those in the cache are taken from there.  The progress of `task` counts images, and begins with those.  What
    was computed before a cancellation stays in the cache.  Raises `CancelledError`.
    """
    task, count = task or Task(), len(images)
    features = np.empty((count, FEATURES), np.float32)
    with FeatureCache() as cache:
        keys = _keys(backbone, images, task)
        known = cache.get(keys)
        for index, key in enumerate(keys):
            if key in known:
                features[index] = known[key]
        first = {key: index for index, key in reversed([*enumerate(keys)]) if key not in known}
        missing = sorted(first.values())  # of images that are alike, one
        done = count - len(missing)
        task.progress(done, count, COMPUTING_FEATURES)
        for start in range(0, len(missing), _CHUNK):
            part = missing[start : start + _CHUNK]
            pixels = np.stack([images[index] for index in part])
            features[part] = backbone.features(pixels, threads, task.part(done + start, count, COMPUTING_FEATURES))
            cache.put({keys[index]: features[index] for index in part})
        for index, key in enumerate(keys):
            if key in first:
                features[index] = features[first[key]]
    return features


def _keys(backbone: Backbone, images: Images, task: Task) -> list[bytes]:
    """What the features of each image are known by: other arithmetic would give other bits, so it is part of it."""
    keys = []
    computed_by = f"{backbone.hash} {nn_trainer.__version__} {arithmetic()}"
    for index in range(len(images)):
        if index % _CHUNK == 0:
            task.check()
        keys.append(feature_key(images[index], computed_by))
    return keys
