"""How a folder is laid out as a data set: which folder is which class of which split."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from nn_trainer.data.problems import Problem, class_name_of
from nn_trainer.data.source import Source
from nn_trainer.data.walk import Walker
from nn_trainer.i18n import _

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

_SPLIT_NAME = re.compile(
    r"(?:(?P<train>train(?:ing)?)|(?P<validation>val(?:id(?:ation)?)?)|(?P<test>test(?:ing)?))"
    r"(?:[ _.-]?(?:set|data|images?|split))?",
    re.IGNORECASE,
)
_DEEPEST_WRAPPER = 3  # folders around the class folders, as unpacked archives have them


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file that may be an image, with its class and split."""

    source: Source
    class_name: str
    split: Split


@dataclass(frozen=True, slots=True)
class Layout:
    """What the folders say, before any file was opened."""

    files: tuple[LabelledFile, ...]  # training first
    class_names: frozenset[str]  # of all class folders, empty ones too
    problems: tuple[Problem, ...]


def split_of(name: str) -> Split | None:
    """The split that a folder (or a column of a table) of this name stands for."""
    match = _SPLIT_NAME.fullmatch(name.strip())
    if match is None:
        return None
    return "train" if match["train"] else "validation" if match["validation"] else "test"


def training_first(files: Iterable[LabelledFile]) -> tuple[LabelledFile, ...]:
    """The files in the order of their splits, and as they are within a split."""
    return tuple(sorted(files, key=lambda entry: SPLITS.index(entry.split)))


def unwrap(root: Path, walker: Walker) -> Path:
    """`root`, or the folder in it that holds the class folders, when there is nothing else in between."""
    here = root
    for _depth in range(_DEEPEST_WRAPPER):
        folders = walker.folders(here)
        if len(folders) != 1 or split_of(folders[0].name) or not walker.folders(folders[0]):
            break
        if walker.images(here, deep=False) or walker.images(folders[0], deep=False):
            break
        here = folders[0]
    return here


def class_folders(root: Path, walker: Walker) -> frozenset[str]:
    """The names of the folders that are classes, if the folders in `root` say so."""
    folders = walker.folders(root)
    inner = [c for folder in folders if split_of(folder.name) for c in walker.folders(folder)]
    return frozenset(class_name_of(folder.name) for folder in (*folders, *inner))


def find_layout(root: Path, walker: Walker) -> Layout:
    """Find the classes in `root`: folders of images, or train/, val/ and test/ folders that hold these."""
    folders = walker.folders(root)
    splits = _split_folders(folders, walker)
    files: list[LabelledFile] = []
    names: set[str] = set()
    if splits:
        for folder, split in splits:
            classes = walker.folders(folder)
            names.update(class_name_of(c.name) for c in classes)
            files += _files_of(classes, split, walker)
        beside = [root, *(folder for folder, _split in splits)]
    else:
        names.update(class_name_of(c.name) for c in folders)
        files = _files_of(folders, "train", walker)
        beside = [root]
    problems = [_misplaced(file.path) for folder in beside for file in walker.images(folder, deep=False)]
    if splits:
        used = {folder for folder, _split in splits}
        problems += [_not_a_split(folder) for folder in folders if folder not in used]
    return Layout(training_first(files), frozenset(names), tuple(problems))


def _split_folders(folders: list[Path], walker: Walker) -> list[tuple[Path, Split]]:
    """The train/, val/ and test/ folders among `folders`; empty if these are class folders.

    A class may be called "train" as well (cars, planes, trains). A folder is taken for a split if there are
    folders in it, and beside it either a second such folder or no other folder with images.
    """
    named = [(folder, split) for folder in folders if (split := split_of(folder.name))]
    splits = [(folder, split) for folder, split in named if walker.folders(folder)]
    if len(splits) >= 2 or not splits:
        return splits
    names = {folder for folder, _ in named}
    others = (folder for folder in folders if folder not in names)
    return [] if any(walker.holds_image(folder) for folder in others) else splits


def _files_of(folders: list[Path], split: Split, walker: Walker) -> list[LabelledFile]:
    return [
        LabelledFile(file, class_name_of(folder.name), split) for folder in folders for file in walker.images(folder)
    ]


def _misplaced(path: Path) -> Problem:
    reason = _("The image lies beside the class folders, so its class is not known")
    return Problem(path, "misplaced", reason, _("Move it into the folder of its class"))


def _not_a_split(folder: Path) -> Problem:
    reason = _("The folder lies beside the train, validation and test folders and was passed over")
    return Problem(folder, "misplaced", reason, _("Move its images into a class folder of one of these"), False)
