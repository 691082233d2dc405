"""A CSV file beside the pictures that gives the class of each, one `filename,label` a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.folder_layout import LabelledFile, Layout, Split, split_of, training_first
from nn_trainer.data.labels import read_rows
from nn_trainer.data.problems import Problem, class_name_of, display_path
from nn_trainer.data.walk import FoundFile, Walker, stat_size
from nn_trainer.errors import LabelFileError

_FILE_COLUMNS = ("filename", "file_name", "file", "path", "filepath", "file_path", "image", "image_name", "picture")
_LABEL_COLUMNS = ("class_name", "label_name", "name", "class", "label", "category", "target")
_SPLIT_COLUMNS = ("split", "set", "subset")
_EXTENSIONS = ("", ".jpg", ".jpeg", ".png")  # tables often leave the extension out


@dataclass(frozen=True, slots=True)
class PictureTable:
    """A CSV file that names pictures and their classes."""

    path: Path
    rows: tuple[tuple[str, str, Split], ...]  # (file as written, class name, split)


def find_table(root: Path, walker: Walker) -> PictureTable | None:
    """The first CSV file in `root` with a column of file names and one of labels.

    Its first line names the columns, or names a file that exists and its class. None if there is no such file.
    """
    for path in sorted(root.glob("*.csv")):
        try:
            rows = [row for _, row in read_rows(path)] if path.is_file() else []
        except LabelFileError:
            continue  # if it was meant as a class label file, reading that tells
        if rows and (columns := _columns(rows[0], [root, *walker.folders(root)])):
            start, file, label, split = columns
            wanted = [row for row in rows[start:] if len(row) > max(file, label) and row[file] and row[label]]
            split_by_name = split_of(path.stem) or "train"
            if wanted:
                return PictureTable(
                    path,
                    tuple((row[file], row[label], _split_in(row, split) or split_by_name) for row in wanted),
                )
    return None


def table_layout(root: Path, table: PictureTable, names: Sequence[str], walker: Walker) -> Layout:
    """What a table says: its files are looked for in `root` and in the folders directly in it.

    `names` are those of the class label file, for tables that give labels as numbers.
    """
    bases = [root, *walker.folders(root)]
    by_label: Mapping[str, str] = {str(label): name for label, name in enumerate(names)}
    files = []
    for written, label, split in table.rows:
        path = next((p for base in bases if (p := _existing(base / written))), root / written)
        name = class_name_of(label if label in names else by_label.get(label, label))
        files.append(LabelledFile(FoundFile(path, stat_size(path)), name, split))
    listed = {entry.file.path for entry in files}
    problems = [
        Problem(
            file.path,
            "misplaced",
            f"The picture has no line in {display_path(table.path.name)}",
            "Add a line for it",
        )
        for file in walker.pictures(root)
        if file.path not in listed
    ]
    return Layout(training_first(files), frozenset(entry.class_name for entry in files), tuple(problems))


def _columns(first: list[str], bases: list[Path]) -> tuple[int, int, int, int | None] | None:
    """(first row of data, column of files, of labels, of splits or None), or None if this is no such table."""
    header = [cell.casefold().replace(" ", "_") for cell in first]
    file = next((header.index(name) for name in _FILE_COLUMNS if name in header), None)
    label = next((header.index(name) for name in _LABEL_COLUMNS if name in header), None)
    if file is not None and label is not None:
        return 1, file, label, next((header.index(n) for n in _SPLIT_COLUMNS if n in header), None)
    if len(first) == 2 and any(_existing(base / first[0]) for base in bases if first[0]):
        return 0, 0, 1, None
    return None


def _split_in(row: list[str], column: int | None) -> Split | None:
    return split_of(row[column]) if column is not None and column < len(row) else None


def _existing(path: Path) -> Path | None:
    for extension in _EXTENSIONS:
        longer = path.with_name(path.name + extension) if path.name else path
        try:
            if longer.is_file():
                return longer
        except (OSError, ValueError):  # a name that is too long, or holds a NUL
            continue
    return None
