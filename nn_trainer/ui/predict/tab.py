"""The Predict tab: images in at the left, class probabilities out at the right, all images in a strip below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.classifier import Classifier
from nn_trainer.ui.predict.prediction_queue import PredictionQueue, read_picture
from nn_trainer.ui.predict.probability_bars import ProbabilityBars
from nn_trainer.ui.predict.result_panel import ResultPanel
from nn_trainer.ui.predict.sentences import full_text, origin_text, waiting_text
from nn_trainer.ui.predict.source_search import Found, SourceSearch
from nn_trainer.ui.predict.status import PredictStatus
from nn_trainer.ui.predict.strip import ImageStrip, StripItem
from nn_trainer.ui.predict.test_images import TestImages
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drop_area import DropArea
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.labels import ElidedLabel
from nn_trainer.ui.window.page import Page, Situation
from nn_trainer.wording import error_message, number
from nn_trainer.workers.latest_job import LatestJob

MOST_IMAGES = 1000  # in the strip; each keeps a thumbnail and the pixels the network saw
LONGEST_SIDE = 1600  # pixels of the picture that is shown; more is not seen


class PredictTab(Page):
    """Works with one classifier at a time; the window says which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._told: tuple[Classifier | None, str, bool] = None, "", False
        self._classifier: Classifier | None = None
        self._in_training = False
        self._waits_for = ""  # what is said while there is no classifier yet but a training
        self._test_images = TestImages(None)
        self._shown: StripItem | None = None  # whose picture is asked for
        self.drop_area = DropArea()
        self.drop_area.model_refusal = ""
        self.result = ResultPanel()
        self.strip = ImageStrip()
        self.status = PredictStatus()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.origin = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._queue = PredictionQueue(self)
        self._search = SourceSearch(self)
        self._picture = LatestJob(self, at_once=True)
        self._lay_out()
        self._connect()
        self.set_classifier(None, "")

    def _lay_out(self) -> None:
        self.origin.setProperty("role", "muted")
        self.origin.setObjectName("classifierOrigin")
        splitter = self.splitter
        splitter.setObjectName("predictSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3 * theme.SPACE)
        splitter.addWidget(self.drop_area)
        splitter.addWidget(self.result)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([720, 480])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.origin)
        layout.addWidget(splitter, 1)
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
        self._picture.done.connect(self._on_picture)
        self._picture.failed.connect(self._on_no_picture)
        self._search.found.connect(self._on_found)
        self._search.failed.connect(self._on_search_failed)
        self._search.progressed.connect(self._show_search)
        self._search.idle.connect(self._show_state)
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
            self._queue.add([item for item in self.strip.items() if self._is_stale(item)])
        if not in_training or self.isVisible():
            self._refresh_current()
        self._show_item(self.strip.current())
        self._show_state()

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Offer the test images of a data set, and begin dialogs in its folder."""
        self._test_images = TestImages(dataset)
        self.drop_area.buttons.offer_test_image(len(self._test_images) > 0)
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
        paths = [source for source in sources if isinstance(source, Path)]
        self._add_images([source for source in sources if isinstance(source, ImageSource)])
        if paths:
            self._search.search(paths, self._room())

    @Slot()
    def try_test_image(self) -> None:
        """Take the next test image of the data set."""
        if len(self._test_images):
            self.add_sources([self._test_images.take()])

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
        self._search.cancel()
        self._queue.cancel()
        self.strip.clear()
        self.status.clear_notices()
        self._show_state()

    @Slot()
    def cancel(self) -> None:
        """Stop searching and predicting; what is done stays."""
        searches = self._search.cancel()
        self._queue.cancel()
        if searches:
            text = ngettext(
                "{n} search was cancelled before it found its images.",
                "{n} searches were cancelled before they found their images.",
                searches,
            )
            self.status.add_notices([text.format(n=number(searches))])
        self._show_item(self.strip.current())
        self._show_state()

    def is_busy(self) -> bool:
        """Whether anything is searched, predicted or read."""
        return self._search.is_busy() or self._queue.is_busy() or self._picture.is_busy()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._search.cancel()
        self._queue.cancel()
        self._picture.drop()

    # images

    def _room(self) -> int:
        return max(0, MOST_IMAGES - len(self.strip.items()))

    def _add_images(self, sources: Sequence[ImageSource]) -> None:
        room = self._room()
        items = [StripItem(source) for source in sources[:room]]
        self.strip.add(items)
        self._queue.add(items)
        if len(sources) > room:
            self._say_full(_("what was dropped"), sources[:room], len(sources) - room)
        self._show_state()

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        room = self._room()
        self._add_images(found.images[:room])
        if found.more or len(found.images) > room:
            self._say_full(found.name, found.images[:room], None)
        elif not found.images:
            self.status.add_notices([_("There is no image in {name}.").format(name=found.name)])
        self.status.add_notices(found.problems)

    def _say_full(self, name: str, taken: Sequence[ImageSource], left: int | None) -> None:
        self.status.add_notices([full_text(name, taken, left, MOST_IMAGES)])

    @Slot(str, object)
    def _on_search_failed(self, name: str, error: Exception) -> None:
        text = _("{name} could not be searched. {reason}").format(name=name, reason=error_message(error))
        self.status.add_notices([text])

    # predictions

    def _is_stale(self, item: StripItem) -> bool:
        if self._classifier is None:
            return item.thumbnail is None and not item.error
        return item.predicted_by is not self._classifier or (item.prediction is None and not item.error)

    def _refresh_current(self) -> None:
        item = self.strip.current()
        if item is not None and self._is_stale(item):
            self._queue.add([item], first=True)

    @Slot(object)
    def _on_item(self, item: StripItem) -> None:
        self.strip.refresh_item(item)
        if item is self.strip.current():
            self._show_item(item)

    # what is said

    @Slot(str, int)
    def _show_search(self, name: str, found: int) -> None:
        text = ngettext("Looking for images in {name}: {n} found", "Looking for images in {name}: {n} found", found)
        self.status.show_busy(text.format(name=name, n=number(found)))

    @Slot()
    @Slot(int, int)
    def _show_state(self, done: int = 0, total: int = 0) -> None:
        items = self.strip.items()
        for widget in (self.status.clear_button, self.strip):
            widget.setVisible(bool(items))
        if self._search.is_busy():
            return  # which says itself how far it is
        if done < total:
            template = _("Predicting {n} of {total}") if self._classifier else _("Reading image {n} of {total}")
            self.status.show_busy(template.format(n=number(done + 1), total=number(total)))
        elif not self._queue.is_busy():
            self.status.show_count(items, predicts=self._classifier is not None, in_training=self._in_training)

    # the image that is shown

    @Slot(object)
    def _on_current(self, item: StripItem | None) -> None:
        self._refresh_current()
        self._shown = item
        if item is None:
            self._picture.drop()
        else:
            content = item.source.content
            self._picture.ask(lambda _task: read_picture(content, LONGEST_SIDE))
        self._show_item(item)

    @Slot(object)
    def _on_picture(self, picture: QImage) -> None:
        if self._shown is not None:
            self.drop_area.show_picture(picture, self._shown.source.name)

    @Slot(object)
    def _on_no_picture(self, _error: Exception) -> None:
        # The sentence is shown beside, with the prediction that failed for the same reason.
        if self._shown is not None:
            self.drop_area.show_picture(None, self._shown.source.name)

    def _show_item(self, item: StripItem | None) -> None:
        if item is None:
            self.drop_area.show_nothing()
        else:
            self.drop_area.show_pixels(item.prediction)
        self.result.show_item(item, can_predict=self._classifier is not None, waits_for=self._waits_for)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the image that is shown up to date with the weights."""
        super().showEvent(event)
        self._refresh_current()
