"""Whatever can take the focus has a name for a screen reader, on every page and in every step of the lesson."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar, QScrollBar, QTabBar, QWidget

from nn_trainer.ui.lesson.steps import STEPS
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.widgets.text_labels import NamedLabel
from nn_trainer.ui.window.pages import PAGES
from tests.helpers.lesson_clicks import open_step
from tests.helpers.window import open_data


def nameless(page):
    """Those that take the focus and are called nothing, whether they say something at present or not."""
    for widget in page.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar | QTabBar)  # parts made by Qt
        if inner or widget.focusPolicy() is Qt.FocusPolicy.NoFocus:
            continue
        if not widget.isVisibleTo(page) and not isinstance(widget, NamedLabel):  # labels that say something later
            continue
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name):
            yield f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"


@pytest.mark.parametrize("key", [row.key for row in PAGES])
def test_on_every_page(qtbot, window, folder, key):
    open_data(qtbot, window, folder)
    window.go_to(key)
    assert list(nameless(window)) == []


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_in_every_step_of_the_lesson(qtbot, lesson, number):
    step = open_step(qtbot, lesson, number)
    assert len(step.findChildren(QWidget)) > 3
    assert list(nameless(step)) == []


def test_every_bar_that_grows_says_of_what(qtbot, window, folder):
    open_data(qtbot, window, folder)
    for row in PAGES:
        window.go_to(row.key)
    bars = window.findChildren(QProgressBar)
    assert len(bars) > 3
    assert [bar.objectName() for bar in bars if not bar.accessibleName()] == []


def test_in_the_message_bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message("warning", "The disk is full.", "Show it")
    assert list(nameless(bar)) == []
    assert len(bar.findChildren(QAbstractButton)) == 2
    text = next(label for label in bar.findChildren(QLabel) if label.text())
    assert text.accessibleName() == "Warning: The disk is full."
