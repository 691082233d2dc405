"""All tables of a folder together: which files are some, and of which class and split each image is by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.layout.folder_layout import LabelledFile, Layout, Split, split_of, training_first
from nn_trainer.data.problems import Problem, class_name_of
from nn_trainer.data.source import Source
from nn_trainer.data.tables import table_problems as told
from nn_trainer.data.tables.class_lists import LABEL_FILE_NAMES, is_label_file, read_label_file
from nn_trainer.data.tables.coco import CocoTable, is_coco
from nn_trainer.data.tables.named_files import NamedFiles, Written, location_of
from nn_trainer.data.tables.rows import first_rows
from nn_trainer.data.tables.table_columns import find_columns
from nn_trainer.data.tables.table_lines import ImageTable, Line, TextTable, split_of_table
from nn_trainer.data.walk import Walker
from nn_trainer.errors import LabelFileError
from nn_trainer.work import Task

_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".lst", ".json")
_FOLDERS = frozenset(("annotations", "annotation", "meta", "metadata", "labels", "csv", "tables", "lists", "splits"))
_MOST_IN_A_FOLDER = 40  # of more, each belongs to one image, as boxes do


@dataclass(slots=True)
class _Said:
    """What the tables say of one image in one class so far."""

    place: int
    split: Split | None
    table: ImageTable
    line: Line


def find_tables(files: Sequence[Source], named: NamedFiles, class_folders: frozenset[str]) -> list[ImageTable]:
    """The tables among some files, known by their first lines.

    A file that can be read as a class label file, and names one of the `class_folders`, is none, although images are
    often called 0.jpg, 1.jpg.  Nor is the form in which a contest wants its answers.
    """
    tables = []
    for source in files:
        table = as_table(source, named)
        if table is not None and not names_a_class(source, class_folders) and not told.is_form(source):
            tables.append(table)
    lists = [table for table in tables if _may_be_a_list(table.source)] if len(tables) > 1 else []
    return [table for table in tables if table not in lists] or tables


def as_table(source: Source, named: NamedFiles) -> ImageTable | None:
    """The table that a file is, by its first lines; None if it is none."""
    if source.name.casefold().endswith(".json"):
        return CocoTable(source) if is_coco(source) else None
    beginning = first_rows(source)
    folder, split = source.path.parent, split_of_table(source)
    columns = find_columns(
        [row for _line, row in beginning.rows], lambda text: len(named.find(text, folder, split)) == 1
    )
    return None if columns is None else TextTable(source, columns, beginning.guessed)


def table_layout(named: NamedFiles, tables: Sequence[ImageTable], names: Mapping[str, str], task: Task) -> Layout:
    """What the tables say together.

    `names` gives the class for each label that the class label file lists. The split of an image is what its line
    states, else what the name of the table says, else that of a folder around the table or the image, else training.
    Raises `LabelFileError`, also if none of the images is there.
    """
    known = frozenset(names.values())
    listing = _Listing(named)
    failed: list[LabelFileError] = []
    for table in (table for table in tables if table.labelled):
        folder = table.source.path.parent
        split = split_of_table(table.source) or split_of(folder.name)
        begun = False
        try:
            for line in table.lines(task):
                labels = tuple(class_name_of(x if x in known else names.get(x, x)) for x in line.labels)
                listing.add(table, folder, line, labels, line.split or split)
                begun = True
        except LabelFileError as error:
            if begun:
                raise
            failed.append(error)
            listing.notes.append(told.not_understood(table.source.path, error))
        if table.guessed:
            listing.notes.append(told.guessed(table))
    if not listing.files and failed:
        raise failed[0]
    if not listing.files and listing.first_missing is not None:
        raise LabelFileError(told.none_is_there(named.root, *listing.first_missing, listing.missing))
    return listing.layout(tables)


class _Listing:
    """What the lines of all tables say so far."""

    def __init__(self, named: NamedFiles) -> None:
        self.files: list[LabelledFile] = []
        self.notes: list[Problem] = []
        self.missing = 0
        self.first_missing: tuple[ImageTable, Line] | None = None
        self._named = named
        self._known: dict[str, dict[str, _Said]] = {}
        self._unlabelled: dict[str, tuple[ImageTable, Problem]] = {}
        self._not_there: list[tuple[ImageTable, Problem]] = []

    def add(self, table: ImageTable, folder: Path, line: Line, labels: tuple[str, ...], split: Split | None) -> None:
        """Take a line of a table in `folder`, or a problem in its place."""
        found = self._named.find(line.written, folder, split)
        if len(found) != 1:
            self._not_found(table, line, found)
        elif len(labels) == 1:
            self._labelled(found[0], table, line, labels[0], split)
        else:
            problem = told.several_labels if labels else told.no_label
            self._unlabelled[location_of(found[0])] = table, problem(table, line, found[0], labels)

    def layout(self, tables: Sequence[ImageTable]) -> Layout:
        """All of it, with a problem for each image that has no line."""
        of_lines = [said for path, said in self._unlabelled.items() if path not in self._known]
        listed = self._known.keys() | self._unlabelled.keys()
        rest = [image for image in self._named.images if location_of(image) not in listed]
        problems = (*self.notes, *told.of_lines([*self._not_there, *of_lines]), *told.not_listed(rest, tables))
        classes = frozenset(entry.class_name for entry in self.files)
        return Layout(training_first(self.files), classes, problems)

    def _labelled(self, source: Source, table: ImageTable, line: Line, label: str, split: Split | None) -> None:
        """Of an image twice in a class, what one line says of its split counts; two splits or classes are told."""
        of_image = self._known.setdefault(location_of(source), {})
        entry = LabelledFile(source, label, split or self._named.split_of(source) or "train")
        before = of_image.get(label)
        if before is None:
            if of_image:
                other, said = next(iter(of_image.items()))
                self.notes.append(told.two_labels(source, (said.table, said.line, other), (table, line, label)))
            of_image[label] = _Said(len(self.files), split, table, line)
            self.files.append(entry)
        elif split is not None and before.split is not None and split != before.split:
            self.notes.append(told.two_splits(source, before.table, before.line, table, line))
            self.files.append(entry)
        elif split is not None and before.split is None:
            self.files[before.place] = entry
            before.split = split

    def _not_found(self, table: ImageTable, line: Line, found: tuple[Source, ...]) -> None:
        self.missing += 1
        if self.first_missing is None:
            self.first_missing = table, line
        if len(found) > 1:
            problem = told.unclear(self._named.root, table, line, found)
        elif Written.of(line.written).leaves:
            problem = told.outside(table, line)
        else:
            problem = told.missing(self._named.root, table, line)
        self._not_there.append((table, problem))


def table_files(places: Sequence[Path], walker: Walker) -> list[Source]:
    """The files that may be tables, in some folders and in the folders for splits or for annotations in these.

    Few in a folder, however many images lie there.
    """
    found: dict[Path, Source] = {}
    for place in places:
        inner = [f for f in walker.folders(place) if split_of(f.name) or f.name.casefold() in _FOLDERS]
        for folder in (place, *inner):
            sources = walker.files(folder, _ENDINGS)
            if len(sources) <= _MOST_IN_A_FOLDER:
                found.update((source.path, source) for source in sources)
    return list(found.values())


def _may_be_a_list(source: Source) -> bool:
    """Whether a file `0,cat` beside a table may rather say what the numbers in the table mean."""
    return source.name.casefold() in LABEL_FILE_NAMES and is_label_file(source)


def names_a_class(source: Source, class_folders: frozenset[str]) -> bool:
    """Whether a file can be read as a list of classes, one of which is a folder."""
    if not class_folders or not is_label_file(source, class_folders):
        return False
    return not class_folders.isdisjoint(map(class_name_of, read_label_file(source, class_folders)))
