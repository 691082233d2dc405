"""The main job, through the doors a person takes: sample, train, drop, read, save, open again; and the command line."""

import json
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QSpinBox, QTabWidget, QWidget

import nn_trainer
from nn_trainer.app import create_window
from nn_trainer.paths import sample_test_path, settings_dir
from tests.helpers.images import class_folders, save
from tests.helpers.images import picture as photo
from tests.helpers.qt_events import drop_on, mime_of

PATIENCE = 60_000  # milliseconds; nothing takes that long unless it hangs


@pytest.fixture
def open_window(qtbot):
    """Opens the window as `nn-trainer` does; what is open at the end is closed."""
    windows = []

    def open_window(*arguments):
        _, window = create_window(list(arguments))
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        windows.append(window)
        return window

    (settings_dir() / "window.ini").unlink(missing_ok=True)
    yield open_window
    for window in windows:
        window.close()


def find(window, name, kind=QWidget):
    (found,) = window.findChildren(kind, name)
    return found


def click(qtbot, window, name):
    button = find(window, name, QPushButton)
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def drop_and_read(qtbot, window, path):
    """Drop a picture on the Predict tab; return the class that is shown and the bars."""
    find(window, "tabs", QTabWidget).setCurrentIndex(1)
    bars = find(window, "probabilityBars")
    assert drop_on(find(window, "dropArea"), mime_of([path]))
    qtbot.waitUntil(lambda: bool(bars.rows()), timeout=PATIENCE)
    return find(window, "predictedClass", QLabel).text(), dict(bars.rows())


@pytest.fixture
def picture():
    return sorted((sample_test_path() / "Trouser").iterdir())[0]


def test_sample_train_drop_save_and_open_again(qtbot, open_window, picture, tmp_path, monkeypatch):
    window = open_window()
    click(qtbot, window, "sampleDatasetButton")
    qtbot.waitUntil(find(window, "trainButton").isEnabled, timeout=PATIENCE)
    assert "10 classes, 1,000 images, 28x28 grey" in find(window, "statusMessage", QLabel).text()
    find(window, "epochsBox", QSpinBox).setValue(2)
    click(qtbot, window, "trainButton")
    qtbot.waitUntil(lambda: "All 2 epochs done" in find(window, "statusMessage", QLabel).text(), timeout=PATIENCE)
    plots = find(window, "plotPanel")
    assert len(plots.series("train loss")[0]) == 2 * 25  # 800 training images in batches of 32
    assert list(plots.series("validation accuracy")[0]) == [25, 50]

    label, probabilities = drop_and_read(qtbot, window, picture)
    assert label == max(probabilities, key=probabilities.get) == "Trouser"
    assert sum(probabilities.values()) == pytest.approx(1)

    model = tmp_path / "clothes.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(model), ""))
    find(window, "saveModelAction", QAction).trigger()
    qtbot.waitUntil(model.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=PATIENCE)

    again = open_window(str(model))
    qtbot.waitUntil(lambda: "clothes.safetensors" in again.windowTitle(), timeout=PATIENCE)
    assert drop_and_read(qtbot, again, picture) == (label, probabilities)


def test_window_command_line_and_python_give_the_same_bits(qtbot, open_window, picture, tmp_path):
    model = tmp_path / "clothes.safetensors"
    train = ["train", "sample", "-o", str(model), "--epochs", "1", "--threads", "1", "--json"]
    subprocess.run([sys.executable, "-m", "nn_trainer", *train], check=True, capture_output=True, timeout=120)

    window = open_window(str(model))
    qtbot.waitUntil(lambda: "clothes.safetensors" in window.windowTitle(), timeout=PATIENCE)
    label, in_window = drop_and_read(qtbot, window, picture)

    others = sorted((sample_test_path() / "Bag").iterdir())[:3]  # company, which must not matter
    command = [sys.executable, "-m", "nn_trainer", "predict", str(model), *map(str, others), str(picture), "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    by_command = json.loads(answer.stdout)[-1]
    in_python = nn_trainer.load_classifier(model).predict(picture)

    assert by_command["probabilities"] == in_python.probabilities == in_window
    assert by_command["label"] == in_python.label == label


def test_photos_from_a_folder_to_the_same_bits_through_every_door(qtbot, open_window, tmp_path, monkeypatch):
    photos = class_folders(tmp_path / "photos", {"blue": 5, "green": 5, "red": 5}, 90, 70)
    window = open_window(str(photos))
    click(qtbot, window, "trainButton")
    qtbot.waitUntil(lambda: "All 40 epochs done" in find(window, "statusMessage", QLabel).text(), timeout=PATIENCE)
    picture = save(photo(77, 300, 200, tint=2), tmp_path / "new.png")
    label, in_window = drop_and_read(qtbot, window, picture)
    assert label == "red"
    model = tmp_path / "photos.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(model), ""))
    find(window, "saveModelAction", QAction).trigger()
    qtbot.waitUntil(lambda: model.exists() and not window.isWindowModified(), timeout=PATIENCE)

    others = sorted((photos / "green").iterdir())[:3]
    command = [sys.executable, "-m", "nn_trainer", "predict", str(model), *map(str, others), str(picture), "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    by_command = json.loads(answer.stdout)[-1]
    in_python = nn_trainer.load_classifier(model).predict(picture)
    assert by_command["probabilities"] == in_python.probabilities == in_window
    assert by_command["unlike_training"] is in_python.unlike_training

    trained = ["train", str(photos), "-o", str(tmp_path / "again.safetensors"), "--threads", "1", "--json"]
    subprocess.run([sys.executable, "-m", "nn_trainer", *trained], check=True, capture_output=True, timeout=120)
    assert nn_trainer.load_classifier(tmp_path / "again.safetensors").predict(picture).probabilities == in_window


def test_predicting_works_while_training_runs(qtbot, open_window, picture):
    window = open_window("sample")
    find(window, "epochsBox", QSpinBox).setValue(500)
    click(qtbot, window, "trainButton")
    qtbot.waitUntil(lambda: len(find(window, "plotPanel").series("validation loss")[0]) > 0, timeout=PATIENCE)
    _, probabilities = drop_and_read(qtbot, window, picture)
    assert len(probabilities) == 10
    assert window.train_tab.session.state == "running"
    click(qtbot, window, "stopButton")
    qtbot.waitUntil(lambda: "Stopped" in find(window, "statusMessage", QLabel).text(), timeout=PATIENCE)
