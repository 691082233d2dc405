"""The handbook window: choose pages by click, key and link."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QMainWindow

from nn_trainer.handbook import PAGES, find_pages, read_page, title_of
from nn_trainer.ui.help.help_window import HelpWindow
from nn_trainer.ui.lesson.shortcuts import KEYS as LESSON_KEYS
from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.actions import Actions
from nn_trainer.ui.window.pages import PAGES as ROWS


@pytest.fixture
def window(qtbot):
    window = HelpWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_each_page_can_be_clicked(window, qtbot):
    for row, name in enumerate(PAGES):
        place = window.pages.visualItemRect(window.pages.item(row)).center()
        qtbot.mouseClick(window.pages.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.text.toPlainText().startswith(title_of(name))


def test_the_arrow_keys_change_the_page(window, qtbot):
    qtbot.keyClick(window.pages, Qt.Key.Key_Down)
    assert window.text.toPlainText().startswith("Your images")


def test_a_link_leads_to_its_page(window):
    window.text.anchorClicked.emit(QUrl("hyperparameters.md"))
    assert window.text.toPlainText().startswith("Hyperparameters")


def test_escape_closes_it_and_show_page_brings_it_back(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    window.show_page("predicting.md")
    assert window.isVisible()
    assert window.pages.currentItem().text() == "Predicting"


def test_every_shortcut_stands_in_the_first_page(qtbot):
    main = QMainWindow()
    qtbot.addWidget(main)
    actions = Actions(main)
    for row in ROWS:
        actions.add_page(row)
    cells = {
        cell.strip()
        for row in re.findall(r"^\|([^|]*)\|", read_page("first-steps.md"), re.M)
        for cell in row.split(",")
    }
    shortcuts = {action.shortcut().toString() for action in main.actions()} - {""}
    assert len(shortcuts) >= 12
    assert shortcuts <= cells
    given = {cell for cell in cells if cell.startswith("Ctrl+")} - {"Ctrl+C"}  # that one belongs to the bars
    given -= set(LESSON_KEYS)
    assert set(LESSON_KEYS) <= cells
    assert given <= shortcuts


def test_the_page_follows_the_theme(window, qapp):
    theme.apply_theme(qapp, "dark")
    assert theme.colors().accent in window.text.toHtml()
    theme.apply_theme(qapp, "light")
    assert theme.colors().accent in window.text.toHtml()
    theme.apply_theme(qapp, "system")


def listed(window):
    return [window.pages.item(row).data(Qt.ItemDataRole.UserRole) for row in range(window.pages.count())]


def test_a_search_lists_the_pages_and_goes_from_place_to_place(window, qtbot):
    qtbot.keyClicks(window.search, "gradient")
    assert listed(window) == find_pages("gradient")
    assert 1 < len(listed(window)) < len(PAGES)
    places = []
    for _ in range(3):
        qtbot.keyClick(window.search, Qt.Key.Key_Return)
        cursor = window.text.textCursor()
        places.append((window.current_page(), cursor.position()))
        text = window.text.toPlainText()[cursor.position() :].casefold()
        assert text.startswith("gradient")
    assert len(set(places)) == 3
    window.search.clear()
    assert listed(window) == list(PAGES)
    assert window.current_page() == places[-1][0]  # where one was
    assert window.text.extraSelections() == []


def test_a_search_without_a_find_says_so_and_a_link_leaves_it(window, qtbot):
    qtbot.keyClicks(window.search, "xylophone")
    assert listed(window) == []
    assert window._nothing.isVisible()
    window.show_page("data.md")
    assert window.current_page() == "data.md"
    assert window.search.text() == ""


@pytest.mark.parametrize("width", [420, 1000])
def test_the_list_never_scrolls_sideways(window, width):
    window.resize(width, 500)
    assert not window.pages.horizontalScrollBar().isVisible()
    for row in range(window.pages.count()):
        assert window.pages.visualItemRect(window.pages.item(row)).width() <= window.pages.viewport().width()
