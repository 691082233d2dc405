import threading

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from nn_trainer.ui.predict import tab as predict_tab
from nn_trainer.ui.predict.prediction_queue import predict_one
from nn_trainer.ui.predict.probability_bars import ProbabilityBars, percent
from nn_trainer.ui.predict.tab import PredictTab
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.images import array_to_qimage
from tests.helpers.images import class_folders, encoded, picture, save, write_hostile
from tests.helpers.qt_events import drag_into, drag_out_of, drop_on, mime_of


@pytest.fixture
def tab(qtbot):
    tab = PredictTab()
    qtbot.addWidget(tab)
    tab.resize(1000, 700)
    with qtbot.waitExposed(tab):
        tab.show()
    yield tab
    tab.cancel()
    qtbot.waitUntil(lambda: is_quiet(tab), timeout=10_000)


@pytest.fixture
def ready(tab, make_classifier):
    tab.set_classifier(make_classifier(), "Just trained")
    return tab


@pytest.fixture
def files(tmp_path):
    return [save(picture(seed), tmp_path / "in" / f"{seed}.png") for seed in range(3)]


def is_quiet(tab):
    return not tab.is_busy()


def settle(qtbot, tab):
    qtbot.waitUntil(lambda: is_quiet(tab), timeout=20_000)


def text_of(tab, name):
    return tab.findChild(QLabel, name).text()


def test_a_dropped_image_ends_in_a_bar_for_every_class(qtbot, ready, make_classifier, files):
    assert drop_on(ready.drop_area, mime_of(files[:1]))
    qtbot.waitUntil(lambda: bool(ready.bars.rows()), timeout=10_000)
    expected = make_classifier().predict(files[0])
    rows = ready.bars.rows()
    assert dict(rows) == expected.probabilities
    assert [p for _, p in rows] == sorted(expected.probabilities.values(), reverse=True)
    assert text_of(ready, "predictedClass") == expected.label == rows[0][0]
    assert text_of(ready, "predictedPercent") == f"{100 * rows[0][1]:.1f} %"
    assert text_of(ready, "probabilitySum") == "all 3 classes, sum 100 %"
    assert ready.bars.accessibleDescription() == ready.bars.text()


def test_the_pixels_are_those_the_network_saw(qtbot, ready, make_classifier, files):
    drop_on(ready.drop_area, mime_of(files[:1]))
    settle(qtbot, ready)
    expected = array_to_qimage(make_classifier().predict(files[0]).pixels)
    assert ready.drop_area.pictures.pixels.image() == expected
    assert ready.drop_area.pictures.picture.image().size() == QImage(str(files[0])).size()
    assert "16x16 colour" in ready.drop_area.pictures.pixels_text.text()


@pytest.mark.parametrize("name", ["notes.txt", "drawing.svg", "song.mp3", "no_extension"])
def test_a_drag_that_is_no_image_is_refused_visibly(ready, tmp_path, name):
    path = tmp_path / name
    path.write_text("<svg/>")
    assert not drag_into(ready.drop_area, mime_of([path]))
    assert ready.drop_area.is_refusing()
    assert name in text_of(ready, "dropHint")
    assert not drop_on(ready.drop_area, mime_of([path]))
    assert ready.strip.items() == []


def test_a_link_or_a_text_is_refused(ready):
    link, text = mime_of(["https://example.org/cat.png"]), QMimeData()
    text.setText("cat")
    for mime in (link, text):
        assert not drop_on(ready.drop_area, mime)
        assert ready.drop_area.is_refusing()


def test_a_refusal_is_forgotten_and_so_is_a_drag_that_leaves(qtbot, ready, files, tmp_path):
    ready.drop_area._forget.setInterval(1)
    drag_into(ready.drop_area, mime_of([tmp_path / "nothing.txt"]))
    assert ready.drop_area.is_refusing()
    qtbot.waitUntil(lambda: not ready.drop_area.is_refusing(), timeout=2000)
    assert drag_into(ready.drop_area, mime_of(files))
    drag_out_of(ready.drop_area)
    assert text_of(ready, "dropHint") == "Drop images or folders here"


def test_an_image_dragged_from_a_browser(qtbot, ready, make_classifier):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.png")])
    mime.setData("image/png", encoded(picture(7)))
    assert drop_on(ready.drop_area, mime)
    settle(qtbot, ready)
    assert dict(ready.bars.rows()) == make_classifier().predict(picture(7)).probabilities


def test_several_images_give_a_strip_to_step_through(qtbot, ready, make_classifier, files):
    assert drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    assert [item.source.content for item in ready.strip.items()] == files
    for index, key in ((1, Qt.Key.Key_Right), (2, Qt.Key.Key_Right), (2, Qt.Key.Key_Right), (1, Qt.Key.Key_Left)):
        qtbot.keyClick(ready.strip, key)
        assert ready.strip.current() is ready.strip.items()[index]
        assert dict(ready.bars.rows()) == make_classifier().predict(files[index]).probabilities
    qtbot.waitUntil(lambda: ready.drop_area.pictures.picture_text.text() == files[1].name, timeout=5000)


