"""What keeps a dropped folder from being used, or some of its files, is said in the window."""

import pytest
from PySide6.QtWidgets import QLabel

from nn_trainer.ui.train.data.problem_list import ProblemList
from tests.helpers.images import class_folders
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.window import status

LONG = 30_000


@pytest.fixture
def pets(tmp_path):
    """Two classes, and of each four images that are in the cloud only."""
    root = class_folders(tmp_path / "pets", {"cat": 4, "dog": 4}, 16, 16)
    for name in ("cat", "dog"):
        for index in range(4):
            (root / name / f".IMG_{index}.jpg.icloud").write_bytes(b"bplist00")
    return root


def test_a_folder_of_which_nothing_can_be_used_is_refused_with_the_reason(qtbot, window, pets):
    for image in pets.rglob("*.png"):
        image.write_bytes(b"")
    assert drop_on(window.train_tab, mime_of([pets]))
    qtbot.waitUntil(lambda: status(window).startswith("The data set could not be opened"), timeout=LONG)
    shown = " ".join(label.text() for label in window.train_tab.findChildren(QLabel) if label.isVisible())
    assert "no image that can be used" in shown
    assert "8 images are in the cloud only" in shown or "8 of the 16 files that are not used" in shown


def test_files_that_are_told_together_are_all_counted(qtbot, window, find, pets):
    assert drop_on(window.train_tab, mime_of([pets]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert find("datasetProblems", ProblemList).summary == "8 files skipped"
