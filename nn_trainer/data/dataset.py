"""A folder of images -> arrays of pixels and labels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence, Sized
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import Labels, PixelArray
from nn_trainer.data.cache.image_cache import ImageCache
from nn_trainer.data.classes import ClassList, ImageFile, list_classes
from nn_trainer.data.decoding import compact, decode_images
from nn_trainer.data.duplicates import group_numbers
from nn_trainer.data.image_notes import fit_notes, range_notes
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.layout.folder_layout import Split
from nn_trainer.data.look_alikes import look_alike_notes
from nn_trainer.data.pixel_range import find_pixel_range
from nn_trainer.data.preprocessing import Channels, Fit, PixelRange, Preprocessing
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.refused import with_reasons
from nn_trainer.data.scan import Scan, scan_folder
from nn_trainer.data.source import Source
from nn_trainer.errors import DatasetError
from nn_trainer.i18n import _
from nn_trainer.paths import sample_dataset_path
from nn_trainer.wording import counted_classes, counted_images
from nn_trainer.work import Task


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The images of a folder, as a network sees them. The arrays cannot be written to.

    `splits` says for what the folders mean an image; where there is no validation folder, the validation share
    is still to be split off "train".  Raises `ValueError` if not all that is said of each image is of one length.
    """

    root: Path
    name: str
    class_names: tuple[str, ...]  # in the order of their labels
    images: PixelArray  # (N, height, width, channels), or what decodes them when they are asked for (`cache.on_demand`)
    labels: Labels  # (N,)
    splits: NDArray[np.str_]  # (N,) of "train", "validation", "test"
    sources: Sequence[Source]  # N
    digests: tuple[bytes | None, ...]  # N: equal for equal files; None of a file that cannot be read any more
    problems: tuple[Problem, ...]
    preprocessing: Preprocessing
    sizes: NDArray[np.int32]  # (N, 2): width and height of the images as they are on disk, upright
    grey: NDArray[np.bool_]  # (N,): whether the image holds no colour
    deep: NDArray[np.bool_]  # (N,): whether its pixels have more than 8 bits
    choice: LayoutChoice = field(default_factory=LayoutChoice)  # how a person said that the folder is to be read

    def __post_init__(self) -> None:
        told: tuple[Sized, ...] = (
            self.labels,
            self.splits,
            self.sources,
            self.digests,
            self.sizes,
            self.grey,
            self.deep,
        )
        if any(len(each) != len(self.images) for each in told):
            raise ValueError(f"{len(self.images)} images, and of other things {[len(each) for each in told]}")

    @property
    def paths(self) -> tuple[Path, ...]:
        """(N,) where a person finds the images; made anew each time, so ask `sources` for that of one image."""
        return tuple(source.path for source in self.sources)

    @property
    def groups(self) -> NDArray[np.int64]:
        """(N,) one number for images whose files are equal byte for byte, which no split may part."""
        return group_numbers(self.digests)

    @property
    def fingerprint(self) -> str:
        """What data sets with the same classes, files, labels and splits have in common, and others have not."""
        digest = hashlib.blake2b(digest_size=16)
        for text in (*self.class_names, "", *self.splits.tolist()):
            digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(self.labels.astype("<i8").tobytes())
        for known in self.digests:
            digest.update(known or bytes(16))
        return digest.hexdigest()

    @property
    def summary(self) -> str:
        """What training may use, such as "10 classes, 1,000 images, 28x28 grey"."""
        chosen = self._chosen(None)
        if not chosen.any():
            chosen = np.ones_like(chosen)
        sizes = self.sizes[chosen]
        order = np.lexsort((sizes[:, 0], sizes[:, 0].astype(np.int64) * sizes[:, 1]))
        smallest, largest = (f"{width}x{height}" for width, height in sizes[order[[0, -1]]])
        one_size = bool((sizes == sizes[0]).all())
        size = smallest if one_size else _("{smallest} to {largest}").format(smallest=smallest, largest=largest)
        grey = self.grey[chosen]
        if grey.all():
            text = _("{classes}, {images}, {size} grey")
        elif not grey.any():
            text = _("{classes}, {images}, {size} colour")
        else:
            text = _("{classes}, {images}, {size} colour and grey")
        return text.format(
            classes=counted_classes(len(self.class_names)), images=counted_images(int(chosen.sum())), size=size
        )

    @property
    def test_count(self) -> int:
        """How many images are kept for testing; `summary` does not count them."""
        return int((self.splits == "test").sum())

    @property
    def skipped(self) -> tuple[Problem, ...]:
        """The problems of files that are not used; the others are notes."""
        return tuple(filter(_is_skipped, self.problems))

    def counts(self, split: Split | None = None) -> NDArray[np.int64]:
        """(classes,) how many images of each class there are in a split; None: in training and validation."""
        return np.bincount(self.labels[self._chosen(split)], minlength=len(self.class_names)).astype(np.int64)

    def select(self, split: Split | None = None) -> tuple[PixelArray, Labels, tuple[Path, ...]]:
        """(images, labels, paths) of a split; None: of training and validation together."""
        chosen = self._chosen(split)
        paths = tuple(self.sources[index].path for index in np.flatnonzero(chosen).tolist())
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
    choice: LayoutChoice | None = None,
    fit: Fit | None = None,
    pixel_range: PixelRange | None = None,
    range_percentile: float | None = None,
) -> Dataset:
    """Read all images of a folder; the text "sample" stands for the data set that ships.

    `image_size` and `channels` are taken from the images where they are None: images of 64 pixels or more get the size
    of pretrained networks, unless `as_photos` is False or grey is wanted. `fit` is how they become square: if it is
    None, padded where most are very long, else cut. `choice` says how to read a folder that can be read in several
    ways. `pixel_range` holds for pixels of more than 8 bits; if it is None, it is found in the training images, by the
    percentile that is given, else 99.9. A file that cannot be used becomes one of `problems` and the rest is used.
    `task` is told and asked on the calling thread at least every 50 ms. Raises `DatasetError`, `AmbiguousFolderError`,
    `LabelFileError`, `SettingError` and `CancelledError`.
    """
    task = task or Task()
    given: dict[str, Any] = {"image_size": image_size, "channels": channels, "fit": fit}
    given |= {"pixel_range": pixel_range, "range_percentile": range_percentile}
    given = {name: value for name, value in given.items() if value is not None}
    Preprocessing.from_dict({"image_size": 1, "channels": "rgb"} | given)  # a wrong value shows before the long work
    root = sample_dataset_path() if path == "sample" else Path(path)
    choice = choice or LayoutChoice()
    cache = ImageCache(root, (image_size, channels, as_photos, choice, fit, pixel_range, range_percentile), task)
    known = cache.known()
    if known is not None:
        return Dataset(**known, choice=choice)
    try:
        return _read(path, given, as_photos and channels != "grey", choice, cache, task)
    finally:
        cache.discard()


