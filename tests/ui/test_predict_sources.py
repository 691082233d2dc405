"""Where the images of the Predict tab come from: folders that are searched, test images, dialogs."""

import os
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.walk import Walker
from nn_trainer.ui.predict import intake
from nn_trainer.ui.predict.source_search import images_in
from nn_trainer.ui.widgets.source_buttons import image_filter
from nn_trainer.work import Task
from tests.helpers.images import class_folders, picture, save
from tests.helpers.predict import settle
from tests.helpers.qt_events import drop_on, mime_of


@pytest.fixture
def folders(tmp_path):
    """Two folders of three images."""
    return [class_folders(tmp_path / name, {f"in {name}": 3}) for name in ("first", "second")]


@pytest.fixture
def slow_search(monkeypatch):
    """Searches that wait until they are let go."""
    gate = threading.Event()
    real = Walker.walk

    def walk(self, folder, deep=True):
        gate.wait(10)
        return real(self, folder, deep)

    monkeypatch.setattr(Walker, "walk", walk)
    yield gate
    gate.set()


def notice(predict_tab):
    return predict_tab.findChild(QLabel, "predictNotice").text()


def state(predict_tab):
    return predict_tab.findChild(QLabel, "predictState").text()


def names(predict_tab):
    return [item.source.name for item in predict_tab.strip.items()]


# folders


def test_a_second_folder_waits_for_its_turn(qtbot, predict_tab, folders, slow_search):
    for folder in folders:
        assert drop_on(predict_tab.drop_area, mime_of([folder]))
    slow_search.set()
    settle(qtbot, predict_tab)
    parents = [item.source.content.parent.name for item in predict_tab.strip.items()]
    assert parents == 3 * ["in first"] + 3 * ["in second"]


def test_a_search_says_what_it_does_and_can_be_cancelled(qtbot, predict_tab, folders, slow_search):
    drop_on(predict_tab.drop_area, mime_of([folders[0]]))
    assert state(predict_tab) == "Looking for images in first: 0 found"
    assert predict_tab.status.cancel_button.isVisible()
    qtbot.mouseClick(predict_tab.status.cancel_button, Qt.MouseButton.LeftButton)
    assert predict_tab.status.cancel_button.isHidden()
    assert notice(predict_tab) == "1 search was cancelled before it found its images."
    slow_search.set()
    settle(qtbot, predict_tab)
    assert names(predict_tab) == []


def test_a_search_that_fails_says_so_and_the_next_goes_on(qtbot, predict_tab, folders, monkeypatch):
    real = Walker.walk

    def broken(self, folder, deep=True):
        if "first" in str(folder):
            raise OSError(5, "Input/output error")
        return real(self, folder, deep)

    monkeypatch.setattr(Walker, "walk", broken)
    for folder in folders:
        drop_on(predict_tab.drop_area, mime_of([folder]))
    settle(qtbot, predict_tab)
    assert "first could not be searched." in notice(predict_tab)
    assert "Input/output error" in notice(predict_tab)
    assert len(names(predict_tab)) == 3


@pytest.mark.parametrize("before", [0, 1])
def test_an_empty_folder_always_gets_a_sentence(qtbot, predict_tab, tmp_path, before):
    if before:
        drop_on(predict_tab.drop_area, mime_of([save(picture(1), tmp_path / "one.png")]))
        settle(qtbot, predict_tab)
    (tmp_path / "empty").mkdir()
    drop_on(predict_tab.drop_area, mime_of([tmp_path / "empty"]))
    settle(qtbot, predict_tab)
    assert notice(predict_tab) == "There is no image in empty."
    assert predict_tab.status.notice.isVisible()
    assert len(names(predict_tab)) == before