def test_a_folder_is_searched_and_everything_else_in_it_is_passed_over(qtbot, ready, tmp_path):
    folder = class_folders(tmp_path / "many", {"a": 3, "b": 2})
    (folder / "a" / "notes.txt").write_text("no image")
    save(picture(1), folder / ".hidden" / "x.png")
    assert drop_on(ready.drop_area, mime_of([folder]))
    settle(qtbot, ready)
    names = [(item.source.content.parent.name, item.source.name) for item in ready.strip.items()]
    assert names == [("a", f"000{i}.png") for i in range(3)] + [("b", "0000.png"), ("b", "0001.png")]
    assert text_of(ready, "predictState") == "5 images"


def test_a_folder_without_images_says_so(qtbot, ready, tmp_path):
    drop_on(ready.drop_area, mime_of([tmp_path]))
    settle(qtbot, ready)
    assert text_of(ready, "predictState") == "There is no image in this folder."


def test_too_many_images_are_cut_off_with_a_word(qtbot, ready, tmp_path, monkeypatch):
    monkeypatch.setattr(predict_tab, "MOST_IMAGES", 3)
    folder = class_folders(tmp_path / "many", {"a": 5})
    drop_on(ready.drop_area, mime_of([folder]))
    settle(qtbot, ready)
    assert len(ready.strip.items()) == 3
    assert "nn-trainer predict MODEL FOLDER --csv FILE" in text_of(ready, "predictState")


def test_an_unreadable_file_gets_a_sentence_and_the_rest_goes_on(qtbot, ready, files, tmp_path):
    hostile = write_hostile(tmp_path / "hostile")
    assert drop_on(ready.drop_area, mime_of([files[0], *hostile, files[1]]))
    settle(qtbot, ready)
    items = ready.strip.items()
    assert [bool(item.error) for item in items] == [False, *[True] * len(hostile), False]
    assert all(item.source.name in item.error for item in items[1:-1])
    assert f"{len(hostile)} unreadable" in text_of(ready, "predictState")
    qtbot.keyClick(ready.strip, Qt.Key.Key_Right)
    assert text_of(ready, "resultMessage") == items[1].error
    assert ready.bars.rows() == []


def test_a_fault_in_one_image_does_not_stop_the_others(caplog, files):
    class Broken:
        def predict(self, source):
            raise ZeroDivisionError("broken on purpose")

    outcome = predict_one(Broken(), ImageSource.from_file(files[0]))
    assert "0.png" in outcome.error
    assert "See the log" in outcome.error
    assert any(record.exc_info for record in caplog.records)


