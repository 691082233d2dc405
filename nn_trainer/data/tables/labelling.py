"""What tables and the class label file of a folder say together, beside what its folders say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.layout.folder_layout import Layout, split_of
from nn_trainer.data.problems import Problem, class_name_of, display_path
from nn_trainer.data.source import FileSource, Source
from nn_trainer.data.tables import not_tables
from nn_trainer.data.tables import table_problems as told
from nn_trainer.data.tables.class_lists import NamedClasses, find_label_file, read_class_list
from nn_trainer.data.tables.image_tables import as_table, find_tables, names_a_class, table_files, table_layout
from nn_trainer.data.tables.named_files import NamedFiles
from nn_trainer.data.tables.table_lines import ImageTable
from nn_trainer.data.walk import Walker
from nn_trainer.errors import LabelFileError
from nn_trainer.file_names import in_natural_order
from nn_trainer.i18n import _
from nn_trainer.work import Task

_MOST_PLACES = 4  # folders in one another


@dataclass(frozen=True, slots=True)
class Labelling:
    """What files beside the images say of their classes."""

    layout: Layout | None = None  # which image is of which class; None if no table says so
    label_file: Path | None = None  # the class label file that was read
    names: tuple[str, ...] = ()  # those in it, in the order of their labels
    notes: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()  # why files that look like tables say nothing, if there is nothing else
    chosen: bool = False  # whether a person named the file
    tables: tuple[ImageTable, ...] = field(default=())

    def fitting(self, layout: Layout) -> Labelling:
        """The same, without the class label file if it names not all classes of a layout: a note says so.

        Raises `LabelFileError` if a person named that file.
        """
        training = {file.class_name for file in layout.files if file.split == "train"}
        missing = in_natural_order((training or {file.class_name for file in layout.files}) - set(self.names))
        if self.label_file is None or not missing or self.chosen:
            return self
        return replace(self, label_file=None, names=(), notes=(*self.notes, _lacks(self.label_file, missing[0])))


def find_labelling(
    root: Path, inner: Path, walker: Walker, folders: frozenset[str], choice: LayoutChoice, task: Task
) -> Labelling:
    """Read the tables and the class label file in `root`, or the one file that was chosen.

    `folders` are the names of the folders in `inner`, below wrappers, that may be classes. What is not understood
    becomes a note, if the folders can still say the classes.  Raises `LabelFileError` and `CancelledError`.
    """
    named = NamedFiles(root, walker)
    places = _places(root, inner, walker)
    if choice.labels is not None:
        return _chosen(choice.labels, places, named, walker, folders, task)
    files = table_files(places, walker)
    notes = [told.form(source) for source in files if told.is_form(source)]
    by_table = choice.classes_from == "table" or choice.layout == "table"
    by_folders = not by_table and (choice.classes_from is not None or choice.layout is not None)
    tables = [] if by_folders else find_tables(files, named, folders)
    label_file, classes = _class_file(places, walker, tables, folders, notes)
    layout = _layout(named, tables, classes, _may_say(folders) and not by_table, notes, task)
    path = None if label_file is None else label_file.path
    unread: list[Problem] = []
    if layout is None and not by_folders:
        notes += not_tables.workbooks(places, walker)
        forms = {note.path for note in notes} | {path}
        if not _may_say(folders):
            unread += not_tables.unread([source for source in files if source.path not in forms], tables)
    return Labelling(layout, path, classes.names, tuple(notes), tuple(unread), tables=tuple(tables))


def _places(root: Path, inner: Path, walker: Walker) -> list[Path]:
    """The folders in which tables are looked for: also one that stands alone around images and their table."""
    places = [inner, *([root] if inner != root else [])]
    alone = walker.folders(inner)
    while len(alone) == 1 and len(places) < _MOST_PLACES:
        places.append(alone[0])
        alone = walker.folders(alone[0])
    return places


def _chosen(
    path: Path, places: Sequence[Path], named: NamedFiles, walker: Walker, folders: frozenset[str], task: Task
) -> Labelling:
    """What the one file says that a person named; numbers in it are those of a class label file in the folder."""
    source = FileSource.at(path)
    table = as_table(source, named)
    if table is not None and table.labelled and not names_a_class(source, folders):
        notes: list[Problem] = []
        label_file, classes = _class_file(places, walker, [table], folders, notes)
        layout = table_layout(named, [table], classes.by_label, task)
        names_path = None if label_file is None else label_file.path
        return Labelling(layout, names_path, classes.names, tuple(notes), chosen=True, tables=(table,))
    if table is not None or len(not_tables.columns_of(source)) > 2:
        raise LabelFileError(not_tables.neither(source))
    return Labelling(label_file=path, names=_names(source, folders).names, chosen=True)


def _layout(
    named: NamedFiles,
    tables: Sequence[ImageTable],
    classes: NamedClasses,
    have_folders: bool,
    notes: list[Problem],
    task: Task,
) -> Layout | None:
    if not any(table.labelled for table in tables):
        return None
    try:
        layout = table_layout(named, tables, classes.by_label, task)
    except LabelFileError as error:
        if not have_folders:
            raise
        notes.append(told.not_understood(tables[0].source.path, error))
        return None
    return layout if layout.files or not have_folders else None


def _may_say(folders: frozenset[str]) -> bool:
    """Whether there are folders enough for two classes, beside those for splits."""
    return sum(split_of(name) is None for name in folders) > 1


def _class_file(
    places: Sequence[Path], walker: Walker, tables: Sequence[ImageTable], folders: frozenset[str], notes: list[Problem]
) -> tuple[Source | None, NamedClasses]:
    besides = [table.source.path for table in tables]
    sources = (find_label_file(place, walker, besides) for place in places)
    source = next((source for source in sources if source is not None), None)
    if source is not None:
        try:
            return source, _names(source, folders)
        except LabelFileError as error:
            notes.append(told.not_understood(source.path, error))
    return None, NamedClasses((), {})


def _names(source: Source, folders: frozenset[str]) -> NamedClasses:
    """The names in a class label file, as the names of folders are written."""
    read = read_class_list(source, folders)
    names = tuple(map(class_name_of, read.names))
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        text = _("{file} names the class {name} twice. Give each class one line.")
        raise LabelFileError(text.format(file=display_path(source.path), name=repr(twice)))
    return NamedClasses(names, {label: class_name_of(name) for label, name in read.by_label.items()})


def _lacks(path: Path, name: str) -> Problem:
    reason = _("The file has no line for the class {name}, so it was passed over as a list of the classes").format(
        name=repr(name)
    )
    action = _("Add a line for the class, or rename the file if it is not a list of classes")
    return Problem(path, "label file", reason, action, False)  # not shown
