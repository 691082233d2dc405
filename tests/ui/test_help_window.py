"""The handbook window: choose pages by click, key and link."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QMainWindow

from nn_trainer.handbook import PAGES, read_page
from nn_trainer.ui.help.handbook import HelpWindow
from nn_trainer.ui.lesson import tab as lesson_tab
from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.actions import Actions


@pytest.fixture
def window(qtbot):
    window = HelpWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_each_page_can_be_clicked(window, qtbot):
    for row, title in enumerate(PAGES.values()):
        place = window.pages.visualItemRect(window.pages.item(row)).center()
        qtbot.mouseClick(window.pages.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.text.toPlainText().startswith(title)


def test_the_arrow_keys_change_the_page(window, qtbot):
    qtbot.keyClick(window.pages, Qt.Key.Key_Down)
    assert window.text.toPlainText().startswith("Your pictures")


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
    for index, (title, number) in enumerate((("Train", 1), ("Predict", 2), ("Lesson", 4))):
        actions.add_tab(main, title, index, number)
    cells = {
        cell.strip()
        for row in re.findall(r"^\|([^|]*)\|", read_page("first-steps.md"), re.M)
        for cell in row.split(",")
    }
    shortcuts = {action.shortcut().toString() for action in main.actions()} - {""}
    assert len(shortcuts) >= 12
    assert shortcuts <= cells
    given = {cell for cell in cells if cell.startswith("Ctrl+")} - {"Ctrl+C"}  # that one belongs to the bars
    given -= set(lesson_tab.KEYS)
    assert set(lesson_tab.KEYS) <= cells
    assert given <= shortcuts


def test_the_page_follows_the_theme(window, qapp):
    theme.apply_theme(qapp, "dark")
    assert theme.colors().accent in window.text.toHtml()
    theme.apply_theme(qapp, "light")
    assert theme.colors().accent in window.text.toHtml()
    theme.apply_theme(qapp, "system")
