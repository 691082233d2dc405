"""The images of a data set, decoded into one array whose memory was asked for first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nn_trainer.arrays import PixelArray
from nn_trainer.data.classes import ImageFile
from nn_trainer.data.duplicates import try_digest
from nn_trainer.data.free_memory import fits_in_memory
from nn_trainer.data.images import load_pixels
from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.small_images import SmallImages
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import fixed, number
from nn_trainer.work import Task

_WORTH_THREADS = 4096  # bytes a file; smaller ones are decoded faster on one thread
_HUGE = 30_000_000  # pixels of an image that may need more memory than there is


def _allocate(count: int, preprocessing: Preprocessing) -> PixelArray:
    shape = (count, *preprocessing.shape)
    if not fits_in_memory(math.prod(shape)):
        raise _too_much(count, preprocessing)
    return np.empty(shape, dtype=np.uint8)


def _too_much(count: int, preprocessing: Preprocessing) -> DatasetError:
    text = ngettext(
        "{images} image of {size}x{size} pixels needs {gigabytes} GB of memory, more than is free. "
        "Choose a smaller image size.",
        "{images} images of {size}x{size} pixels need {gigabytes} GB of memory, more than is free. "
        "Choose a smaller image size.",
        count,
    )
    gigabytes = fixed(count * math.prod(preprocessing.shape) / 1e9, 1)
    return DatasetError(text.format(images=number(count), size=preprocessing.image_size, gigabytes=gigabytes))


def decode_images(
    files: Sequence[ImageFile],
    small: SmallImages,
    preprocessing: Preprocessing,
    task: Task,
    room: PixelArray | None = None,
) -> tuple[PixelArray, list[ImageFile], list[Problem | None]]:
    """The images (N, height, width, channels), their files with digests, and the problem of each that cannot be used.

    They are put into `room` where that is given.  What stands in the array for one with a problem is of no use.  Raises
    `DatasetError` where there is not enough memory, also for an image of a usual size: to leave all such out would say
    nothing of that.
    """
    try:
        images = _allocate(len(files), preprocessing) if room is None else room
        found, problems = _fill(images, files, small, preprocessing, task)
    except MemoryError as error:
        raise _too_much(len(files), preprocessing) from error
    return images, found, problems


def _fill(
    images: PixelArray, files: Sequence[ImageFile], small: SmallImages, preprocessing: Preprocessing, task: Task
) -> tuple[list[ImageFile], list[Problem | None]]:
    found = list(files)
    problems: list[Problem | None] = [None] * len(files)
    side, _side, channels = preprocessing.shape
    as_they_are = ((side, side), (side, side, 1)) if channels == 1 else ((side, side, 3),)  # nothing is to be done

    def decode_one(index: int) -> None:
        file = files[index]
        try:
            taken = small.take(file.source)
            if isinstance(taken, np.ndarray) and taken.shape in as_they_are:
                images[index] = taken.reshape(preprocessing.shape)
            else:
                images[index] = load_pixels(taken, preprocessing)
            if file.digest is None:
                found[index] = replace(file, digest=try_digest(file.source))
        except ImageError as error:
            if isinstance(error.__cause__, MemoryError) and file.width * file.height < _HUGE:
                raise MemoryError from error
            problems[index] = Problem.of(file.source, error)

    mean_bytes = sum(file.source.size for file in files) / len(files)
    threads = all_cores() if mean_bytes >= _WORTH_THREADS else 1
    for_each(decode_one, len(files), _("Reading images"), task, threads=threads)
    return found, problems


def compact(images: PixelArray, indices: Sequence[int]) -> PixelArray:
    """The images at `indices` (ascending), moved together in place: a copy could need too much memory."""
    for new, old in enumerate(indices):
        if new != old:
            images[new] = images[old]
    return images[: len(indices)]
