"""Where the cells of a table of images stand: in columns of usual names, or by what is in its first lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nn_trainer.data.layout.folder_layout import split_of
from nn_trainer.data.tables.named_files import has_image_ending

_FILE_COLUMNS = (
    *("filename", "fname", "file", "filepath", "fpath", "path", "relativepath", "relpath", "imagepath", "imgpath"),
    *("imagefile", "imagefilename", "imgfile", "imagename", "imgname", "image", "img", "images", "imageid", "imgid"),
    *("picture", "photo", "uri", "url", "imageuri", "imageurl", "isicid", "idcode", "id", "name", "key"),
)
_LABEL_COLUMNS = (
    *("classname", "labelname", "categoryname", "name", "class", "label", "category", "target", "classlabel"),
    *("imagelabel", "labels", "classes", "classid", "labelid", "categoryid", "tag", "species", "breed", "diagnosis"),
    *("dx", "disease", "variety", "cultivar", "type", "y", "groundtruth", "gt", "findinglabels"),
)
_SPLIT_COLUMNS = ("split", "set", "subset", "dataset", "fold", "partition", "usage", "purpose", "datatype")
_VALIDATION_COLUMNS = ("isvalid", "isval", "isvalidation", "valid")  # as fastai has them
_MARKS = frozenset(("0", "1", "0.0", "1.0"))
_MOST_WITHOUT_HEAD = 4  # cells of a line of a table whose columns have no names


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a table stand; a table without a column of labels says only that there are such images."""

    header: bool  # whether the first line names the columns
    file: int
    label: int | None
    split: int | None = None
    validation: int | None = None  # a column that is true for the images kept for validation
    one_hot: tuple[tuple[int, str], ...] = ()  # columns that are 1 for the images of a class
    spaced: bool = False  # each line is one cell: a path, a space, a label
    by_folder: bool = False  # each line is a path only, in which the folder is the class
    numbered: bool = False  # and a number stands before it


def find_columns(rows: Sequence[Sequence[str]], is_image: Callable[[str], bool]) -> Columns | None:
    """Where the cells stand, by the first rows of a file; None if this is not a table of images.

    `is_image` says whether a text means an image that is there; it is asked only where the rows may be such a table.
    """
    if not rows:
        return None
    with_names = _by_head(rows, is_image)
    return with_names if with_names is not None else _without_head(rows, is_image)


def names_of(header: Sequence[str]) -> list[str]:
    """The names of columns as they are compared: in small letters, and no marks between them."""
    return [re.sub(r"[\W_]+", "", cell.casefold()) for cell in header]


def _by_head(rows: Sequence[Sequence[str]], is_image: Callable[[str], bool]) -> Columns | None:
    header, body = names_of(rows[0]), rows[1:]
    if len(header) < 2 or len(set(header)) < len(header):
        return None
    named = [header.index(name) for name in _FILE_COLUMNS if name in header]
    if not named and not any(map(has_image_ending, rows[0])):  # of whatever name, in whatever language
        named = [column for column in range(len(header)) if all(map(has_image_ending, _cells(body, column)))]
    file = next((column for column in named if _names_images(_cells(body, column), is_image)), None)
    if file is None:
        return None
    label = next((header.index(n) for n in _LABEL_COLUMNS if n in header and header.index(n) != file), None)
    split = next(
        (header.index(n) for n in _SPLIT_COLUMNS if n in header and header.index(n) not in (file, label)), None
    )
    valid = next((header.index(n) for n in _VALIDATION_COLUMNS if n in header and header.index(n) != file), None)
    rest = [column for column in range(len(header)) if column not in (file, split)]
    marks: tuple[tuple[int, str], ...] = ()
    if label is None or (len(rest) > 2 and valid is None and _is_one_hot(body, rest)):
        if len(rest) > 1 and _is_one_hot(body, rest):
            label, marks = None, tuple((column, rows[0][column]) for column in rest)
        elif label is None and len(rest) == 1 and any(_cells(body, rest[0])):
            label = rest[0]  # of two columns the other one, whatever its name
    return Columns(True, file, label, split, valid, marks)


def _without_head(rows: Sequence[Sequence[str]], is_image: Callable[[str], bool]) -> Columns | None:
    width = len(rows[0])
    if width == 1:
        return _by_spaces([row[0] for row in rows if len(row) == 1], is_image)
    if width > _MOST_WITHOUT_HEAD or any(len(row) != width for row in rows):
        return None
    by_ending = sorted(range(width), key=lambda column: not all(map(has_image_ending, _cells(rows, column))))
    file = next((column for column in by_ending if _names_images(_cells(rows, column), is_image, first=True)), None)
    if file is None:
        return None
    rest = [column for column in range(width) if column != file]
    split = next((c for c in rest if len(rest) > 1 and all(map(split_of, _cells(rows, c)))), None)
    rest = [column for column in rest if column != split]
    if len(rest) == 2 and all(cell.isdecimal() for cell in _cells(rows, 0)) and file != 0:
        rest.remove(0)  # the lines are numbered, as MXNet does
    return Columns(False, file, rest[0], split) if len(rest) == 1 else None


def _by_spaces(lines: Sequence[str], is_image: Callable[[str], bool]) -> Columns | None:
    """Lists of other tools: `images/a.jpg 3`, or the paths alone, with the class as their folder."""
    numbered = all(re.match(r"\d+\s+\S", line) for line in lines)  # 1 001.Albatross/a.jpg
    paths = [line.split(None, 1)[1] for line in lines] if numbered and all(map(has_image_ending, lines)) else []
    if paths and _names_images(paths, is_image, first=True):
        return Columns(False, 0, None, by_folder=True, numbered=True)
    parted = [line.rsplit(None, 1) for line in lines]
    if all(len(parts) == 2 for parts in parted) and _names_images([parts[0] for parts in parted], is_image, first=True):
        return Columns(False, 0, 1, spaced=True)
    if all("/" in line or "\\" in line for line in lines) and _names_images(lines, is_image, first=True):
        return Columns(False, 0, None, by_folder=True)
    return None


def _cells(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in rows if len(row) > column]


def _names_images(cells: Sequence[str], is_image: Callable[[str], bool], first: bool = False) -> bool:
    """Whether there is an image for one of the cells, or all are called like images that may have been left out."""
    filled = [cell for cell in cells if cell]
    if filled and all(map(has_image_ending, filled)):
        return True
    if 2 * len(set(filled)) <= len(filled):
        return False  # a table hardly begins with lines for one and the same image
    return is_image(filled[0]) if first and not has_image_ending(filled[0]) else any(map(is_image, filled))


def _is_one_hot(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    return bool(rows) and all(len(row) > max(columns) and _MARKS.issuperset(row[c] for c in columns) for row in rows)
