"""What a drag is: one answer for the Train page, the Predict tab and the clipboard."""

import os
import threading
import time

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from nn_trainer.ui.predict.tab import PredictTab
from nn_trainer.ui.train.tab import TrainTab
from nn_trainer.ui.widgets import drops
from nn_trainer.ui.widgets.drops import DragKind, FileKind, look_at, look_at_file
from nn_trainer.ui.window.settings import WindowSettings
from tests.helpers.images import class_folders, picture, save
from tests.helpers.qt_events import drag_into, drag_out_of, drop_on, mime_of


@pytest.fixture
def page(qtbot):
    page = TrainTab(WindowSettings())
    qtbot.addWidget(page)
    page.resize(1280, 760)
    with qtbot.waitExposed(page):
        page.show()
    return page


@pytest.fixture
def root(tmp_path):
    return class_folders(tmp_path / "wardrobe", {"boot": 2, "coat": 2})


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "pets.safetensors"
    path.write_bytes(b"not read here")
    return path


def heard(signal):
    said = []
    signal.connect(said.append)
    return said


def pixels_in_memory():
    data = QMimeData()
    data.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    return data


# what it is


def test_each_kind_of_drag_is_told_from_the_others(root, model, tmp_path):
    image, note = root / "boot" / "0000.png", tmp_path / "notes.txt"
    note.write_text("x")
    unnamed = tmp_path / "unnamed"
    unnamed.write_bytes(image.read_bytes())
    for paths, kind in (
        ([root], DragKind.FOLDER),
        ([root / "boot", root / "coat"], DragKind.FOLDERS),
        ([model], DragKind.MODEL),
        ([image], DragKind.IMAGES),
        ([unnamed], DragKind.IMAGES),
        ([note, image], DragKind.IMAGES),
        ([root, image], DragKind.IMAGES),
        ([note], DragKind.NOTHING),
        ([note, note], DragKind.NOTHING),
        ([model, model], DragKind.NOTHING),
        ([tmp_path / "gone"], DragKind.NOTHING),
        ([tmp_path / "gone.png"], DragKind.NOTHING),
    ):
        offer = look_at(mime_of(paths))
        assert (offer.kind, bool(offer.why)) == (kind, kind is DragKind.NOTHING), paths
    assert look_at(pixels_in_memory()).kind is DragKind.IMAGES
    assert look_at(QMimeData()).kind is DragKind.NOTHING
    assert "link" in look_at(mime_of(["https://example.org/pets"])).why
    assert look_at(mime_of([note])).why == "notes.txt is not a folder, an image or a model file."


def test_a_clipboard_without_any_data_is_a_sentence(qtbot, monkeypatch):
    tab = PredictTab()
    qtbot.addWidget(tab)
    monkeypatch.setattr(type(QGuiApplication.clipboard()), "mimeData", lambda _self: None)
    tab.paste()
    assert tab.drop_area.is_refusing()
    assert "clipboard" in tab.drop_area._hint.text()


@pytest.mark.parametrize("name", ["stat", "scandir"])
def test_a_locked_folder_is_no_fault(root, monkeypatch, name):
    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, name, denied)
    assert look_at(mime_of([root])).kind is DragKind.FOLDER  # opening it says what is wrong with it
    assert look_at_file(root / "boot" / "0000.png") is FileKind.IMAGE


def test_a_name_that_no_file_can_have_is_no_fault(tmp_path):
    assert look_at_file(tmp_path / ("x" * 5000)) is FileKind.OTHER
    assert look_at_file(tmp_path / "a\0b") is FileKind.OTHER


def test_a_drive_that_does_not_answer_holds_up_nobody(root, monkeypatch):
    never, gui = threading.Event(), threading.get_ident()
    real = drops.look_at_file

    def slow(path):
        assert threading.get_ident() != gui
        never.wait(20)
        return real(path)

    monkeypatch.setattr(drops, "look_at_file", slow)
    begin = time.monotonic()
    try:
        assert look_at(mime_of([root])).kind is DragKind.FOLDER
        assert look_at(mime_of([root / "boot" / "0000.png"])).kind is DragKind.IMAGES
    finally:
        never.set()
        for thread in threading.enumerate():
            if thread.name == "look at a drag":
                thread.join(10)
    assert time.monotonic() - begin < 10 * drops.LOOK_SECONDS


def test_of_many_files_the_disk_is_asked_about_few_and_not_in_the_gui_thread(qtbot, tmp_path, monkeypatch):
    """Five hundred files that are dropped cost no look on the GUI thread, however slow the drive is."""
    files = [tmp_path / f"{index}.png" for index in range(500)]
    for file in files[:3]:
        save(picture(1), file)
    looks = []
    real = drops.look_at_file
    monkeypatch.setattr(drops, "look_at_file", lambda path: looks.append(threading.get_ident()) or real(path))
    tab = PredictTab()
    qtbot.addWidget(tab)
    assert drop_on(tab.drop_area, mime_of(files))
    assert len(tab.strip.items()) == 500
    assert threading.get_ident() not in looks
    assert len(looks) <= 2 * drops.MOST_LOOKS
    tab.clear()
    qtbot.waitUntil(lambda: not tab._queue.is_busy(), timeout=10_000)


