"""Models in the window: saved, opened, refused, and marked while they are not saved."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QMessageBox,
    QPushButton,
)

from nn_trainer.models.classifier import load_classifier
from nn_trainer.ui.theme import theme
from nn_trainer.workers.threads import unjoined_threads
from tests.helpers.images import class_folders
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.shown_texts import texts_of
from tests.helpers.window import LONG, click, open_data, train


def test_save_and_open_again(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    trained = window.current_model.classifier
    path = tmp_path / "colours.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "colours"), ""))
    find("saveModelAction", QAction).trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=LONG)
    assert "colours.safetensors" in window.message_bar.text
    image = next((folder / "red").glob("*.png"))
    assert load_classifier(path).predict(image).probabilities == trained.predict(image).probabilities
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    find("openModelAction", QAction).trigger()
    qtbot.waitUntil(lambda: window.tabs.currentIndex() == 1, timeout=LONG)
    assert window.current_model.origin == "colours.safetensors"
    assert window.message_bar.isHidden()


def test_a_name_without_its_ending_does_not_silently_replace_a_file(
    qtbot, window, make_classifier, tmp_path, monkeypatch
):
    window.current_model.take_trained(make_classifier())
    (tmp_path / "<b>a.safetensors").write_text("precious")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "<b>a"), ""))
    asked = []

    def answer(box):
        asked.extend(text.seen for text in texts_of(box))
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "exec", answer)
    window.save_model()
    assert unjoined_threads() == ()
    assert (tmp_path / "<b>a.safetensors").read_text() == "precious"
    assert "<b>a.safetensors already exists. Replace it?" in asked


def test_a_foreign_model_file_is_refused_with_a_reason(qtbot, window, tmp_path):
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(b"not a model")
    assert drop_on(window.train_tab, mime_of([path]))
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert window.message_bar.kind == "error"
    assert "foreign.safetensors" in window.message_bar.text
    assert window.current_model.classifier is None


def test_an_opened_model_does_not_lose_the_unsaved_one(qtbot, window, make_classifier, tmp_path):
    make_classifier(1).save(tmp_path / "other.safetensors")
    unsaved = make_classifier()
    window.current_model.take_trained(unsaved)
    window.open_path(tmp_path / "other.safetensors")
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert not window.current_model.unsaved
    click(qtbot, window.message_bar.findChild(QPushButton, "messageAction"))
    assert window.current_model.classifier is unsaved
    assert window.isWindowModified()


def test_a_mark_says_that_the_classifier_is_not_saved(qtbot, window, make_classifier, tmp_path):
    def accented():
        shown = window.actions_.save_model.icon().pixmap(32, 32).toImage()
        colours = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
        return theme.colors().accent in colours

    assert not accented()
    window.current_model.take_trained(make_classifier())
    assert accented()
    window.model_files.open(tmp_path / "nothing.safetensors")
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert accented()
    window.current_model.save(tmp_path / "kept.safetensors")
    qtbot.waitUntil(lambda: not window.current_model.unsaved, timeout=LONG)
    assert not accented()


def test_the_class_label_file_is_written(qtbot, window, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, class_folders(tmp_path / "two", {"cat": 2, "dog": 2}))
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: dialog.selectFile(str(tmp_path / "labels")) or True)
    actions = [action for menu in window.train_tab.dataset_panel.findChildren(QMenu) for action in menu.actions()]
    next(action for action in actions if action.text().startswith("Write the class label file")).trigger()
    assert (tmp_path / "labels.csv").read_text().split() == ["label,name", "0,cat", "1,dog"]
    assert "labels.csv" in window.message_bar.text
