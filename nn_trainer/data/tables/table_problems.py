"""What is wrong with the lines of a table, in the table's words: which file, which line, what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.source import Source
from nn_trainer.data.tables.table_lines import ImageTable, Line
from nn_trainer.errors import LabelFileError
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

#: What keeps an image out that a table names, by the kind of the problem.
TABLE_KINDS = frozenset(("outside", "missing file", "unclear file", "no label", "several labels"))  # not shown

MANY = 20  # so many are told one by one

_Said = tuple[ImageTable, Line, str]  # a class, and where it stands


def place(table: ImageTable, line: Line) -> str:
    """Where something stands, such as "labels.csv, line 7"."""
    name = display_path(table.source.name)
    if line.number is None:
        return name
    return _("{table}, line {line}").format(table=name, line=number(line.number))


def listed(tables: Sequence[ImageTable]) -> str:
    """The names of some tables, such as "train.csv, test.csv"."""
    return ", ".join(dict.fromkeys(display_path(table.source.name) for table in tables))


def by_folders(tables: Sequence[ImageTable], images: int) -> Problem:
    """A note that tables say what the folders say, of fewer images."""
    text = ngettext(
        "{tables} gives the same classes as the folders, but has no line for {images} image, which is used as well",
        "{tables} gives the same classes as the folders, but has no line for {images} images, which are used as well",
        images,
    )
    reason = text.format(tables=listed(tables), images=number(images))
    action = _("Say --classes-from table on the command line to use only what has a line")
    return Problem(tables[0].source.path, "label file", reason, action, False)  # not shown


def is_form(source: Source) -> bool:
    """Whether a file is the form in which a contest wants its answers, whose labels mean nothing."""
    return "submission" in source.name.casefold()


def form(source: Source) -> Problem:
    """A note that such a form was passed over."""
    reason = _("The table is by its name a form for answers, whose labels are not true, and was passed over")
    return Problem(source.path, "not a table", reason, _("Rename it if it does hold the labels"), False)  # not shown


def not_understood(path: Path, error: LabelFileError) -> Problem:
    """A note that a file beside class folders was passed over."""
    reason = _("The file was passed over, as it is not understood: {error}").format(error=str(error).rstrip("."))
    action = _("Correct it, or rename it if it is not meant to give the classes")
    return Problem(path, "label file", reason, action, False)  # not shown


def guessed(table: ImageTable) -> Problem:
    """A note that a table is not Unicode."""
    reason = _("The table is not in UTF-8, and was read in the Windows code page of western Europe")
    action = _("If names look wrong, save it as CSV in UTF-8")
    return Problem(table.source.path, "encoding", reason, action, False)


def two_labels(source: Source, one: _Said, other: _Said) -> Problem:
    """A note that an image has two lines with different labels."""
    reason = _(
        "The image has two lines with different labels, {one} ({first}) and {other} ({second}): one of the two is wrong"
    ).format(one=repr(one[2]), first=place(one[0], one[1]), other=repr(other[2]), second=place(other[0], other[1]))
    return Problem(source.path, "conflicting label", reason, _("Delete the wrong line"), False)  # not shown


def two_splits(source: Source, table: ImageTable, line: Line, again: ImageTable, later: Line) -> Problem:
    """A note that an image is used on both sides of a split."""
    reason = _(
        "The image has two lines for different splits, {first} and {second}: the figures will be too good"
    ).format(first=place(table, line), second=place(again, later))
    action = _("Delete one of the two lines")
    return Problem(source.path, "shared between splits", reason, action, False)  # not shown


def no_label(table: ImageTable, line: Line, source: Source, labels: Sequence[str]) -> Problem:
    """An image whose line has no label."""
    reason = _("The image has a line without a label ({where})").format(where=place(table, line))
    return Problem(source.path, "no label", reason, _("Write its label into the line"))  # not shown


def several_labels(table: ImageTable, line: Line, source: Source, labels: Sequence[str]) -> Problem:
    """An image that belongs to several classes at once."""
    reason = _("The image has several labels at once, {labels} ({where}); it can be of one class only").format(
        labels=", ".join(map(repr, labels)), where=place(table, line)
    )
    return Problem(source.path, "several labels", reason, _("Leave it one label"))  # not shown


def of_lines(problems: Sequence[tuple[ImageTable, Problem]]) -> list[Problem]:
    """The problems of single lines; of a table that has many of one kind, one that says how many they are."""
    alike: dict[tuple[Path, str], list[Problem]] = defaultdict(list)
    for table, problem in problems:
        alike[table.source.path, problem.kind].append(problem)
    told = []
    for (path, kind), same in alike.items():
        if len(same) <= MANY:
            told += same
            continue
        text = ngettext(
            "{table} has {lines} line that is not used, such as: {reason}",
            "{table} has {lines} lines that are not used for one reason, such as: {reason}",
            len(same),
        )
        reason = text.format(table=display_path(path.name), lines=number(len(same)), reason=same[0].reason)
        told.append(Problem(path, kind, reason, same[0].action, same[0].skipped, len(same)))
    return told


def not_listed(images: Sequence[Source], tables: Sequence[ImageTable]) -> list[Problem]:
    """The images that no table names; of many in one folder, one problem that says how many they are."""
    by_folder: dict[Path, list[Source]] = defaultdict(list)
    for image in images:
        by_folder[image.path.parent].append(image)
    told = []
    for folder, inside in by_folder.items():
        if len(inside) > MANY:
            text = ngettext(
                "{images} image in the folder has no line in {tables}",
                "{images} images in the folder have no line in {tables}",
                len(inside),
            )
            reason = text.format(images=number(len(inside)), tables=listed(tables))
            action = _("Add lines for those that are to be used")
            told.append(Problem(folder, "misplaced", reason, action, True, len(inside)))  # not shown
        else:
            reason = _("The image has no line in {tables}").format(tables=listed(tables))
            told += [Problem(image.path, "misplaced", reason, _("Add a line for it")) for image in inside]  # not shown
    return told


def outside(table: ImageTable, line: Line) -> Problem:
    """A line that leads out of the folder, where nothing inside has that name."""
    reason = _("{where} names {file}, which lies outside of the folder of the data set").format(
        where=place(table, line), file=display_path(line.written)
    )
    action = _("Copy the image into the folder, and name it by its path from there")
    return Problem(table.source.path, "outside", reason, action)


def missing(root: Path, table: ImageTable, line: Line) -> Problem:
    """A line for an image that is not there."""
    reason = _("{where} names {file}, which is not in {folder}").format(
        where=place(table, line), file=display_path(line.written), folder=display_path(root)
    )
    action = _("Copy the image into the folder, or delete the line")
    return Problem(root / line.written.replace("\0", ""), "missing file", reason, action)  # not shown


def unclear(root: Path, table: ImageTable, line: Line, found: Sequence[Source]) -> Problem:
    """A line that may mean several images."""
    one, other = (display_path(image.path.relative_to(root)) for image in found[:2])
    text = ngettext(
        "{where} names {file}, which may be any of {count} image, such as {one} or {other}",
        "{where} names {file}, which may be any of {count} images, such as {one} or {other}",
        len(found),
    )
    reason = text.format(
        where=place(table, line), file=display_path(line.written), count=number(len(found)), one=one, other=other
    )
    action = _("Write the path from the folder of the data set")
    return Problem(table.source.path, "unclear file", reason, action)  # not shown


def none_is_there(root: Path, table: ImageTable, line: Line, count: int) -> str:
    """Why a table cannot be used of whose images none is there."""
    text = ngettext(
        "{table} names {count} image, {file}, which is not in {folder}. "
        "Open the folder in which the image lies, or correct the path.",
        "{table} names {count} images, and none of them is in {folder}; {file} (line {line}) was looked for there, and "
        "in the folders in it. Open the folder in which the images lie, or correct the paths.",
        count,
    )
    return text.format(
        table=display_path(table.source.path),
        count=number(count),
        folder=display_path(root),
        file=display_path(line.written),
        line=number(line.number or 0),
    )
