"""Fit to square in the window: set when a data set opens, changed in the form, the same in Train and Predict."""

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox

from tests.helpers.images import class_folders
from tests.helpers.window import open_data, train


@pytest.fixture
def long_images(tmp_path):
    return class_folders(tmp_path / "long", {"blue": 6, "red": 6}, 80, 20)


def test_a_data_set_of_long_images_sets_it_and_says_so(qtbot, window, find, long_images):
    open_data(qtbot, window, long_images)
    box = find("fitBox", QComboBox)
    assert box.accessibleName() == "Fit to square"
    assert "the ends of long images are not seen" in box.toolTip()
    assert box.currentText() == "pad"
    problems = window.train_tab.dataset.problems
    assert [problem.kind for problem in problems] == ["long images"]


def test_another_choice_reads_the_data_set_again(qtbot, window, find, long_images):
    open_data(qtbot, window, long_images)
    padded = window.train_tab.dataset
    find("fitBox", QComboBox).setCurrentText("stretch")
    train(qtbot, window, epochs=1, preset="linear")
    stretched = window.train_tab.dataset
    assert stretched.preprocessing.fit == "stretch"
    assert not np.array_equal(stretched.images, padded.images)
    classifier = window.current_model.classifier
    assert classifier.preprocessing.fit == "stretch"
    seen = classifier.predict(stretched.paths[0]).pixels
    assert (seen == stretched.images[0]).all()
