"""Classes that stand in the names of the files: cat.0.jpg, IMG_dog_12.png."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from nn_trainer.data.layout.split_names import is_plain, split_of

# What cameras, phones and tools write before the number.
_OF_CAMERAS = re.compile("dscn?|dcim|pxl|mvi|frame|scan|copy|screenshot|wa|no|nr|im|img")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d")
_ENOUGH = 0.9  # of the files have such a name
_MANY = 200  # classes that are believed to stand in names


def class_in_name(name: str) -> str | None:
    """The class that the name of a file seems to state; None if there is nothing but numbers and words of cameras."""
    stem = PurePath(name).stem
    first = next((match for match in _WORD.finditer(stem) if _tells(match.group())), None)
    if first is None:
        return None
    here = _NUMBER.split(stem[first.start() :], maxsplit=1)[0]
    last = [match for match in _WORD.finditer(here) if _tells(match.group())][-1]
    return here[: last.end()]


def classes_in_names(names: Sequence[str]) -> list[str | None] | None:
    """The class in each name, or None if the names do not seem to state classes.

    They do if nine of ten have a word that says something, there are two or more such words, and most of these stand in
    two files or more: names that are all different state no classes.
    """
    classes = [class_in_name(name) for name in names]
    times = Counter(found for found in classes if found is not None)
    if sum(times.values()) < _ENOUGH * len(names) or not 2 <= len(times) <= _MANY:
        return None
    often = [found for found, count in times.items() if count >= 2]
    if len(often) < 2 or 2 * len(often) <= len(times):
        return None
    return classes


def _tells(word: str) -> bool:
    plain = word.casefold()
    return len(plain) > 1 and not _OF_CAMERAS.fullmatch(plain) and not is_plain(plain) and split_of(plain) is None
