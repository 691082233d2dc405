"""The lines of one table of images, one after the other: which image, which label, which split."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from nn_trainer.data.layout.folder_layout import Split, split_of
from nn_trainer.data.source import Source
from nn_trainer.data.tables.named_files import Written
from nn_trainer.data.tables.rows import read_rows, read_text
from nn_trainer.data.tables.table_columns import Columns
from nn_trainer.work import Task

_TRUE = frozenset(("1", "1.0", "true", "yes", "t", "y"))


@dataclass(frozen=True, slots=True)
class Line:
    """What a table says of one image."""

    number: int | None  # of the line in the file; None in a file that is not made of lines
    written: str  # the path as it stands there
    labels: tuple[str, ...]  # none where the line has no label
    split: Split | None  # where the line states one


class ImageTable(Protocol):
    """A file that names images and their classes."""

    @property
    def source(self) -> Source:
        """The file."""

    @property
    def guessed(self) -> bool:
        """Whether it was read in the Windows code page, because it is not Unicode."""

    @property
    def labelled(self) -> bool:
        """Whether it says anything of classes."""

    def lines(self, task: Task) -> Iterator[Line]:
        """What it says of each image. Raises `LabelFileError` and `CancelledError`."""


@dataclass(slots=True)
class TextTable:
    """A CSV file, or a list with a path and a label a line."""

    source: Source
    columns: Columns
    guessed: bool = False

    @property
    def labelled(self) -> bool:
        """Whether there is a column of labels, or anything that stands for one."""
        return self.columns.label is not None or bool(self.columns.one_hot) or self.columns.by_folder

    def lines(self, task: Task) -> Iterator[Line]:
        """What each line says that names an image."""
        columns = self.columns
        text = read_text(self.source)
        self.guessed = text.guessed
        rows = read_rows(self.source, task, text)
        if columns.header:
            next(rows, None)
        for number, row in rows:
            if columns.numbered:
                row = row[0].split(None, 1)[1:]
            elif columns.spaced:
                row = row[0].rsplit(None, 1)
            if columns.file < len(row) and row[columns.file]:
                written = row[columns.file]
                yield Line(number, written, _labels(columns, row, written), _split(columns, row))


def split_of_table(source: Source) -> Split | None:
    """The split that the name of a table stands for, as in train_labels.csv; None if it names several."""
    words = re.split(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", PurePath(source.name).stem)
    splits = {split for word in words if (split := split_of(word)) is not None}
    return splits.pop() if len(splits) == 1 else split_of(PurePath(source.name).stem)


def _labels(columns: Columns, row: list[str], written: str) -> tuple[str, ...]:
    if columns.by_folder:
        return Written.of(written).parts[-2:-1]
    if columns.one_hot:
        return tuple(name for column, name in columns.one_hot if column < len(row) and row[column] in ("1", "1.0"))
    label = row[columns.label] if columns.label is not None and columns.label < len(row) else ""
    return (label,) if label else ()


def _split(columns: Columns, row: list[str]) -> Split | None:
    if columns.validation is not None and columns.validation < len(row):
        return "validation" if row[columns.validation].casefold() in _TRUE else "train"
    return split_of(row[columns.split]) if columns.split is not None and columns.split < len(row) else None
