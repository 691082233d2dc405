"""How the Predict tab writes probabilities and shows images."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.probability_bars import ProbabilityBars, probability_text
from nn_trainer.ui.predict.strip import THUMBNAIL
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.widgets.drops import ImageSource
from tests.helpers.images import picture, save
from tests.helpers.predict import settle, text_of
from tests.helpers.qt_events import drag_into, drop_on, mime_of


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0.0 %"),
        (1e-9, "< 0.1 %"),
        (0.00049, "< 0.1 %"),
        (0.0006, "0.1 %"),
        (0.12345, "12.3 %"),
        (0.9994, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1 - 1e-9, "> 99.9 %"),
        (1.0, "100.0 %"),
    ],
)
def test_a_small_probability_does_not_look_like_none_and_a_large_one_not_like_all(probability, text):
    assert probability_text(probability) == text


def test_nothing_is_100_percent_beside_another_class(qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.set_probabilities([("all", 1.0), ("rest", 1e-9)])
    assert bars.text() == "all\t> 99.9 %\nrest\t< 0.1 %"


def test_no_class_that_is_called_as_a_number_is_taken_for_one(qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.set_probabilities([("10", 0.5), ("cat 2", 0.3), ("1", 0.2)])
    assert [bars.model().index(row, 0).data() for row in range(3)] == ["'10'", "cat 2", "'1'"]
    assert bars.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "'10': 50.0 %"
    assert bars.text() == "10\t50.0 %\ncat 2\t30.0 %\n1\t20.0 %"  # for a table, whose cells are apart


def test_an_empty_bar_looks_empty(qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(400, 200)
    bars.set_probabilities([("full", 1.0), ("half", 0.5), ("none", 0.0)])
    shown = bars.viewport().grab().toImage()
    panel = shown.pixelColor(shown.width() // 2, shown.height() - 5)

    def painted(row):
        cell = bars.visualRect(bars.model().index(row, 1))
        points = [(x, y) for x in range(cell.left(), cell.right()) for y in range(cell.top(), cell.bottom())]
        return sum(shown.pixelColor(x, y) != panel for x, y in points)

    assert painted(0) > 1.7 * painted(1) > 6 * painted(2) > 0


def test_the_strip_says_class_and_probability(qtbot, ready_tab, image_files, tmp_path):
    hostile = tmp_path / "broken.png"
    hostile.write_bytes(b"no image")
    drop_on(ready_tab.drop_area, mime_of([image_files[0], hostile]))
    assert ready_tab.strip.items()[0].captions == (image_files[0].name, "…", "")
    settle(qtbot, ready_tab)
    good, bad = ready_tab.strip.items()
    label = good.prediction.label
    assert good.captions == (label, probability_text(good.prediction.probabilities[label]), "")
    assert bad.captions == ("unreadable", "broken.png", "")


def test_picture_and_pixels_are_of_one_size_and_level(qtbot, ready_tab, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files[:1]))
    settle(qtbot, ready_tab)
    pair = ready_tab.drop_area.pictures
    boxes = [view.geometry() for view in (pair.picture, pair.pixels)]
    assert abs(boxes[0].width() - boxes[1].width()) <= 1
    assert (boxes[0].top(), boxes[0].height()) == (boxes[1].top(), boxes[1].height())


def test_a_long_name_is_shortened_in_the_middle_and_stands_in_the_tooltip(qtbot, ready_tab, tmp_path):
    name = "2024-07-14 17-33-12 Our second day at the lake, the red canoe and <b>the dog</b> (edited).png"
    drop_on(ready_tab.drop_area, mime_of([save(picture(1), tmp_path / name.replace("/", "_"))]))
    settle(qtbot, ready_tab)
    label = ready_tab.drop_area.pictures.picture_text
    assert label.sizeHint().width() > label.width()
    assert "2024-07-14" in label.toolTip()
    assert "&lt;b&gt;" in label.toolTip()
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_weak_winner_is_not_shouted(ready_tab):
    def show(share):
        rest = (1 - share) / 2
        pixels = np.zeros((4, 4, 3), np.uint8)
        prediction = Prediction("a", {"a": share, "b": rest, "c": rest}, pixels)
        ready_tab.result.show_item(StripItem(ImageSource("x", picture(1)), prediction=prediction), can_predict=True)
        return ready_tab.result._label.property("role"), text_of(ready_tab, "uncertainPrediction")

    assert show(0.4) == ("weakTitle", "Uncertain: no class reaches 50 %")
    assert show(0.9) == ("title", "")


def test_thumbnails_are_as_sharp_as_the_screen(qtbot, ready_tab, image_files, monkeypatch, tmp_path):
    monkeypatch.setattr(QGuiApplication, "devicePixelRatio", lambda _self: 2.0)
    large = save(picture(1).resize((500, 400)), tmp_path / "large.png")
    drop_on(ready_tab.drop_area, mime_of([large]))
    settle(qtbot, ready_tab)
    assert max(ready_tab.strip.items()[0].thumbnail.size().toTuple()) == 2 * THUMBNAIL


def test_the_ring_of_the_focus_is_not_the_look_of_a_drag(qtbot, ready_tab, image_files):
    def look():
        image = ready_tab.drop_area.grab().toImage()
        return image.pixelColor(image.width() // 2, 12).name()

    ready_tab.strip.setFocus()
    idle = look()
    ready_tab.drop_area.setFocus()
    assert look() == idle
    drag_into(ready_tab.drop_area, mime_of(image_files))
    assert look() != idle
