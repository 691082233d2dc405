"""A folder of pictures -> arrays of pixels and labels."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.classes import ClassList, list_classes
from nn_trainer.data.folder_layout import Split
from nn_trainer.data.images import load_pixels
from nn_trainer.data.memory import available_memory
from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.data.preprocessing import Channels, Preprocessing
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.scan import Scan, scan_folder
from nn_trainer.data.small_pictures import SmallPictures
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.work import Task

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int64]

_WORTH_THREADS = 4096  # bytes a file; smaller ones are decoded faster on one thread


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The pictures of a folder, as a network sees them. The arrays cannot be written to.

    `splits` says for what the folders mean a picture; where there is no validation folder, the validation share
    is still to be split off "train".
    """

    root: Path
    name: str
    class_names: tuple[str, ...]  # in the order of their labels
    images: Pixels  # (N, height, width, channels)
    labels: Labels  # (N,)
    splits: NDArray[np.str_]  # (N,) of "train", "validation", "test"
    paths: tuple[Path, ...]  # N
    problems: tuple[Problem, ...]
    preprocessing: Preprocessing
    sizes: NDArray[np.int32]  # (N, 2): width and height of the pictures as they are on disk, upright
    grey: NDArray[np.bool_]  # (N,): whether the picture holds no colour

    @property
    def summary(self) -> str:
        """What training may use, such as "10 classes, 1,000 images, 28x28 grey"."""
        chosen = self._chosen(None)
        if not chosen.any():
            chosen = np.ones_like(chosen)
        sizes = self.sizes[chosen]
        order = np.lexsort((sizes[:, 0], sizes[:, 0].astype(np.int64) * sizes[:, 1]))
        smallest, largest = (f"{width}x{height}" for width, height in sizes[order[[0, -1]]])
        size = smallest if (sizes == sizes[0]).all() else f"{smallest} to {largest}"
        grey = self.grey[chosen]
        colour = "grey" if grey.all() else "colour" if not grey.any() else "colour and grey"
        return f"{len(self.class_names)} classes, {chosen.sum():,} images, {size} {colour}"

    @property
    def test_count(self) -> int:
        """How many pictures are kept for testing; `summary` does not count them."""
        return int((self.splits == "test").sum())

    @property
    def skipped(self) -> tuple[Problem, ...]:
        """The problems of files that are not used; the others are notes."""
        return tuple(problem for problem in self.problems if problem.skipped)

    def counts(self, split: Split | None = None) -> NDArray[np.int64]:
        """(classes,) how many pictures of each class there are in a split; None: in training and validation."""
        return np.bincount(self.labels[self._chosen(split)], minlength=len(self.class_names)).astype(np.int64)

    def select(self, split: Split | None = None) -> tuple[Pixels, Labels, tuple[Path, ...]]:
        """(images, labels, paths) of a split; None: of training and validation together."""
        chosen = self._chosen(split)
        paths = tuple(self.paths[index] for index in np.flatnonzero(chosen))
        if chosen.all():
            return self.images, self.labels, paths
        return self.images[chosen], self.labels[chosen], paths

    def _chosen(self, split: Split | None) -> NDArray[np.bool_]:
        return np.asarray(self.splits != "test" if split is None else self.splits == split)


