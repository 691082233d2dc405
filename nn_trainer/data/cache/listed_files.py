"""The files of a folder that was opened before, each made when it is asked for: a hundred thousand take their time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.archives.archive import LaterMember
from nn_trainer.data.source import FileSource, Source


class ListedFiles(Sequence[Source]):
    """Files of a folder, or members of an archive, by their paths, relative to it, and their sizes (N,) in bytes."""

    def __init__(self, root: Path, paths: Sequence[str], sizes: NDArray[np.int64], members: bool = False) -> None:
        self._root, self._paths, self._sizes, self._members = root, paths, sizes, members

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Source: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Source, ...]: ...

    def __getitem__(self, index: int | slice) -> Source | tuple[Source, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        path = os.path.join(self._root, self._paths[index])  # noqa: PTH118 - of texts, many times faster
        size = int(self._sizes[index])
        return LaterMember(path, size) if self._members else FileSource(path, size)

    def __iter__(self) -> Iterator[Source]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(lambda a, b: a == b, self, other))

    def __hash__(self) -> int:
        return hash((self._root, len(self._paths)))
