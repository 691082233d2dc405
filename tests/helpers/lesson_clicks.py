"""The Lesson tab as a user reaches it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

LESSON = 2  # the place of the tab in the window
PATIENCE = 60_000


def open_step(qtbot, tab, number):
    """Go to a step of the lesson (from 1) by a click; return it when it has what it works on."""
    qtbot.waitUntil(lambda: tab.subject is not None, timeout=PATIENCE)
    qtbot.mouseClick(tab.stepper.buttons[number - 1], Qt.MouseButton.LeftButton)
    assert tab.current is tab.step(number - 1)
    return tab.current


def find(parent, name, kind=QWidget):
    """The one widget of that name."""
    found = parent.findChildren(kind, name)
    assert len(found) == 1, f"{len(found)} widgets named {name}"
    return found[0]


def text_of(parent, name):
    return find(parent, name, QLabel).text()


def click(qtbot, parent, name):
    """A click on a button that is there to be clicked."""
    button = find(parent, name, QAbstractButton)
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(qtbot, tab, text):
    """Type an answer, press Check, and return what is said."""
    field = find(tab, "lessonAnswer", QLineEdit)
    field.clear()
    qtbot.keyClicks(field, text)
    click(qtbot, tab, "lessonCheckButton")
    return text_of(tab, "lessonFeedback")


def copied(qtbot, tab):
    """The lines that Copy numbers puts on the clipboard."""
    QGuiApplication.clipboard().clear()
    click(qtbot, tab, "lessonCopyButton")
    return QGuiApplication.clipboard().text().splitlines()
