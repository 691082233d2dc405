"""Files that are equal byte for byte: they are used, but kept on one side of a split, and somebody should know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.data.classes import ImageFile
from nn_trainer.data.layout.folder_layout import Split
from nn_trainer.data.parallel import for_each
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.source import Source
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _
from nn_trainer.work import Task

_OFTEN = 5000  # images between two looks at the task


def with_digests(images: Sequence[ImageFile], task: Task) -> list[ImageFile]:
    """The images, with the digests of those that may be equal to another: those of the same file size."""
    by_size: dict[int, list[int]] = defaultdict(list)
    for index, image in enumerate(images):
        by_size[image.source.size].append(index)
    unknown = [i for same in by_size.values() if len(same) > 1 for i in same if images[i].digest is None]
    found = list(images)

    def read(number: int) -> None:
        image = images[unknown[number]]
        found[unknown[number]] = replace(image, digest=try_digest(image.source))

    for_each(read, len(unknown), _("Comparing files"), task)
    return found


def try_digest(source: Source) -> bytes | None:
    """The digest of a source; None if it cannot be read any more, which decoding it will explain."""
    try:
        return source.digest()
    except (OSError, ImageError):
        return None


def find_duplicates(root: Path, images: Sequence[ImageFile], task: Task) -> list[Problem]:
    """A note for each image that equals one before it, by their digests. Raises `CancelledError`."""
    first: dict[bytes, ImageFile] = {}
    notes = []
    for number, image in enumerate(images):
        if number % _OFTEN == 0:
            task.check()
        earlier = first.setdefault(image.digest, image) if image.digest is not None else image
        if (
            earlier is not image and image.source.path != earlier.source.path
        ):  # what a table says twice of an image is told of its lines
            notes.append(_note(root, image, earlier))
    return notes


def group_numbers(digests: Sequence[bytes | None]) -> NDArray[np.int64]:
    """(N,) one number for all files that are equal, and one of its own for each other file."""
    first: dict[bytes, int] = {}
    groups = (index if digest is None else first.setdefault(digest, index) for index, digest in enumerate(digests))
    return np.fromiter(groups, np.int64, len(digests))


def _note(root: Path, image: ImageFile, earlier: ImageFile) -> Problem:
    path = image.source.path
    other = earlier.source.path
    other_name = display_path(other.relative_to(root) if other.is_relative_to(root) else other)
    if image.class_name != earlier.class_name:
        reason = _("The same file is also in another class, as {other}: one of the two labels is wrong")
        kind, action = "conflicting label", _("Delete the one in the wrong class")  # not shown
    elif image.split != earlier.split:
        reason = _shared(earlier.split)
        kind, action = "shared between splits", _("Delete one of the two")  # not shown
    else:
        reason = _("The same file is there twice, also as {other}")
        kind, action = "duplicate", _("Delete one of the two")
    return Problem(path, kind, reason.format(other=other_name), action, False)


def _shared(split: Split) -> str:
    if split == "train":
        return _("The same file is also used for training, as {other}: the figures will be too good")
    return _("The same file is also used for validation, as {other}: the figures will be too good")
