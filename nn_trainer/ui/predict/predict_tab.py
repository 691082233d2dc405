"""The Predict tab: images in, class probabilities out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from nn_trainer.models.classifier import Classifier
from nn_trainer.ui import theme
from nn_trainer.ui.predict.drop_area import DropArea
from nn_trainer.ui.predict.folder_search import FolderSearch
from nn_trainer.ui.predict.image_strip import ImageStrip, StripItem
from nn_trainer.ui.predict.picture_loader import PictureLoader
from nn_trainer.ui.predict.prediction_queue import PredictionQueue
from nn_trainer.ui.predict.result_panel import ResultPanel
from nn_trainer.ui.predict.sources import ImageSource
from nn_trainer.ui.widgets.images import array_to_qimage

MOST_IMAGES = 1000  # in the strip; each keeps a thumbnail and the pixels the network saw


class PredictTab(QWidget):
    """Works with one classifier at a time; the window says which."""

    open_model_requested = Signal()
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inferenceTab")
        self._classifier: Classifier | None = None
        self._note = ""  # added to the count of images
        self._queue = PredictionQueue(self)
        self._loader = PictureLoader(self)
        self._search = FolderSearch(self)
        self.drop_area = DropArea()
        self.result = ResultPanel()
        self.strip = ImageStrip()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._source, self._state = QLabel(), QLabel()
        self._cancel, self._clear = QPushButton("&Cancel"), QToolButton()
        self._build()
        self._connect()
        self._show_item(None)
        self._show_progress(0, 0)
        self.set_classifier(None, "")

    @property
    def bars(self) -> QWidget:
        """The bars of the image that is shown."""
        return self.result.bars

    # what the window calls

    def set_classifier(self, classifier: Classifier | None, origin: str, *, in_training: bool = False) -> None:
        """Predict with `classifier` from now on; `origin` says what it is, such as "weights of epoch 3".

        All images are predicted again.  While training goes on (`in_training`) only the image that is shown
        is, the others when they are stepped to, so that training is not slowed down.
        """
        self._classifier = classifier
        self._queue.set_classifier(classifier)
        self._source.setText(_describe(classifier, origin))
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

    # the parts

    def _build(self) -> None:
        top = QHBoxLayout()
        self._source.setProperty("role", "muted")
        self._source.setObjectName("classifierOrigin")
        self._source.setMinimumWidth(1)
        top.addWidget(self._source, 1)
        self._state.setProperty("role", "muted")
        self._state.setObjectName("predictState")
        self._state.setFont(theme.figures_font())
        self._cancel.setObjectName("cancelPredictButton")
        self._cancel.setToolTip("Stop predicting; what is done stays")
        self._clear.setObjectName("clearImagesButton")
        self._clear.setText("Clear")
        self._clear.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._clear.setToolTip("Take all images away")
        theme.set_icon(self._clear, "clear")
        splitter = self.splitter
        splitter.setObjectName("predictSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3 * theme.SPACE)
        splitter.addWidget(self.drop_area)
        splitter.addWidget(self.result)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([720, 480])
        below = QHBoxLayout()
        below.addWidget(self._state, 1)
        below.addWidget(self._cancel)
        below.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)
        layout.addLayout(below)
        layout.addWidget(self.strip)

    def _connect(self) -> None:
        self.drop_area.sources_added.connect(self.add_sources)
        self.drop_area.installEventFilter(self)
        self.result.open_model_requested.connect(self.open_model_requested)
        self.result.train_requested.connect(self.train_requested)
        self.strip.current_changed.connect(self._on_current)
        self._queue.outcome_ready.connect(self._on_outcome)
        self._queue.progressed.connect(self._show_progress)
        self._loader.loaded.connect(self._on_picture)
        self._search.found.connect(self._add_images)
        self._search.ended.connect(self._on_search_ended)
        self._cancel.clicked.connect(self.cancel)
        self._clear.clicked.connect(self.clear)

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
            self._state.setText("There is no image in this folder.")

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
        self._cancel.setVisible(busy)
        count = len(self.strip.items())
        self._clear.setVisible(count > 0)
        self.strip.setVisible(count > 0)
        if busy:
            self._state.setText(f"Predicting {done + 1:,} of {total:,}" if self._classifier else "Reading images")
        else:
            unreadable = sum(bool(item.error) for item in self.strip.items())
            text = f"{count:,} image{'s' if count != 1 else ''}" if count else ""
            self._state.setText(text + (f", {unreadable:,} unreadable" if unreadable else "") + self._note)

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
        self._show_pixels(item)
        if self._classifier is None:
            self.result.show_sentence(
                "No classifier yet",
                "Train one on your own pictures, or open a model file. "
                "The images you drop here are kept and predicted as soon as there is one.",
                offer_classifier=True,
            )
        elif item is None:
            self.result.show_sentence(
                "Ready", "Drop an image, or several, or a folder on the left to see the probability of every class."
            )
        elif item.error:
            self.result.show_sentence("This image cannot be used", item.error)
        elif item.prediction is None:
            self.result.show_sentence("Predicting…", item.source.name)
        else:
            self.result.show_prediction(item.prediction)

    def _show_pixels(self, item: StripItem | None) -> None:
        prediction = item.prediction if item is not None else None
        if prediction is None:
            self.drop_area.show_pixels(None, "")
            return
        height, width, channels = prediction.pixels.shape
        text = f"as the network sees it, {width}x{height} {'colour' if channels == 3 else 'grey'}"
        self.drop_area.show_pixels(array_to_qimage(prediction.pixels), text)

    # keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Left and Right step through the images from the drop area too."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self.strip.step(step)
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the image that is shown up to date with the weights."""
        super().showEvent(event)
        self._refresh_current()


def _describe(classifier: Classifier | None, origin: str) -> str:
    if classifier is None:
        return "No classifier"
    size = classifier.preprocessing.image_size
    channels = "grey" if classifier.preprocessing.channels == "grey" else "colour"
    facts = (origin, classifier.config.preset, f"{len(classifier.class_names)} classes", f"{size}x{size} {channels}")
    return "  ·  ".join(facts)