def test_a_folder_that_may_not_be_opened_is_named(qtbot, predict_tab, folders, monkeypatch):
    real = os.scandir

    def denied(path):
        if str(path).endswith("in first"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    drop_on(predict_tab.drop_area, mime_of([folders[0]]))
    settle(qtbot, predict_tab)
    assert "There is no image in first." in notice(predict_tab)
    assert "The folder cannot be opened (Permission denied)." in notice(predict_tab)


def test_of_too_many_images_it_says_which_were_taken(qtbot, predict_tab, tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "MOST_IMAGES", 3)
    folder = class_folders(tmp_path / "many", {"a": 2, "b": 5})
    drop_on(predict_tab.drop_area, mime_of([folder]))
    settle(qtbot, predict_tab)
    assert names(predict_tab) == ["0000.png", "0001.png", "0000.png"]
    taken = "Of many, only the first 3 were taken, up to b/0000.png; there are more, and room for 3 images."
    assert notice(predict_tab) == taken
    drop_on(predict_tab.drop_area, mime_of([folder]))
    settle(qtbot, predict_tab)
    assert notice(predict_tab).startswith("Nothing of many was taken: there is room for 3 images.")
    predict_tab.clear()
    assert notice(predict_tab) == ""
    files = sorted(folder.rglob("*.png"))
    drop_on(predict_tab.drop_area, mime_of(files))
    settle(qtbot, predict_tab)
    assert notice(predict_tab) == (
        "Of what was dropped, 3 were taken, up to b/0000.png, and 4 not: there is room for 3 images."
    )
    monkeypatch.setattr(intake, "MOST_IMAGES", 4)
    drop_on(predict_tab.drop_area, mime_of(files[:2]))
    settle(qtbot, predict_tab)
    assert notice(predict_tab) == (
        "Of what was dropped, the first was taken, a/0000.png, and 1 not: there is room for 4 images."
    )


def test_a_search_ends_with_what_there_is_room_for(tmp_path, monkeypatch):
    """A home folder is not read to its end for the sake of the first thousand images."""
    folder = class_folders(tmp_path / "many", {f"{number:03}": 2 for number in range(50)})
    scanned = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: scanned.append(path) or real(path))
    found = images_in([folder], [], Task())
    first = [next(found) for _ in range(5)]
    assert [path.relative_to(folder).as_posix() for path in first] == [
        "000/0000.png",
        "000/0001.png",
        "001/0000.png",
        "001/0001.png",
        "002/0000.png",
    ]
    assert len(scanned) < 20


def test_a_circle_of_links_is_walked_once(tmp_path):
    for here, there in (("a", "b"), ("b", "c"), ("c", "b")):
        save(picture(1), tmp_path / here / "image.png")
        (tmp_path / here / "link").symlink_to(tmp_path / there)
    found = images_in([tmp_path / "a"], [], Task())
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a/image.png",
        "a/link/image.png",
        "a/link/link/image.png",
    ]


# test images


def test_a_test_image_of_the_sample_can_be_tried(qtbot, predict_tab):
    button = predict_tab.findChild(QPushButton, "testImageButton")
    assert button.isHidden()
    predict_tab.set_dataset(load_dataset("sample"))
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, predict_tab)
    first, second = (item.source for item in predict_tab.strip.items())
    assert first.content != second.content
    assert first.content.parent.parent.name == "test"
    assert first.name.endswith(f"/{first.content.name}")  # with its true class before it, to compare
    assert predict_tab.strip.items()[0].thumbnail is not None


def test_validation_images_will_do_and_without_any_there_is_no_button(predict_tab, tmp_path, folder):
    for split in ("train", "val"):
        class_folders(tmp_path / "split" / split, {"a": 3, "b": 3})
    predict_tab.set_dataset(load_dataset(tmp_path / "split", image_size=16))
    predict_tab.try_test_image()
    assert predict_tab.strip.items()[0].source.content.parent.parent.name == "val"
    predict_tab.set_dataset(load_dataset(folder, image_size=16))
    assert predict_tab.findChild(QPushButton, "testImageButton").isHidden()


def test_the_window_offers_the_test_images_of_its_data_set(qtbot, window):
    window.open_path("sample")
    qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=20_000)
    assert not window.predict_tab.findChild(QPushButton, "testImageButton").isHidden()


# dialogs


def test_dialogs_begin_in_the_data_folder_then_where_one_ended(qtbot, predict_tab, folder, tmp_path, monkeypatch):
    begun = []
    chosen = str(save(picture(1), tmp_path / "elsewhere" / "x.png"))

    def dialog(_parent, _title, begin, *_filter):
        begun.append(begin)
        return [chosen], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", dialog)
    predict_tab.set_dataset(load_dataset(folder, image_size=16))
    predict_tab.browse()
    predict_tab.browse()
    settle(qtbot, predict_tab)
    assert begun == [str(folder), str(tmp_path / "elsewhere")]


def test_the_dialog_shows_every_format_that_is_read():
    for ending in ("*.avif", "*.jp2", "*.JPG", "*.tga", "*.mpo"):
        assert ending in image_filter().split(";;", maxsplit=1)[0].replace(")", " ").split()
