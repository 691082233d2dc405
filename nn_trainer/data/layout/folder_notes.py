"""What is said of folders and images that a layout leaves out, or takes for something unusual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nn_trainer.data.layout.folder import Folder
from nn_trainer.data.problems import Problem, class_name_of, display_path
from nn_trainer.data.source import Source
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

_MANY = 20  # images of one folder; fewer are better named one by one


def misplaced(images: Iterable[Source]) -> list[Problem]:
    """Images beside the class folders."""
    return _without_class(
        images,
        (
            _("The image lies beside the class folders, so its class is not known"),
            _("Move it into the folder of its class"),
        ),
        (
            _("{images} images lie directly in the folder, beside the class folders, so their class is not known"),
            _("Move each into the folder of its class"),
        ),
    )


def unnamed(images: Iterable[Source]) -> list[Problem]:
    """Images whose names do not state a class, where others do."""
    return _without_class(
        images,
        (
            _("The name of the image states no class, as those of others do"),
            _("Begin its name with its class, or leave it out"),
        ),
        (
            _("The names of {images} images in the folder state no class, as those of others do"),
            _("Begin their names with their classes, or leave them out"),
        ),
    )


def _without_class(images: Iterable[Source], of_one: tuple[str, str], of_many: tuple[str, str]) -> list[Problem]:
    """Problems with this reason and action: one an image, or one a folder that holds many of them."""
    problems = []
    for folder, inside in _by_folder(images).items():
        if len(inside) < _MANY:
            problems += [Problem(image, "misplaced", *of_one) for image in inside]
        else:
            reason = of_many[0].format(images=number(len(inside)))
            problems.append(Problem(folder, "misplaced", reason, of_many[1], files=len(inside)))
    return problems


def _by_folder(images: Iterable[Source]) -> dict[Path, list[Path]]:
    folders: dict[Path, list[Path]] = {}
    for image in images:
        path = image.path
        folders.setdefault(path.parent, []).append(path)
    return folders


def not_a_split(folder: Folder) -> Problem:
    """A folder beside splits."""
    count = len(folder.images)
    if not count:
        reason = _("The folder lies beside the train, validation and test folders and was passed over")
    else:
        reason = ngettext(
            "The folder lies beside the train, validation and test folders and was passed over: nothing says of which "
            "class its {images} image is",
            "The folder lies beside the train, validation and test folders and was passed over: nothing says of which "
            "class its {images} images are",
            count,
        ).format(images=number(count))
    action = _("Move its images into a class folder of one of these")
    return Problem(folder.path, "misplaced", reason, action, False)


def beside_sets(folder: Folder) -> Problem:
    """A folder beside sets that are read together."""
    reason = _("The folder lies beside folders that are read together, and holds no folders of their names")
    return Problem(folder.path, "misplaced", reason, _("Move its images into a class folder of one of these"), False)


def copy(folder: Folder) -> Problem:
    """A folder that holds the same folders again."""
    count = len(folder.images)
    reason = ngettext(
        "The folder holds folders of the same names as those beside it, so it was taken for a copy of them and its "
        "{images} image was left out",
        "The folder holds folders of the same names as those beside it, so it was taken for a copy of them and its "
        "{images} images were left out",
        count,
    ).format(images=number(count))
    return Problem(folder.path, "copy", reason, _("Delete it, or move what is not a copy into the others"), False)


def named_like_a_split(folder: Folder) -> Problem:
    """A class folder with the name of a split."""
    reason = _("The folder {name} is named like a part of a data set, but was taken for a class").format(
        name=repr(display_path(folder.name))
    )
    action = _("If it is none, move its images into class folders in it")
    return Problem(folder.path, "named like a split", reason, action, False)  # not shown


def holds_splits(folder: Folder, inside: str) -> Problem:
    """A class folder with folders named like splits in it."""
    reason = _("All images in the folder count for one class, although it holds folders named like splits: {folders}")
    action = _("If it is a data set of its own, open it by itself")
    return Problem(folder.path, "holds splits", reason.format(folders=inside), action, False)  # not shown


def twins(folders: Iterable[Folder]) -> list[Problem]:
    """Folders beside one another that are one class: their names differ in outer spaces or the form of accents."""
    alike: dict[str, list[Folder]] = {}
    for folder in folders:
        alike.setdefault(class_name_of(folder.name), []).append(folder)
    return [_twin(name, group) for name, group in alike.items() if len(group) > 1]


def _twin(name: str, folders: Sequence[Folder]) -> Problem:
    reason = ngettext(
        "{count} folder is the class {name}",
        "{count} folders are one class, {name}: their names differ only in outer spaces or the form of accents",
        len(folders),
    )
    action = _("If they are several classes, give them names that can be told apart")
    text = reason.format(count=number(len(folders)), name=repr(name))
    return Problem(folders[-1].path, "one class", text, action, False)  # not shown
