"""What comes in: images as they are, folders that are searched for images, and the test images of the data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.predict.sentences import full_text
from nn_trainer.ui.predict.source_search import Found, SourceSearch
from nn_trainer.ui.predict.test_images import TestImages
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.wording import error_message, number

MOST_IMAGES = 1000  # in the strip; each keeps a thumbnail and the pixels the network saw


class ImageIntake(QObject):
    """Hands on no more images than there is room for, and says what was left out and what was not found."""

    images_taken = Signal(object)  # list of ImageSource
    noticed = Signal(object)  # list of sentences
    searching = Signal(str)  # a sentence that says how far the search is
    idle = Signal()  # nothing is searched any more

    def __init__(self, count: Callable[[], int], parent: QObject) -> None:
        """`count` says how many images there are already."""
        super().__init__(parent)
        self._count = count
        self._test_images = TestImages(None)
        self._search = SourceSearch(self)
        self._search.found.connect(self._on_found)
        self._search.failed.connect(self._on_failed)
        self._search.progressed.connect(self._on_progress)
        self._search.idle.connect(self.idle)

    def set_dataset(self, dataset: Dataset | None) -> bool:
        """Take test images from this data set from now on; whether it has any."""
        self._test_images = TestImages(dataset)
        return len(self._test_images) > 0

    def add(self, sources: Sequence[ImageSource | Path]) -> None:
        """Take images at once, and search folders in the background."""
        paths = [source for source in sources if isinstance(source, Path)]
        images = [source for source in sources if isinstance(source, ImageSource)]
        room = self._room()
        self.images_taken.emit(images[:room])
        if len(images) > room:
            self._say_full(_("what was dropped"), images[:room], len(images) - room)
        if paths:
            self._search.search(paths, self._room())

    def next_test_image(self) -> list[ImageSource]:
        """The next test image of the data set; empty where it has none."""
        return [self._test_images.take()] if len(self._test_images) else []

    def is_busy(self) -> bool:
        """Whether anything is searched."""
        return self._search.is_busy()

    def cancel(self, *, say: bool = False) -> None:
        """Give up all searches; `say` how many that were."""
        searches = self._search.cancel()
        if searches and say:
            text = ngettext(
                "{n} search was cancelled before it found its images.",
                "{n} searches were cancelled before they found their images.",
                searches,
            )
            self.noticed.emit([text.format(n=number(searches))])

    def _room(self) -> int:
        return max(0, MOST_IMAGES - self._count())

    def _say_full(self, name: str, taken: Sequence[ImageSource], left: int | None) -> None:
        self.noticed.emit([full_text(name, taken, left, MOST_IMAGES)])

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        room = self._room()
        self.images_taken.emit(found.images[:room])
        if found.more or len(found.images) > room:
            self._say_full(found.name, found.images[:room], None)
        elif not found.images:
            self.noticed.emit([_("There is no image in {name}.").format(name=found.name)])
        self.noticed.emit(found.problems)

    @Slot(str, object)
    def _on_failed(self, name: str, error: Exception) -> None:
        text = _("{name} could not be searched. {reason}").format(name=name, reason=error_message(error))
        self.noticed.emit([text])

    @Slot(str, int)
    def _on_progress(self, name: str, found: int) -> None:
        text = ngettext("Looking for images in {name}: {n} found", "Looking for images in {name}: {n} found", found)
        self.searching.emit(text.format(name=name, n=number(found)))
