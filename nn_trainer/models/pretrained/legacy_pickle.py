"""Arrays out of a file that `torch.save` wrote before PyTorch 1.6, read without PyTorch and without running anything.

Such a file is five pickles in a row (a magic number, the version, facts about the machine, the dictionary of tensors,
the keys of their storages), then the storages themselves: for each key a 64-bit count, and as many numbers,
little-endian.

A pickle is a program for a small machine, which may name any function and have it called.  So nothing is read whose
SHA-256 is not the one that is expected; and of what it names, only what such a dictionary takes is known, each standing
for something of this file that does nothing but keep its arguments.
"""

from __future__ import annotations

import hashlib
import io
import math
import pickle
import struct
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_STORAGES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_tensors(content: bytes, sha256: str) -> dict[str, NDArray[Any]]:
    """The tensors of a dictionary by their names, each in its shape, out of the file with this hash.

    Raises ValueError, with a reason, for another file, and for anything else than a whole one of this kind.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError("it is damaged, or of another version")
    stream = io.BytesIO(content)
    sizes: dict[str, tuple[str, int]] = {}  # of each storage: its kind, and how many numbers
    try:
        if (_unpickle(stream, sizes), _unpickle(stream, sizes)) != (_MAGIC, _VERSION):
            raise ValueError("it does not begin as such a file does")
        _unpickle(stream, sizes)  # facts about the machine that wrote it
        tensors, keys = _unpickle(stream, sizes), _unpickle(stream, sizes)
        if not isinstance(tensors, dict) or not isinstance(keys, list) or sorted(keys) != sorted(sizes):
            raise ValueError("it holds no dictionary of tensors")
        storages = {key: _read_storage(stream, *sizes[key]) for key in keys}
        cut = {str(name): item.cut_from(storages) for name, item in tensors.items() if isinstance(item, _Tensor)}
    except ValueError:
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise ValueError(f"it is damaged ({type(error).__name__}: {error})") from error
    return cut


class _Dictionary(dict[Any, Any]):
    """In place of OrderedDict; what a pickle wants to hang onto it is dropped."""

    def __setstate__(self, state: object) -> None:
        """Nothing."""


class _Tensor:
    """In place of a tensor: which numbers of which storage."""

    def __init__(self, storage: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> None:
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def cut_from(self, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
        """A copy; raises ValueError if it is not wholly inside its storage."""
        numbers = (self.offset, *self.shape, *self.strides)
        if not all(type(number) is int and number >= 0 for number in numbers) or len(self.shape) != len(self.strides):
            raise ValueError("the shape of a tensor is none")
        storage = storages.get(self.storage, np.empty(0, np.float32))
        last = self.offset + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides, strict=True))
        if 0 in self.shape or last >= len(storage) or math.prod(self.shape) > len(storage):
            raise ValueError("a tensor is larger than its storage")
        strides = tuple(stride * storage.itemsize for stride in self.strides)
        return np.array(as_strided(storage[self.offset :], self.shape, strides))


class _Reader(pickle.Unpickler):
    """Knows four names and refuses all others."""

    def __init__(self, stream: io.BytesIO, sizes: dict[str, tuple[str, int]]) -> None:
        super().__init__(stream, fix_imports=False)
        self.sizes = sizes

    def find_class(self, module: str, name: str) -> Any:
        """What stands here for a name of the file; ValueError for any other name."""
        if (module, name) == ("collections", "OrderedDict"):
            return _Dictionary
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _STORAGES:
            return name
        raise ValueError(f"it asks for {module}.{name}, which has no place in it")

    def persistent_load(self, pid: Any) -> str:
        """A storage: ("storage", kind, key, device, how many numbers, ...)."""
        _, kind, key, _, size = pid[:5]
        if kind not in _STORAGES or not isinstance(key, str) or type(size) is not int:
            raise ValueError("a storage is of a kind that has no place in it")
        self.sizes[key] = (kind, size)
        return key


def _unpickle(stream: io.BytesIO, sizes: dict[str, tuple[str, int]]) -> Any:
    """The next pickle."""
    return _Reader(stream, sizes).load()


def _read_storage(stream: io.BytesIO, kind: str, size: int) -> NDArray[Any]:
    """The numbers of the next storage."""
    (count,) = struct.unpack("<q", stream.read(8))
    numbers = stream.read(count * _STORAGES[kind].itemsize) if count == size else b""
    if len(numbers) != size * _STORAGES[kind].itemsize:
        raise ValueError("its end is missing")
    array: NDArray[Any] = np.frombuffer(numbers, _STORAGES[kind])
    return array
