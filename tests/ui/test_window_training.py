"""A training in the window, from the data set to the classifier, and what may interrupt it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
)

from nn_trainer.data import reading_again
from nn_trainer.errors import CancelledError, TrainingDivergedError
from nn_trainer.models.fitting import Fitting
from tests.helpers.images import class_folders
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.window import LONG, click, open_data, set_up, status, train, wait_idle


def test_train_is_grey_and_says_what_is_missing_until_there_is_data(qtbot, window, find, folder):
    button = find("trainButton")
    assert not button.isEnabled()
    assert "Open a data set first" in button.toolTip()
    assert "Open a data set first" in status(window)
    open_data(qtbot, window, folder)
    assert button.isEnabled()
    assert status(window).startswith("Ready to train on colours: 3 classes, 18 images")
    assert "colours" in window.windowTitle()


def test_train_to_the_end(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    assert status(window).startswith("All 2 epochs done. ")
    assert "alidation " in status(window)
    progress = find("trainingProgress", QProgressBar)
    assert progress.value() == progress.maximum() == 2 * 4  # 15 training images in batches of 4
    iterations, _ = window.train_tab.plots.series("train loss")
    assert list(iterations) == list(range(1, 9))
    texts = {name: find(name, QLabel).text() for name in ("runEpoch", "runIteration", "runState")}
    assert texts == {"runEpoch": "2 of 2", "runIteration": "8 of 8", "runState": "Finished"}
    assert find("runAccuracy", QLabel).text().endswith(" %")
    assert find("trainButton").isEnabled()
    assert not find("stopButton").isEnabled()
    assert window.isWindowModified()
    assert "Just trained, 2 epochs" in window.windowTitle()


def test_train_stop_and_what_was_learned_stays(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(
        lambda: find("stopButton").isEnabled() and window.current_model.classifier is not None, timeout=LONG
    )
    assert not find("trainButton").isEnabled()
    assert "running" in find("trainButton").toolTip()
    assert not find("epochsBox").isEnabled()
    click(qtbot, find("stopButton"))
    wait_idle(qtbot, window)
    assert status(window).startswith("Stopped after ")
    assert find("runState", QLabel).text() == "Stopped"
    assert find("runTimeLeft", QLabel).text() == "–"
    assert window.current_model.origin.startswith("Just trained")
    assert find("epochsBox").isEnabled()
    train(qtbot, window)
    assert status(window).startswith("All 2 epochs done.")


def test_another_image_size_reads_the_pictures_again(qtbot, window, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window, image_size=12, channels="grey")
    assert window.train_tab.dataset.images.shape[1:] == (12, 12, 1)
    assert window.current_model.classifier.preprocessing.image_size == 12


def test_stop_while_the_pictures_are_read_again(qtbot, window, find, folder, monkeypatch):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    reading = threading.Event()

    def slow(_root, _size, _channels, task, **_choice):
        reading.set()
        while not task.cancelled():
            pass
        raise CancelledError

    monkeypatch.setattr(reading_again, "load_dataset", slow)
    set_up(window, image_size=12)
    click(qtbot, find("trainButton"))
    assert reading.wait(10)
    click(qtbot, find("stopButton"))
    wait_idle(qtbot, window)
    assert window.train_tab.dataset is before
    assert status(window) == "Cancelled. Nothing was changed."
    assert find("trainButton").isEnabled()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (TrainingDivergedError(3, 0.5), "Try a smaller learning rate, such as 0.05"),
        (ZeroDivisionError("broken on purpose"), "broken on purpose"),
    ],
)
def test_a_training_that_fails_is_shown_and_the_window_is_usable_again(
    qtbot, window, find, folder, monkeypatch, caplog, error, shown
):
    open_data(qtbot, window, folder)
    run = Fitting._train

    def fail(self, should_stop):
        for number, record in enumerate(run(self, should_stop)):
            if number == 3:
                raise error
            yield record

    monkeypatch.setattr(Fitting, "_train", fail)
    train(qtbot, window)
    assert window.message_bar.isVisible()
    assert window.message_bar.kind == "error"
    assert shown in window.message_bar.text
    assert find("runState", QLabel).text() == "Failed"
    assert any(record.exc_info for record in caplog.records) is isinstance(error, ZeroDivisionError)
    monkeypatch.setattr(Fitting, "_train", run)
    train(qtbot, window)
    assert window.message_bar.isHidden()
    assert status(window).startswith("All 2 epochs done.")


def test_a_data_set_that_cannot_be_opened_leaves_the_one_that_was_there(qtbot, window, folder, tmp_path):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    (tmp_path / "empty").mkdir()
    assert drop_on(window.train_tab, mime_of([tmp_path / "empty"]))
    qtbot.waitUntil(lambda: "could not be opened" in status(window), timeout=LONG)
    assert window.train_tab.dataset is before
    assert not window.train_tab.why_not_ready()


def test_predict_while_training_with_the_weights_of_the_last_epoch(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert find("inferenceTab").isVisible()
    qtbot.waitUntil(lambda: window.current_model.held is not None, timeout=LONG)
    image = next((folder / "red").glob("*.png"))
    assert drop_on(find("dropArea"), mime_of([image]))
    qtbot.waitUntil(lambda: bool(find("probabilityBars").rows()), timeout=LONG)
    assert window.train_tab.session.state == "running"
    assert find("classifierOrigin", QLabel).text().startswith("Weights of epoch ")
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)
    assert dict(find("probabilityBars").rows()) == window.current_model.classifier.predict(image).probabilities


def test_another_data_set_is_refused_while_a_training_runs(qtbot, window, find, folder, tmp_path):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    other = class_folders(tmp_path / "two", {"cat": 2, "dog": 2})
    assert not drop_on(window.train_tab.dataset_panel, mime_of([other]))  # said while it hovers, and not taken
    window.open_path(other)
    assert "Stop it before you open another data set" in window.message_bar.text
    window.train_tab.dataset_panel.sample_requested.emit()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    assert window.train_tab.dataset is before
