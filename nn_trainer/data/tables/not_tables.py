"""Why files that look like tables of images say nothing of the classes: for where nothing else does either."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.source import Source
from nn_trainer.data.tables.rows import first_rows
from nn_trainer.data.tables.table_lines import ImageTable
from nn_trainer.data.walk import Walker
from nn_trainer.i18n import _

_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
_SHOWN = 8  # columns
_LONGEST = 40  # characters of the name of a column


def workbooks(places: Sequence[Path], walker: Walker) -> list[Problem]:
    """A note for each workbook, which is not read."""
    sources = {source.path: source for place in places for source in walker.files(place, _WORKBOOKS)}
    reason = _("The workbook is not read, as a table of images can only be read as text")
    action = _("Save it as CSV in the program that made it")
    return [
        Problem(path, "workbook", reason, action, False)  # not shown
        for path, source in sources.items()
        if not source.name.startswith("~$")  # what Excel keeps beside a workbook that is open
    ]


def unread(files: Sequence[Source], tables: Sequence[ImageTable]) -> list[Problem]:
    """What is wrong with each file that has rows of several cells: it names no images that are there, or no classes."""
    known = {table.source.path for table in tables}
    told = []
    for source in files:
        columns = columns_of(source)
        if source.path in known:
            told.append(Problem(source.path, "not a table", _no_classes(source, columns), _action()))  # not shown
        elif len(columns) > 1:
            told.append(Problem(source.path, "not a table", _no_images(source, columns), _action()))  # not shown
    return told


def columns_of(source: Source) -> tuple[str, ...]:
    """The names of the columns of a file, or what its first line has in their place."""
    rows = first_rows(source).rows
    return rows[0][1] if rows else ()


def _listed(columns: Sequence[str]) -> str:
    shown = [display_path(cell)[:_LONGEST] for cell in columns[:_SHOWN]]
    return ", ".join([*shown, "..."] if len(columns) > _SHOWN else shown)


def neither(source: Source) -> str:
    """What a chosen file is not."""
    text = _(
        "{file} is not a table of images of the data set, nor a list of classes; its columns are: {columns}. Name the "
        "column of the images filename, and that of the classes label."
    )
    return text.format(file=display_path(source.path), columns=_listed(columns_of(source)))


def _no_images(source: Source, columns: Sequence[str]) -> str:
    return _("No column of {table} names images that are there; its columns are: {columns}").format(
        table=display_path(source.name), columns=_listed(columns)
    )


def _no_classes(source: Source, columns: Sequence[str]) -> str:
    return _(
        "{table} names the images, but none of its columns is known to give their classes; its columns are: {columns}"
    ).format(table=display_path(source.name), columns=_listed(columns))


def _action() -> str:
    return _("Name the column of the images filename, and that of the classes label")
