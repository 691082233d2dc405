"""The model file: one .safetensors file that holds a classifier, and that other tools can open.

The tensors are the network's state, float32, named `layer.parameter`; `pixels1.mean` and `pixels1.std` are those of
the training images' channels, in units of their bytes.  A pretrained classifier keeps its head alone and
the blocks that were fine-tuned, with the name and hash of the backbone; `unlike_training.references` (n, features),
float16, are training images to compare others with; `seen.training` and `seen.held_out`, 64-bit digests, tell which
images training had.  A JSON document under one key of the metadata says the rest (see
`model_document`).  Nothing in a file is executed.
"""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from nn_trainer.atomic import check_writable
from nn_trainer.engine.network import Network, state_size
from nn_trainer.errors import ModelFileError
from nn_trainer.i18n import _
from nn_trainer.models.model_document import METADATA_KEY, Document, read_document, write_document
from nn_trainer.models.novelty import FEWEST, MOST_REFERENCES, Novelty
from nn_trainer.models.pretrained.backbone import FEATURES
from nn_trainer.models.seen_images import SeenImages
from nn_trainer.models.tensor_file import HOSTILE, ContentError, TensorFile, content_hash, open_tensors, write_tensors
from nn_trainer.models.trained_network import TrainedNetwork

log = logging.getLogger(__name__)

SUFFIX = ".safetensors"
REFERENCES = "unlike_training.references"
SEEN = ("seen.training", "seen.held_out")


def save_classifier(classifier: TrainedNetwork, path: str | Path) -> None:
    """Write a model file; either it is there whole, or what was there before is untouched.

    Raises `ModelFileError` if the file cannot be written, whatever the cause.
    """
    try:
        tensors = {**classifier.network.state(), **_kept_with_it(classifier.novelty, classifier.seen)}
        write_tensors(Path(path), tensors, METADATA_KEY, write_document(classifier, content_hash(tensors)))
    except OSError as error:
        raise _not_written(path, error) from error
    except Exception as error:  # a name that no file can have, memory that is used up, a fault of the program
        log.exception("The classifier cannot be saved")
        raise _not_written(path, error) from error


def check_can_save(path: str | Path) -> None:
    """Raise `ModelFileError` before a long training, rather than after it, if `path` cannot be written."""
    try:
        check_writable(Path(path))
    except (OSError, ValueError) as error:
        raise _not_written(path, error) from error


def read_model(path: str | Path) -> TrainedNetwork:
    """Read a model file. Raises `ModelFileError`, with the reason, if it is not one that can be used."""
    try:
        return _read(Path(path))
    except ContentError as error:
        raise _not_opened(path, str(error)) from error
    except SafetensorError as error:
        log.info("%s is not read by safetensors: %s", path, error)  # whose words are for us, not for the person
        raise _not_opened(path, _("it is damaged, or not a safetensors file")) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _not_opened(path, _reason(error)) from error


def _read(path: Path) -> TrainedNetwork:
    """Read a model file; raises what `load_classifier` turns into sentences."""
    with open_tensors(path) as file:
        text = file.text(METADATA_KEY)
        if text is None:
            raise ContentError(_("it is not a model of NN Trainer, since nothing in it says what its weights are for"))
        document = read_document(text)
        novelty, seen = _novelty(document, file), _seen(document, file)
        names = [name for name in file.names if name not in (REFERENCES, *SEEN)]
        network = _network(document, sum(math.prod(file.shape(name)) for name in names))
        wanted = network.state()
        _check_tensors(file, names, wanted)
        state = {name: file.read(name) for name in names}
    if document.tensors_hash not in (None, content_hash({**state, **_kept_with_it(novelty, seen)})):
        raise ContentError(_("it is damaged (its weights are not those that were saved)"))
    _check_deviations(state)
    network.load_state(state)
    return TrainedNetwork(
        network,
        document.class_names,
        document.preprocessing,
        document.config,
        document.figures,
        document.backbone,
        novelty,
        seen,
    )


def _kept_with_it(novelty: Novelty | None, seen: SeenImages | None) -> dict[str, NDArray[Any]]:
    """The tensors of a file that are not the network's state."""
    tensors: dict[str, NDArray[Any]] = {}
    if novelty is not None:
        tensors[REFERENCES] = novelty.references
    if seen is not None:
        tensors |= dict(zip(SEEN, (seen.training, seen.held_out), strict=True))
    return tensors


