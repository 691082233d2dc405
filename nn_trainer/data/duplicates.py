"""Files that are equal byte for byte: they are used, but somebody should know."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.classes import Picture
from nn_trainer.data.parallel import for_each
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.work import Task

_CHUNK = 1 << 20


def find_duplicates(root: Path, pictures: Sequence[Picture], task: Task) -> list[Problem]:
    """A note for each picture that equals one before it."""
    by_size: dict[int, list[int]] = defaultdict(list)
    for index, picture in enumerate(pictures):
        by_size[picture.bytes].append(index)
    suspects = sorted(i for group in by_size.values() if len(group) > 1 for i in group)
    digests: list[bytes | None] = [None] * len(suspects)

    def hash_one(number: int) -> None:
        digests[number] = _digest(pictures[suspects[number]].path)

    for_each(hash_one, len(suspects), "Comparing files", task)
    first: dict[bytes, Picture] = {}
    notes = []
    for index, digest in zip(suspects, digests, strict=True):
        if digest is not None:
            earlier = first.setdefault(digest, pictures[index])
            if earlier is not pictures[index]:
                notes.append(_note(root, pictures[index], earlier))
    return notes


def _digest(path: Path) -> bytes | None:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return None  # it cannot be read any more, which decoding it will explain
    return digest.digest()


def _note(root: Path, picture: Picture, earlier: Picture) -> Problem:
    path = earlier.path.relative_to(root) if earlier.path.is_relative_to(root) else earlier.path
    other = display_path(path)
    if picture.class_name != earlier.class_name:
        reason = f"The same file is also in another class, as {other}: one of the two labels is wrong"
        return Problem(picture.path, "conflicting label", reason, "Delete the one in the wrong class", False)
    if picture.split != earlier.split:
        reason = f"The same file is also used for {earlier.split}, as {other}: the figures will be too good"
        return Problem(picture.path, "shared between splits", reason, "Delete one of the two", False)
    reason = f"The same file is there twice, also as {other}"
    return Problem(picture.path, "duplicate", reason, "Delete one of the two", False)
