"""A table beside class folders: it says the same, it says more, or it says something else and is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nn_trainer.data.layout.folder_layout import LabelledFile, Layout, folder_reading
from nn_trainer.data.layout.reading import Reading, question
from nn_trainer.data.layout.split_names import words_of
from nn_trainer.data.tables import table_problems as told
from nn_trainer.data.tables.labelling import Labelling
from nn_trainer.data.tables.named_files import location_of
from nn_trainer.data.walk import Walker
from nn_trainer.i18n import _

_OF_CLASSES = frozenset(("class", "classes", "category", "label", "c"))


def decided(root: Path, labelling: Labelling, by_table: Layout, walker: Walker) -> Layout:
    """What counts where tables give the classes, and class folders may give them as well.

    Where each folder has one label and each label one folder, both say the same: the names of the folders are the
    classes, and the splits are those of the tables if these state other ones. Raises `AmbiguousFolderError` if the
    two say different things, and each of two classes or more.
    """
    reading = folder_reading(root, walker)
    if (
        reading is None
        or not reading.is_usable()
        or _are_parts(reading.classes)
        or len({entry.class_name for entry in by_table.files}) < 2
    ):
        return by_table
    by_folder = reading.layout
    folders = {location_of(entry.source): entry for entry in by_folder.files}
    names = _names(by_table, folders)
    if names is None:
        shown = told.listed(labelling.tables).replace("{", "{{").replace("}", "}}")
        sentence = _("{table} gives the classes: {classes} ({counts})").format(
            table=shown, classes="{classes}", counts="{counts}"
        )
        table = Reading("table", sentence, lambda: by_table)
        most = 2 * len(by_table.files) >= len(by_folder.files)
        raise question(root, [table, reading] if most else [reading, table])
    if any(entry.split != folders[location_of(entry.source)].split for entry in by_table.files):
        files = tuple(replace(entry, class_name=names[entry.class_name]) for entry in by_table.files)
        return Layout(files, frozenset(names.values()), by_table.problems)
    rest = [problem for problem in by_table.problems if str(problem.path) not in folders]
    unlisted = len(folders.keys() - {location_of(entry.source) for entry in by_table.files})
    note = (told.by_folders(labelling.tables, unlisted),) if unlisted else ()
    return replace(by_folder, problems=(*by_folder.problems, *(p for p in rest if not p.skipped), *note))


def _are_parts(names: Sequence[str]) -> bool:
    """Whether the names differ by their numbers only, as in images_part_1 and images_part_2, not class_1, class_2."""
    words = {tuple(word for word in words_of(name) if not word.isdecimal()) for name in names}
    common = next(iter(words)) if len(words) == 1 else ()
    return bool(common) and _OF_CLASSES.isdisjoint(common)


def _names(by_table: Layout, folders: Mapping[str, LabelledFile]) -> dict[str, str] | None:
    """The folder for each label of a table; None if the two part the images differently."""
    of_label: dict[str, set[str]] = defaultdict(set)
    of_folder: dict[str, set[str]] = defaultdict(set)
    for entry in by_table.files:
        folder = folders.get(location_of(entry.source))
        if folder is None:
            return None
        of_label[entry.class_name].add(folder.class_name)
        of_folder[folder.class_name].add(entry.class_name)
    if any(len(said) > 1 for said in (*of_label.values(), *of_folder.values())):
        return None
    return {label: said.pop() for label, said in of_label.items()}
