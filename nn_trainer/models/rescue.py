"""Saving a classifier so that it is not lost: where it cannot be written, it goes to a place that is named."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from nn_trainer.errors import ModelFileError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.model_file import SUFFIX, save_classifier
from nn_trainer.paths import rescue_dir

log = logging.getLogger(__name__)

_LONGEST_NAME = 80  # characters


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a classifier was written."""

    path: Path
    rescued: bool  # it is not the place that was asked for
    wanted: Path
    reason: str  # why it could not be written where it was wanted; empty if it was

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        if not self.rescued:
            return _("The model is saved as {path}.").format(path=display_path(self.path))
        return _(
            "The model cannot be saved as {wanted}: {reason}. It is saved as {path} instead; move it where you want it."
        ).format(wanted=display_path(self.wanted), reason=self.reason, path=display_path(self.path))


def save_or_rescue(classifier: Classifier, path: str | Path) -> Saved:
    """Save a classifier at `path`, or else in the user's data folder, or else in the folder for temporary files.

    Raises `ModelFileError` if it cannot be written at all; the sentence is that of `path`.
    """
    try:
        save_classifier(classifier, path)
    except ModelFileError as error:
        refused = error
    else:
        return Saved(Path(path), rescued=False, wanted=Path(path), reason="")
    return rescue(classifier, path, refused)


def rescue(classifier: Classifier, wanted: str | Path, error: ModelFileError) -> Saved:
    """Save a classifier anywhere but at `wanted`, which `error` says it cannot; raises `error` if that fails too."""
    places: tuple[Callable[[], Path], ...] = (rescue_dir, lambda: Path(tempfile.gettempdir()))
    for place in places:
        try:
            path = _free_name(place(), Path(wanted).stem)
            save_classifier(classifier, path)
        except (OSError, ModelFileError) as other:
            log.warning("Not rescued: %s", other)
        else:
            return Saved(path, rescued=True, wanted=Path(wanted), reason=error.reason)
    raise error


def _free_name(folder: Path, stem: str) -> Path:
    """A file that is not there yet, named as the one that was wanted as far as every file system takes it."""
    stem = re.sub(r"[^\w. -]", "_", stem)[:_LONGEST_NAME].strip(". ") or "model"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}" for number in count(1))
    return next(folder / name for name in names if not (folder / name).exists())
