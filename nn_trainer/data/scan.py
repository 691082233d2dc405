"""A folder -> which pictures of which classes are in it, and what is wrong with it. Nothing is decoded."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.classes import Picture, list_classes
from nn_trainer.data.duplicates import find_duplicates
from nn_trainer.data.folder_layout import LabelledFile, Layout, find_layout, unwrap
from nn_trainer.data.images import Header, read_header
from nn_trainer.data.labels import find_label_file, read_label_file
from nn_trainer.data.memory import available_memory
from nn_trainer.data.parallel import for_each
from nn_trainer.data.preprocessing import PHOTO_SIZES, Preprocessing, are_photos, plain_preprocessing
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.table import find_table, table_layout
from nn_trainer.data.walk import Walker
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.paths import sample_dataset_path
from nn_trainer.work import Task


@dataclass(frozen=True, slots=True)
class Scan:
    """What is in a folder, as far as names and headers tell."""

    root: Path
    class_names: tuple[str, ...]  # in the order of their labels
    pictures: tuple[Picture, ...]  # by split, class and path
    problems: tuple[Problem, ...]
    label_file: Path | None  # the class label file that was read
    folder_names: frozenset[str]  # of all class folders, empty ones too

    def suggest(self, as_photos: bool = True) -> Preprocessing:
        """The preprocessing that suits the pictures; photos get the size of pretrained networks if `as_photos`.

        That is the first of `PHOTO_SIZES` for which half of the free memory is enough.
        """
        sides = [min(picture.width, picture.height) for picture in self.pictures]
        grey = [picture.grey for picture in self.pictures]
        if as_photos and are_photos(sides, grey):
            for size in PHOTO_SIZES:
                if 2 * len(sides) * size * size * 3 <= available_memory():
                    return Preprocessing(size, "rgb")
        return plain_preprocessing(sides, grey)


def scan_folder(
    path: str | os.PathLike[str],
    task: Task | None = None,
    *,
    read: Callable[[Path], Header] = read_header,
) -> Scan:
    """Find the classes and pictures in a folder; the text "sample" stands for the data set that ships.

    `task` is told and asked on the calling thread at least every 50 ms. `read` may look at more than the header.
    Raises `DatasetError` when the folder
    cannot be used at all, `LabelFileError` when the class label file in it is wrong, and `CancelledError`.
    """
    task = task or Task()
    root = sample_dataset_path() if path == "sample" else Path(path)
    require_folder(root)
    walker = Walker(root, task)
    label_file, named, layout = _read_layout(root, walker)
    headers, damaged = _read_headers(layout.files, read, task)
    pictures = [
        Picture(f.file.path, f.class_name, f.split, header.width, header.height, header.grey, f.file.size)
        for f, header in zip(layout.files, headers, strict=True)
        if header is not None
    ]
    classes = list_classes(root, pictures, layout.class_names, label_file, named)
    notes = find_duplicates(root, classes.pictures, task)
    problems = (*walker.problems, *damaged, *layout.problems, *classes.problems, *notes)
    return Scan(root, classes.names, classes.pictures, problems, label_file, layout.class_names)


def require_folder(root: Path) -> None:
    """Raise `DatasetError` when `root` is not a folder that can be listed."""
    help_text = "Choose a folder that holds one folder of pictures for each class."
    try:
        if not root.exists():
            raise DatasetError(f"There is no folder {display_path(root)}. {help_text}")
        if not root.is_dir():
            raise DatasetError(f"{display_path(root)} is not a folder. {help_text}")
        with os.scandir(root):
            pass
    except PermissionError as error:
        raise DatasetError(
            f"You may not open the folder {display_path(root)}. Change its permissions, or copy it to a place of yours."
        ) from error
    except (OSError, ValueError) as error:
        raise DatasetError(f"The folder {display_path(root)} cannot be opened ({error}). {help_text}") from error


def _read_layout(root: Path, walker: Walker) -> tuple[Path | None, Sequence[str], Layout]:
    inner = unwrap(root, walker)
    table = find_table(inner, walker)
    label_file = find_label_file(inner)
    if table is not None and label_file == table.path:
        label_file = None
    named = read_label_file(label_file) if label_file is not None else ()
    if table is not None:
        return label_file, named, table_layout(inner, table, named, walker)
    layout = find_layout(inner, walker)
    if not layout.class_names:
        raise DatasetError(
            f"{display_path(root)} holds no class folders. "
            "Make a folder for each class in it and put its pictures there, or choose another folder."
        )
    return label_file, named, layout


def _read_headers(
    files: Sequence[LabelledFile], read: Callable[[Path], Header], task: Task
) -> tuple[list[Header | None], list[Problem]]:
    headers: list[Header | None] = [None] * len(files)
    problems: list[Problem | None] = [None] * len(files)

    def read_one(index: int) -> None:
        path = files[index].file.path
        try:
            headers[index] = read(path)
        except ImageError as error:
            problems[index] = Problem.of(path, error)

    for_each(read_one, len(files), "Reading headers", task)
    return headers, [problem for problem in problems if problem is not None]
