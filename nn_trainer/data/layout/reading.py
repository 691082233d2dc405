"""One way to read a folder as a data set, and the question where there are several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nn_trainer.data.layout.split_names import SPLITS, Split
from nn_trainer.data.problems import Problem, display_path
from nn_trainer.data.source import Source
from nn_trainer.errors import AmbiguousFolderError, DatasetError, ReadingSummary
from nn_trainer.file_names import in_natural_order
from nn_trainer.i18n import _
from nn_trainer.wording import counted_classes, counted_images

_NAMED = 4  # classes or folders that a sentence names


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file that may be an image, with its class and split."""

    source: Source
    class_name: str
    split: Split


@dataclass(frozen=True, slots=True)
class Layout:
    """What the folders say, before any file was opened."""

    files: tuple[LabelledFile, ...]  # training first
    class_names: frozenset[str]  # of all class folders, empty ones too
    problems: tuple[Problem, ...]


def training_first(files: Iterable[LabelledFile]) -> tuple[LabelledFile, ...]:
    """The files in the order of their splits, and as they are within a split."""
    return tuple(sorted(files, key=lambda entry: SPLITS.index(entry.split)))


class Reading:
    """One way to read a folder: a code, a sentence that has the fields {classes} and {counts}, and the layout."""

    def __init__(self, code: str, sentence: str, read: Callable[[], Layout]) -> None:
        self.code = code
        self._sentence = sentence
        self._read = read

    @cached_property
    def layout(self) -> Layout:
        """Which file is which class of which split."""
        return self._read()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that have images, by name."""
        return tuple(in_natural_order({entry.class_name for entry in self.layout.files}))

    def is_usable(self) -> bool:
        """Whether there would be two classes to tell apart."""
        return len(self.classes) >= 2

    def summary(self) -> ReadingSummary:
        """What a person is shown to choose from."""
        classes, images = self.classes, len(self.layout.files)
        counts = _("{classes}, {images}").format(classes=counted_classes(len(classes)), images=counted_images(images))
        sentence = self._sentence.format(classes=listed(classes), counts=counts)
        return ReadingSummary(self.code, sentence, classes, images)


def listed(names: Sequence[str]) -> str:
    """Some names, as they are shown in a sentence: "cat, dog", "ant, bee, cat, cow, ..."."""
    shown = ", ".join(display_path(name) for name in names[:_NAMED])
    return _("{names}, ...").format(names=shown) if len(names) > _NAMED else shown


def question(root: Path, readings: Sequence[Reading]) -> AmbiguousFolderError:
    """The error that asks which of the readings is meant, and names the option that says so."""
    summaries = [reading.summary() for reading in readings]
    if len(summaries) == 1:
        text = _(
            "{folder} does not say by its folders which images belong to which class, but it can be read like this: "
            "{reading}. Say --layout {code} if that is meant."
        )
        message = text.format(folder=display_path(root), reading=summaries[0].sentence, code=summaries[0].code)
        return AmbiguousFolderError(message, summaries)
    ways = "; ".join(
        _("--layout {code}: {reading}").format(code=summary.code, reading=summary.sentence) for summary in summaries
    )
    text = _("{folder} can be read in more than one way. Say which is meant: {ways}.")
    return AmbiguousFolderError(text.format(folder=display_path(root), ways=ways), summaries)


def not_such_a_reading(root: Path, code: str, possible: Sequence[Reading]) -> DatasetError:
    """The error of a choice that does not fit the folder (any more)."""
    folder = display_path(root)
    codes = ", ".join(reading.code for reading in possible)
    if not codes:
        text = _("{folder} cannot be read with --layout {code}: it holds no images that could be told apart so.")
        return DatasetError(text.format(folder=folder, code=code))
    text = _("{folder} cannot be read with --layout {code}. What is possible: {codes}.")
    return DatasetError(text.format(folder=folder, code=code, codes=codes))
