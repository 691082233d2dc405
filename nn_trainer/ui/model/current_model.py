"""The classifier that Predict uses and Save writes: just trained, or opened from a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nn_trainer.data.problems import display_path
from nn_trainer.models.classifier import Classifier, load_classifier
from nn_trainer.models.model_file import save_classifier
from nn_trainer.workers.background import run_in_background


class ClassifierHolder(QObject):
    """Knows where the classifier comes from and whether it is saved; opens and saves off the GUI thread."""

    changed = Signal()  # another classifier, or the same one saved
    opened = Signal(object)  # Path
    saved = Signal(object)  # Path
    failed = Signal(object)  # the exception of opening or saving

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.classifier: Classifier | None = None
        self.origin = ""
        self.unsaved = False
        self.in_training = False
        self.replaced: tuple[Classifier, str] | None = None  # an unsaved one that gave way to an opened one

    def take_trained(self, classifier: Classifier) -> None:
        """Hold weights of a training that goes on."""
        epoch = classifier.figures.epochs
        origin = f"Weights of epoch {epoch}" if epoch else "Weights before the end of epoch 1"
        self._take(classifier, origin, unsaved=True, in_training=True)

    def end_training(self) -> None:
        """Say that the weights held now are the last of their training."""
        if self.in_training and self.classifier is not None:
            epochs = self.classifier.figures.epochs
            origin = f"Just trained, {epochs} epoch{'s' if epochs != 1 else ''}"
            self._take(self.classifier, origin, unsaved=self.unsaved)

    def take_back(self) -> None:
        """Go back to the unsaved classifier that an opened one replaced."""
        if self.replaced is not None:
            self._take(*self.replaced, unsaved=True)

    def open(self, path: Path) -> None:
        """Read a model file; `opened` or `failed` follows."""

        def take(classifier: Classifier) -> None:
            replaced = (self.classifier, self.origin) if self.unsaved and self.classifier else None
            self._take(classifier, display_path(path.name))
            self.replaced = replaced
            self.opened.emit(path)

        job = run_in_background(lambda _task: load_classifier(path), self)
        job.succeeded.connect(take)
        job.failed.connect(self.failed)
        job.finished.connect(job.deleteLater)

    def save(self, path: Path) -> None:
        """Write the classifier as it is now; `saved` or `failed` follows."""
        classifier = self.classifier
        if classifier is None:
            raise RuntimeError("There is no classifier to save.")

        def note_saved(_result: object) -> None:
            if classifier is self.classifier:
                self.unsaved = False
                self.changed.emit()
            self.saved.emit(path)

        job = run_in_background(lambda _task: save_classifier(classifier, path), self)
        job.succeeded.connect(note_saved)
        job.failed.connect(self.failed)
        job.finished.connect(job.deleteLater)

    def _take(self, classifier: Classifier, origin: str, *, unsaved: bool = False, in_training: bool = False) -> None:
        self.classifier, self.origin = classifier, origin
        self.unsaved, self.in_training = unsaved, in_training
        self.replaced = None
        self.changed.emit()
