"""The tabs as rows: what every page gets from the window, and what one that was never looked at costs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from nn_trainer.ui.window.page import Page
from nn_trainer.ui.window.pages import LESSON, PAGES, PREDICT, TRAIN

CONTROL = Qt.KeyboardModifier.ControlModifier


def put_picture_on_clipboard():
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB888))


def test_every_row_has_a_tab_and_an_action_of_its_own(window):
    assert len({row.key for row in PAGES}) == len({row.number for row in PAGES}) == len(PAGES)
    for index, row in enumerate(PAGES):
        action = window.findChild(QAction, f"tab{row.key.capitalize()}Action")
        action.trigger()
        assert window.tabs.currentIndex() == index
        assert isinstance(window.tabs.host.page(), Page)
        assert window.findChildren(QWidget, row.widget_name) == [window.tabs.host.page()]
        assert window.tabs.tabText(index) == row.title.replace("&", "")


def test_no_title_of_a_tab_moves_when_another_is_chosen(window):
    bar = window.tabs.tabBar()
    places = []
    for index in range(bar.count()):
        window.tabs.setCurrentIndex(index)
        places.append([bar.tabRect(tab) for tab in range(bar.count())])
    assert places == places[:1] * bar.count()


def test_a_window_never_looked_at_has_nothing_of_the_lesson(window, find):
    host = window.hosts[LESSON]
    assert host.made_page is None
    assert find("lessonTab").findChildren(QWidget) == []
    window.close()
    assert host.made_page is None  # nor does closing make it


def test_what_a_late_page_is_told_when_it_is_made(window, make_classifier):
    classifier = make_classifier()
    window.current_model.take_trained(classifier)
    seen = []
    window.hosts[LESSON].made.connect(lambda page: seen.append(page._loader._source[1]))
    window.go_to(LESSON)
    assert seen == [classifier]


@pytest.mark.parametrize("key", [TRAIN, PREDICT])
def test_paste_goes_to_predict_from_a_page_that_has_no_use_for_it(qtbot, window, key):
    put_picture_on_clipboard()
    window.go_to(key)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert window.tabs.host is window.hosts[PREDICT]
    assert len(window.predict_tab.strip.items()) == 1
    qtbot.waitUntil(lambda: not window.predict_tab.is_busy(), timeout=10_000)


def test_paste_in_the_lesson_stays_with_the_step_that_takes_a_picture(qtbot, window):
    put_picture_on_clipboard()
    window.go_to(LESSON)
    lesson = window.lesson_tab
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=20_000)
    place = next(place for place in range(8) if hasattr(lesson.step(place), "drop_area"))
    lesson.go_to(place)
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert window.tabs.host is window.hosts[LESSON]
    assert window.predict_tab.strip.items() == []
    qtbot.waitUntil(lambda: not lesson.is_busy(), timeout=10_000)
    assert "pasted" in lesson.current.copy_text()


def test_f1_opens_the_page_of_the_tab_in_front(qtbot, window):
    for key, page in ((TRAIN, "training.md"), (PREDICT, "predicting.md"), (LESSON, window.lesson_tab.help_page)):
        window.go_to(key)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        handbook = window.help_menu.handbook
        assert handbook.isVisible()
        assert handbook.current_page() == page
