"""What every tab is: a page that is told how things stand, and asks the window for what other pages can do.

A new tab is a folder with a `Page` in it, and one row in `pages.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSplitter, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.models.classifier import Classifier
from nn_trainer.workers.training_worker import Phase


@dataclass(frozen=True, slots=True)
class Situation:
    """What all pages may know: the data set that is open, the classifier at hand, and what the trainer does."""

    dataset: Dataset | None = None
    classifier: Classifier | None = None
    origin: str = ""  # of the classifier, in words
    in_training: bool = False  # the classifier is one of a training that goes on
    phase: Phase = Phase.IDLE
    epochs: int | None = None  # of the training that runs: 0 while it is prepared, None when there is none


class Page(QWidget):
    """One tab. Whatever it does not override, it has no part in."""

    message = Signal(str, str)  # kind and sentence for the bar under the toolbar; an empty sentence clears it
    notice = Signal(object)  # a message_bar.Notice: a sentence with an action, or one that ends with its cause
    path_requested = Signal(object)  # Path of a data set or model file to open
    images_requested = Signal(object)  # list of ImageSource and of folders (Path), to predict
    model_requested = Signal()  # ask for a model file and open it
    page_requested = Signal(str)  # go to another page, by its key in `pages.PAGES`
    help_requested = Signal(str)  # show a page of the handbook, by its file

    @property
    def help_page(self) -> str:
        """The page of the handbook that F1 opens here."""
        return "first-steps.md"

    @property
    def splitters(self) -> Sequence[QSplitter]:
        """Those whose sizes are remembered, by their object names."""
        return ()

    def show_situation(self, situation: Situation) -> None:
        """Take note of what has changed; called often, also while the page is hidden."""

    def paste(self) -> bool:
        """Take what is on the clipboard; False where this page has no use for it."""
        return False

    def is_busy(self) -> bool:
        """Whether something is being computed, so that what is shown is not the last word yet."""
        return False

    def shutdown(self) -> None:
        """The window closes: begin nothing more, and ask what runs to end without waiting for it."""
