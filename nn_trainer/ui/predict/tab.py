"""The Predict tab: images in at the left, class probabilities out at the right, all images in a strip below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.ui.predict.image_and_result import ImageAndResult
from nn_trainer.ui.predict.intake import ImageIntake
from nn_trainer.ui.predict.prediction_queue import PredictionQueue
from nn_trainer.ui.predict.probability_bars import ProbabilityBars
from nn_trainer.ui.predict.sentences import origin_text, waiting_text
from nn_trainer.ui.predict.status import PredictStatus
from nn_trainer.ui.predict.strip import ImageStrip
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.text_labels import ElidedLabel
from nn_trainer.ui.window.page import Page, Situation


class PredictTab(Page):
    """Works with one classifier at a time; the window says which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._told: tuple[Classifier | None, str, bool] = None, "", False
        self._classifier: Classifier | None = None
        self._in_training = False
        self._waits_for = ""  # what is said while there is no classifier yet but a training
        self.splitter = ImageAndResult(self)
        self.drop_area, self.result = self.splitter.drop_area, self.splitter.result
        self.strip = ImageStrip()
        self.status = PredictStatus()
        self.origin = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._queue = PredictionQueue(self)
        self._intake = ImageIntake(lambda: len(self.strip.items()), self)
        self._lay_out()
        self._connect()
        self.set_classifier(None, "")

    def _lay_out(self) -> None:
        self.origin.setProperty("role", "muted")
        self.origin.setObjectName("classifierOrigin")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.origin)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.status)
        layout.addWidget(self.strip)

    def _connect(self) -> None:
        self.drop_area.sources_added.connect(self.add_sources)
        self.drop_area.model_dropped.connect(self.path_requested)
        self.drop_area.step_requested.connect(self.strip.step)
        self.drop_area.buttons.test_image_requested.connect(self.try_test_image)
        self.result.open_model_requested.connect(self.model_requested)
        self.result.train_requested.connect(self._go_to_train)
        self.strip.current_changed.connect(self._on_current)
        self._queue.item_changed.connect(self._on_item)
        self._queue.progressed.connect(self._show_state)
        self._intake.images_taken.connect(self._on_images)
        self._intake.noticed.connect(self.status.add_notices)
        self._intake.searching.connect(self.status.show_busy)
        self._intake.idle.connect(self._show_state)
        self.status.cancel_button.clicked.connect(self.cancel)
        self.status.clear_button.clicked.connect(self.clear)

    # what the window calls

    @property
    def bars(self) -> ProbabilityBars:
        """The bars of the image that is shown."""
        return self.result.bars

    @property
    def help_page(self) -> str:
        """How to predict."""
        return "predicting.md"

    @property
    def splitters(self) -> tuple[QSplitter, ...]:
        """Between picture and result."""
        return (self.splitter,)

    def show_situation(self, situation: Situation) -> None:
        """Predict with the classifier at hand, and offer the test images of the data set that is open."""
        if situation.dataset is not self._dataset:
            self._dataset = situation.dataset
            self.set_dataset(situation.dataset)
        self.set_training(situation.epochs)
        told = situation.classifier, situation.origin, situation.in_training
        if told != self._told:
            self._told = told
            self.set_classifier(situation.classifier, situation.origin, in_training=situation.in_training)

    def set_classifier(self, classifier: Classifier | None, origin: str, *, in_training: bool = False) -> None:
        """Predict with `classifier` from now on; `origin` says what it is, such as "weights of epoch 3".

        What another classifier said is forgotten at once, and all images are predicted again.  While training goes on
        (`in_training`) only the image that is shown is, the others when they are stepped to, so that training is not
        slowed down.
        """
        self._classifier, self._in_training = classifier, in_training
        self._queue.set_classifier(classifier)
        self.strip.forget_predictions(classifier)
        self.origin.set_text(origin_text(classifier, origin))
        if not in_training:
            self._queue.add([item for item in self.strip.items() if item.is_stale(classifier)])
        if not in_training or self.isVisible():
            self._refresh_current()
        self._show_item(self.strip.current())
        self._show_state()

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Offer the test images of a data set, and begin dialogs in its folder."""
        self.drop_area.buttons.offer_test_image(self._intake.set_dataset(dataset))
        self.drop_area.buttons.data_folder = str(dataset.root) if dataset is not None else ""

    def set_training(self, epochs: int | None) -> None:
        """Say what is waited for while a training of so many epochs runs: 0 while it is prepared, None without one."""
        locked = _("A training is running. Stop it before you open a model.")
        self.drop_area.model_refusal = "" if epochs is None else locked
        waits_for = waiting_text(epochs)
        if waits_for != self._waits_for:
            self._waits_for = waits_for
            if self._classifier is None:
                self._show_item(self.strip.current())

    @Slot(object)
    def add_sources(self, sources: Sequence[ImageSource | Path]) -> None:
        """Take images; folders are searched for images in the background."""
        if not self.is_busy():
            self.status.clear_notices()
        self._intake.add(sources)

    @Slot()
    def try_test_image(self) -> None:
        """Take the next test image of the data set."""
        self.add_sources(self._intake.next_test_image())

    def browse(self) -> None:
        """Ask for image files."""
        self.drop_area.buttons.browse()

    def paste(self) -> bool:
        """Take what is on the clipboard."""
        self.drop_area.paste()
        return True

    @Slot()
    def _go_to_train(self) -> None:
        self.page_requested.emit("train")

    @Slot()
    def clear(self) -> None:
        """Take all images away."""
        self._intake.cancel()
        self._queue.cancel()
        self.strip.clear()
        self.status.clear_notices()
        self._show_state()

    @Slot()
    def cancel(self) -> None:
        """Stop searching and predicting; what is done stays."""
        self._intake.cancel(say=True)
        self._queue.cancel()
        self._show_item(self.strip.current())
        self._show_state()

    def is_busy(self) -> bool:
        """Whether anything is searched, predicted or read."""
        return self._intake.is_busy() or self._queue.is_busy() or self.splitter.is_busy()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._intake.cancel()
        self._queue.cancel()
        self.splitter.look_at(None)

    # images

    @Slot(object)
    def _on_images(self, sources: Sequence[ImageSource]) -> None:
        items = [StripItem(source) for source in sources]
        self.strip.add(items)
        self._queue.add(items)
        self._show_state()

    # predictions

    def _refresh_current(self) -> None:
        item = self.strip.current()
        if item is not None and item.is_stale(self._classifier):
            self._queue.add([item], first=True)

    @Slot(object)
    def _on_item(self, item: StripItem) -> None:
        self.strip.refresh_item(item)
        if item is self.strip.current():
            self._show_item(item)

    # what is said

    @Slot()
    @Slot(int, int)
    def _show_state(self, done: int = 0, total: int = 0) -> None:
        items = self.strip.items()
        for widget in (self.status.clear_button, self.strip):
            widget.setVisible(bool(items))
        if self._intake.is_busy():
            return  # which says itself how far it is
        if done < total:
            self.status.show_progress(done, total, predicts=self._classifier is not None)
        elif not self._queue.is_busy():
            self.status.show_count(items, predicts=self._classifier is not None, in_training=self._in_training)

    # the image that is shown

    @Slot(object)
    def _on_current(self, item: StripItem | None) -> None:
        self._refresh_current()
        self.splitter.look_at(item)
        self._show_item(item)

    def _show_item(self, item: StripItem | None) -> None:
        self.splitter.show_item(item, can_predict=self._classifier is not None, waits_for=self._waits_for)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the image that is shown up to date with the weights."""
        super().showEvent(event)
        self._refresh_current()
