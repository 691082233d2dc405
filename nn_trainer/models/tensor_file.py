"""Tensor files: safetensors with a text beside the tensors, read with limits, and written whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from nn_trainer.atomic import write_atomically
from nn_trainer.i18n import _

_LARGEST_HEADER = 8 * 2**20  # bytes; the header of a model with 10,000 classes has some hundred thousand


#: What a hostile description can make the building of layers raise.
HOSTILE = (ValueError, TypeError, ArithmeticError, AttributeError, LookupError, RecursionError, MemoryError)


class ContentError(ValueError):
    """What is in a file cannot be used; the message completes "it cannot be opened: ...", without a full stop."""


class TensorFile:
    """A file that is open for reading; nothing but its header is in memory yet."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a dict)

    @property
    def names(self) -> list[str]:
        """The names of the tensors."""
        return [*self._slices]

    def text(self, key: str) -> str | None:
        """The text under a key of the metadata."""
        text: str | None = (self._file.metadata() or {}).get(key)
        return text

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor."""
        return tuple(self._slices[name].get_shape())

    def kind(self, name: str) -> str:
        """The type of a tensor's numbers as safetensors calls it, such as "F32"."""
        kind: str = self._slices[name].get_dtype()
        return kind

    def read(self, name: str) -> NDArray[Any]:
        """A tensor, if all of it are numbers. Raises `ContentError`."""
        array: NDArray[Any] = self._file.get_tensor(name)
        if not np.isfinite(array).all():
            raise ContentError(_("its weights {name!r} are not all numbers").format(name=name))
        return array


@contextmanager
def open_tensors(path: Path) -> Iterator[TensorFile]:
    """The file, open as long as the `with` lasts. Raises `ContentError`, `OSError` and `SafetensorError`."""
    _check_file(path)
    with safe_open(path, framework="np") as file:
        yield TensorFile(file)


def write_tensors(path: Path, tensors: Mapping[str, NDArray[Any]], key: str, text: str) -> None:
    """Write tensors, with a text under a key of the metadata. Raises `OSError`; see `write_atomically`."""
    write_atomically(path, save(dict(tensors), {key: text}))


def content_hash(tensors: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over names, shapes and numbers, whatever the file around them looks like."""
    digest = hashlib.sha256()
    for name, array in sorted(tensors.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _check_file(path: Path) -> None:
    """Refuse what must not even be opened: a folder, a pipe that would block, a header that would fill the memory."""
    if path.is_dir():
        raise ContentError(_("it is a folder"))
    if path.exists() and not path.is_file():
        raise ContentError(_("it is not an ordinary file"))
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if header > _LARGEST_HEADER:
        raise ContentError(_("it is damaged, or not a safetensors file"))
