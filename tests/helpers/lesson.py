"""The Lesson tab as a person uses it: clicks, keys, and numbers read off the clipboard and the labels."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

PATIENCE = 60_000  # milliseconds


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
