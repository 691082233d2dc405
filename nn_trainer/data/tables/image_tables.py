"""CSV files beside the images that give the class of each, one `filename,label` a line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nn_trainer.data.layout.folder_layout import LabelledFile, Layout, Split, split_of, training_first
from nn_trainer.data.problems import Problem, class_name_of, display_path
from nn_trainer.data.source import Source
from nn_trainer.data.tables.labels import is_label_file, read_label_file
from nn_trainer.data.tables.rows import first_rows, read_rows
from nn_trainer.data.walk import Walker
from nn_trainer.i18n import _
from nn_trainer.work import Task

_FILE_COLUMNS = ("filename", "file_name", "file", "path", "filepath", "file_path", "image", "image_name", "picture")
_LABEL_COLUMNS = ("class_name", "label_name", "name", "class", "label", "category", "target")
_SPLIT_COLUMNS = ("split", "set", "subset")
_ENDINGS = ("", ".jpg", ".jpeg", ".png")  # tables often leave the ending out


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a table stand."""

    header: bool  # whether the first line names the columns
    file: int
    label: int
    split: int | None


@dataclass(frozen=True, slots=True)
class ImageTable:
    """A CSV file that names images and their classes."""

    source: Source
    columns: Columns

    @property
    def split(self) -> Split | None:
        """The split that the name of the file stands for, as in train.csv."""
        return split_of(self.source.path.stem)


@dataclass(slots=True)
class _Listing:
    """What the lines of all tables say so far."""

    files: list[LabelledFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[tuple[Path, str], tuple[int, Split | None]] = field(default_factory=dict)  # (path, class) -> its line

    def add(self, source: Source, class_name: str, split: Split | None) -> None:
        """Take a line; where two tables list an image with the same class, what one says of its split counts."""
        key = (source.path, class_name)
        entry = LabelledFile(source, class_name, split or "train")
        place, before = self.known.setdefault(key, (len(self.files), split))
        if place == len(self.files) or (split is not None and before is not None and split != before):
            self.files.append(entry)  # of two splits both are kept: that it is in both is told later
        elif before is None and split is not None:
            self.files[place] = entry
            self.known[key] = (place, split)


def find_tables(root: Path, walker: Walker, class_folders: frozenset[str]) -> list[ImageTable]:
    """The CSV files in `root` with a column of file names and one of labels, by name.

    The first line names the columns, or names a file that exists and its class.  A file that can be read as a class
    label file, and names one of the `class_folders`, is none, although images are often called 0.jpg, 1.jpg.
    """
    bases = [root, *walker.folders(root)]
    tables = []
    for source in walker.files(root, (".csv",)):
        rows = first_rows(source).rows
        columns = _columns(rows[0][1] if rows else (), bases, walker)
        if columns is not None and (columns.header or not _names_a_class(source, class_folders)):
            tables.append(ImageTable(source, columns))
    return tables


def table_layout(root: Path, tables: Sequence[ImageTable], names: Sequence[str], walker: Walker, task: Task) -> Layout:
    """What the tables say together: their files are looked for in `root` and in the folders directly in it.

    `names` are those of the class label file, for tables that give labels as numbers.  Raises `LabelFileError`.
    """
    bases = [root, *walker.folders(root)]
    by_label: Mapping[str, str] = {str(label): name for label, name in enumerate(names)}
    known = frozenset(names)
    listing = _Listing()
    for table in tables:
        for written, label, split in _lines(table, task):
            class_name = class_name_of(label if label in known else by_label.get(label, label))
            relative = _inside(root, written)
            if relative is None:
                listing.problems.append(_outside(table, written))
                continue
            source = _find(relative, bases, walker) or walker.missing(root, relative)
            listing.add(source, class_name, split)
    listed = {entry.source.path for entry in listing.files}
    listing.problems += [_not_listed(image, tables) for image in walker.images(root) if image.path not in listed]
    classes = frozenset(entry.class_name for entry in listing.files)
    return Layout(training_first(listing.files), classes, tuple(listing.problems))


def _lines(table: ImageTable, task: Task) -> Iterator[tuple[str, str, Split | None]]:
    """(file as written, label, split if one is stated) of each line that has both of the first."""
    columns = table.columns
    for number, (_line, row) in enumerate(read_rows(table.source, task)):
        if (columns.header and number == 0) or len(row) <= max(columns.file, columns.label):
            continue
        if row[columns.file] and row[columns.label]:
            stated = split_of(row[columns.split]) if columns.split is not None and columns.split < len(row) else None
            yield row[columns.file], row[columns.label], stated or table.split


def _columns(first: Sequence[str], bases: list[Path], walker: Walker) -> Columns | None:
    """Where the cells stand, by the first line of a file; None if this is not such a table."""
    header = [cell.casefold().replace(" ", "_") for cell in first]
    file = next((header.index(name) for name in _FILE_COLUMNS if name in header), None)
    label = next((header.index(name) for name in _LABEL_COLUMNS if name in header), None)
    if file is not None and label is not None:
        return Columns(True, file, label, next((header.index(n) for n in _SPLIT_COLUMNS if n in header), None))
    if len(first) == 2 and first[0] and _find(first[0], bases, walker) is not None:
        return Columns(False, 0, 1, None)
    return None


def _names_a_class(source: Source, class_folders: frozenset[str]) -> bool:
    return is_label_file(source) and not class_folders.isdisjoint(map(class_name_of, read_label_file(source)))


def _find(relative: str, bases: list[Path], walker: Walker) -> Source | None:
    return next((file for base in bases if (file := walker.file(base, relative, _ENDINGS)) is not None), None)


def _inside(root: Path, written: str) -> str | None:
    """The file as a path relative to `root`; None if it lies outside."""
    path = Path(os.path.normpath(written))
    if path.is_absolute():
        for top in (Path(os.path.abspath(root)), Path(os.path.realpath(root))):  # noqa: PTH100 - links as they are
            if path.is_relative_to(top):
                return str(path.relative_to(top))
        return None
    # "../images/a.jpg", from a folder inside, may still lie inside.
    return None if path.parts[:1] == (os.pardir,) else written


def _outside(table: ImageTable, written: str) -> Problem:
    reason = _("{table} names {file}, which lies outside of the folder of the data set").format(
        table=display_path(table.source.name), file=display_path(written)
    )
    action = _("Copy the image into the folder, and name it by its path from there")
    return Problem(table.source.path, "outside", reason, action)


def _not_listed(image: Source, tables: Sequence[ImageTable]) -> Problem:
    names = ", ".join(display_path(table.source.name) for table in tables)
    reason = _("The image has no line in {tables}").format(tables=names)
    return Problem(image.path, "misplaced", reason, _("Add a line for it"))
