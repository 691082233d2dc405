"""The rows of CSV files as people and programs write them: with commas, semicolons or tabs, with and without quotes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from nn_trainer.data.problems import display_path
from nn_trainer.data.source import Source
from nn_trainer.data.tables.text_encoding import Text, decode_text
from nn_trainer.errors import ImageError, LabelFileError
from nn_trainer.i18n import _
from nn_trainer.work import Task

if TYPE_CHECKING:
    import _csv

_DELIMITERS = ",;\t"
_BEGINNING = 1 << 16  # bytes that are looked at to learn what kind of a file it is
_COMPARED = 20  # lines whose cells are counted
_STATED = re.compile(r'"?sep=(\S|\t)"?[ ]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_OFTEN = 5000  # rows between two looks at the task


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first lines of a text file that are not empty, with the number of each; none if it is not a text."""

    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()
    guessed: bool = False  # whether it was read in the Windows code page, because it is not Unicode


def first_rows(source: Source) -> Beginning:
    """The cells of the first lines. Only the beginning of the file is read, however large it is."""
    try:
        with source.open() as file:
            content = file.read(_BEGINNING)
        text = decode_text(content, whole=len(content) < _BEGINNING)
        if text is None:
            return Beginning()
        characters = text.characters
        if len(content) == _BEGINNING:  # the last line may be cut off
            characters = characters[: max(characters.rfind("\n"), characters.rfind("\r")) + 1] or characters
        rows = tuple((line, tuple(row)) for line, row in islice(_parsed(characters), _COMPARED))
        return Beginning(rows, text.guessed)
    except (OSError, ImageError, csv.Error):
        return Beginning()


def read_text(source: Source) -> Text:
    """All characters of a text file. Raises `LabelFileError`."""
    name = display_path(source.path)
    try:
        with source.open() as file:
            text = decode_text(file.read())
    except OSError as error:
        raise LabelFileError(
            _("{file} cannot be read ({error}). Check its permissions, or delete it.").format(
                file=name, error=error.strerror
            )
        ) from error
    if text is None:
        raise LabelFileError(_("{file} is not a text file. Save it as CSV in UTF-8.").format(file=name))
    return text


def read_rows(source: Source, task: Task | None = None, text: Text | None = None) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV file that are not empty, as (number of the line, cells without outer spaces).

    `text` is what is in it, where that was read before.  Raises `LabelFileError`, and `CancelledError`.
    """
    task, line = task or Task(), 0
    try:
        for number, (line, row) in enumerate(_parsed((text or read_text(source)).characters)):
            if number % _OFTEN == 0:
                task.check()
                task.progress(number, 0, _("Reading {name}").format(name=display_path(source.name)))
            yield line, row
    except csv.Error as error:
        raise LabelFileError(
            _('{file}: line {line} is not CSV ({error}). Write one "label,name" a line, such as "0,cat".').format(
                file=display_path(source.path), line=line + 1, error=error
            )
        ) from error


def _parsed(text: str) -> Iterator[tuple[int, list[str]]]:
    stated = _STATED.match(text)  # Excel's first line, which says by what the cells are separated
    delimiter = stated[1] if stated else delimiter_of(text)
    before = 1 if stated else 0
    reader = _reader(text[stated.end() :] if stated else text, delimiter)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num + before, [cell.strip() for cell in row]


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
