"""The Lesson tab as a person uses it: clicks, keys, and numbers read off the clipboard and the labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from nn_trainer.paths import settings_dir
from nn_trainer.ui.lesson.tab import LessonTab
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.workers.threads import join_all

PATIENCE = 60_000  # milliseconds
HALF = {decimals: 0.5001 * 10.0**-decimals for decimals in (4, 6, 7, 9, 12)}  # of the last digit written


@contextmanager
def shown_lesson(qtbot, *source) -> Iterator[LessonTab]:
    """The Lesson tab by itself, on the sample or on `source`; afterwards its threads are ended."""
    (settings_dir() / "window.ini").unlink(missing_ok=True)
    tab = LessonTab(WindowSettings())
    qtbot.addWidget(tab)
    if source:
        tab.set_source(*source)
    tab.resize(1280, 720)
    with qtbot.waitExposed(tab):
        tab.show()
    qtbot.waitUntil(lambda: tab.subject is not None, timeout=PATIENCE)
    try:
        yield tab
    finally:  # after a fixture the widgets are closed already, and deleted when events are processed: never wait here
        tab.shutdown()
        join_all(PATIENCE)


def find(tab, name, kind=QWidget):
    found = list(tab.findChildren(kind, name))
    assert len(found) == 1, f"{len(found)} widgets named {name}"
    return found[0]


def click(qtbot, tab, name):
    """Click a button that can be seen, in the middle."""
    button = find(tab, name, QAbstractButton)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(qtbot, tab, name, text):
    """Go down or up a list with the keys until a text is chosen."""
    box = find(tab, name, QComboBox)
    wanted = box.findText(text)
    assert wanted >= 0, text
    box.setFocus()
    while box.currentIndex() != wanted:
        qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)


def answer(qtbot, tab, text):
    """Type an answer and click Check; return whether it is right and what is said."""
    field = find(tab, "lessonAnswer", QLineEdit)
    field.clear()
    qtbot.keyClicks(field, text)
    click(qtbot, tab, "lessonCheckButton")
    said = find(tab, "lessonFeedback", QLabel).text()
    assert said.startswith(("✓ ", "✗ "))
    return said.startswith("✓"), said[2:]


def copied(qtbot, tab):
    """The numbers of the step: rows of cells."""
    click(qtbot, tab, "lessonCopyButton")
    return [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]


def numbers(text):
    """Every number of a text, with real minus signs; a minus between two numbers is not a sign."""
    found = re.findall(r"(?<![\w.])(\(?[−-]?\d+(?:\.\d+)?(?:e[−-]?\d+)?)", text)
    return [float(each.lstrip("(").replace("−", "-")) for each in found]


def label(tab, name):
    return find(tab, name, QLabel).text()


def go_to(qtbot, tab, step):
    click(qtbot, tab, f"lessonStep{step}")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)


def feedback(tab):
    return label(tab, "lessonFeedback")
