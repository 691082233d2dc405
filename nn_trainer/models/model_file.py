"""The model file: one .safetensors file that holds a classifier, and that other tools can open.

The tensors are the network's state, float32, named `layer.parameter`; `pixels1.mean` and `pixels1.std` are those of
the training images' channels, in units of their bytes.  A pretrained classifier keeps its head alone and
the blocks that were fine-tuned, with the name and hash of the backbone; `unlike_training.references` (n, features),
float16, are training images to compare others with.  A JSON document under one key of the metadata says the rest (see
`model_document`).  Nothing in a file is executed.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from nn_trainer.atomic import check_writable, write_atomically
from nn_trainer.engine.network import Network, state_size
from nn_trainer.errors import ModelFileError
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.model_document import METADATA_KEY, Document, DocumentError, read_document, write_document
from nn_trainer.models.novelty import FEWEST, MOST_REFERENCES, Novelty
from nn_trainer.models.pretrained.backbone import FEATURES

SUFFIX = ".safetensors"
REFERENCES = "unlike_training.references"
_LARGEST_HEADER = 8 * 2**20  # bytes; the header of a model with 10,000 classes has some hundred thousand


def save_classifier(classifier: Classifier, path: str | Path) -> None:
    """Write a model file; either it is there whole, or what was there before is untouched.

    Raises `ModelFileError` if the file cannot be written.
    """
    tensors: dict[str, NDArray[Any]] = dict(classifier.network.state())
    if classifier.novelty is not None:
        tensors[REFERENCES] = classifier.novelty.references
    content = save(tensors, {METADATA_KEY: write_document(classifier)})
    try:
        write_atomically(Path(path), content)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _not_written(path, error) from error


def check_can_save(path: str | Path) -> None:
    """Raise `ModelFileError` before a long training, rather than after it, if `path` cannot be written."""
    try:
        check_writable(Path(path))
    except (OSError, ValueError) as error:
        raise _not_written(path, error) from error


def load_classifier(path: str | Path) -> Classifier:
    """Read a model file. Raises `ModelFileError`, with the reason, if it is not one that can be used."""
    try:
        return _read(Path(path))
    except DocumentError as error:
        raise _not_opened(path, str(error)) from error
    except SafetensorError as error:
        raise _not_opened(path, f"it is damaged, or no safetensors file ({error})") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _not_opened(path, _reason(error)) from error


def _read(path: Path) -> Classifier:
    """Read a model file; raises what `load_classifier` turns into sentences."""
    _check_file(path)
    with safe_open(path, framework="np") as file:
        text = (file.metadata() or {}).get(METADATA_KEY)
        if text is None:
            raise DocumentError("it is not a model of NN Trainer, since nothing in it says what its weights are for")
        document = read_document(text)
        slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        novelty = _novelty(document, slices.pop(REFERENCES, None))
        network = _network(document, sum(math.prod(tensor.get_shape()) for tensor in slices.values()))
        _check_tensors(slices, network.state())
        network.load_state({name: _finite(file.get_tensor(name), name) for name in slices})
    return Classifier(
        network,
        document.class_names,
        document.preprocessing,
        document.config,
        document.figures,
        document.backbone,
        novelty,
    )


def _novelty(document: Document, references: Any) -> Novelty | None:
    """What tells images that are unlike the training images, from the document and the tensor that belong together."""
    if document.limit is None and references is None:
        return None
    if document.limit is None or references is None or document.backbone is None:
        raise DocumentError("its description contradicts itself (unlike_training)")
    count, *rest = references.get_shape()
    if rest != [FEATURES] or not FEWEST <= count <= MOST_REFERENCES or references.get_dtype() != "F16":
        raise DocumentError(f"its {REFERENCES!r} have another shape or type than they should")
    return Novelty(_finite(references[:], REFERENCES), document.limit)


def _check_file(path: Path) -> None:
    """Refuse what must not even be opened: a folder, a pipe that would block, a header that would fill the memory."""
    if path.is_dir():
        raise DocumentError("it is a folder")
    if path.exists() and not path.is_file():
        raise DocumentError("it is not an ordinary file")
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if header > _LARGEST_HEADER:
        raise DocumentError("it is damaged, or no safetensors file (the header is too large)")


def _network(document: Document, numbers: int) -> Network:
    """The network that is described, if the file has as many numbers as it needs; only then memory is taken for it."""
    shape = document.input_shape
    try:
        needed = state_size(document.layers, shape)
        if needed == numbers:
            network = Network(document.layers, shape, document.config.seed)
    except (ValueError, TypeError, ArithmeticError, MemoryError, AttributeError, LookupError) as error:
        raise DocumentError(f"the layers of its network do not fit each other ({error})") from error
    if needed != numbers:
        raise DocumentError(f"it has {numbers:,} weights and its network takes {needed:,}")
    if network.classes != len(document.class_names):
        raise DocumentError(f"it names {len(document.class_names)} classes and its network has {network.classes}")
    return network


def _check_tensors(slices: dict[str, Any], wanted: dict[str, NDArray[np.float32]]) -> None:
    """Refuse tensors that are missing, unknown, or of another shape or type."""
    for name in sorted(slices.keys() ^ wanted.keys()):
        raise DocumentError(f"its weights {name!r} are {'missing' if name in wanted else 'not part of its network'}")
    for name, array in wanted.items():
        if tuple(slices[name].get_shape()) != array.shape:
            raise DocumentError(
                f"its weights {name!r} have the shape {slices[name].get_shape()}, not {list(array.shape)}"
            )
        if slices[name].get_dtype() != "F32":
            raise DocumentError(f"its weights {name!r} are {slices[name].get_dtype()}, not F32")


def _finite(array: NDArray[Any], name: str) -> NDArray[Any]:
    """The array, if all of it are numbers."""
    if not np.isfinite(array).all():
        raise DocumentError(f"its weights {name!r} are not all numbers")
    return array


def _not_opened(path: str | Path, reason: str) -> ModelFileError:
    """The sentence for a file that cannot be used."""
    return ModelFileError(f"{path} cannot be opened as a model: {reason}. Choose another file.")


def _not_written(path: str | Path, error: Exception) -> ModelFileError:
    """The sentence for a file that cannot be written."""
    return ModelFileError(f"The model cannot be saved as {path}: {_reason(error)}. Choose another folder or name.")


def _reason(error: Exception) -> str:
    """What the operating system says, without the path that the sentence names already."""
    return getattr(error, "strerror", None) or str(error)
