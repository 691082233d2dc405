"""The classifier that Predict uses and Save writes, and those that are not saved and gave way to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.errors import ModelFileError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.classifier import Classifier, load_classifier
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.models.rescue import Saved, rescue, save_or_rescue
from nn_trainer.wording import number
from nn_trainer.workers.background import run_in_background
from nn_trainer.workers.latest_job import LatestJob

MOST_SET_ASIDE = 20  # they are kept in memory; the oldest beyond that goes to a file


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """A classifier with where it comes from, in words; `dataset` is what it was trained on, empty if from a file."""

    classifier: Classifier
    origin: str
    dataset: str = ""
    since: datetime = field(default_factory=datetime.now)


class CurrentModel(QObject):
    """One classifier is current. An unsaved one that gives way to another is set aside and can be taken back.

    Opens and saves off the GUI thread. The classifier that was asked for last is the one that is opened; while a
    training goes on (`set_locked`) none is.
    """

    changed = Signal()  # another classifier, the same one saved, or those set aside
    opened = Signal(object)  # Path
    refused = Signal()  # nothing can be opened while a training runs
    given_up = Signal(object)  # Path of a file whose opening a training has ended
    saved = Signal(object)  # models.rescue.Saved
    failed = Signal(object)  # the exception of opening or saving

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.held: Held | None = None
        self.unsaved = False
        self.in_training = False
        self.set_aside: tuple[Held, ...] = ()  # not saved, the newest last
        self._locked = False
        self._path = Path()  # of the opening under way
        self._opening = LatestJob(self, at_once=True)
        self._opening.done.connect(self._on_opened)
        self._opening.failed.connect(self.failed)

    @property
    def classifier(self) -> Classifier | None:
        """The classifier at hand."""
        return self.held.classifier if self.held is not None else None

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        return self.held.origin if self.held is not None else ""

    def unsaved_ones(self) -> tuple[Held, ...]:
        """All that would be lost if the program ended now, the newest last."""
        return (*self.set_aside, *([self.held] if self.unsaved and self.held is not None else []))

    def take_trained(self, classifier: Classifier, dataset: str = "") -> None:
        """Hold weights of a training that goes on; those of the training before are set aside."""
        epoch = classifier.figures.epochs
        origin = _("Weights before the end of epoch 1")
        if epoch:
            origin = _("Weights of epoch {epoch}").format(epoch=number(epoch))
        if not self.in_training:
            self._set_aside_unsaved()
        self._take(Held(classifier, origin, dataset), unsaved=True, in_training=True)

    def end_training(self) -> None:
        """Say that the weights held now are the last of their training."""
        if self.in_training and self.held is not None:
            epochs = self.held.classifier.figures.epochs
            text = ngettext("Just trained, {epochs} epoch", "Just trained, {epochs} epochs", epochs)
            origin = text.format(epochs=number(epochs)) if self.unsaved else self.held.origin
            self._take(replace(self.held, origin=origin, since=datetime.now()), unsaved=self.unsaved)

    def take_back(self, held: Held | None = None) -> None:
        """Make one of those that were set aside current again, the newest if none is named."""
        held = held or (self.set_aside[-1] if self.set_aside else None)
        if held in self.set_aside and not self._locked:
            self.set_aside = tuple(other for other in self.set_aside if other is not held)
            self._set_aside_unsaved()
            self._take(held, unsaved=True)

    # files

    def set_locked(self, locked: bool) -> None:
        """While a training goes on no other classifier takes its place; an opening under way is given up."""
        self._locked = locked
        if locked and self._opening.is_busy():
            self._opening.drop()
            self.given_up.emit(self._path)

    def may_open(self) -> bool:
        """Whether a file may be opened now; `refused` is emitted if not."""
        if self._locked:
            self.refused.emit()
        return not self._locked

    def open(self, path: Path) -> None:
        """Read a model file; `opened`, `failed`, `refused` or `given_up` follows unless another is asked for."""
        if self.may_open():
            self._path = path
            self._opening.ask(lambda _task: load_classifier(path))

    @Slot(object)
    def _on_opened(self, classifier: Classifier) -> None:
        self._set_aside_unsaved()
        self._take(Held(classifier, display_path(self._path.name)), unsaved=False)
        self.opened.emit(self._path)

    def save(self, path: Path, held: Held | None = None) -> None:
        """Write the classifier as it is now, or one that was set aside; `saved` or `failed` follows."""
        wanted = held or self.held
        if wanted is None:
            raise RuntimeError("There is no classifier to save.")
        classifier = wanted.classifier
        self._run(lambda: save_or_rescue(classifier, path), lambda saved: self._note_saved(classifier, saved))

    def _note_saved(self, classifier: Classifier, saved: Saved) -> None:
        self.set_aside = tuple(held for held in self.set_aside if held.classifier is not classifier)
        if self.held is not None and self.held.classifier is classifier:
            self.unsaved = False
            self.held = replace(self.held, origin=display_path(saved.path.name))
        self.changed.emit()
        self.saved.emit(saved)

    def _run(self, work: Callable[[], Saved], then: Callable[[Saved], None]) -> None:
        job = run_in_background(lambda _task: work(), self)
        job.succeeded.connect(then)
        job.failed.connect(self.failed)
        job.finished.connect(job.deleteLater)

    def shutdown(self) -> None:
        """Open nothing more; what is being saved is saved."""
        self._opening.drop()

    def _set_aside_unsaved(self) -> None:
        if self.unsaved and self.held is not None:
            self.set_aside = (*self.set_aside, self.held)
            if len(self.set_aside) > MOST_SET_ASIDE:
                self._write_oldest()

    def _write_oldest(self) -> None:
        """Save the one that has been set aside longest to a place of the program's own; `saved` names it."""
        oldest, self.set_aside = self.set_aside[0], self.set_aside[1:]
        reason = _("more than {n} classifiers are not saved").format(n=number(MOST_SET_ASIDE))
        wanted = Path(f"{oldest.dataset or 'classifier'}{SUFFIX}")
        self._run(lambda: rescue(oldest.classifier, wanted, ModelFileError(reason, reason)), self.saved.emit)

    def _take(self, held: Held, *, unsaved: bool, in_training: bool = False) -> None:
        self.held, self.unsaved, self.in_training = held, unsaved, in_training
        self.changed.emit()
