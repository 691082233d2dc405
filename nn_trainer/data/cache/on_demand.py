"""Images that are decoded each time they are asked for: of a data set that neither memory nor disk has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from nn_trainer.arrays import Indices, PixelArray
from nn_trainer.data.images import load_pixels
from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.source import Source


class OnDemandImages:
    """Stands for an array (N, height, width, channels) of uint8 that nobody writes to, with the same pixels.

    A file that cannot be read any more raises `ImageError`.
    """

    dtype: np.dtype[Any] = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, sources: Sequence[Source], preprocessing: Preprocessing) -> None:
        self._sources, self._preprocessing = sources, preprocessing
        self._ahead: tuple[Mapping[int, Future[PixelArray]], ...] = ({}, {})  # of this batch and of the next one
        self._pools: list[ThreadPoolExecutor] = []  # that decode them

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, height, width, channels)."""
        return (len(self._sources), *self._preprocessing.shape)

    def __len__(self) -> int:
        return len(self._sources)

    def __getitem__(self, key: int | slice | Indices) -> PixelArray:
        if isinstance(key, (int, np.integer)):
            one: PixelArray = self.take(np.array([key]))[0]
            return one
        return self.take(np.arange(len(self))[key])

    def expect(self, indices: Indices) -> None:
        """Start decoding the images that will be taken after those that were expected before, on threads of their own.

        They end when these images are decoded; with no indices this waits for that.
        """
        for pool in self._pools if not len(indices) else self._pools[:-1]:
            pool.shutdown()
        pool = ThreadPoolExecutor(all_cores(), thread_name_prefix="decoding-ahead")
        next_ones = {index: pool.submit(self._decode, index) for index in indices.tolist()}
        pool.shutdown(wait=False)
        self._pools, self._ahead = [*self._pools[-1:], pool], (self._ahead[1], next_ones)

    def take(self, indices: Indices, axis: int = 0, out: PixelArray | None = None) -> PixelArray:
        """The images (n, height, width, channels) at these indices (n,), in `out` if that is given.

        Raises IndexError for an index that is not there.
        """
        if axis != 0:
            raise ValueError("whole images only")
        count = len(self)
        chosen = [range(count)[index] for index in np.asarray(indices).tolist()]
        taken = np.empty((len(chosen), *self._preprocessing.shape), np.uint8) if out is None else out
        ahead = self._ahead

        def fill(place: int) -> None:
            index = chosen[place]
            expected = next((some[index] for some in ahead if index in some), None)
            taken[place] = self._decode(index) if expected is None else expected.result()

        unexpected = sum(all(index not in some for some in ahead) for index in chosen)
        for_each(fill, len(chosen), "", threads=all_cores() if unexpected > 1 else 1)
        return taken

    def _decode(self, index: int) -> PixelArray:
        return load_pixels(self._sources[index], self._preprocessing)


def nowhere(count: int, preprocessing: Preprocessing) -> PixelArray:
    """Rows (N, height, width, channels) that all lie in the same place: for images that are decoded to be checked."""
    one = np.zeros(preprocessing.shape, np.uint8)
    return np.lib.stride_tricks.as_strided(one, (count, *one.shape), (0, *one.strides))
