"""The rows of CSV files as people write them: with commas, semicolons or tabs, with and without quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from nn_trainer.data.problems import display_path
from nn_trainer.data.source import Source
from nn_trainer.errors import ImageError, LabelFileError
from nn_trainer.i18n import _
from nn_trainer.work import Task

if TYPE_CHECKING:
    import _csv

_DELIMITERS = ",;\t"
_BEGINNING = 1 << 16  # bytes that are looked at to learn what kind of a file it is
_COMPARED = 20  # lines whose cells are counted
_OFTEN = 5000  # rows between two looks at the task


def first_row(source: Source) -> list[str]:
    """The cells of the first line that is not empty; [] if there is none, or the file cannot be read as a table.

    Only the beginning of the file is read, however large it is.
    """
    try:
        with source.open() as file:
            beginning = file.read(_BEGINNING)
        text = beginning.decode("utf-8-sig", errors="ignore")
        return next((row for _line, row in _parsed(text)), [])
    except (OSError, ImageError, csv.Error):
        return []


def read_rows(source: Source, task: Task | None = None) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, as (number of the line, cells without outer spaces).

    Raises `LabelFileError`, and `CancelledError`.
    """
    task, line = task or Task(), 0
    name = display_path(source.path)
    try:
        with source.open() as file:
            text = file.read().decode("utf-8-sig")
        for number, (line, row) in enumerate(_parsed(text)):
            if number % _OFTEN == 0:
                task.check()
                task.progress(number, 0, _("Reading {name}").format(name=display_path(source.name)))
            yield line, row
    except UnicodeDecodeError as error:
        raise LabelFileError(_("{file} is not UTF-8 text. Save it as CSV in UTF-8.").format(file=name)) from error
    except OSError as error:
        raise LabelFileError(
            _("{file} cannot be read ({error}). Check its permissions, or delete it.").format(
                file=name, error=error.strerror
            )
        ) from error
    except csv.Error as error:
        raise LabelFileError(
            _('{file}: line {line} is not CSV ({error}). Write one "label,name" a line, such as "0,cat".').format(
                file=name, line=line + 1, error=error
            )
        ) from error


def _parsed(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = _reader(text, delimiter_of(text))
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num, [cell.strip() for cell in row]


def delimiter_of(text: str) -> str:
    """What separates the cells: what gives all of the first lines equally many, else what comes first."""
    beginning = text[:_BEGINNING].lstrip()
    first = beginning.partition("\n")[0]
    there = sorted((first.find(delimiter), delimiter) for delimiter in _DELIMITERS if delimiter in first)
    even = (delimiter for _place, delimiter in there if _is_even(beginning, delimiter))
    return next(even, there[0][1] if there else _DELIMITERS[0])


def _is_even(text: str, delimiter: str) -> bool:
    counts = set()
    try:
        for row in islice(_reader(text, delimiter), _COMPARED):
            if any(cell.strip() for cell in row):
                counts.add(len(row))
    except csv.Error:
        return False
    return len(counts) == 1 and counts != {1}


def _reader(text: str, delimiter: str) -> _csv.Reader:
    # Not by `splitlines`, which takes a line separator inside of a name for the end of the line.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
