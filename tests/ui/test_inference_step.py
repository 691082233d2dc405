"""Step 7 of the lesson, by real drops and clicks, on the sample; every number against plain float64 NumPy."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLineEdit

from nn_trainer.data.images import load_pixels
from nn_trainer.models.lesson_inference import Inference
from nn_trainer.ui.lesson.inference.softmax_table import softmax_texts
from nn_trainer.ui.theme import theme
from tests.helpers.images import picture, save, write_hostile
from tests.helpers.lesson_checks import check_inference
from tests.helpers.lesson_clicks import LESSON, answer, click, copied, find, open_step, text_of
from tests.helpers.qt_events import drag_into, drop_on, mime_of


@pytest.fixture
def step(qtbot, lesson):
    step = open_step(qtbot, lesson, 7)
    settle(qtbot, step)
    return step


def settle(qtbot, step):
    qtbot.waitUntil(lambda: not step.is_busy() and step.inference is not None, timeout=20_000)


def test_the_chosen_image_of_the_data_set(qtbot, lesson, step):
    subject = lesson.subject
    first = lesson.picker.image
    check_inference(step, lesson.subject, subject.pictures[first])
    click(qtbot, lesson, "lessonNextImage")
    settle(qtbot, step)
    assert lesson.picker.image == (first + 1) % len(subject.pictures)
    check_inference(step, lesson.subject, subject.pictures[lesson.picker.image])
    assert step.seen.rowCount() == 2


@pytest.mark.parametrize("how", ["drop", "browse", "paste"])
def test_a_picture_of_ones_own(qtbot, lesson, step, tmp_path, monkeypatch, how):
    path = save(picture(3, 90, 60), tmp_path / "mine.png")
    if how == "drop":
        assert drop_on(step.drop_area, mime_of([path]))
    elif how == "browse":
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
        click(qtbot, step, "lessonBrowsebutton")
    else:
        QGuiApplication.clipboard().setImage(QImage(str(path)))
        click(qtbot, step, "lessonPastebutton")
    settle(qtbot, step)
    qtbot.waitUntil(lambda: step.seen.rowCount() == 2, timeout=20_000)
    check_inference(step, lesson.subject, load_pixels(path, lesson.subject.preprocessing))
    assert step.drop_area.pictures.picture.image().width() == 90
    assert step.drop_area.pictures.pixels.image().width() == 28


def test_noise_and_grey_and_upside_down(qtbot, lesson, step):
    subject = lesson.subject
    seen = []
    for button in ("inferenceNoise", "inferenceNoise", "inferenceGrey", "inferenceUpsideDown"):
        click(qtbot, step, button)
        settle(qtbot, step)
        check_inference(step, lesson.subject, step.inference.pixels)
        seen.append(step.inference.pixels)
    assert not np.array_equal(seen[0], seen[1])
    assert np.ptp(seen[0]) > 200
    assert np.ptp(seen[2]) == 0
    np.testing.assert_array_equal(seen[3], subject.pictures[lesson.picker.image][::-1])
    lines = copied(qtbot, lesson)
    assert sum(line.startswith("noise\t") for line in lines) == 2
    assert lines[0] == text_of(step, "inferenceSaid")


def test_the_question_is_about_the_noise_that_was_seen(qtbot, lesson, step):
    assert "Press Noise first" in answer(qtbot, lesson, "Bag")
    click(qtbot, step, "inferenceNoise")
    settle(qtbot, step)
    said = text_of(step, "inferenceSaid").rpartition("  ")[0]
    other = next(name for name in lesson.subject.class_names if name != said)
    assert answer(qtbot, lesson, other).startswith("✗")
    assert answer(qtbot, lesson, said.upper()).startswith("✓")


def test_a_verdict_goes_with_the_noise_or_the_image_it_was_about(qtbot, lesson, step):
    for change in ("inferenceNoise", "inferenceGrey", "lessonNextImage"):
        click(qtbot, step, "inferenceNoise")
        settle(qtbot, step)
        said = text_of(step, "inferenceSaid").rpartition("  ")[0]
        assert answer(qtbot, lesson, said).startswith("✓")
        count = step.seen.rowCount()
        click(qtbot, lesson, change)
        qtbot.waitUntil(lambda count=count: step.seen.rowCount() > count, timeout=20_000)
        assert text_of(lesson, "lessonFeedback") == ""
        assert find(lesson, "lessonAnswer", QLineEdit).text() == ""


def test_small_probabilities_are_written_alike(lesson, step):
    """One of 5.3e−5 and one of 4.1e−5: neither as 0.0001."""
    logits = np.log(np.array([0.9999, 5.3e-5, 4.1e-5, 3.2e-7]))
    inference = Inference("x", np.zeros((1, 1, 1), np.uint8), logits, np.exp(logits), np.exp(logits))
    texts = softmax_texts(inference)
    assert texts.y[1:3] == ("0.000053", "0.000041")
    assert texts.y[3].endswith("e−7")


def test_what_is_no_picture_is_refused_or_explained(qtbot, lesson, step, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    assert not drag_into(step.drop_area, mime_of([tmp_path / "notes.txt"]))
    assert step.drop_area.is_refusing()
    before = step.table.lines()
    hostile = next(path for path in write_hostile(tmp_path / "hostile") if path.name == "half.jpg")
    assert drop_on(step.drop_area, mime_of([hostile]))
    qtbot.waitUntil(step.message.isVisible, timeout=20_000)
    assert "half.jpg" in step.message.text()
    assert step.table.lines() == before
    assert drop_on(step.drop_area, mime_of([tmp_path]))
    assert "folder" in step.message.text()
    click(qtbot, step, "inferenceGrey")
    settle(qtbot, step)
    assert step.message.isHidden()


def test_the_drop_area_of_the_predict_tab_keeps_its_name_and_its_images(qtbot, window, tmp_path):
    window.tabs.setCurrentIndex(LESSON)
    step = open_step(qtbot, window.lesson_tab, 7)
    settle(qtbot, step)
    path = save(picture(3), tmp_path / "mine.png")
    drop_on(step.drop_area, mime_of([path]))
    settle(qtbot, step)
    assert find(window, "dropArea") is window.predict_tab.drop_area
    assert window.predict_tab.strip.items() == []
    assert find(step, "lessonDropArea").focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_a_hidden_table_takes_its_font_when_it_is_looked_at(qtbot, qapp, lesson, step, monkeypatch):
    table = step.table
    filled, sheets = [], []
    fill, set_sheet = type(table).show_inference, type(lesson).setStyleSheet
    monkeypatch.setattr(type(table), "show_inference", lambda *given: (filled.append(1), fill(*given))[1])
    monkeypatch.setattr(type(lesson), "setStyleSheet", lambda *given: (sheets.append(1), set_sheet(*given))[1])
    lesson.go_to(0)
    before = table.item(0, 0).font().pointSizeF()
    for mode in ("light", "dark", "system"):
        theme.apply_theme(qapp, mode)
    assert not sheets  # Qt would style all the lesson a second time
    click(qtbot, lesson, "lessonLargerButton")
    assert not filled
    lesson.go_to(6)
    assert table.item(0, 0).font().pointSizeF() > before
    assert table.item(0, 0).font().pointSizeF() == table.font().pointSizeF()
