"""Integer labels <-> one-hot vectors, and writing the class label file."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_trainer.atomic import write_atomically
from nn_trainer.data.problems import display_path
from nn_trainer.errors import LabelFileError
from nn_trainer.i18n import _


def one_hot(label: int, classes: int) -> NDArray[np.float32]:
    """(classes,) zeros with a one at `label`. Raises `IndexError` if the label is not 0 to classes - 1."""
    if not 0 <= label < classes:
        raise IndexError(f"The label must be 0 to {classes - 1}, not {label}.")  # not shown
    vector = np.zeros(classes, dtype=np.float32)
    vector[label] = 1
    return vector


def write_label_file(path: str | os.PathLike[str], class_names: Sequence[str]) -> None:
    """Write one `label,name` a line, in UTF-8; an older file is replaced only when all is written.

    Raises `LabelFileError`, also for names that would not be the same when they are read again.
    """
    path = Path(path)
    try:
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("label", "name"))
        # A carriage return is not quoted by itself, and would end the line when it is read.
        quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        for label, name in enumerate(class_names):
            (quoted if "\r" in name else rows).writerow((label, name))
        _require_names_that_come_back(path, class_names)
        write_atomically(path, text.getvalue().encode("utf-8"))
    except (OSError, UnicodeError) as error:
        raise LabelFileError(
            _("{file} cannot be written ({error}). Choose another folder.").format(
                file=display_path(path), error=getattr(error, "strerror", None) or error
            )
        ) from error


def _require_names_that_come_back(path: Path, names: Sequence[str]) -> None:
    times = Counter(names)
    wrong = next((name for name in names if not name or name != name.strip() or times[name] > 1), None)
    if wrong is not None:
        raise LabelFileError(
            _(
                "{file} cannot hold the class name {name}: it is empty, begins or ends with a space, or occurs twice. "
                "Rename the class."
            ).format(file=display_path(path), name=repr(wrong))
        )
