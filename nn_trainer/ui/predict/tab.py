"""The Predict tab at work: images in, class probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QWidget

from nn_trainer.models.classifier import Classifier
from nn_trainer.ui.predict.folder_search import FolderSearch
from nn_trainer.ui.predict.page import PredictPage
from nn_trainer.ui.predict.picture_loader import PictureLoader
from nn_trainer.ui.predict.prediction_queue import PredictionQueue
from nn_trainer.ui.predict.strip import StripItem
from nn_trainer.ui.widgets.drops import ImageSource

MOST_IMAGES = 1000  # in the strip; each keeps a thumbnail and the pixels the network saw


class PredictTab(PredictPage):
    """Works with one classifier at a time; the window says which."""

    open_model_requested = Signal()
    train_requested = Signal()
    model_dropped = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classifier: Classifier | None = None
        self._note = ""  # added to the count of images
        self._queue = PredictionQueue(self)
        self._loader = PictureLoader(self)
        self._search = FolderSearch(self)
        self._connect()
        self._show_progress(0, 0)
        self.set_classifier(None, "")

    # what the window calls

    def set_classifier(self, classifier: Classifier | None, origin: str, *, in_training: bool = False) -> None:
        """Predict with `classifier` from now on; `origin` says what it is, such as "weights of epoch 3".

        All images are predicted again.  While training goes on (`in_training`) only the image that is shown
        is, the others when they are stepped to, so that training is not slowed down.
        """
        self._classifier = classifier
        self._queue.set_classifier(classifier)
        self.show_origin(classifier, origin)
        if not in_training:
            self._refresh()
        elif self.isVisible():
            self._refresh_current()
        self._show_item(self.strip.current())

    def add_sources(self, sources: Sequence[ImageSource | Path]) -> None:
        """Take images; folders are searched for images in the background."""
        folders = [source for source in sources if isinstance(source, Path)]
        self._add_images([source for source in sources if not isinstance(source, Path)])
        if folders:
            self._search.search(folders, MOST_IMAGES - len(self.strip.items()))

    def browse(self) -> None:
        """Ask for image files."""
        self.drop_area.buttons.browse()

    def paste(self) -> None:
        """Take what is on the clipboard."""
        self.drop_area.paste()

    @Slot()
    def clear(self) -> None:
        """Take all images away."""
        self._note = ""
        self.strip.clear()
        self.cancel()

    @Slot()
    def cancel(self) -> None:
        """Stop searching and predicting; what is done stays."""
        self._search.cancel()
        self._queue.cancel()
        self._show_progress(0, 0)

    def shutdown(self) -> None:
        """Begin nothing more."""
        self.cancel()
        self._loader.load(None)

    def _connect(self) -> None:
        self.drop_area.sources_added.connect(self.add_sources)
        self.drop_area.model_dropped.connect(self.model_dropped)
        self.result.open_model_requested.connect(self.open_model_requested)
        self.result.train_requested.connect(self.train_requested)
        self.strip.current_changed.connect(self._on_current)
        self._queue.outcome_ready.connect(self._on_outcome)
        self._queue.progressed.connect(self._show_progress)
        self._loader.loaded.connect(self._on_picture)
        self._search.found.connect(self._add_images)
        self._search.ended.connect(self._on_search_ended)
        self.cancel_button.clicked.connect(self.cancel)
        self.clear_button.clicked.connect(self.clear)

    # images and predictions

    @Slot(object)
    def _add_images(self, sources: Sequence[ImageSource]) -> None:
        room = MOST_IMAGES - len(self.strip.items())
        items = [StripItem(source) for source in sources[:room]]
        self.strip.add(items)
        self._queue.add(items)
        self._show_progress(0, len(items))
        if len(sources) > room:
            self._on_search_ended(True)

    @Slot(bool)
    def _on_search_ended(self, full: bool) -> None:
        if full:
            self._note = f"; there is room for {MOST_IMAGES:,}. All at once: nn-trainer predict MODEL FOLDER --csv FILE"
            self._show_progress(0, 0)
        elif not self.strip.items():
            self.state.setText("There is no image in this folder.")

    def _refresh(self) -> None:
        """Predict again all that another classifier has seen, the image that is shown first."""
        stale = [item for item in self.strip.items() if item.seen_by is not self._classifier]
        self._queue.add(stale)
        self._refresh_current()

    def _refresh_current(self) -> None:
        item = self.strip.current()
        if item is not None and item.seen_by is not self._classifier:
            self._queue.add([item], first=True)

    @Slot(object)
    def _on_outcome(self, item: StripItem) -> None:
        self.strip.tell_changed(item)
        if item is self.strip.current():
            self._show_item(item)

    @Slot(int, int)
    def _show_progress(self, done: int, total: int) -> None:
        busy = done < total
        self.cancel_button.setVisible(busy)
        for widget in (self.clear_button, self.strip):
            widget.setVisible(bool(self.strip.items()))
        if busy:
            self.state.setText(f"Predicting {done + 1:,} of {total:,}" if self._classifier else "Reading images")
        else:
            self.show_count(self._note)

    # the image that is shown

    @Slot(object)
    def _on_current(self, item: StripItem | None) -> None:
        self._refresh_current()
        self._loader.load(item)
        self._show_item(item)

    @Slot(object, object, str)
    def _on_picture(self, item: StripItem, picture: QImage | None, text: str) -> None:
        if item is self.strip.current():
            self.drop_area.show_picture(picture, text)

    def _show_item(self, item: StripItem | None) -> None:
        if item is None:
            self.drop_area.show_nothing()
        else:
            self.drop_area.show_pixels(item.prediction)
        self.result.show_item(item, can_predict=self._classifier is not None)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the image that is shown up to date with the weights."""
        super().showEvent(event)
        self._refresh_current()
