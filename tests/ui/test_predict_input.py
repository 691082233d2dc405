"""How images come to the Predict tab: dropped, pasted, by its buttons; and what is refused."""

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton

from nn_trainer.ui.predict.prediction_queue import predict_one
from nn_trainer.ui.widgets.drops import ImageSource
from tests.helpers.images import class_folders, encoded, picture, save, write_hostile
from tests.helpers.predict import settle, text_of
from tests.helpers.qt_events import drag_into, drag_out_of, drop_on, mime_of


def test_a_dropped_image_ends_in_a_bar_for_every_class(qtbot, ready_tab, make_classifier, image_files):
    assert drop_on(ready_tab.drop_area, mime_of(image_files[:1]))
    qtbot.waitUntil(lambda: bool(ready_tab.bars.rows()), timeout=10_000)
    expected = make_classifier().predict(image_files[0])
    rows = ready_tab.bars.rows()
    assert dict(rows) == expected.probabilities
    assert [p for _, p in rows] == sorted(expected.probabilities.values(), reverse=True)
    assert text_of(ready_tab, "predictedClass") == expected.label == rows[0][0]
    assert text_of(ready_tab, "predictedPercent") == f"{100 * rows[0][1]:.1f} %"
    assert text_of(ready_tab, "probabilitySum") == "all 3 classes, sum 100 %"
    assert ready_tab.bars.accessibleDescription() == ready_tab.bars.text()


@pytest.mark.parametrize("name", ["notes.txt", "drawing.svg", "song.mp3", "no_extension"])
def test_a_drag_that_is_no_image_is_refused_visibly(ready_tab, tmp_path, name):
    path = tmp_path / name
    path.write_text("<svg/>")
    assert not drag_into(ready_tab.drop_area, mime_of([path]))
    assert ready_tab.drop_area.is_refusing()
    assert name in text_of(ready_tab, "dropHint")
    assert not drop_on(ready_tab.drop_area, mime_of([path]))
    assert ready_tab.strip.items() == []


def test_a_link_or_a_text_is_refused(ready_tab):
    link, text = mime_of(["https://example.org/cat.png"]), QMimeData()
    text.setText("cat")
    for mime in (link, text):
        assert not drop_on(ready_tab.drop_area, mime)
        assert ready_tab.drop_area.is_refusing()


def test_a_refusal_is_forgotten_and_so_is_a_drag_that_leaves(qtbot, ready_tab, image_files, tmp_path):
    ready_tab.drop_area._reset_timer.setInterval(1)
    drag_into(ready_tab.drop_area, mime_of([tmp_path / "nothing.txt"]))
    assert ready_tab.drop_area.is_refusing()
    qtbot.waitUntil(lambda: not ready_tab.drop_area.is_refusing(), timeout=2000)
    assert drag_into(ready_tab.drop_area, mime_of(image_files))
    drag_out_of(ready_tab.drop_area)
    assert text_of(ready_tab, "dropHint") == "Drop images or folders here"


def test_an_image_dragged_from_a_browser(qtbot, ready_tab, make_classifier):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.png")])
    mime.setData("image/png", encoded(picture(7)))
    assert drop_on(ready_tab.drop_area, mime)
    settle(qtbot, ready_tab)
    assert dict(ready_tab.bars.rows()) == make_classifier().predict(picture(7)).probabilities


def test_a_folder_is_searched_and_everything_else_in_it_is_passed_over(qtbot, ready_tab, tmp_path):
    folder = class_folders(tmp_path / "many", {"a": 3, "b": 2})
    (folder / "a" / "notes.txt").write_text("no image")
    save(picture(1), folder / ".hidden" / "x.png")
    assert drop_on(ready_tab.drop_area, mime_of([folder]))
    settle(qtbot, ready_tab)
    names = [(item.source.content.parent.name, item.source.name) for item in ready_tab.strip.items()]
    assert names == [("a", f"000{i}.png") for i in range(3)] + [("b", "0000.png"), ("b", "0001.png")]
    assert text_of(ready_tab, "predictState") == "5 images"


def test_an_unreadable_file_gets_a_sentence_and_the_rest_goes_on(qtbot, ready_tab, image_files, tmp_path):
    hostile = write_hostile(tmp_path / "hostile")
    assert drop_on(ready_tab.drop_area, mime_of([image_files[0], *hostile, image_files[1]]))
    settle(qtbot, ready_tab)
    items = ready_tab.strip.items()
    assert [bool(item.error) for item in items] == [False, *[True] * len(hostile), False]
    assert all(item.source.name in item.error for item in items[1:-1])
    assert f"{len(hostile)} unreadable" in text_of(ready_tab, "predictState")
    qtbot.keyClick(ready_tab.strip, Qt.Key.Key_Right)
    assert text_of(ready_tab, "resultMessage") == items[1].error
    assert ready_tab.bars.rows() == []


def test_a_fault_in_one_image_does_not_stop_the_others(caplog, image_files):
    class Broken:
        def predict(self, source):
            raise ZeroDivisionError("broken on purpose")

    outcome = predict_one(Broken(), ImageSource.from_file(image_files[0]))
    assert "0.png" in outcome.error
    assert "See the log" in outcome.error
    assert any(record.exc_info for record in caplog.records)


def test_browse_and_folder_buttons(qtbot, ready_tab, image_files, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in image_files[:2]], ""))
    qtbot.mouseClick(ready_tab.findChild(QPushButton, "browseButton"), Qt.MouseButton.LeftButton)
    assert [item.source.content for item in ready_tab.strip.items()] == image_files[:2]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(image_files[0].parent))
    qtbot.mouseClick(ready_tab.findChild(QPushButton, "folderButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, ready_tab)
    assert len(ready_tab.strip.items()) == 5
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    for name in ("browseButton", "folderButton"):
        qtbot.mouseClick(ready_tab.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    assert len(ready_tab.strip.items()) == 5


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_paste_gives_the_same_figures_as_the_file(qtbot, ready_tab, make_classifier, tmp_path, mode):
    path = save(picture(3, mode=mode), tmp_path / "copied.png")
    QGuiApplication.clipboard().setImage(QImage(str(path)))
    qtbot.mouseClick(ready_tab.findChild(QPushButton, "pasteButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, ready_tab)
    assert dict(ready_tab.bars.rows()) == make_classifier().predict(path).probabilities


def test_paste_of_a_copied_file(qtbot, ready_tab, image_files):
    QGuiApplication.clipboard().setMimeData(mime_of(image_files[1:2]))
    ready_tab.paste()
    settle(qtbot, ready_tab)
    assert ready_tab.strip.current().source.content == image_files[1]


def test_paste_without_an_image_is_refused(ready_tab):
    QGuiApplication.clipboard().setText("no image")
    ready_tab.paste()
    assert ready_tab.drop_area.is_refusing()
    assert "clipboard" in text_of(ready_tab, "dropHint")
