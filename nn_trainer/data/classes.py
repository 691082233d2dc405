"""Which classes there are and which integer label each has, once it is known which files can be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.layout.folder_layout import Split
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.source import Source
from nn_trainer.errors import DatasetError, LabelFileError
from nn_trainer.file_names import in_natural_order
from nn_trainer.i18n import _


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image that can be used, as its header says."""

    source: Source
    class_name: str
    split: Split
    width: int  # pixels, upright
    height: int
    grey: bool
    deep: bool = False  # whether its pixels have more than 8 bits
    digest: bytes | None = None  # equal for equal bytes; None where they were not read yet


@dataclass(frozen=True, slots=True)
class ClassList:
    """The classes in the order of their labels, and which of the images belong to one of them."""

    names: tuple[str, ...]
    kept: tuple[int, ...]  # ascending indices into the images that were given
    problems: tuple[Problem, ...]


def list_classes(
    root: Path, images: Sequence[ImageFile], folders: Iterable[str], label_file: Path | None, named: Sequence[str]
) -> ClassList:
    """Give the classes their labels: the order of `named`, read from `label_file`, else that of `in_natural_order`.

    A name without images is not a class, unless the label file names it: it then keeps its label, so that several
    data sets can share the file. One that is in the test or validation folder only is not a class either.
    Raises `DatasetError` when fewer than two classes have images, `LabelFileError` when a class is not in the file.
    """
    trainable = {image.class_name for image in images if image.split == "train"}
    trainable = trainable or {image.class_name for image in images}
    if label_file is not None:
        _require_all_named(root, label_file, trainable, named)
    _require_two(root, images, trainable)
    names = tuple(named) if label_file is not None else tuple(in_natural_order(trainable))
    with_images = {image.class_name for image in images}
    empty = in_natural_order((set(folders) | set(names)) - with_images)
    known = set(names)
    kept = tuple(index for index, image in enumerate(images) if image.class_name in known)
    problems = [_empty(root, name) for name in empty]
    problems += [_not_in_training(image) for image in images if image.class_name not in known]
    return ClassList(names, kept, tuple(problems))


def _require_all_named(root: Path, label_file: Path, classes: set[str], named: Sequence[str]) -> None:
    missing = in_natural_order(classes - set(named))
    if missing:
        raise LabelFileError(
            _(
                "{file} has no line for the class {name}, which has images in {folder}. "
                "Add one, or rename the file if it is not a list of classes."
            ).format(file=display_path(label_file), name=repr(missing[0]), folder=display_path(root))
        )


def _require_two(root: Path, images: Sequence[ImageFile], classes: set[str]) -> None:
    if not images:
        raise DatasetError(
            _(
                "{folder} holds no image that can be used. Choose a folder that holds one folder of images for each "
                "class."
            ).format(folder=display_path(root))
        )
    if len(classes) < 2:
        raise DatasetError(
            _(
                "{folder} holds images of one class only, {name}. "
                "A classifier needs two or more: put the images of each class into a folder of their own."
            ).format(folder=display_path(root), name=repr(next(iter(classes))))
        )


def _empty(root: Path, name: str) -> Problem:
    reason = _("The class {name} has no image that can be used").format(name=repr(name))
    action = _("Put images of this class into its folder, or delete the folder")
    return Problem(root / name, "empty class", reason, action, False)  # not shown


def _not_in_training(image: ImageFile) -> Problem:
    reason = (
        _("The class {name} has no training images, only some for validation")
        if image.split == "validation"
        else _("The class {name} has no training images, only some for testing")
    ).format(name=repr(image.class_name))
    action = _("Add training images of this class, or delete it there")
    return Problem(image.source.path, "misplaced", reason, action)
