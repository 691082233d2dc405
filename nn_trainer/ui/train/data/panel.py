"""The left of the Train tab: the data set, or how to open one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.errors import ReadingSummary
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.data.question import QuestionPage
from nn_trainer.ui.train.data.requests import DataRequests
from nn_trainer.ui.train.data.view import DatasetView
from nn_trainer.ui.train.data.welcome import WelcomePage
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.widgets.text_labels import keep_font
from nn_trainer.wording import number

RATE_SECONDS = 0.5  # from when on it is said how many there are in a second: sooner, it would jump


class BusyPage(QWidget):
    """What is done, how far it is, and a button to cancel it."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begun: tuple[str, int, float] = ("", 0, 0.0)  # of what is done now: how many there were, and when
        self._what = QLabel(wordWrap=True)
        self._what.setObjectName("busyText")
        self._bar = QProgressBar()
        self._bar.setObjectName("busyProgress")
        self._bar.setAccessibleName(_("Progress of opening the data set"))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(2 * theme.SPACE)
        self._count = QLabel()
        self._count.setObjectName("busyCount")
        keep_font(self._count, theme.tabular_font)
        self._count.setProperty("role", "muted")
        self._cancel = QPushButton(_("Cancel"))
        self._cancel.setObjectName("cancelDatasetButton")
        self._cancel.clicked.connect(self.cancel_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4 * theme.SPACE, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        for widget in (self._what, self._bar, self._count, self._cancel):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_progress(self, what: str, done: int, total: int) -> None:
        """Show the progress; `total` 0 means that nobody knows yet."""
        self._what.setText(_("{what}…").format(what=what))
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        now = time.monotonic()
        if self._begun[0] != what or done < self._begun[1]:
            self._begun = what, done, now
        seconds = now - self._begun[2]
        rate = (done - self._begun[1]) / seconds if seconds >= RATE_SECONDS else 0
        if total and rate >= 1:
            text = _("{done} of {total}, {rate} a second")
            self._count.setText(text.format(done=number(done), total=number(total), rate=number(round(rate))))
        elif total:
            self._count.setText(_("{done} of {total}").format(done=number(done), total=number(total)))
        else:
            self._count.setText(number(done) if done else "")


class DatasetPanel(DataRequests):
    """Shows one of: an invitation, progress, a question, a data set. Drops are the page's.

    It loads nothing itself: its signals say what the user wants.
    """

    cancel_requested = Signal()
    reading_chosen = Signal(str)  # the code of a reading of the folder that was asked about
    question_cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetPanel")
        self.setMinimumWidth(70 * theme.SPACE)
        self._dataset: Dataset | None = None
        self._message = MessageBar(stacked=True)
        self._welcome = WelcomePage()
        self._busy = BusyPage()
        self._view = DatasetView()
        self._question = QuestionPage()
        self._pages = QStackedWidget()
        self._start, self._opened = _scrolled(self._welcome), _scrolled(self._view)
        self._asked = _scrolled(self._question)
        for page in (self._start, self._busy, self._asked, self._opened):
            self._pages.addWidget(page)
        self._busy.cancel_requested.connect(self.cancel_requested)
        self._question.chosen.connect(self.reading_chosen)
        self._question.cancelled.connect(self.question_cancelled)
        self.pass_on(self._welcome)
        self.pass_on(self._view)
        heading = QLabel(_("DATA SET"))
        heading.setProperty("role", "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        for widget in (heading, self._message):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)

    # what the window calls

    def show_empty(self, recent: Sequence[Path]) -> None:
        """Invite to open a data set; `recent` are those opened last, the latest first."""
        self._dataset = None
        self._message.clear()
        self._welcome.show_recent(recent)
        self._pages.setCurrentWidget(self._start)

    def show_recent(self, recent: Sequence[Path]) -> None:
        """List the data sets that were opened last in the menu of the one that is open."""
        self._view.show_recent(recent)

    def set_locked(self, locked: bool) -> None:
        """Offer nothing that would change the data set while a training uses it."""
        self._view.set_locked(locked)

    def show_busy(self, what: str, done: int, total: int) -> None:
        """Show how far a data set is read; `total` 0 means that nobody knows yet."""
        self._message.clear()
        self._busy.show_progress(what, done, total)
        self._pages.setCurrentWidget(self._busy)

    def show_question(self, folder: str, readings: Sequence[ReadingSummary], chosen: str | None) -> None:
        """Ask which reading of a folder is meant; `chosen` is the code of the one that was taken before."""
        self._message.clear()
        self._question.ask(folder, readings, chosen)
        self._pages.setCurrentWidget(self._asked)
        self._question.take_focus()

    def show_dataset(self, dataset: Dataset) -> None:
        """Show a data set."""
        self._message.clear()
        if dataset is not self._dataset:
            self._dataset = dataset
            self._view.show_dataset(dataset)
        self._pages.setCurrentWidget(self._opened)

    def show_error(self, message: str) -> None:
        """Show why a data set could not be opened, above the one there was or the ways to open one."""
        self._pages.setCurrentWidget(self._start if self._dataset is None else self._opened)
        if self._dataset is None:
            self._message.show_error(message)
        else:
            self._message.show_message("error", message, _("Open data…"), self.open_requested.emit)


def _scrolled(page: QWidget) -> QScrollArea:
    """A page that can be scrolled in a low window, or with large letters."""
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    for part in (area.viewport(), page):
        part.setAutoFillBackground(False)
    return area
