"""The lesson at every size of text and window, and in both directions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget

from nn_trainer.ui.lesson.parts.painting import PaintedPanel
from nn_trainer.ui.window.settings import WindowSettings
from tests.helpers.lesson import PATIENCE, click, find

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_letters_scale_and_are_remembered(qtbot, make_lesson):
    settings = WindowSettings()
    tab = make_lesson(settings)

    def size():
        return [w.fontMetrics().height() for w in (tab.text, tab.current.bars, tab.question_box.question, tab.stepper)]

    normal = size()
    click(qtbot, tab, "lessonLargerButton")
    larger = size()
    assert all(a > b for a, b in zip(larger, normal, strict=True))
    qtbot.keyClick(tab.text, Qt.Key.Key_Plus, CONTROL)
    assert all(a > b for a, b in zip(size(), larger, strict=True))
    again = make_lesson(settings)
    assert again.text.fontMetrics().height() == tab.text.fontMetrics().height()
    again.close()
    tab.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is tab)
    qtbot.keyClick(tab.text, Qt.Key.Key_Minus, CONTROL)
    assert size() == larger
    qtbot.keyClick(tab.text, Qt.Key.Key_0, CONTROL)
    assert size() == normal
    assert tab.styleSheet() == ""  # of which every widget would be styled again with each theme
    for _ in range(10):
        qtbot.keyClick(tab.text, Qt.Key.Key_Plus, CONTROL)
    assert not find(tab, "lessonLargerButton").isEnabled()


@pytest.mark.parametrize("step", range(1, 9))
def test_it_fits_into_a_small_window(qtbot, make_lesson, step):
    tab = make_lesson(size=(1280, 690))
    click(qtbot, tab, f"lessonStep{step}")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    assert tab.minimumSizeHint().width() <= 1280
    assert tab.minimumSizeHint().height() <= 690

    def all_is_inside():
        for widget in tab.current.findChildren(QWidget):
            if widget.isVisibleTo(tab):
                corner = widget.mapTo(tab, widget.rect().bottomRight())
                assert tab.rect().contains(corner), widget.objectName()

    qtbot.waitUntil(all_is_inside)  # what is filled last is laid out when the events are handled


@pytest.mark.parametrize("percent", [100, 200])
def test_no_step_makes_the_window_wider_than_a_small_screen(qtbot, make_lesson, percent):
    settings = WindowSettings()
    settings.lesson_text_size = percent
    tab = make_lesson(settings, size=(1024, 600))
    for place in range(8):
        click(qtbot, tab, f"lessonStep{place + 1}")
        qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
        assert tab.minimumSizeHint().width() <= 1000
        assert tab.minimumSizeHint().height() <= 560
        assert tab.width() == 1024
        assert 240 <= tab.text.width() <= 0.4 * tab.width()
        assert tab.text.width() + find(tab, "lessonScroll").width() > 0.95 * tab.width()  # no gap between the two


def test_a_step_is_as_high_as_it_needs_whatever_others_need(qtbot, make_lesson):
    settings = WindowSettings()
    settings.lesson_text_size = 200
    tab = make_lesson(settings, size=(1024, 600))
    click(qtbot, tab, "lessonStep4")
    QApplication.sendPostedEvents()
    alone = tab.picture.height()
    click(qtbot, tab, "lessonStep2")
    qtbot.waitUntil(lambda: tab.picture.height() > alone)
    click(qtbot, tab, "lessonStep4")
    qtbot.waitUntil(lambda: tab.picture.height() == alone)


def test_a_larger_text_fills_the_table_once(qtbot, make_lesson, monkeypatch):
    tab = make_lesson()
    classes = tab.current.classes
    fills, vectors = [], classes.vectors
    monkeypatch.setattr(classes, "vectors", lambda: fills.append(1) or vectors())
    height = find(tab, "lessonClassTable", QTableWidget).rowHeight(0)
    click(qtbot, tab, "lessonLargerButton")
    QApplication.sendPostedEvents()
    assert len(fills) == 1
    assert find(tab, "lessonClassTable", QTableWidget).rowHeight(0) > height


def test_painted_parts_run_from_left_to_right_in_every_language(make_lesson):
    tab = make_lesson()
    tab.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for place in range(4):
        panels = tab.step(place).findChildren(PaintedPanel)
        assert panels
        assert all(panel.layoutDirection() == Qt.LayoutDirection.LeftToRight for panel in panels)
    assert find(tab.step(0), "lessonClassTable").layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_a_painted_part_looks_the_same_where_the_program_runs_from_right_to_left(qtbot, make_lesson):
    tab = make_lesson()
    click(qtbot, tab, "lessonStep4")
    picture = tab.current.picture
    before = picture.grab().toImage()
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert picture.grab().toImage() == before
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_every_label_that_takes_the_focus_has_a_name(make_lesson):
    tab = make_lesson()
    for place in range(4):
        for each in [*tab.step(place).findChildren(QLabel), tab.question_box.question, tab.question_box.feedback]:
            assert each.focusPolicy() == Qt.FocusPolicy.NoFocus or each.accessibleName() or each.buddy(), (
                each.objectName()
            )
