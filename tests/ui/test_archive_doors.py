"""Archives through the doors of the window: a drop, the dialog, the recent list; and what becomes of their members."""

import shutil
import zipfile

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QListWidget, QToolButton

from nn_trainer.models.model_file import SUFFIX
from nn_trainer.ui.model.model_files import file_name
from nn_trainer.ui.widgets.drops import DragKind, look_at
from tests.helpers.images import class_folders
from tests.helpers.qt_events import drag_into, drag_out_of, drop_on, mime_of
from tests.helpers.window import status, train

LONG = 30_000


@pytest.fixture
def archive(tmp_path):
    """A zip of two classes, with a damaged image; the folder is gone."""
    folder = class_folders(tmp_path / "pets", {"cat": 4, "dog": 4}, 16, 16)
    (folder / "cat" / "text.png").write_text("no picture")
    made = shutil.make_archive(str(tmp_path / "pets"), "zip", tmp_path, "pets")
    shutil.rmtree(folder)
    return tmp_path / made


@pytest.fixture
def opened(qtbot, window, archive):
    """The window, with the archive dropped on it."""
    assert drop_on(window.train_tab, mime_of([archive]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    return window


def test_a_dropped_archive_is_opened_as_the_data_set(opened, archive):
    dataset = opened.train_tab.dataset
    assert (dataset.root, dataset.name, dataset.class_names) == (archive, "pets.zip", ("cat", "dog"))
    assert status(opened).startswith("Ready to train on pets.zip: 2 classes, 8 images")
    assert opened._settings.recent[0] == archive
    assert [problem.path for problem in dataset.problems] == [archive / "pets" / "cat" / "text.png"]
    assert list(archive.parent.iterdir()) == [archive]


def test_the_drag_says_what_would_come_of_it(window, archive, tmp_path):
    other = shutil.copy(archive, tmp_path / "other.tar.gz")
    foreign = tmp_path / "pets.rar"
    foreign.write_bytes(b"Rar!")
    drops = window.train_tab.drops
    assert drag_into(window.train_tab, mime_of([archive]))
    assert drops.hint.text == "Release to open pets.zip"
    drag_out_of(window.train_tab)
    assert not drag_into(window.train_tab, mime_of([archive, other]))
    assert drops.hint.text.startswith("These are 2 folders or archives. Drop one of them")
    assert look_at(mime_of([archive])).kind is DragKind.FOLDER
    assert look_at(mime_of([foreign])).why == (
        "pets.rar is an archive of a kind that cannot be read. Unpack it, and drop the folder."
    )


@pytest.mark.parametrize("door", ["menu", "keys", "panel"])
def test_an_archive_is_chosen_in_a_dialog(qtbot, window, find, archive, monkeypatch, door):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *given: asked.append(given) or (str(archive), ""))
    if door == "menu":
        find("openArchiveAction", QAction).trigger()
    elif door == "keys":
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(window, Qt.Key.Key_O, both)
    else:
        (action,) = (
            each for each in find("datasetMenuButton", QToolButton).menu().actions() if each.text() == "Open archive…"
        )
        action.trigger()
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    assert window.train_tab.dataset.root == archive
    assert all(f"*{ending}" in asked[0][3] for ending in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz"))
    asked.clear()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *given: asked.append(given) or ("", ""))
    find("openArchiveAction", QAction).trigger()
    assert asked[0][2] == str(archive.parent)
    assert window.train_tab.dataset.root == archive  # the one that was open stays


def test_the_recent_list_opens_an_archive_again(qtbot, opened, archive):
    opened.train_tab.close_data()
    assert opened.train_tab.dataset is None
    opened.actions_.recent.chosen.emit(opened._settings.recent[0])
    qtbot.waitUntil(lambda: not opened.train_tab.why_not_ready(), timeout=LONG)
    assert opened.train_tab.dataset.root == archive
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("pets/dog/more.png", packed.read("pets/cat/0000.png"))
    opened.train_tab.reload()
    qtbot.waitUntil(lambda: not opened.train_tab.why_not_ready(), timeout=LONG)
    assert len(opened.train_tab.dataset.images) == 9


def test_the_file_manager_shows_where_the_archive_lies(opened, find, archive, monkeypatch):
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    find("showFolderAction", QAction).trigger()
    thumbnails = find("thumbnails", QListWidget)
    thumbnails.item(0).setSelected(True)
    thumbnails.menu.actions()[1].trigger()
    assert shown == [QUrl.fromLocalFile(str(archive.parent))] * 2


def test_a_member_is_predicted_from_its_thumbnail_and_from_a_drag(qtbot, opened, find, archive):
    train(qtbot, opened, epochs=1)
    assert opened.windowTitle().startswith("pets.zip")
    assert file_name(opened.current_model.held) == f"pets{SUFFIX}"
    thumbnails = find("thumbnails", QListWidget)
    thumbnails.itemDoubleClicked.emit(thumbnails.item(0))
    predict = opened.predict_tab
    qtbot.waitUntil(lambda: not predict._queue.is_busy(), timeout=LONG)
    assert opened.tabs.currentIndex() == 1
    assert predict.strip.current().source.content == archive / "pets" / "cat" / "0000.png"
    assert predict.strip.current().prediction is not None

    assert drop_on(predict, thumbnails.mimeData([thumbnails.item(1)]))
    qtbot.waitUntil(lambda: not predict._queue.is_busy(), timeout=LONG)
    assert predict.strip.current().source.content == archive / "pets" / "cat" / "0001.png"
    assert predict.strip.current().prediction is not None
    count = len(predict.strip.items())
    assert drop_on(predict, mime_of([archive]))
    qtbot.waitUntil(lambda: len(predict.strip.items()) > count and not predict._queue.is_busy(), timeout=LONG)
    assert len(predict.strip.items()) == count + 9


def test_an_archive_that_cannot_be_read_leaves_the_data_set_that_was_open(qtbot, opened, archive, tmp_path):
    broken = tmp_path / "half.zip"
    broken.write_bytes(archive.read_bytes()[:-50])
    assert drop_on(opened.train_tab, mime_of([broken]))
    qtbot.waitUntil(lambda: "could not be opened" in status(opened), timeout=LONG)
    assert opened.train_tab.dataset.root == archive
    message = opened.train_tab._opener._panel._message
    assert f"{broken} is cut off, damaged" in message.text