# the Train page


def test_a_folder_or_a_model_can_be_dropped_anywhere_on_train(page, root, model):
    dropped = heard(page.path_requested)
    for widget in (page, page.dataset_panel, page.plots, page.hyperparameters, page.run_bar):
        assert drop_on(widget, mime_of([root]))
        assert drop_on(widget, mime_of([model]))
    assert dropped == 5 * [root, model]


def test_what_is_said_while_something_hovers_is_what_happens_then(page, root, model, tmp_path):
    note = tmp_path / "notes.txt"
    note.write_text("x")
    images = heard(page.images_requested)
    for paths, sentence in (
        ([root], "Release to open wardrobe"),
        ([model], "Release to open the model pets.safetensors"),
        ([root / "boot" / "0000.png", root / "boot" / "0001.png"], "Release to predict"),
    ):
        assert drag_into(page.dataset_panel, mime_of(paths))
        assert page.drops.hint.isVisible()
        assert page.drops.hint.text == sentence
        drag_out_of(page)
        assert page.drops.hint.isHidden()
    assert drop_on(page.dataset_panel, mime_of([root / "boot" / "0000.png", root / "boot" / "0001.png"]))
    assert [[source.name for source in sources] for sources in images] == [["0000.png", "0001.png"]]
    for paths, sentence in (
        ([note], "notes.txt is not a folder, an image or a model file."),
        ([root / "boot", root / "coat"], "These are 2 folders. Drop the one folder that holds them."),
        ([root, root / "coat" / "0000.png"], "Drop one folder that holds"),
    ):
        assert not drag_into(page.dataset_panel, mime_of(paths))
        assert not page.drops.hint.welcome
        assert page.drops.hint.text.startswith(sentence)
        assert not drop_on(page.dataset_panel, mime_of(paths))


def test_a_refusal_goes_away_by_itself(page, tmp_path, qtbot):
    page.drops._drops._reset_timer.setInterval(10)
    assert not drag_into(page, mime_of([tmp_path / "gone"]))
    assert page.drops.hint.isVisible()
    qtbot.waitUntil(page.drops.hint.isHidden)


def test_the_hint_moves_nothing(page, root):
    target = page.dataset_panel._welcome._target
    before = target.mapTo(page, target.rect().topLeft())
    drag_into(page, mime_of([root]))
    page.layout().activate()
    assert target.mapTo(page, target.rect().topLeft()) == before


def test_while_a_training_runs_the_refusal_comes_with_the_hover(page, root, model):
    page.drops.locked = True
    for path in (root, model):
        assert not drag_into(page, mime_of([path]))
        assert "A training is running." in page.drops.hint.text
    assert drag_into(page, mime_of([root / "boot" / "0000.png"]))


# Predict


def test_a_model_dropped_on_predict_is_opened(qtbot, model):
    tab = PredictTab()
    qtbot.addWidget(tab)
    dropped = heard(tab.path_requested)
    assert drag_into(tab.drop_area, mime_of([model]))
    assert tab.drop_area._hint.text() == "Release to open the model pets.safetensors"
    assert drop_on(tab.drop_area, mime_of([model]))
    assert dropped == [model]
    assert tab.strip.items() == []


def test_images_and_models_can_be_dropped_anywhere_on_predict(qtbot, root, model, tmp_path):
    tab = PredictTab()
    qtbot.addWidget(tab)
    tab.resize(1000, 600)
    tab.show()
    models, image = heard(tab.path_requested), root / "boot" / "0000.png"
    assert drop_on(tab.result, mime_of([image]))
    places = (tab, tab.result, tab.origin, tab.strip.viewport(), tab.status, tab.drop_area)
    assert all(place.isVisible() for place in places)
    for count, place in enumerate(places, 2):
        assert drag_into(place, mime_of([image]))
        assert tab.drop_area._hint.text() == "Release to predict"
        assert drop_on(place, mime_of([image]))
        assert len(tab.strip.items()) == count
        assert drop_on(place, mime_of([model]))
        assert not drag_into(place, mime_of(["https://example.org/"]))
        assert tab.drop_area.is_refusing()
    assert models == len(places) * [model]
    tab.clear()
    qtbot.waitUntil(lambda: not tab.is_busy(), timeout=10_000)


def test_the_tabs_open_under_a_drag(window):
    assert window.tabs.tabBar().changeCurrentOnDrag()
    assert window.tabs.tabBar().acceptDrops()
