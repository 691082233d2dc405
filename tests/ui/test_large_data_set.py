"""What is done for one image of a data set does not take longer the more images there are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from nn_trainer.data.dataset import Dataset
from tests.helpers.images import class_folders
from tests.helpers.window import LONG, open_data


def test_one_image_is_found_without_listing_all(qtbot, window, find, tmp_path, monkeypatch):
    """Of 60,000 images, a list of all paths for each of 10,000 test images is half a minute."""
    class_folders(tmp_path / "train", {"cat": 6, "dog": 6})
    class_folders(tmp_path / "test", {"cat": 2, "dog": 2})

    def listed(_dataset):
        pytest.fail("all paths are listed")

    monkeypatch.setattr(Dataset, "paths", property(listed))
    open_data(qtbot, window, tmp_path)
    assert find("thumbnails").count() == 6
    window.tabs.setCurrentIndex(1)
    qtbot.mouseClick(find("testImageButton", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.predict_tab.strip.items()) == 1, timeout=LONG)
    assert window.predict_tab.strip.current().source.content.is_relative_to(tmp_path / "test")
    window.tabs.setCurrentIndex(2)
    qtbot.waitUntil(lambda: window.lesson_tab.subject is not None, timeout=LONG)
    assert len(window.lesson_tab.subject.paths) == 12
    qtbot.waitUntil(lambda: not window.lesson_tab.current.is_busy(), timeout=LONG)
