"""The tabs of the window, one row each, and what holds them until they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.window.page import Page
from nn_trainer.ui.window.settings import WindowSettings


@dataclass(frozen=True, slots=True)
class PageRow:
    """A tab: `key` is its code, `number` its shortcut with Ctrl. One that is `late` is made when first looked at."""

    key: str
    widget_name: str  # objectName of the page
    title: str  # with the letter that opens it from the menu View
    tip: str
    number: int
    make: Callable[[WindowSettings], Page]
    late: bool = False


def _make_train(settings: WindowSettings) -> Page:
    from nn_trainer.ui.train.tab import TrainTab

    return TrainTab(settings)


def _make_predict(settings: WindowSettings) -> Page:
    from nn_trainer.ui.predict.tab import PredictTab

    return PredictTab()


def _make_lesson(settings: WindowSettings) -> Page:
    from nn_trainer.ui.lesson.tab import LessonTab

    return LessonTab(settings)


TRAIN, PREDICT, LESSON = "train", "predict", "lesson"
PAGES = (
    PageRow(TRAIN, "trainTab", _("&Train"), _("Go to Train"), 1, _make_train),
    PageRow(PREDICT, "inferenceTab", _("&Predict"), _("Go to Predict"), 2, _make_predict),
    PageRow(LESSON, "lessonTab", _("Less&on"), _("Go to Lesson"), 4, _make_lesson, late=True),
)


class PageHost(QWidget):
    """Stands in the tab for its page, with room above it for the message, and makes the page when it must."""

    made = Signal(object)  # the Page, before it is shown

    def __init__(self, row: PageRow, settings: WindowSettings) -> None:
        super().__init__()
        self.row = row
        self._settings = settings
        self._page: Page | None = None
        self.setObjectName(row.widget_name)  # until the page bears the name
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    @property
    def made_page(self) -> Page | None:
        """The page, if it was made."""
        return self._page

    def page(self) -> Page:
        """The page; made now if it was not."""
        if self._page is None:
            self._page = self.row.make(self._settings)
            self.setObjectName("")
            self._page.setObjectName(self.row.widget_name)
            self._column.addWidget(self._page, 1)
            self.made.emit(self._page)
        return self._page

    def show_above(self, widget: QWidget) -> None:
        """Put a widget above the page."""
        self._column.insertWidget(0, widget)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the page."""
        self.page()
        super().showEvent(event)
