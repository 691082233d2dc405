"""What the network sees of images, in the window: how they become square, and the range of deep ones."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox

from tests.helpers.images import class_folders
from tests.helpers.window import LONG, click, open_data, train


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
    assert not find("trainButton").isEnabled()
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert window.train_tab.dataset.preprocessing.fit == "stretch"
    assert find("fitBox", QComboBox).currentText() == "stretch"
    find("imageSizeBox").set_setting(16)  # waits for the training
    assert not window.train_tab.why_not_ready()
    train(qtbot, window, epochs=1, preset="linear")
    stretched = window.train_tab.dataset
    assert (stretched.preprocessing.fit, stretched.preprocessing.image_size) == ("stretch", 16)
    assert not np.array_equal(stretched.images, padded.images)
    classifier = window.current_model.classifier
    assert classifier.preprocessing.fit == "stretch"
    seen = classifier.predict(stretched.paths[0]).pixels
    assert (seen == stretched.images[0]).all()


def test_square_images_leave_nothing_to_choose(qtbot, window, find, long_images, tmp_path):
    box = find("fitBox", QComboBox)
    assert box.isVisible()
    open_data(qtbot, window, class_folders(tmp_path / "square", {"blue": 4, "red": 4}, 20, 20))
    assert not box.isVisible()
    open_data(qtbot, window, long_images)
    assert box.isVisible()


def test_the_range_of_deep_images_in_the_window(qtbot, window, find, tmp_path):
    rng = np.random.default_rng(3)
    for name, top in (("dim", 240), ("bright", 4000)):
        (tmp_path / "deep" / name).mkdir(parents=True)
        for index in range(8):
            pixels = rng.uniform(0, top, (20, 20)).astype(np.uint16)
            Image.fromarray(pixels).save(tmp_path / "deep" / name / f"{index}.png")
    open_data(qtbot, window, tmp_path / "deep")
    assert [problem.kind for problem in window.train_tab.dataset.problems] == ["deep images"]
    click(qtbot, find("moreSettingsButton"))
    box = find("rangePercentileBox")
    assert box.isVisible()
    assert (window.train_tab.dataset.images[:8].mean() > 100) != (window.train_tab.dataset.images[8:].mean() > 100)
    box.set_setting(95.0)
    box.set_setting(94.0)
    box.set_setting(95.0)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    train(qtbot, window, epochs=5)
    dataset, classifier = window.train_tab.dataset, window.current_model.classifier
    assert dataset.preprocessing.range_percentile == 95
    assert classifier.preprocessing == dataset.preprocessing
    for name in ("dim", "bright"):
        assert classifier.predict(tmp_path / "deep" / name / "2.png").label == name


def test_the_choice_before_comes_back_without_a_trace(qtbot, window, find, long_images):
    open_data(qtbot, window, long_images)
    before = window.train_tab.dataset
    box = find("fitBox", QComboBox)
    box.setCurrentText("crop")
    box.setCurrentText("pad")
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert (window.train_tab.dataset.images == before.images).all()
    box.setCurrentText("crop")
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert window.train_tab.dataset.preprocessing.fit == "crop"
    click(qtbot, find("resetSettingsButton"))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert (box.currentText(), window.train_tab.dataset.preprocessing.fit) == ("pad", "pad")


def test_another_data_set_is_opened_meanwhile(qtbot, window, find, long_images, tmp_path):
    square = class_folders(tmp_path / "square", {"blue": 4, "red": 4}, 20, 20)
    open_data(qtbot, window, long_images)
    find("fitBox", QComboBox).setCurrentText("stretch")
    open_data(qtbot, window, square)
    assert window.train_tab.dataset.name == "square"
    assert find("fitBox", QComboBox).currentText() == window.train_tab.dataset.preprocessing.fit == "crop"
