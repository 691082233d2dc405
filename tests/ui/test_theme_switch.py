"""What a change of the theme or of the size of text reaches, and how often it styles a widget."""

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QToolTip, QWidget

from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.closing import ask_about_unsaved
from nn_trainer.ui.window.pages import LESSON, PREDICT, TRAIN

LONG = 60_000  # milliseconds


class StyleCount(QObject):
    """How often each widget is styled."""

    def __init__(self):
        super().__init__()
        self.times = Counter()

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.StyleChange:
            self.times[watched] += 1
        return False


@pytest.fixture
def visited(qtbot, window):
    """The window with every page and two steps of the Lesson looked at, in light colours, at Train."""
    change_theme(window, "light")
    window.go_to(LESSON)
    qtbot.waitUntil(lambda: window.lesson_tab.subject is not None, timeout=LONG)
    for step in (6, 0):
        window.lesson_tab.go_to(step)
        qtbot.waitUntil(lambda: not window.lesson_tab.is_busy(), timeout=LONG)
    window.go_to(PREDICT)
    window.go_to(TRAIN)
    yield window
    theme.apply_theme(QApplication.instance(), "system")
    theme.set_text_size(theme.NORMAL_TEXT)


def change_theme(window, mode):
    next(action for action in window.actions_.themes.actions() if action.data() == mode).trigger()


def in_other_colors(root):
    """Labels of second rank that are shown in a colour that is not the theme's, and how many were looked at."""
    labels = [label for label in root.findChildren(QLabel) if label.property("role") == "muted" and label.isEnabled()]
    shown = [label for label in labels if label.isVisible()]
    wanted = QColor(theme.colors().muted)
    return [each for each in shown if each.palette().color(each.foregroundRole()) != wanted], len(shown)


def sheets_above(widget):
    """The style sheets that a widget is under: its own, and those of its ancestors."""
    sheets = []
    while widget is not None:
        sheets += [widget.styleSheet()] if widget.styleSheet() else []
        widget = widget.parentWidget()
    return sheets


def test_no_widget_is_styled_once_for_each_of_its_ancestors(visited, qapp):
    count = StyleCount()
    qapp.installEventFilter(count)
    change_theme(visited, "dark")
    qapp.removeEventFilter(count)
    styled = [widget for widget in count.times if isinstance(widget, QWidget)]
    assert len(styled) > 500
    often = {widget: times for widget, times in count.times.items() if times > 2}
    assert all(len(sheets_above(widget)) > 1 for widget in often), often  # of which each styles what it holds
    assert qapp.styleSheet() == ""


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_page_has_the_new_colors_when_it_is_looked_at(visited, qtbot, mode):
    change_theme(visited, "dark")
    change_theme(visited, mode)
    for key, step in ((TRAIN, None), (PREDICT, None), (LESSON, 0), (LESSON, 6), (LESSON, 2)):  # the last one is new
        visited.go_to(key)
        if step is not None:
            visited.lesson_tab.go_to(step)
        wrong, looked_at = in_other_colors(visited)
        assert not wrong, (key, step)
        assert looked_at
    qtbot.waitUntil(lambda: not visited.lesson_tab.is_busy(), timeout=LONG)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_what_opens_later_has_the_new_looks(visited, qtbot, qapp, mode):
    change_theme(visited, "dark")
    change_theme(visited, mode)
    ask_about_unsaved(visited, "The classifier is not saved.", lambda _answer: None)
    question = visited.findChild(QMessageBox, "unsavedQuestion")
    visited.help_menu.show_about()
    about = next(box for box in visited.findChildren(QMessageBox) if box is not question)
    for box in (question, about):
        button = box.findChild(QPushButton)
        with qtbot.waitExposed(box):
            box.show()
        picture = button.grab().toImage()
        assert picture.pixelColor(6, 5) == QColor(theme.colors().raised)  # Fusion by itself shades its buttons
        box.close()
    visited.help_menu.show_page("data.md")
    pages = visited.help_menu.handbook.pages
    assert pages.viewport().grab().toImage().pixelColor(1, pages.viewport().height() - 2) == QColor(
        theme.colors().window
    )
    QToolTip.showText(visited.mapToGlobal(QPoint(200, 200)), "Words", visited.train_tab)
    tip = next(widget for widget in qapp.topLevelWidgets() if widget.metaObject().className() == "QTipLabel")
    assert tip.grab().toImage().pixelColor(0, 5) == QColor(theme.colors().border)
    QToolTip.hideText()


def test_every_letter_follows_the_size_of_text(visited):
    def points():
        return {label: label.font().pointSizeF() for label in visited.train_tab.findChildren(QLabel) if label.text()}

    change_theme(visited, "dark")
    before = points()
    theme.set_text_size(150)
    after = points()
    assert len(before) > 30
    assert [label.text() for label in before if label in after and after[label] < 1.4 * before[label]] == []