def _novelty(document: Document, file: TensorFile) -> Novelty | None:
    """What tells images that are unlike the training images, from the document and the tensor that belong together."""
    there = REFERENCES in file.names
    if document.limit is None and not there:
        return None
    if document.limit is None or not there or document.backbone is None:
        raise ContentError(_("its description contradicts itself ({key})").format(key="unlike_training"))
    count, *rest = file.shape(REFERENCES)
    if rest != [FEATURES] or not FEWEST <= count <= MOST_REFERENCES or file.kind(REFERENCES) != "F16":
        raise ContentError(_("its {name!r} have another shape or type than they should").format(name=REFERENCES))
    return Novelty(file.read(REFERENCES), document.limit)


def _seen(document: Document, file: TensorFile) -> SeenImages | None:
    """Which images training had, from the document and the tensors that belong together."""
    there = [name in file.names for name in SEEN]
    if document.fingerprint is None and not any(there):
        return None
    if document.fingerprint is None or not all(there):
        raise ContentError(_("its description contradicts itself ({key})").format(key="data"))
    for name in SEEN:
        if len(file.shape(name)) != 1 or file.kind(name) != "U64":
            raise ContentError(_("its {name!r} have another shape or type than they should").format(name=name))
    return SeenImages(document.fingerprint, *(file.read(name) for name in SEEN))


def _network(document: Document, numbers: int) -> Network:
    """The network that is described, if the file has as many numbers as it needs; only then memory is taken for it."""
    shape = document.input_shape
    try:
        needed = state_size(document.layers, shape)
        if needed == numbers:
            network = Network(document.layers, shape, document.config.seed)
    except HOSTILE as error:
        raise ContentError(
            _("the layers of its network do not fit each other ({error})").format(error=error)
        ) from error
    if needed != numbers:
        raise ContentError(
            _("it has {there} weights and its network takes {needed}").format(
                there=f"{numbers:,}", needed=f"{needed:,}"
            )
        )
    if network.classes != len(document.class_names):
        raise ContentError(
            _("it names {names} classes and its network has {classes}").format(
                names=len(document.class_names), classes=network.classes
            )
        )
    return network


def _check_tensors(file: TensorFile, names: list[str], wanted: dict[str, NDArray[np.float32]]) -> None:
    """Refuse tensors that are missing, unknown, or of another shape or type."""
    for name in sorted({*names} ^ wanted.keys()):
        if name in wanted:
            raise ContentError(_("its weights {name!r} are missing").format(name=name))
        raise ContentError(_("its weights {name!r} are not part of its network").format(name=name))
    for name, array in wanted.items():
        if file.shape(name) != array.shape:
            raise ContentError(
                _("its weights {name!r} have the shape {shape}, not {wanted}").format(
                    name=name, shape=[*file.shape(name)], wanted=[*array.shape]
                )
            )
        if file.kind(name) != "F32":
            raise ContentError(_("its weights {name!r} are {kind}, not F32").format(name=name, kind=file.kind(name)))


def _check_deviations(state: dict[str, NDArray[Any]]) -> None:
    """Refuse what a network divides by and cannot: every probability would not be a number."""
    for name, array in state.items():
        least = {"std": np.finfo(np.float32).tiny, "variance": 0.0}.get(name.rpartition(".")[2], -np.inf)
        if (array < least).any():
            raise ContentError(_("its {name!r} are not all positive").format(name=name))


def _not_opened(path: str | Path, reason: str) -> ModelFileError:
    """The sentence for a file that cannot be used."""
    text = _("{path} cannot be opened as a model: {reason}. Choose another file.")
    return ModelFileError(text.format(path=path, reason=reason), reason)


def _not_written(path: str | Path, error: Exception) -> ModelFileError:
    """The sentence for a file that cannot be written."""
    text = _("The model cannot be saved as {path}: {reason}. Choose another folder or name.")
    return ModelFileError(text.format(path=path, reason=_reason(error)), _reason(error))


def _reason(error: Exception) -> str:
    """What the operating system says, without the path that the sentence names already."""
    if isinstance(error, MemoryError):
        return _("there is not enough memory")
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
