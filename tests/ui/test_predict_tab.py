"""The Predict tab: from an image to a bar for every class, and stepping through many."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QPushButton

from nn_trainer.ui.predict import shown_picture
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.image_views import array_to_qimage
from tests.helpers.images import picture, save
from tests.helpers.predict import Slow, settle, text_of
from tests.helpers.qt_events import drop_on, mime_of


def test_the_pixels_are_those_the_network_saw(qtbot, ready_tab, make_classifier, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files[:1]))
    settle(qtbot, ready_tab)
    expected = array_to_qimage(make_classifier().predict(image_files[0]).pixels)
    assert ready_tab.drop_area.pictures.pixels.image() == expected
    assert ready_tab.drop_area.pictures.picture.image().size() == QImage(str(image_files[0])).size()
    assert "16x16 colour" in ready_tab.drop_area.pictures.pixels_text.text()


def test_several_images_give_a_strip_to_step_through(qtbot, ready_tab, make_classifier, image_files):
    assert drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    assert [item.source.content for item in ready_tab.strip.items()] == image_files
    for index, key in ((1, Qt.Key.Key_Right), (2, Qt.Key.Key_Right), (2, Qt.Key.Key_Right), (1, Qt.Key.Key_Left)):
        qtbot.keyClick(ready_tab.strip, key)
        assert ready_tab.strip.current() is ready_tab.strip.items()[index]
        assert dict(ready_tab.bars.rows()) == make_classifier().predict(image_files[index]).probabilities
    qtbot.waitUntil(lambda: ready_tab.drop_area.pictures.picture_text.text() == image_files[1].name, timeout=5000)


def test_many_images_can_be_cancelled(qtbot, ready_tab, make_classifier, image_files):
    ready_tab.set_classifier(Slow(make_classifier()), "Slow")
    ready_tab.add_sources([ImageSource.from_file(image_files[index % 3]) for index in range(500)])
    cancel = ready_tab.findChild(QPushButton, "cancelPredictButton")
    qtbot.waitUntil(lambda: cancel.isVisible() and ready_tab.strip.items()[0].prediction is not None, timeout=10_000)
    assert "of 500" in text_of(ready_tab, "predictState")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    settle(qtbot, ready_tab)
    done = sum(item.prediction is not None for item in ready_tab.strip.items())
    assert 0 < done < 500
    assert cancel.isHidden()


def test_clear_takes_everything_away(qtbot, ready_tab, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    qtbot.mouseClick(ready_tab.status.clear_button, Qt.MouseButton.LeftButton)
    assert ready_tab.strip.items() == []
    assert ready_tab.bars.rows() == []
    assert ready_tab.strip.isHidden()


def test_the_probabilities_are_copied_as_text(qtbot, ready_tab, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files[:1]))
    settle(qtbot, ready_tab)
    ready_tab.bars.setFocus()
    qtbot.keyClick(ready_tab.bars, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == [f"{name}\t{100 * p:.1f} %" for name, p in ready_tab.bars.rows()]
    assert len(lines) == 3


def test_arrow_keys_on_the_picture_step_through_the_images(qtbot, ready_tab, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    qtbot.mouseClick(ready_tab.drop_area, Qt.MouseButton.LeftButton)
    assert ready_tab.drop_area.hasFocus()
    qtbot.keyClick(ready_tab.drop_area, Qt.Key.Key_Right)
    assert ready_tab.strip.current() is ready_tab.strip.items()[1]
    qtbot.keyClick(ready_tab.drop_area, Qt.Key.Key_Left)
    assert ready_tab.strip.current() is ready_tab.strip.items()[0]
    settle(qtbot, ready_tab)


def test_no_picture_stands_beside_what_is_said_of_another(qtbot, ready_tab, tmp_path, monkeypatch):
    """Also while the next picture is read, which takes long from a slow drive."""
    files = [save(picture(1).resize(size), tmp_path / f"{size}.png") for size in ((300, 200), (200, 300))]
    drop_on(ready_tab.drop_area, mime_of(files))
    settle(qtbot, ready_tab)
    shown = ready_tab.drop_area.pictures
    assert shown.picture.image().width() == 300
    gate = threading.Event()
    read = shown_picture.read_picture
    monkeypatch.setattr(shown_picture, "read_picture", lambda *how: (gate.wait(10), read(*how))[1])
    ready_tab.strip.step(1)
    try:
        assert shown.picture_text.text() == files[1].name
        assert shown.picture.image().width() < shown.picture.image().height() < 300
    finally:
        gate.set()
    settle(qtbot, ready_tab)
    assert shown.picture.image().height() == 300


@pytest.mark.parametrize("widget", ["strip", "drop_area"])
def test_from_right_to_left_the_left_key_goes_on(qtbot, ready_tab, image_files, widget):
    ready_tab.add_sources([ImageSource.from_file(file) for file in image_files])
    settle(qtbot, ready_tab)
    ready_tab.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for key, row in ((Qt.Key.Key_Left, 1), (Qt.Key.Key_Left, 2), (Qt.Key.Key_Right, 1)):
        qtbot.keyClick(getattr(ready_tab, widget), key)
        assert ready_tab.strip.currentIndex().row() == row
