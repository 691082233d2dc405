"""The JSON document of a model file: all of a classifier but the weights.

format_version    1, or 2 where the preprocessing has what version 1 would not heed; a reader refuses a larger one
architecture      input_shape (height, width, channels) or (numbers,), which are features, or after fine-tuning feature
                  maps; layers: the kind of each and what makes it
class_names       in label order
preprocessing     how an image file becomes the network's input; what is left out is as in version 1
hyperparameters   every row of the table in engine/hyperparameters.py, but those that only the preprocessing has from
                  version 2 on, and the seed again
backbone          with the preset pretrained: name and hash of the network whose features the layers take
unlike_training   where images can be told that are unlike the training images: the limit of their distance
data              fingerprint of the images that were trained on and held out; files of older versions lack it
figures           what training reached, by the names of engine/records.py
sha256            of the tensors, so that a damaged file is found; files of older versions lack it
versions          of the programs that wrote the file
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import nn_trainer
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.architectures import PRETRAINED
from nn_trainer.engine.config import TrainingConfig, make_config
from nn_trainer.engine.description import build_layers, describe
from nn_trainer.engine.layers import Layer, Shape
from nn_trainer.errors import BackboneError, NNTrainerError
from nn_trainer.i18n import _
from nn_trainer.models.figures import Figures
from nn_trainer.models.pretrained.backbone import Backbone, load_backbone
from nn_trainer.models.pretrained.cached_maps import maps_shape
from nn_trainer.models.pretrained.features import can_be_pretrained, network_shape
from nn_trainer.models.pretrained.fine_tuning import is_fine_tuned
from nn_trainer.models.tensor_file import HOSTILE, ContentError
from nn_trainer.models.trained_network import TrainedNetwork

METADATA_KEY = "nn_trainer"
FORMAT_VERSION = 2
_IN_PREPROCESSING = ("fit", "range_percentile")  # hyperparameters that version 1 does not know stand there alone
_PLAIN = {"image_size", "channels"}  # of the preprocessing: what version 1 knows


@dataclass(frozen=True, slots=True)
class Document:
    """What the document says, checked; `layers` have no weights yet."""

    layers: list[Layer]
    input_shape: Shape
    class_names: tuple[str, ...]
    preprocessing: Preprocessing
    config: TrainingConfig
    figures: Figures
    backbone: Backbone | None
    fingerprint: str | None  # of the data set that was trained on
    tensors_hash: str | None
    limit: float | None  # the distance beyond which images are unlike the training images


def write_document(classifier: TrainedNetwork, tensors_hash: str) -> str:
    """The document of a classifier, as text; with the hash of the tensors that it stands beside."""
    config = classifier.config
    preprocessing = classifier.preprocessing.as_dict()
    hyperparameters = config.as_dict()
    for name in _IN_PREPROCESSING:
        del hyperparameters[name]
    document: dict[str, Any] = {
        "format_version": 1 if set(preprocessing) == _PLAIN else FORMAT_VERSION,
        "architecture": {
            "input_shape": list(classifier.network.input_shape),
            "layers": describe(classifier.network.layers),
        },
        "class_names": classifier.class_names,
        "preprocessing": preprocessing,
        "hyperparameters": hyperparameters,
        "seed": config.seed,
        "figures": classifier.figures.as_dict(),
        "sha256": tensors_hash,
        "versions": {
            "nn_trainer": nn_trainer.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    if classifier.backbone is not None:
        document["backbone"] = {"name": classifier.backbone.name, "hash": classifier.backbone.hash}
    if classifier.novelty is not None:
        document["unlike_training"] = {"limit": classifier.novelty.limit}
    if classifier.seen is not None:
        document["data"] = {"fingerprint": classifier.seen.fingerprint}
    return json.dumps(document, allow_nan=False)


def read_document(text: str) -> Document:
    """Read and check a document. Raises `ContentError`."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ContentError(_("its description is damaged ({error})").format(error=error)) from error
    if not isinstance(document, dict):
        raise ContentError(_("its description is damaged (it is not a JSON object)"))
    version = _entry(document, "format_version", int)
    if version > FORMAT_VERSION:
        raise ContentError(
            _(
                "it was written by a newer version of NN Trainer (format {version}, this one reads up to "
                "{newest}); install the newest version"
            ).format(version=version, newest=FORMAT_VERSION)
        )
    names = _class_names(_entry(document, "class_names", list))
    try:
        preprocessing = Preprocessing.from_dict(_entry(document, "preprocessing", dict))
        seen = {name: preprocessing.settings[name] for name in _IN_PREPROCESSING}
        config = make_config(**{**_entry(document, "hyperparameters", dict), **seen})
    except (NNTrainerError, *HOSTILE) as error:
        raise ContentError(
            _("its description has a value that this version does not know ({error})").format(error=error)
        ) from error
    agreed = {
        "preprocessing": (config.image_size, config.channels) == (preprocessing.image_size, preprocessing.channels),
        "seed": document.get("seed") == config.seed,
    }
    for key, agrees in agreed.items():
        if not agrees:
            raise ContentError(_("its description contradicts itself ({key})").format(key=key))
    architecture = _entry(document, "architecture", dict)
    shape = _input_shape(architecture, config, preprocessing)
    layers = _layers(architecture)
    figures = _figures(_entry(document, "figures", dict))
    backbone = _backbone(_entry(document, "backbone", dict)) if config.preset == PRETRAINED else None
    limit = _limit(_entry(document, "unlike_training", dict)) if "unlike_training" in document else None
    tensors_hash = _entry(document, "sha256", str) if "sha256" in document else None
    fingerprint = _entry(_entry(document, "data", dict), "fingerprint", str) if "data" in document else None
    return Document(layers, shape, names, preprocessing, config, figures, backbone, fingerprint, tensors_hash, limit)


