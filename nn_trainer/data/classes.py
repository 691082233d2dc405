"""Which classes there are and which integer label each has, once it is known which files can be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.folder_layout import Split
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.errors import DatasetError, LabelFileError


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be used, as its header says."""

    path: Path
    class_name: str
    split: Split
    width: int  # pixels, upright
    height: int
    grey: bool
    bytes: int  # the size of the file


@dataclass(frozen=True, slots=True)
class ClassList:
    """The classes in the order of their labels, and the pictures that belong to one of them."""

    names: tuple[str, ...]
    pictures: tuple[Picture, ...]
    problems: tuple[Problem, ...]


def list_classes(
    root: Path, pictures: Sequence[Picture], folders: Iterable[str], label_file: Path | None, named: Sequence[str]
) -> ClassList:
    """Give the classes their labels: the order of `named`, read from `label_file`, else that of `sorted()`.

    A class without pictures is none, unless the label file names it: it then keeps its label, so that several
    data sets can share the file. A class that is in the test or validation folder only is none either.
    Raises `DatasetError` when fewer than two classes have pictures, `LabelFileError` when a class is not in the file.
    """
    trainable = {p.class_name for p in pictures if p.split == "train"} or {p.class_name for p in pictures}
    if label_file is not None:
        _require_all_named(root, label_file, trainable, named)
    _require_two(root, pictures, trainable)
    names = tuple(named) if label_file is not None else tuple(sorted(trainable))
    with_pictures = {p.class_name for p in pictures}
    empty = sorted((set(folders) | set(names)) - with_pictures)
    problems = [_empty(root, name) for name in empty]
    problems += [_not_in_training(p) for p in pictures if p.class_name not in names]
    kept = tuple(p for p in pictures if p.class_name in names)
    return ClassList(names, kept, tuple(problems))


def _require_all_named(root: Path, label_file: Path, classes: set[str], named: Sequence[str]) -> None:
    missing = sorted(classes - set(named))
    if missing:
        raise LabelFileError(
            f"{display_path(label_file)} has no line for the class {missing[0]!r}, which has pictures in "
            f"{display_path(root)}. Add one, or rename the file if it is no list of classes."
        )


def _require_two(root: Path, pictures: Sequence[Picture], classes: set[str]) -> None:
    if not pictures:
        raise DatasetError(
            f"{display_path(root)} holds no picture that can be used. "
            "Choose a folder that holds one folder of pictures for each class."
        )
    if len(classes) < 2:
        raise DatasetError(
            f"{display_path(root)} holds pictures of one class only, {next(iter(classes))!r}. "
            "A classifier needs two or more: put the pictures of each class into a folder of their own."
        )


def _empty(root: Path, name: str) -> Problem:
    action = "Put pictures of this class into its folder, or delete the folder"
    return Problem(root / name, "empty class", f"The class {name!r} has no picture that can be used", action, False)


def _not_in_training(picture: Picture) -> Problem:
    reason = f"The class {picture.class_name!r} has no training pictures, only some for {picture.split}"
    return Problem(picture.path, "misplaced", reason, "Add training pictures of this class, or delete it there")
