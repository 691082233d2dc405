"""The images of a data set as inputs of a network: in memory, mapped from a file that may be larger, or on demand."""

from __future__ import annotations

import mmap

import numpy as np

from nn_trainer.arrays import Indices, PixelArray
from nn_trainer.data.free_memory import fits_in_memory
from nn_trainer.engine.inputs import ArrayInputs, Inputs, as_inputs


class MappedInputs(ArrayInputs):
    """Rows of a file that is mapped into memory, and larger than it: the system reads a batch while one is trained."""

    def expect(self, indices: Indices) -> None:
        """Have the system read these rows (n,) now, without waiting for it."""
        mapped = getattr(self.array.base, "base", None)  # the base is a memmap, and that of a memmap what is mapped
        if not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_WILLNEED"):
            return
        row = self.array.strides[0]
        for index in indices.tolist():
            start = index * row // mmap.PAGESIZE * mmap.PAGESIZE
            mapped.madvise(mmap.MADV_WILLNEED, start, (index + 1) * row - start)


def inputs_of(images: PixelArray) -> Inputs:
    """The images (N, height, width, channels) of a data set, which are not copied."""
    if not isinstance(images, np.memmap):
        return as_inputs(images)
    if fits_in_memory(images.nbytes):
        return ArrayInputs(np.asarray(images))  # rows of a memmap are memmaps, which take their time
    return MappedInputs(np.asarray(images))
