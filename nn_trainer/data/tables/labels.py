"""Class names <-> integer labels <-> one-hot vectors, and the class label file."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.atomic import write_atomically
from nn_trainer.data.problems import display_path
from nn_trainer.data.source import FileSource, Source
from nn_trainer.data.tables.rows import read_rows
from nn_trainer.data.walk import Walker
from nn_trainer.errors import LabelFileError
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

#: A file of one of these names beside the class folders says which integer label each class has.
LABEL_FILE_NAMES = ("labels.csv", "classes.csv", "labels.txt", "classes.txt")

_LONGEST_LABEL = 6  # digits


def one_hot(label: int, classes: int) -> NDArray[np.float32]:
    """(classes,) zeros with a one at `label`. Raises `IndexError` if the label is not 0 to classes - 1."""
    if not 0 <= label < classes:
        raise IndexError(f"The label must be 0 to {classes - 1}, not {label}.")  # not shown
    vector = np.zeros(classes, dtype=np.float32)
    vector[label] = 1
    return vector


def find_label_file(folder: Path, walker: Walker | None = None) -> Source | None:
    """The class label file in `folder`, the first of `LABEL_FILE_NAMES`; None if there is none."""
    walker = walker or Walker(folder)
    return next((file for name in LABEL_FILE_NAMES if (file := walker.file(folder, name)) is not None), None)


def read_label_file(source: str | os.PathLike[str] | Source) -> tuple[str, ...]:
    """The class names in the order of their labels, from a file with one `label,name` a line.

    A first line of "label,name" and empty lines are passed over. The labels must be 0, 1, 2, ... without a gap,
    in any order. Raises `LabelFileError`, which names the file and the line.
    """
    source = FileSource.at(source) if isinstance(source, (str, os.PathLike)) else source
    names: dict[int, str] = {}
    known: set[str] = set()
    for line, row in read_rows(source):
        if not names and [cell.casefold() for cell in row] == ["label", "name"]:
            continue
        label, name = _label_and_name(source, line, row)
        if label in names:
            text = _("{file}: line {line} gives label {label} a second time. Give each class a label of its own.")
            raise LabelFileError(text.format(file=display_path(source.path), line=line, label=label))
        if name in known:
            text = _("{file}: line {line} names the class {name} a second time. Give each class one line.")
            raise LabelFileError(text.format(file=display_path(source.path), line=line, name=repr(name)))
        names[label] = name
        known.add(name)
    _require_no_gap(source, names)
    return tuple(names[label] for label in range(len(names)))


def is_label_file(source: Source) -> bool:
    """Whether a file can be read as a class label file."""
    try:
        return bool(read_label_file(source))
    except LabelFileError:
        return False


def write_label_file(path: str | os.PathLike[str], class_names: Sequence[str]) -> None:
    """Write one `label,name` a line, in UTF-8; an older file is replaced only when all is written.

    Raises `LabelFileError`, also for names that would not be the same when they are read again.
    """
    path = Path(path)
    try:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("label", "name"))
        # A carriage return is not quoted by itself, and would end the line when it is read.
        quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        for label, name in enumerate(class_names):
            (quoted if "\r" in name else rows).writerow((label, name))
        _require_names_that_come_back(path, class_names)
        write_atomically(path, text.getvalue().encode("utf-8"))
    except (OSError, UnicodeError) as error:
        raise LabelFileError(
            _("{file} cannot be written ({error}). Choose another folder.").format(
                file=display_path(path), error=getattr(error, "strerror", None) or error
            )
        ) from error


def _require_names_that_come_back(path: Path, names: Sequence[str]) -> None:
    times = Counter(names)
    wrong = next((name for name in names if not name or name != name.strip() or times[name] > 1), None)
    if wrong is not None:
        raise LabelFileError(
            _(
                "{file} cannot hold the class name {name}: it is empty, begins or ends with a space, or occurs twice. "
                "Rename the class."
            ).format(file=display_path(path), name=repr(wrong))
        )


def _require_no_gap(source: Source, names: dict[int, str]) -> None:
    if not names:
        text = _('{file} names no class. Write one "label,name" a line, such as "0,cat".')
        raise LabelFileError(text.format(file=display_path(source.path)))
    gap = next((label for label in range(len(names)) if label not in names), None)
    if gap is not None:
        text = ngettext(
            "{file} has {classes} class, but none with label {label}. Number it 0.",
            "{file} has {classes} classes, but none with label {label}. Number them 0 to {last}.",
            len(names),
        )
        raise LabelFileError(
            text.format(
                file=display_path(source.path), classes=number(len(names)), label=gap, last=number(len(names) - 1)
            )
        )


def _label_and_name(source: Source, line: int, row: list[str]) -> tuple[int, str]:
    file = display_path(source.path)
    if len(row) != 2 or not row[1]:
        text = _('{file}: line {line} is not a label and a name. Write one "label,name" a line, such as "0,cat".')
        raise LabelFileError(text.format(file=file, line=line))
    if not row[0].isdecimal() or len(row[0]) > _LONGEST_LABEL:
        text = _(
            "{file}: line {line} has {found} where the label stands, a whole number from 0. "
            'Write one "label,name" a line, such as "0,cat".'
        )
        raise LabelFileError(text.format(file=file, line=line, found=repr(row[0])))
    return int(row[0]), row[1]
