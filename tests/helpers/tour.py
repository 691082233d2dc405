"""A tour of every screen of the window, and what can be wrong with what is shown: words left over, texts cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QTabWidget,
    QWidget,
)

from nn_trainer.paths import sample_test_path
from tests.helpers.pseudo import leftover_words
from tests.helpers.qt_events import drop_on, mime_of

PATIENCE = 120_000  # milliseconds
STEPS = 8
SLACK = 1  # pixels


@dataclass(frozen=True)
class Screen:
    """One state of the window that a person can look at."""

    name: str


def wait_until(true: Callable[[], object], what: str) -> None:
    """Let events be processed until something is true."""
    deadline = QDeadlineTimer(PATIENCE)
    while not true():
        assert not deadline.hasExpired(), f"waited in vain for {what}"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def settle() -> None:
    """Let everything that is due be laid out and painted."""
    for _ in range(5):
        QApplication.processEvents()


def named(window: QWidget, name: str, kind: type[QWidget] = QWidget) -> QWidget:
    """The one widget of that object name."""
    found = window.findChildren(kind, name)
    assert len(found) == 1, f"{len(found)} widgets named {name}"
    return found[0]


def click(window: QWidget, name: str) -> None:
    """A click in the middle of a button."""
    QTest.mouseClick(named(window, name), Qt.MouseButton.LeftButton)


def go_to(window: QWidget, name: str) -> None:
    """Bring the tab to the front that is, or holds, the widget of that name."""
    tabs = named(window, "tabs", QTabWidget)
    wanted = named(window, name)
    places = [i for i in range(tabs.count()) if tabs.widget(i) is wanted or tabs.widget(i).isAncestorOf(wanted)]
    assert len(places) == 1, name
    tabs.setCurrentIndex(places[0])
    settle()


def tour(window: QWidget, lesson: bool = True) -> Iterator[Screen]:
    """Bring the window to one state after the other; it stays there while the caller looks."""
    train = named(window, "trainButton", QAbstractButton)
    yield Screen("first-start")
    click(window, "sampleDatasetButton")
    wait_until(train.isEnabled, "the sample")
    yield Screen("data-set")
    go_to(window, "dropArea")
    yield Screen("predict-without-classifier")
    go_to(window, "trainButton")
    named(window, "epochsBox").setValue(3)
    for number in ("first", "second"):
        click(window, "trainButton")
        wait_until(lambda: not train.isEnabled(), "the training to begin")
        yield Screen(f"{number}-training")
        wait_until(train.isEnabled, "the training to end")
        yield Screen(f"{number}-training-done")
    go_to(window, "dropArea")
    images = sorted(path for path in sample_test_path().rglob("*") if path.is_file())[:12]
    assert drop_on(named(window, "dropArea"), mime_of(images))
    wait_until(lambda: named(window, "probabilityBars").isVisible(), "the probabilities")
    yield Screen("predict")
    if lesson:
        yield from _tour_of_the_lesson(window)


def _tour_of_the_lesson(window: QWidget) -> Iterator[Screen]:
    window.findChild(QAction, "tabLessonAction").trigger()
    settle()
    lesson = named(window, "lessonTab")
    wait_until(lambda: getattr(lesson, "subject", None) is not None, "the lesson")
    for step in range(STEPS):
        QTest.mouseClick(lesson.stepper.buttons[step], Qt.MouseButton.LeftButton)
        wait_until(lambda: not lesson.current.is_busy(), f"step {step + 1}")
        yield Screen(f"lesson-{step + 1}")


def shown_texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Every text of a widget that can be seen, with its tooltip and its accessible names."""
    for widget in [window, *window.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        for text in (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()):
            yield widget, text
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield widget, widget.text()
        elif isinstance(widget, QGroupBox):
            yield widget, widget.title()
        elif isinstance(widget, QLineEdit):
            yield widget, widget.placeholderText()
        elif isinstance(widget, QTabWidget):
            yield from ((widget, widget.tabText(i)) for i in range(widget.count()))
    for action in window.findChildren(QAction):
        yield window, action.text()
        yield window, action.toolTip()


def left_over(window: QWidget, allowed: set[str]) -> dict[str, str]:
    """Words on the screen that did not go through the translation, with where they stand."""
    found = {}
    for widget, text in shown_texts(window):
        for word in leftover_words(text):
            if word not in allowed:
                found.setdefault(word, f"{widget.objectName() or type(widget).__name__}: {text[:80]!r}")
    return found


def cut_texts(window: QWidget) -> list[str]:
    """Labels and buttons whose text does not fit, and what reaches out of the window."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        text = widget.text()[:50] if isinstance(widget, (QLabel, QAbstractButton)) else ""
        where = f"{widget.objectName() or type(widget).__name__} {text!r}"
        if isinstance(widget, QLabel) and widget.text() and not _elides(widget) and not widget.wordWrap():
            needed = widget.sizeHint().width()
            if widget.width() + SLACK < needed and not widget.pixmap().width():
                found.append(f"{where} has {widget.width()} of {needed} pixels")
        if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
            needed = widget.heightForWidth(widget.width())
            if widget.height() + SLACK < needed:
                found.append(f"{where} has {widget.height()} of {needed} pixels in height")
        if isinstance(widget, (QAbstractButton, QComboBox)) and widget.minimumSizeHint().width() > widget.width() + 8:
            found.append(f"{where} has {widget.width()} of {widget.minimumSizeHint().width()} pixels")
    return found


def _elides(label: QLabel) -> bool:
    return "Elided" in type(label).__name__ or bool(re.search("Elided", str(type(label).__mro__)))


def outside(window: QWidget, *names: str) -> list[str]:
    """Which of these widgets are not wholly within the window."""
    found = []
    for name in names:
        widget = named(window, name)
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        if not widget.isVisible() or not window.rect().contains(place):
            found.append(name)
    return found


def text_width(widget: QWidget, text: str) -> int:
    """How many pixels a text takes in the font of a widget."""
    return QFontMetrics(widget.font()).horizontalAdvance(text)


def size_beyond(window: QWidget, width: int, height: int) -> list[int]:
    """The size of the window if the screen is smaller."""
    return [window.width(), window.height()] if window.width() > width or window.height() > height else []