def load_dataset(
    path: str | os.PathLike[str],
    image_size: int | None = None,
    channels: Channels | None = None,
    task: Task | None = None,
    *,
    as_photos: bool = True,
) -> Dataset:
    """Read all pictures of a folder; the text "sample" stands for the data set that ships.

    `image_size` and `channels` are taken from the pictures where they are None: pictures in colour of 64 pixels or
    more get the size of pretrained networks, unless `as_photos` is False or grey is wanted. A file that cannot be used
    becomes one of `problems` and the rest is used. `task` is told and asked on the calling thread at least every 50 ms.
    Raises `DatasetError`, `LabelFileError`, `SettingError` and `CancelledError`.
    """
    task = task or Task()
    given = {"image_size": image_size, "channels": channels}
    given = {name: value for name, value in given.items() if value is not None}
    Preprocessing.from_dict({"image_size": 1, "channels": "rgb"} | given)  # a wrong value shows before the long work
    small = SmallPictures()
    scan = scan_folder(path, task, read=small.read)
    preprocessing = Preprocessing.from_dict(scan.suggest(as_photos and channels != "grey").as_dict() | given)
    images = _allocate(len(scan.pictures), preprocessing)
    damaged = _decode(scan, small, preprocessing, images, task)
    usable = [index for index, problem in enumerate(damaged) if problem is None]
    classes = _classes_of(scan, usable)
    kept = {picture.path for picture in classes.pictures}
    indices = [index for index in usable if scan.pictures[index].path in kept]
    lost = {problem.path: problem for problem in damaged if problem is not None}
    noted = (problem for problem in scan.problems if problem.path not in lost)
    problems = (*noted, *lost.values(), *classes.problems)
    return _assemble(scan, classes, _compact(images, indices), _unique(problems), preprocessing)


def _allocate(count: int, preprocessing: Preprocessing) -> Pixels:
    shape = (count, *preprocessing.shape)
    needed = math.prod(shape)
    if needed > available_memory():
        raise DatasetError(
            f"{count:,} images of {preprocessing.image_size}x{preprocessing.image_size} pixels need "
            f"{needed / 1e9:.1f} GB of memory, more than is free. Choose a smaller image size."
        )
    return np.empty(shape, dtype=np.uint8)


def _decode(
    scan: Scan,
    small: SmallPictures,
    preprocessing: Preprocessing,
    images: Pixels,
    task: Task,
) -> list[Problem | None]:
    """Fill `images`; the problem of each picture that cannot be decoded, None for the others."""
    problems: list[Problem | None] = [None] * len(images)

    def decode_one(index: int) -> None:
        path = scan.pictures[index].path
        try:
            images[index] = load_pixels(small.take(path), preprocessing)
        except ImageError as error:
            problems[index] = Problem.of(path, error)

    mean_bytes = sum(picture.bytes for picture in scan.pictures) / len(images)
    threads = all_cores() if mean_bytes >= _WORTH_THREADS else 1
    for_each(decode_one, len(images), "Reading pictures", task, threads=threads)
    return problems


def _classes_of(scan: Scan, usable: Sequence[int]) -> ClassList:
    if len(usable) == len(scan.pictures):
        return ClassList(scan.class_names, scan.pictures, ())
    named = scan.class_names if scan.label_file is not None else ()
    pictures = [scan.pictures[index] for index in usable]
    return list_classes(scan.root, pictures, scan.folder_names, scan.label_file, named)


def _compact(images: Pixels, indices: Sequence[int]) -> Pixels:
    """The images at `indices` (ascending), moved together in place: a copy could need too much memory."""
    for new, old in enumerate(indices):
        if new != old:
            images[new] = images[old]
    return images[: len(indices)]


def _assemble(
    scan: Scan, classes: ClassList, images: Pixels, problems: tuple[Problem, ...], preprocessing: Preprocessing
) -> Dataset:
    pictures = classes.pictures
    label_of = {name: label for label, name in enumerate(classes.names)}
    arrays = (
        images,
        np.array([label_of[picture.class_name] for picture in pictures], dtype=np.int64),
        np.array([picture.split for picture in pictures], dtype="U10"),
        np.array([(picture.width, picture.height) for picture in pictures], dtype=np.int32),
        np.array([picture.grey for picture in pictures], dtype=np.bool_),
    )
    for array in arrays:
        array.flags.writeable = False
    images, labels, splits, sizes, grey = arrays
    paths = tuple(picture.path for picture in pictures)
    name = display_path(scan.root.resolve().name or scan.root)
    return Dataset(scan.root, name, classes.names, images, labels, splits, paths, problems, preprocessing, sizes, grey)


def _unique(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Without repetitions: those of the classes are found before and after decoding."""
    return tuple(dict.fromkeys(problems))
