"""What is wrong with a file or folder of a data set, in words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.source import Source
from nn_trainer.errors import ImageError
from nn_trainer.file_names import display_path as display_path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file or folder; the rest of the data set is used.

    `kind` is a short stable word ("damaged", "not an image", "duplicate", ...), `reason` says what is
    wrong, `action` what the user can do. `skipped` is False for mere notes: the file is used, or it is
    a folder that is talked about. `files` is how many files it speaks of.
    """

    path: Path
    kind: str
    reason: str
    action: str
    skipped: bool = True
    files: int = 1

    @classmethod
    def of(cls, source: Source, error: ImageError) -> Problem:
        """The problem that an error of one file is."""
        return cls(source.path, error.kind, error.reason, error.action)


def class_name_of(folder: str) -> str:
    """The name of the class that a folder stands for: printable, accents composed, no outer spaces."""
    return unicodedata.normalize("NFC", display_path(folder)).strip()
