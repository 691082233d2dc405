"""Class label files, ours and those of other tools: `label,name`, `0 cat`, `0:cat`, `cat,0`, or a name a line."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.problems import class_name_of, display_path
from nn_trainer.data.source import FileSource, Source
from nn_trainer.data.tables.rows import first_rows, read_rows
from nn_trainer.data.tables.table_columns import names_of
from nn_trainer.data.walk import Walker
from nn_trainer.errors import LabelFileError
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

#: A file of one of these names beside the class folders says which integer label each class has.
LABEL_FILE_NAMES = (
    *("labels.csv", "classes.csv", "labels.txt", "classes.txt"),
    *("class_names.txt", "classnames.txt", "class_labels.txt", "obj.names", "classes.names"),
)

_LONGEST_LABEL = 6  # digits
_HEADS = frozenset(
    (
        *("label", "name", "id", "class", "classid", "classname", "labelid", "labelname", "index", "idx"),
        *("number", "category", "categoryid", "categoryname", "classindex", "code"),
    )
)
_NUMBERED = re.compile(r"(\d{1,6})\s*[:=]\s*(\S.*)|(\d{1,6})\s+(\S.*)")

_Row = tuple[int, list[str]]  # number of the line, cells


@dataclass(frozen=True, slots=True)
class NamedClasses:
    """The classes that a class label file names."""

    names: tuple[str, ...]  # in the order of their labels
    by_label: dict[str, str]  # for each label as the file has it; some begin with 1


def find_label_file(folder: Path, walker: Walker | None = None, besides: Collection[Path] = ()) -> Source | None:
    """The class label file in `folder`, the first of `LABEL_FILE_NAMES` that is none of `besides`; None if none is."""
    walker = walker or Walker(folder)
    found = (file for name in LABEL_FILE_NAMES if (file := walker.file(folder, name)) is not None)
    return next((file for file in found if file.path not in besides), None)


def read_label_file(source: str | os.PathLike[str] | Source, folders: Collection[str] = ()) -> tuple[str, ...]:
    """The class names in the order of their labels; see `read_class_list`."""
    return read_class_list(source, folders).names


def read_class_list(source: str | os.PathLike[str] | Source, folders: Collection[str] = ()) -> NamedClasses:
    """The classes of a file with one `label,name` a line, or one of the other usual forms.

    A first line of names of columns and empty lines are passed over. The labels must be 0, 1, 2, ... (or 1, 2, 3, ...)
    without a gap, in any order. Lines that name all of `folders`, the class folders that are there, are names without
    labels.  Raises `LabelFileError`, which names the file and the line.
    """
    source = FileSource.at(source) if isinstance(source, (str, os.PathLike)) else source
    names = _by_label(source, list(read_rows(source)), folders)
    first = 1 if names and 0 not in names else 0
    _require_no_gap(source, names, first)
    in_order = tuple(names[label] for label in range(first, first + len(names)))
    return NamedClasses(in_order, {str(label): name for label, name in names.items()})


def is_label_file(source: Source, folders: Collection[str] = ()) -> bool:
    """Whether a file can be read as a class label file; most that are none show it in their first lines."""
    try:
        _by_label(source, [(line, list(row)) for line, row in first_rows(source).rows], folders)
        return bool(read_label_file(source, folders))
    except LabelFileError:
        return False


def _by_label(source: Source, rows: list[_Row], folders: Collection[str]) -> dict[int, str]:
    if rows and all(len(cells) == 1 for _line, cells in rows):
        rows = _parted(rows, folders)
    else:
        rows = _label_first(_without_head(rows))
    names: dict[int, str] = {}
    known: set[str] = set()
    for line, row in rows:
        label, name = _label_and_name(source, line, row)
        if label in names:
            text = _("{file}: line {line} gives label {label} a second time. Give each class a label of its own.")
            raise LabelFileError(text.format(file=display_path(source.path), line=line, label=label))
        if name in known:
            text = _("{file}: line {line} names the class {name} a second time. Give each class one line.")
            raise LabelFileError(text.format(file=display_path(source.path), line=line, name=repr(name)))
        names[label] = name
        known.add(name)
    return names


def _parted(rows: Sequence[_Row], folders: Collection[str]) -> list[_Row]:
    """Lines of one cell in two: the number that stands first, else the place of the line."""
    cells = [row[0] for _line, row in rows]
    are_names = bool(folders) and set(folders).issubset(map(class_name_of, cells))
    parts = [_NUMBERED.fullmatch(cell) for cell in cells]
    if not are_names and any(parts):
        return [(line, [m[1] or m[3], m[2] or m[4]] if m else row) for (line, row), m in zip(rows, parts, strict=True)]
    return [(line, [str(place), row[0]]) for place, (line, row) in enumerate(rows)]


def _without_head(rows: list[_Row]) -> list[_Row]:
    return rows[1:] if rows and _HEADS.issuperset(names_of(rows[0][1])) else rows


def _label_first(rows: list[_Row]) -> list[_Row]:
    """The rows with the label in front, where it stands behind the name in all of them."""
    behind = rows and all(len(row) == 2 and row[1].isdecimal() for _line, row in rows)
    if behind and not all(row[0].isdecimal() for _line, row in rows):
        return [(line, row[::-1]) for line, row in rows]
    return rows


def _require_no_gap(source: Source, names: dict[int, str], first: int) -> None:
    if not names:
        text = _('{file} names no class. Write one "label,name" a line, such as "0,cat".')
        raise LabelFileError(text.format(file=display_path(source.path)))
    gap = next((label for label in range(first, first + len(names)) if label not in names), None)
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
