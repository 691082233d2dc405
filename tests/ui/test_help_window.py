"""The handbook window: choose pages by click, key and link."""

import pytest
from PySide6.QtCore import Qt, QUrl

from nn_trainer.handbook import PAGES
from nn_trainer.ui.help_window import HelpWindow


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
