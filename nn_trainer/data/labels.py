"""Class names <-> integer labels <-> one-hot vectors, and the class label file."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.atomic import write_atomically
from nn_trainer.data.problems import display_path
from nn_trainer.errors import LabelFileError

#: A file of one of these names beside the class folders says which integer label each class has.
LABEL_FILE_NAMES = ("labels.csv", "classes.csv", "labels.txt", "classes.txt")

_EXAMPLE = 'Write one "label,name" a line, such as "0,cat"'


def one_hot(label: int, classes: int) -> NDArray[np.float32]:
    """(classes,) zeros with a one at `label`. Raises `IndexError` if the label is not 0 to classes - 1."""
    if not 0 <= label < classes:
        raise IndexError(f"The label must be 0 to {classes - 1}, not {label}.")
    vector = np.zeros(classes, dtype=np.float32)
    vector[label] = 1
    return vector


def find_label_file(folder: Path) -> Path | None:
    """The class label file in `folder`, the first of `LABEL_FILE_NAMES`; None if there is none."""
    for name in LABEL_FILE_NAMES:
        with suppress(OSError):
            if stat.S_ISREG((folder / name).stat().st_mode):
                return folder / name
    return None


def read_label_file(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """The class names in the order of their labels, from a file with one `label,name` a line.

    A first line of "label,name" and empty lines are passed over. The labels must be 0, 1, 2, ... without a gap,
    in any order. Raises `LabelFileError`, which names the file and the line.
    """
    path = Path(path)
    names: dict[int, str] = {}
    for line, row in read_rows(path):
        if not names and [cell.casefold() for cell in row] == ["label", "name"]:
            continue
        label, name = _label_and_name(path, line, row)
        if label in names:
            raise _error(path, line, f"gives label {label} a second time", "Give each class a label of its own")
        if name in names.values():
            raise _error(path, line, f"names the class {name!r} a second time", "Give each class one line")
        names[label] = name
    if not names:
        raise LabelFileError(f"{display_path(path)} names no class. {_EXAMPLE}.")
    gap = next((label for label in range(len(names)) if label not in names), None)
    if gap is not None:
        raise LabelFileError(
            f"{display_path(path)} has {len(names)} classes, but none with label {gap}. "
            f"Number them 0 to {len(names) - 1}."
        )
    return tuple(names[label] for label in range(len(names)))


def write_label_file(path: str | os.PathLike[str], class_names: Sequence[str]) -> None:
    """Write one `label,name` a line, in UTF-8; an older file is replaced only when all is written.

    Raises `LabelFileError`.
    """
    path = Path(path)
    try:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([("label", "name"), *enumerate(class_names)])
        write_atomically(path, text.getvalue().encode("utf-8"))
    except (OSError, UnicodeError) as error:
        raise LabelFileError(
            f"{display_path(path)} cannot be written ({getattr(error, 'strerror', None) or error}). "
            "Choose another folder."
        ) from error


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, as (number of the line, cells without outer spaces).

    Cells are separated by commas, semicolons or tabs, whichever the first line has. Raises `LabelFileError`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelFileError(f"{display_path(path)} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise LabelFileError(
            f"{display_path(path)} cannot be read ({error.strerror}). Check its permissions, or delete it."
        ) from error
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=next((c for c in ",;\t" if c in first), ","))
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [cell.strip() for cell in row]))
    except csv.Error as error:
        raise _error(path, reader.line_num, f"is no CSV ({error})", _EXAMPLE) from error
    return rows


def _label_and_name(path: Path, line: int, row: list[str]) -> tuple[int, str]:
    if len(row) != 2 or not row[1]:
        raise _error(path, line, "is not a label and a name", _EXAMPLE)
    if not row[0].isdecimal() or len(row[0]) > 6:
        raise _error(path, line, f"has {row[0]!r} where the label stands, a whole number from 0", _EXAMPLE)
    return int(row[0]), row[1]


def _error(path: Path, line: int, what: str, action: str) -> LabelFileError:
    return LabelFileError(f"{display_path(path)}: line {line} {what}. {action}.")
