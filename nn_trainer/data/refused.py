"""Why a folder cannot be used as a data set, and what would make it one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.archives.archive_kinds import is_archive, is_foreign
from nn_trainer.data.layout.folder import Folder
from nn_trainer.data.layout.folder_readings import Splits, flat_splits
from nn_trainer.data.layout.reading import listed
from nn_trainer.data.passed_over import PassedOver
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.summed import action_for_many, sum_up
from nn_trainer.data.walk import Walker
from nn_trainer.errors import DatasetError
from nn_trainer.i18n import _, ngettext
from nn_trainer.paths import exists, is_folder
from nn_trainer.wording import number

_LOOKED_AT = 20  # folders beside the one that was opened
_HARMLESS = frozenset(("backup", "thumbnails"))  # kinds of what was passed over that are never the reason


def require_folder(root: Path) -> None:
    """Raise `DatasetError` when `root` is not a folder that can be listed."""
    folder = display_path(root)
    if not exists(root) and not _may_not_look(root):
        text = _("There is no folder {folder}. Choose a folder that holds one folder of images for each class.")
        raise DatasetError(text.format(folder=folder))
    if exists(root) and not is_folder(root):
        if is_foreign(root.name):
            text = _("{folder} is an archive of a kind that cannot be read. Unpack it, and open the folder.")
        else:
            text = _(
                "{folder} is not a folder or an archive. "
                "Choose a folder, or a zip or tar archive, that holds one folder of images for each class."
            )
        raise DatasetError(text.format(folder=folder))
    try:
        with os.scandir(root):
            pass
    except PermissionError as error:
        text = _("You may not open the folder {folder}. Change its permissions, or copy it to a place of yours.")
        raise DatasetError(text.format(folder=folder)) from error
    except (OSError, ValueError) as error:
        text = _("The folder {folder} cannot be opened ({error}). Check the disk, or choose another folder.")
        raise DatasetError(text.format(folder=folder, error=getattr(error, "strerror", None) or error)) from error


def explain_missing_classes(root: Path, inner: Path, walker: Walker) -> str:
    """What is in a folder without class folders, and what to do: images may lie directly in it."""
    images = len(walker.images(inner, deep=False))
    splits = flat_splits(Folder(inner, walker))
    if splits and not images:
        return _explain_flat_splits(root, splits)
    if not images:
        text = _(
            "{folder} holds no class folders and no images. "
            "Choose a folder that holds one folder of images for each class."
        )
        return text.format(folder=display_path(root))
    parent = None if is_archive(root) else _folder_of_classes(root)
    if parent is not None:
        text = ngettext(
            "{folder} holds {images} image but no class folders: it looks like one class of {parent}. "
            "Open {parent} instead.",
            "{folder} holds {images} images but no class folders: it looks like one class of {parent}. "
            "Open {parent} instead.",
            images,
        )
        return text.format(folder=display_path(root), images=number(images), parent=display_path(parent))
    text = ngettext(
        "{folder} holds no class folders: {images} image lies directly in it, and nothing says of which class it is. "
        'Put the images of each class into a folder of their own, or add a CSV file with one "filename,label" a line.',
        "{folder} holds no class folders: {images} images lie directly in it, and nothing says of which class each is. "
        'Put the images of each class into a folder of their own, or add a CSV file with one "filename,label" a line.',
        images,
    )
    return text.format(folder=display_path(root), images=number(images))


def explain_missing_table(root: Path) -> str:
    """That a table was wanted, and that there is none."""
    text = _(
        "{folder} holds no table that names images and their classes. Add a CSV file with a column filename and a "
        "column label, or leave the classes to the folders."
    )
    return text.format(folder=display_path(root))


def _explain_flat_splits(root: Path, splits: Splits) -> str:
    images = sum(len(folder.images) for folder, _split in splits)
    text = ngettext(
        "{folder} holds no class folders: {images} image lies directly in {splits}, and nothing says of which class it "
        "is. Put the images of each class into a folder of their own in each, or add a CSV file with one "
        '"filename,label" a line. If {splits} are classes, say --classes-from folder.',
        "{folder} holds no class folders: {images} images lie directly in {splits}, and nothing says of which class "
        "each is. Put the images of each class into a folder of their own in each, or add a CSV file with one "
        '"filename,label" a line. If {splits} are classes, say --classes-from folder.',
        images,
    )
    names = listed([folder.name for folder, _split in splits])
    return text.format(folder=display_path(root), images=number(images), splits=names)


def nothing_usable(root: Path) -> str:
    """That there are files, but no image that can be used; the reasons follow."""
    return _("{folder} holds no image that can be used.").format(folder=display_path(root))


def with_reasons(
    error: DatasetError, root: Path, problems: Sequence[Problem], passed_over: PassedOver | None = None
) -> DatasetError:
    """The error with the `problems` of single files, and what is wrong with most of them said in its sentence.

    Errors of a kind of their own, such as a question, or that know their problems already, stay as they are.
    """
    if type(error) is not DatasetError or error.problems:
        return error
    notes = [] if passed_over is None else passed_over.notes()
    causes = [*problems, *(note for note in notes if note.kind not in _HARMLESS)]
    if not causes and passed_over is not None:
        causes = notes = passed_over.others()
    if not causes:
        return error
    text = _("{error} {reasons}").format(error=error, reasons=_explain(causes))
    return DatasetError(text, (*sum_up(root, problems), *notes))


def _explain(problems: Sequence[Problem]) -> str:
    """What is wrong with most of the files that are not used."""
    times: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        times[problem.reason, problem.action] += problem.files
    (reason, action), most = times.most_common(1)[0]
    first = next(problem for problem in problems if problem.reason == reason)
    if first.files > 1:
        return _("{reason}. {action}.").format(reason=reason, action=action)
    if most > 1:
        action = action_for_many(first)
    text = ngettext(
        "What is wrong with the only file that is not used: {reason}. {action}.",
        "What is wrong with {times} of the {files} files that are not used: {reason}. {action}.",
        times.total(),
    )
    return text.format(times=number(most), files=number(times.total()), reason=reason, action=action)


def _folder_of_classes(folder: Path) -> Path | None:
    """The folder around `folder`, if most of those beside it hold images as well."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - not where links lead: it is the path that a person knows
    walker = Walker(folder.parent)
    beside = [other for other in walker.folders(folder.parent) if other.name != folder.name][:_LOOKED_AT]
    alike = sum(next(walker.walk(other, deep=False), None) is not None for other in beside)
    is_class = alike > 0 and 2 * alike >= len(beside) and not walker.images(folder.parent, deep=False)
    return folder.parent if is_class else None


def _may_not_look(path: Path) -> bool:
    """Whether a path is there or not cannot be known."""
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False
