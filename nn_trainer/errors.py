"""Every error that is expected to happen, each with a sentence a person can act on.

The message of each says what went wrong, where, and what to do about it; it is shown as it stands in the
window and on the command line.  Anything that is not an `NNTrainerError` is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nn_trainer.file_names import display_path
from nn_trainer.i18n import _


class NNTrainerError(Exception):
    """The base of all expected errors; `str(error)` is the sentence for the user."""


class SettingError(NNTrainerError):
    """A hyperparameter has a value outside its range, or a name that is not known."""


class FileProblem(Protocol):
    """What is wrong with a file, or with several, as data.problems says it."""

    @property
    def path(self) -> Path:
        """The file, or the folder that is talked about."""

    @property
    def kind(self) -> str:
        """A short stable word."""

    @property
    def reason(self) -> str:
        """What is wrong."""

    @property
    def action(self) -> str:
        """What the user can do."""

    @property
    def files(self) -> int:
        """How many files it speaks of."""


class DatasetError(NNTrainerError):
    """A folder cannot be used as a data set at all; `problems` are of files in it that are not used."""

    def __init__(self, message: str = "", problems: Sequence[FileProblem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ReadingSummary:
    """One way to read a folder as a data set: a code that stands for it, and what it would make of the folder."""

    code: str  # what --layout takes
    sentence: str  # without a full stop, such as "The folders are the classes: cat, dog (2 classes, 40 images)"
    classes: tuple[str, ...]
    images: int


class AmbiguousFolderError(DatasetError):
    """A folder can be read as a data set in several ways; `readings` are these, the likeliest first."""

    def __init__(self, message: str, readings: Sequence[ReadingSummary]) -> None:
        self.readings = tuple(readings)
        super().__init__(message)


class ImageError(NNTrainerError):
    """One file cannot be used as an image; the rest of the files can.

    `kind` is a short stable word ("damaged", "not an image", ...), `reason` says what is wrong with the
    file, `action` what the user can do.
    """

    def __init__(self, path: Path | None, kind: str, reason: str, action: str) -> None:
        self.path = path
        self.kind = kind
        self.reason = reason
        self.action = action
        text = _("{reason}. {action}.") if path is None else _("{file}: {reason}. {action}.")
        file = "" if path is None else display_path(path.name)
        super().__init__(text.format(file=file, reason=reason, action=action))


class LabelFileError(DatasetError):
    """A class label file cannot be read; the message names the line."""


class ModelFileError(NNTrainerError):
    """A model file is damaged, foreign, of a newer version, or cannot be written.

    `reason` is the part of the sentence that says why, for a sentence that says more.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        self.reason = reason or message
        super().__init__(message)


class BackboneError(NNTrainerError):
    """The weights of the pretrained network are missing or damaged."""


class TrainingDivergedError(NNTrainerError):
    """The loss became infinite or NaN; further training is pointless.

    `learning_rate` is the setting that it happened with, and `suggested_rate` one that is likely to learn.
    """

    def __init__(self, iteration: int, learning_rate: float, suggested_rate: float | None = None) -> None:
        self.iteration = iteration
        self.learning_rate = learning_rate
        self.suggested_rate = learning_rate / 10 if suggested_rate is None else suggested_rate
        super().__init__(
            _(
                "The loss is no longer a number at iteration {iteration}, with learning rate {rate}. "
                "Try a smaller learning rate, such as {suggested}, and train again."
            ).format(iteration=iteration, rate=f"{learning_rate:g}", suggested=f"{self.suggested_rate:g}")
        )


class CancelledError(NNTrainerError):
    """The user cancelled a long piece of work; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("Cancelled. Nothing was changed."))


class DisplayError(NNTrainerError):
    """No window can be opened on this machine."""