def _backbone(wanted: dict[str, Any]) -> Backbone:
    """The backbone that is installed, if it is the one that is wanted."""
    try:
        backbone = load_backbone()
    except BackboneError as error:
        raise ContentError(
            _("its network works on the features of another, which is not here ({error})").format(error=error)
        ) from error
    name, content = _entry(wanted, "name", str), _entry(wanted, "hash", str)
    if name != backbone.name:
        raise ContentError(
            _(
                "its network works on the features of {name}, and this version of NN Trainer has {installed}; install "
                "the version that wrote the file"
            ).format(name=name, installed=backbone.name)
        )
    if content != backbone.hash:
        raise ContentError(
            _(
                "its network works on the features of another version of {name} (hash {content}, the one that is "
                "installed has {installed}); install the version of NN Trainer that wrote the file"
            ).format(name=name, content=content[:12], installed=backbone.hash[:12])
        )
    return backbone


def _limit(novelty: dict[str, Any]) -> float:
    """A distance."""
    limit: float = _entry(novelty, "limit", float)
    if not math.isfinite(limit):
        raise ContentError(_("its description is damaged (limit is not a number)"))
    return limit


def _input_shape(architecture: dict[str, Any], config: TrainingConfig, preprocessing: Preprocessing) -> Shape:
    """What the network takes for one image; with fine-tuning it is features too if training ended before that."""
    shapes = [network_shape(config)]
    if is_fine_tuned(config) and can_be_pretrained(preprocessing):
        shapes.append((math.prod(maps_shape(config)),))
    for shape in shapes:
        if architecture.get("input_shape") == list(shape):
            return shape
    raise ContentError(_("its description contradicts itself ({key})").format(key="architecture"))


def _layers(architecture: dict[str, Any]) -> list[Layer]:
    """The layers of the network."""
    try:
        return build_layers(architecture.get("layers"))
    except HOSTILE as error:
        raise ContentError(_("its network is not one that this version knows ({error})").format(error=error)) from error


def _refuse_constant(name: str) -> float:
    """NaN and infinities are Python's own addition to JSON."""
    raise ValueError(f"{name} is not JSON")


def _entry(document: Mapping[str, Any], key: str, kind: type) -> Any:
    """The value under a key, of this very type."""
    if type(document.get(key)) is not kind:
        if key in document:
            raise ContentError(_("its description is damaged ({key} is wrong)").format(key=key))
        raise ContentError(_("its description is damaged ({key} is missing)").format(key=key))
    return document[key]


def _class_names(names: list[Any]) -> tuple[str, ...]:
    """At least two different texts."""
    if len(names) < 2 or not all(isinstance(name, str) and name for name in names):
        raise ContentError(_("its description is damaged (class_names is not a list of two names or more)"))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ContentError(
            _("its description is damaged (there are two classes named {twice})").format(twice=repr(twice))
        )
    return tuple(names)


def _figures(figures: dict[str, Any]) -> Figures:
    """What training reached."""
    try:
        return Figures.from_dict(figures)
    except ValueError as error:
        raise ContentError(_("its description is damaged ({key} is wrong)").format(key="figures")) from error