def _read(
    path: str | os.PathLike[str],
    given: dict[str, Any],
    as_photos: bool,
    choice: LayoutChoice,
    cache: ImageCache,
    task: Task,
) -> Dataset:
    """The data set of a folder that is not known, or not as it is now."""
    reader = cache.reader()
    scan = scan_folder(path, task, read=reader.read, choice=choice)
    preprocessing = Preprocessing.from_dict(scan.suggest(as_photos).as_dict() | given)
    preprocessing = _with_range(preprocessing, scan.images, task)
    reader.want(preprocessing)
    room = cache.room(scan.images, preprocessing)
    images, files, damaged = decode_images(scan.images, reader, preprocessing, task, room)
    task.check()
    usable = [index for index, problem in enumerate(damaged) if problem is None]
    lost = [problem for problem in damaged if problem is not None]
    try:
        classes = _classes_of(scan, usable)
    except DatasetError as error:
        raise with_reasons(error, scan.root, [*filter(_is_skipped, scan.problems), *lost]) from error
    indices = [usable[place] for place in classes.kept]
    of_lost = {problem.path for problem in lost}
    noted = (problem for problem in scan.problems if problem.path not in of_lost)
    sizes = [(files[index].width, files[index].height) for index in indices]
    deep = sum(files[index].deep for index in indices)
    seen = (*fit_notes(scan.root, sizes, preprocessing.fit), *range_notes(scan.root, deep, preprocessing))
    images, used = compact(images, indices), [files[index] for index in indices]
    seen = (*seen, *look_alike_notes(scan.root, images, used, padded=preprocessing.fit == "pad"))
    task.check()
    fields = _assemble(
        scan,
        classes.names,
        used,
        images,
        _unique((*noted, *lost, *classes.problems, *seen)),
        preprocessing,
        choice,
    )
    task.check()
    del images, room  # `keep` maps them anew, and nobody else may hold them then
    cache.keep(fields)
    return Dataset(**fields)


def _with_range(preprocessing: Preprocessing, files: Sequence[ImageFile], task: Task) -> Preprocessing:
    """The preprocessing with the range of the training images of more than 8 bits, unless it has one or needs none."""
    deep = [file for file in files if file.deep]
    if not deep or preprocessing.pixel_range is not None:
        return preprocessing
    training = [file.source for file in deep if file.split == "train"] or [file.source for file in deep]
    return replace(preprocessing, pixel_range=find_pixel_range(training, preprocessing.range_percentile, task))


def _is_skipped(problem: Problem) -> bool:
    return problem.skipped


def _classes_of(scan: Scan, usable: Sequence[int]) -> ClassList:
    """The classes of what is left of the images."""
    if len(usable) == len(scan.images):
        return ClassList(scan.class_names, tuple(range(len(usable))), ())
    named = scan.class_names if scan.label_file is not None else ()
    left = [scan.images[index] for index in usable]
    return list_classes(scan.root, left, scan.folder_names, scan.label_file, named)


def _assemble(
    scan: Scan,
    class_names: tuple[str, ...],
    files: Sequence[ImageFile],
    images: PixelArray,
    problems: tuple[Problem, ...],
    preprocessing: Preprocessing,
    choice: LayoutChoice,
) -> dict[str, Any]:
    """The fields of the data set."""
    label_of = {name: label for label, name in enumerate(class_names)}
    arrays = (
        images,
        np.array([label_of[file.class_name] for file in files], dtype=np.int64),
        np.array([file.split for file in files], dtype="U10"),
        np.array([(file.width, file.height) for file in files], dtype=np.int32),
        np.array([file.grey for file in files], dtype=np.bool_),
        np.array([file.deep for file in files], dtype=np.bool_),
    )
    for array in arrays:
        array.flags.writeable = False
    images, labels, splits, sizes, grey, deep = arrays
    return {
        "root": scan.root,
        "name": display_path(scan.root.resolve().name or scan.root),
        "class_names": class_names,
        "images": images,
        "labels": labels,
        "splits": splits,
        "sources": tuple(file.source for file in files),
        "digests": tuple(file.digest for file in files),
        "problems": problems,
        "preprocessing": preprocessing,
        "sizes": sizes,
        "grey": grey,
        "deep": deep,
        "choice": choice,
    }


def _unique(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Without repetitions: those of the classes are found before and after decoding."""
    return tuple(dict.fromkeys(problems))
