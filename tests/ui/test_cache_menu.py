"""The image cache in the menu File: its size, the question before it is cleared, and keeping nothing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from nn_trainer.data.cache import image_cache
from nn_trainer.data.cache.cache_settings import read_settings
from nn_trainer.data.cache.upkeep import cache_bytes
from tests.helpers.window import open_data


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache and settings of the test's own; even a small data set is worth keeping."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(image_cache, "_WORTH", 0)


def open_file_menu(window):
    """What happens when the menu File opens; a menu on the screen would take the keyboard of all tests."""
    window.actions_.file_menu.aboutToShow.emit()


def entry(window, name):
    return window.findChild(QAction, name)


def answer(qtbot, window, role):
    """Click the button of this role in the question."""
    dialog = window.cache_menu.dialog
    qtbot.waitUntil(dialog.isVisible)
    (button,) = [button for button in dialog.buttons() if dialog.buttonRole(button) == role]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_menu_says_the_size_and_clears_after_a_question(qtbot, window, folder):
    open_file_menu(window)
    clear = entry(window, "clearCacheAction")
    assert not clear.isEnabled()
    open_data(qtbot, window, folder)
    open_file_menu(window)
    assert clear.isEnabled()
    assert clear.text() == "Clear the image cac&he (1 MB)…"
    clear.trigger()
    assert "1 MB" in window.cache_menu.dialog.text()
    answer(qtbot, window, QMessageBox.ButtonRole.RejectRole)
    assert cache_bytes() > 0
    clear.trigger()
    answer(qtbot, window, QMessageBox.ButtonRole.AcceptRole)
    assert cache_bytes() == 0
    assert window.message_bar.text == "The image cache is cleared: 1 MB are free again."
    assert not window.train_tab.why_not_ready()


def test_what_a_person_wants_not_kept_is_not_kept(qtbot, window, folder):
    open_data(qtbot, window, folder)
    open_file_menu(window)
    keep = entry(window, "keepImagesAction")
    assert keep.isChecked()
    keep.trigger()
    assert not read_settings().keep
    answer(qtbot, window, QMessageBox.ButtonRole.AcceptRole)
    assert cache_bytes() == 0
    open_data(qtbot, window, folder)
    assert cache_bytes() == 0
    open_file_menu(window)
    assert not keep.isChecked()
    keep.trigger()
    assert read_settings().keep
