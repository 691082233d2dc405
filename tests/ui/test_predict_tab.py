import threading

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.predict.prediction_queue import predict_one
from nn_trainer.ui.predict.probability_bars import ProbabilityBars, probability_text
from nn_trainer.ui.predict.strip import THUMBNAIL
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.predict.tab import PredictTab
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.workers.threads import join_all, unjoined_threads
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
    join_all(10_000)  # the tab is closed already and goes when events are processed: never wait for those here


@pytest.fixture
def ready(tab, make_classifier):
    tab.set_classifier(make_classifier(), "Just trained")
    return tab


@pytest.fixture
def files(tmp_path):
    return [save(picture(seed), tmp_path / "in" / f"{seed}.png") for seed in range(3)]


def is_quiet(tab):
    return not tab.is_busy() and not unjoined_threads()


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
    ready.drop_area._reset_timer.setInterval(1)
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
    with qtbot.waitSignal(tab.page_requested):
        qtbot.mouseClick(tab.result._train, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(tab.model_requested):
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


def test_the_strip_says_class_and_probability(qtbot, ready, files, tmp_path):
    hostile = tmp_path / "broken.png"
    hostile.write_bytes(b"no image")
    drop_on(ready.drop_area, mime_of([files[0], hostile]))
    assert ready.strip.items()[0].captions == (files[0].name, "…", "")
    settle(qtbot, ready)
    good, bad = ready.strip.items()
    label = good.prediction.label
    assert good.captions == (label, probability_text(good.prediction.probabilities[label]), "")
    assert bad.captions == ("unreadable", "broken.png", "")


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


# another classifier


@pytest.fixture
def two_kinds(tmp_path):
    """Two classifiers that have no class in common."""
    made = []
    for names in (("cat", "dog"), ("ship", "car")):
        dataset = load_dataset(class_folders(tmp_path / names[0], dict.fromkeys(names, 4)), image_size=16)
        made.append(Fitting(dataset, make_config(preset="linear", image_size=16)).classifier)
    return made


def said(tab):
    """Every word that stands under the images, beside them and over the bars."""
    captions = [line for item in tab.strip.items() for line in item.captions]
    labels = [label.text() for label in tab.findChildren(QLabel) if label.isVisible()]
    return [*captions, *labels, *(name for name, _ in tab.bars.rows())]


def test_nothing_that_another_classifier_said_stays(qtbot, tab, two_kinds, files):
    pets, vehicles = two_kinds
    tab.set_classifier(pets, "pets.safetensors")
    tab.add_sources([ImageSource.from_file(files[index % 3]) for index in range(40)])
    settle(qtbot, tab)
    assert {"cat", "dog"} & set(said(tab))
    slow = Slow(vehicles)
    tab.set_classifier(slow, "vehicles.safetensors")
    # between the change and the first new result
    assert not {"cat", "dog"} & set(said(tab))
    assert tab.bars.rows() == []
    assert all(item.captions == (item.source.name, "…", "") for item in tab.strip.items())
    qtbot.waitUntil(lambda: any(item.prediction for item in tab.strip.items()), timeout=10_000)
    qtbot.mouseClick(tab.status.cancel_button, Qt.MouseButton.LeftButton)
    settle(qtbot, tab)
    assert not {"cat", "dog"} & set(said(tab))
    done = [item for item in tab.strip.items() if item.prediction is not None]
    assert 0 < len(done) < 40
    assert all(item.predicted_by is slow for item in done)
    assert all(item.captions == (item.source.name, "", "") for item in tab.strip.items() if item not in done)
    assert text_of(tab, "predictState") == f"40 images, {40 - len(done)} not predicted"


def test_results_of_the_old_classifier_that_are_under_way_are_not_heard(qtbot, tab, two_kinds, files):
    pets, vehicles = two_kinds
    held, begun = threading.Event(), threading.Event()

    class Held(Slow):
        def predict(self, source):
            begun.set()
            held.wait(10)
            return self._classifier.predict(source)

    tab.set_classifier(Held(pets), "pets.safetensors")
    drop_on(tab.drop_area, mime_of(files))
    assert begun.wait(10)
    tab.set_classifier(vehicles, "vehicles.safetensors")
    heard = []
    tab._queue.item_changed.connect(lambda item: heard.append(item.prediction.label))
    held.set()
    settle(qtbot, tab)
    assert heard
    assert set(heard) <= {"ship", "car"}
    assert all(item.predicted_by is vehicles for item in tab.strip.items())


def test_new_weights_in_a_training_leave_no_older_word(qtbot, ready, make_classifier, files):
    drop_on(ready.drop_area, mime_of(files))
    settle(qtbot, ready)
    ready.set_classifier(make_classifier(seed=5), "Weights of epoch 3", in_training=True)
    settle(qtbot, ready)
    assert [item.captions[0] == item.source.name for item in ready.strip.items()] == [False, True, True]
    assert text_of(ready, "predictState") == "3 images, 2 to be predicted when the training ends"


def test_while_the_first_epoch_runs_it_says_when_there_will_be_predictions(tab):
    tab.set_training(0)
    assert "Preparing the training: first predictions after epoch 1" in said(tab)
    tab.set_training(10)
    assert "Training, epoch 1 of 10: first predictions after epoch 1" in said(tab)
    assert tab.result._open.isHidden()
    tab.set_training(None)
    assert "No classifier yet" in said(tab)
    assert tab.result._open.isVisible()


# looks


def test_picture_and_pixels_are_of_one_size_and_level(qtbot, ready, files):
    drop_on(ready.drop_area, mime_of(files[:1]))
    settle(qtbot, ready)
    pair = ready.drop_area.pictures
    boxes = [view.geometry() for view in (pair.picture, pair.pixels)]
    assert abs(boxes[0].width() - boxes[1].width()) <= 1
    assert (boxes[0].top(), boxes[0].height()) == (boxes[1].top(), boxes[1].height())


def test_a_long_name_is_shortened_in_the_middle_and_stands_in_the_tooltip(qtbot, ready, tmp_path):
    name = "2024-07-14 17-33-12 Our second day at the lake, the red canoe and <b>the dog</b> (edited).png"
    drop_on(ready.drop_area, mime_of([save(picture(1), tmp_path / name.replace("/", "_"))]))
    settle(qtbot, ready)
    label = ready.drop_area.pictures.picture_text
    assert label.sizeHint().width() > label.width()
    assert "2024-07-14" in label.toolTip()
    assert "&lt;b&gt;" in label.toolTip()
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_weak_winner_is_not_shouted(ready):
    def show(share):
        rest = (1 - share) / 2
        pixels = np.zeros((4, 4, 3), np.uint8)
        prediction = Prediction("a", {"a": share, "b": rest, "c": rest}, pixels)
        ready.result.show_item(StripItem(ImageSource("x", picture(1)), prediction=prediction), can_predict=True)
        return ready.result._label.property("role"), text_of(ready, "uncertainPrediction")

    assert show(0.4) == ("weakTitle", "Uncertain: no class reaches 50 %")
    assert show(0.9) == ("title", "")


def test_thumbnails_are_as_sharp_as_the_screen(qtbot, ready, files, monkeypatch, tmp_path):
    monkeypatch.setattr(QGuiApplication, "devicePixelRatio", lambda _self: 2.0)
    large = save(picture(1).resize((500, 400)), tmp_path / "large.png")
    drop_on(ready.drop_area, mime_of([large]))
    settle(qtbot, ready)
    assert max(ready.strip.items()[0].thumbnail.size().toTuple()) == 2 * THUMBNAIL


def test_the_ring_of_the_focus_is_not_the_look_of_a_drag(qtbot, ready, files):
    def look():
        image = ready.drop_area.grab().toImage()
        return image.pixelColor(image.width() // 2, 12).name()

    ready.strip.setFocus()
    idle = look()
    ready.drop_area.setFocus()
    assert look() == idle
    drag_into(ready.drop_area, mime_of(files))
    assert look() != idle


@pytest.mark.parametrize("widget", ["strip", "drop_area"])
def test_from_right_to_left_the_left_key_goes_on(qtbot, ready, files, widget):
    ready.add_sources([ImageSource.from_file(file) for file in files])
    settle(qtbot, ready)
    ready.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for key, row in ((Qt.Key.Key_Left, 1), (Qt.Key.Key_Left, 2), (Qt.Key.Key_Right, 1)):
        qtbot.keyClick(getattr(ready, widget), key)
        assert ready.strip.currentIndex().row() == row
