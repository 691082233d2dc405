"""Which names stand for training, validation and testing, of folders and of tables and their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

_WORDS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validate", "validation", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluate", "evaluation", "holdout"), "test"),
}
# Words that say nothing of the class: train_images, seg_test, Validation Data, dataset.
_PLAIN = re.compile(
    "sets?|data(?:sets?)?|splits?|parts?|im(?:ages?|gs?)|pic(?:ture)?s?|photos?|seg|folders?|files?|samples?|masks?"
    "|stage|final|full|all|raw|the|of|for|jpe?g|png|v"
)
_ENDS = ("set", "sets", "data", "images", "imgs", "split", "ing")  # written on, as in trainset
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def split_of(name: str) -> Split | None:
    """The split that a folder, a table or a cell of this name stands for: train2017, test_set, images_val, dev.

    One word for a split, and beside it only numbers, years and words that are in such names everywhere.
    """
    split, rest = _read(name)
    return None if rest else split


def splits_among(names: Sequence[str]) -> list[Split | None]:
    """The split that each of the folders beside one another stands for.

    As `split_of` says; and where another folder bears the same name with the word for another split, as in mnist_train
    and mnist_test.
    """
    read = [_read(name) for name in names]
    kinds: dict[tuple[str, ...], set[Split]] = {}
    for split, rest in read:
        if split is not None:
            kinds.setdefault(rest, set()).add(split)
    return [split if split and (not rest or len(kinds[rest]) > 1) else None for split, rest in read]


def words_of(name: str) -> list[str]:
    """The words and numbers in a name, in small letters."""
    return [part.casefold() for part in _PARTS.findall(_CAMEL.sub(" ", name))]


def is_plain(word: str) -> bool:
    """Whether a word, in small letters, is a number or a word that is in the names of data everywhere."""
    return word.isdecimal() or _PLAIN.fullmatch(word) is not None


def _read(name: str) -> tuple[Split | None, tuple[str, ...]]:
    """The split that one word of a name stands for, and the words that say something else."""
    found: list[Split] = []
    rest: list[str] = []
    for word in words_of(name):
        split = _split_word(word)
        if split is not None:
            found.append(split)
        elif not is_plain(word):
            rest.append(word)
    return (found[0] if len(set(found)) == 1 else None), tuple(rest)


def _split_word(word: str) -> Split | None:
    if word in _WORDS:
        return _WORDS[word]
    stems = (word.removesuffix(end) for end in _ENDS if word.endswith(end))
    return next((_WORDS[stem] for stem in stems if stem in _WORDS), None)