def test_browse_and_folder_buttons(qtbot, ready, files, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in files[:2]], ""))
    qtbot.mouseClick(ready.findChild(QPushButton, "browseButton"), Qt.MouseButton.LeftButton)
    assert [item.source.content for item in ready.strip.items()] == files[:2]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(files[0].parent))
    qtbot.mouseClick(ready.findChild(QPushButton, "folderButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, ready)
    assert len(ready.strip.items()) == 5
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    for name in ("browseButton", "folderButton"):
        qtbot.mouseClick(ready.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    assert len(ready.strip.items()) == 5


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_paste_gives_the_same_figures_as_the_file(qtbot, ready, make_classifier, tmp_path, mode):
    path = save(picture(3, mode=mode), tmp_path / "copied.png")
    QGuiApplication.clipboard().setImage(QImage(str(path)))
    qtbot.mouseClick(ready.findChild(QPushButton, "pasteButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, ready)
    assert dict(ready.bars.rows()) == make_classifier().predict(path).probabilities


def test_paste_of_a_copied_file(qtbot, ready, files):
    QGuiApplication.clipboard().setMimeData(mime_of(files[1:2]))
    ready.paste()
    settle(qtbot, ready)
    assert ready.strip.current().source.content == files[1]


def test_paste_without_an_image_is_refused(ready):
    QGuiApplication.clipboard().setText("no image")
    ready.paste()
    assert ready.drop_area.is_refusing()
    assert "clipboard" in text_of(ready, "dropHint")


def test_without_a_classifier_the_tab_says_what_to_do(qtbot, tab, make_classifier, files):
    assert "open a model file" in text_of(tab, "resultMessage")
    with qtbot.waitSignal(tab.train_requested):
        qtbot.mouseClick(tab.result._train, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(tab.open_model_requested):
        qtbot.mouseClick(tab.result._open, Qt.MouseButton.LeftButton)
    drop_on(tab.drop_area, mime_of(files))
    settle(qtbot, tab)
    assert tab.bars.rows() == []
    tab.set_classifier(make_classifier(), "pets.safetensors")
    settle(qtbot, tab)
    assert all(item.prediction is not None for item in tab.strip.items())
    assert text_of(tab, "classifierOrigin").startswith("pets.safetensors")


def test_another_classifier_predicts_again(qtbot, ready, make_classifier, files):
    drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    other = make_classifier(seed=5)
    ready.set_classifier(other, "Just trained")
    settle(qtbot, ready)
    for item, path in zip(ready.strip.items(), files, strict=True):
        assert item.prediction.probabilities == other.predict(path).probabilities
    assert dict(ready.bars.rows()) == other.predict(files[0]).probabilities


def test_while_training_only_the_image_that_is_shown_is_predicted_again(qtbot, ready, make_classifier, files):
    drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    other = make_classifier(seed=5)
    ready.set_classifier(other, "Weights of epoch 3", in_training=True)
    settle(qtbot, ready)
    assert [item.predicted_by is other for item in ready.strip.items()] == [True, False, False]
    assert text_of(ready, "classifierOrigin").startswith("Weights of epoch 3")
    qtbot.keyClick(ready.strip, Qt.Key.Key_Right)
    settle(qtbot, ready)
    assert dict(ready.bars.rows()) == other.predict(files[1]).probabilities
    ready.set_classifier(other, "Just trained")
    settle(qtbot, ready)
    assert all(item.predicted_by is other for item in ready.strip.items())


class Slow:
    """A classifier that takes its time over each image."""

    def __init__(self, classifier):
        self.preprocessing, self.config = classifier.preprocessing, classifier.config
        self.class_names = classifier.class_names
        self._classifier = classifier
        self._never = threading.Event()

    def predict(self, source):
        self._never.wait(0.02)
        return self._classifier.predict(source)


def test_many_images_can_be_cancelled(qtbot, ready, make_classifier, files):
    ready.set_classifier(Slow(make_classifier()), "Slow")
    ready.add_sources([ImageSource.from_file(files[index % 3]) for index in range(500)])
    cancel = ready.findChild(QPushButton, "cancelPredictButton")
    qtbot.waitUntil(lambda: cancel.isVisible() and ready.strip.items()[0].prediction is not None, timeout=10_000)
    assert "of 500" in text_of(ready, "predictState")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    settle(qtbot, ready)
    done = sum(item.prediction is not None for item in ready.strip.items())
    assert 0 < done < 500
    assert cancel.isHidden()


def test_clear_takes_everything_away(qtbot, ready, files):
    drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    qtbot.mouseClick(ready.status.clear_button, Qt.MouseButton.LeftButton)
    assert ready.strip.items() == []
    assert ready.bars.rows() == []
    assert ready.strip.isHidden()


def test_the_probabilities_are_copied_as_text(qtbot, ready, files):
    drop_on(ready.drop_area, mime_of(files[:1]))
    settle(qtbot, ready)
    ready.bars.setFocus()
    qtbot.keyClick(ready.bars, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == [f"{name}\t{100 * p:.1f} %" for name, p in ready.bars.rows()]
    assert len(lines) == 3


def test_a_classifier_that_changes_while_images_are_predicted(qtbot, ready, make_classifier, files):
    ready.set_classifier(Slow(make_classifier()), "Slow")
    drop_on(ready.drop_area, mime_of(files))
    qtbot.waitUntil(lambda: ready._queue.is_busy(), timeout=5000)
    other = make_classifier(seed=5)
    ready.set_classifier(other, "Just trained")
    settle(qtbot, ready)
    assert all(item.predicted_by is other for item in ready.strip.items())
    assert dict(ready.bars.rows()) == other.predict(files[0]).probabilities


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0, "0.0 %"), (1e-9, "< 0.1 %"), (0.00049, "< 0.1 %"), (0.0006, "0.1 %"), (0.12345, "12.3 %"), (1.0, "100.0 %")],
)
def test_a_small_probability_does_not_look_like_none(probability, text):
    assert percent(probability) == text


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


def test_the_strip_says_class_and_probability_in_two_lines(qtbot, ready, files, tmp_path):
    hostile = tmp_path / "broken.png"
    hostile.write_bytes(b"no image")
    drop_on(ready.drop_area, mime_of([files[0], hostile]))
    assert ready.strip.items()[0].captions == (files[0].name, "")
    settle(qtbot, ready)
    good, bad = ready.strip.items()
    label = good.prediction.label
    assert good.captions == (label, percent(good.prediction.probabilities[label]))
    assert bad.captions == ("unreadable", "broken.png")


def test_arrow_keys_on_the_picture_step_through_the_images(qtbot, ready, files):
    drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    qtbot.mouseClick(ready.drop_area, Qt.MouseButton.LeftButton)
    assert ready.drop_area.hasFocus()
    qtbot.keyClick(ready.drop_area, Qt.Key.Key_Right)
    assert ready.strip.current() is ready.strip.items()[1]
    qtbot.keyClick(ready.drop_area, Qt.Key.Key_Left)
    assert ready.strip.current() is ready.strip.items()[0]
    settle(qtbot, ready)
