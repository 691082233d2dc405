"""The preset pretrained in the window: chosen for photos, its features with progress and Stop, its mark in Predict."""

import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox, QToolButton

from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.errors import BackboneError, CancelledError
from nn_trainer.models.pretrained.backbone import Backbone
from nn_trainer.models.suggestion import Suggestion
from nn_trainer.ui.train.run.reporter import Eta
from nn_trainer.ui.train.settings.panel import HyperparameterPanel
from tests.helpers.images import class_folders, picture, save
from tests.helpers.qt_events import drop_on, mime_of

LONG = 30_000
PHOTOS = Suggestion("pretrained", "the pictures are photos", Preprocessing(224, "rgb"), Preprocessing(64, "rgb"))
SMALL = Suggestion("cnn", "the pictures are grey", Preprocessing(224, "rgb"), Preprocessing(28, "grey"))


@pytest.fixture
def photos(tmp_path):
    return class_folders(tmp_path / "photos", {"blue": 6, "red": 6}, 100, 80)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def open_data(qtbot, window, folder):
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)


def wait_idle(qtbot, window):
    qtbot.waitUntil(lambda: window.train_tab.session.state == "idle", timeout=LONG)


def status(window):
    return window.findChild(QLabel, "statusMessage").text()


# -- the form


@pytest.fixture
def panel(qtbot):
    panel = HyperparameterPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def box(panel, name, kind=QSpinBox):
    return panel.findChild(kind, name)


def reason(panel):
    label = panel.findChild(QLabel, "presetReason")
    return label.text() if label.isVisible() else ""


def settings(panel):
    config = panel.config()
    return config.preset, config.epochs, config.image_size, config.channels


def test_a_suggestion_is_taken_and_explained(panel):
    assert reason(panel) == ""
    panel.suggest(PHOTOS)
    assert settings(panel) == ("pretrained", 40, 224, "rgb")
    assert reason(panel) == "Chosen because the pictures are photos."
    panel.suggest(SMALL)
    assert settings(panel) == ("cnn", 10, 28, "grey")
    assert reason(panel) == "Chosen because the pictures are grey."


def test_another_preset_takes_its_own_images_and_says_what_was_suggested(panel, qtbot):
    panel.suggest(PHOTOS)
    heard = []
    panel.changed.connect(lambda: heard.append(settings(panel)))
    qtbot.keyClicks(box(panel, "presetBox", QComboBox), "cnn")
    assert heard == [("cnn", 10, 64, "rgb")]
    assert reason(panel) == ("The choice for these images would be pretrained, because the pictures are photos.")
    box(panel, "presetBox", QComboBox).setCurrentText("pretrained")
    assert settings(panel) == ("pretrained", 40, 224, "rgb")
    click(qtbot, panel.findChild(QPushButton, "resetSettingsButton"))
    assert settings(panel) == ("pretrained", 40, 224, "rgb")


def test_settings_of_the_users_own_stay(panel):
    panel.suggest(PHOTOS)
    box(panel, "epochsBox").setValue(25)
    box(panel, "imageSizeBox").setValue(160)
    box(panel, "presetBox", QComboBox).setCurrentText("resnet")
    assert settings(panel) == ("resnet", 25, 160, "rgb")
    box(panel, "presetBox", QComboBox).setCurrentText("pretrained")
    assert settings(panel) == ("pretrained", 25, 160, "rgb")


def test_what_it_cannot_take_is_changed(panel):
    panel.suggest(SMALL)
    box(panel, "imageSizeBox").setValue(40)
    box(panel, "presetBox", QComboBox).setCurrentText("pretrained")
    assert settings(panel) == ("pretrained", 40, 224, "rgb")


def test_the_image_size_steps_through_those_it_takes(panel, qtbot):
    panel.suggest(PHOTOS)
    size = box(panel, "imageSizeBox")
    seen = []
    for _ in range(5):
        qtbot.keyClick(size, Qt.Key.Key_Down)
        seen.append(size.value())
    assert seen == [192, 160, 128, 96, 96]
    size.selectAll()
    qtbot.keyClicks(size, "150")
    qtbot.keyClick(size, Qt.Key.Key_Return)
    assert size.value() == 160
    box(panel, "presetBox", QComboBox).setCurrentText("cnn")
    size.setValue(20)
    assert size.value() == 20


def test_the_head_is_shown_with_it_alone(panel, qtbot):
    head = box(panel, "headBox", QComboBox)
    assert not head.isVisible()
    panel.suggest(PHOTOS)
    assert head.isVisible()
    qtbot.keyClicks(head, "mlp")
    assert panel.config().head == "mlp"
    box(panel, "presetBox", QComboBox).setCurrentText("cnn")
    assert not head.isVisible()


def test_settings_that_were_kept_come_back(panel):
    config = TrainingConfig(preset="pretrained", head="mlp", image_size=128, epochs=7)
    panel.set_config(config)
    assert panel.config() == config


def test_the_pace_counts_from_what_was_there_before():
    now = [100.0]
    eta = Eta(lambda: now[0])
    assert eta.remaining(50, 100, "Computing") is None
    now[0] += 5
    assert eta.remaining(54, 100, "Computing") is None  # too few steps to say anything
    now[0] += 5
    assert eta.remaining(60, 100, "Computing") == 40
    assert eta.remaining(0, 100, "Something else") is None
    now[0] += 5
    assert eta.remaining(50, 0, "Something else") is None


# -- training


def test_photos_are_trained_with_it_to_the_end(qtbot, window, find, photos):
    open_data(qtbot, window, photos)
    assert find("presetBox", QComboBox).currentText() == "pretrained"
    assert find("presetReason", QLabel).text().startswith("Chosen because the images are photos")
    qtbot.waitUntil(lambda: find("weightCount", QLabel).text() == "2,562 weights", timeout=LONG)
    find("batchSizeBox", QSpinBox).setValue(4)
    said = []
    window.train_tab.session.progress.connect(lambda done, total, what: said.append((total, what)))
    click(qtbot, find("trainButton", QPushButton))
    wait_idle(qtbot, window)
    assert status(window).startswith("All 40 epochs done. Validation 100.0 %.")
    assert set(said) <= {(12, "Computing features")}
    assert len(window.train_tab.plots.series("train loss")[0]) == 40 * 3
    assert len(window.train_tab.plots.series("validation accuracy")[0]) == 40
    assert window.current_model.classifier.preprocessing == Preprocessing(224, "rgb")


def test_stop_while_features_are_computed_breaks_nothing(qtbot, window, find, photos, monkeypatch):
    open_data(qtbot, window, photos)
    before = window.train_tab.dataset
    asked = threading.Event()

    def endless(self, pixels, threads, task):
        for done in range(1, 8):
            task.progress(done, len(pixels), "")
        asked.set()
        while not task.cancelled():
            pass
        raise CancelledError

    compute = Backbone.features
    monkeypatch.setattr(Backbone, "features", endless)
    monkeypatch.setattr("nn_trainer.models.pretrained.features.feature_key", lambda _pixels, _hash: b"never seen")
    click(qtbot, find("trainButton", QPushButton))
    qtbot.waitUntil(asked.is_set, timeout=LONG)
    qtbot.waitUntil(lambda: status(window).startswith("Computing features "), timeout=LONG)
    assert " of 12" in status(window)
    assert find("runState", QLabel).text() == "Preparing"
    assert "Cancel" in find("stopButton", QPushButton).toolTip()
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    assert status(window) == "Cancelled. Nothing was changed."
    assert find("runState", QLabel).text() == "Stopped"
    assert window.train_tab.dataset is before
    monkeypatch.setattr(Backbone, "features", compute)
    monkeypatch.undo()
    click(qtbot, find("trainButton", QPushButton))
    wait_idle(qtbot, window)
    assert status(window).startswith("All 40 epochs done.")


def test_closing_the_window_while_features_are_computed(qtbot, window, find, photos, monkeypatch):
    open_data(qtbot, window, photos)
    asked = threading.Event()

    def endless(self, pixels, threads, task):
        asked.set()
        while not task.cancelled():
            pass
        raise CancelledError

    monkeypatch.setattr(Backbone, "features", endless)
    monkeypatch.setattr("nn_trainer.models.pretrained.features.feature_key", lambda _pixels, _hash: b"never seen")
    click(qtbot, find("trainButton", QPushButton))
    qtbot.waitUntil(asked.is_set, timeout=LONG)
    assert window.close()


def test_a_missing_backbone_is_told_and_another_preset_works(qtbot, window, find, photos, monkeypatch):
    def missing():
        raise BackboneError("The pretrained network is missing. Install NN Trainer again, or choose another preset.")

    monkeypatch.setattr("nn_trainer.models.pretrained.pretrained_inputs.load_backbone", missing)
    open_data(qtbot, window, photos)
    click(qtbot, find("trainButton", QPushButton))
    wait_idle(qtbot, window)
    assert "choose another preset" in window.message_bar.text
    assert find("runState", QLabel).text() == "Failed"
    find("presetBox", QComboBox).setCurrentText("linear")
    find("imageSizeBox", QSpinBox).setValue(16)
    find("epochsBox", QSpinBox).setValue(1)
    click(qtbot, find("trainButton", QPushButton))
    wait_idle(qtbot, window)
    assert status(window).startswith("The epoch is done.")


# -- predicting


def test_an_image_unlike_training_is_marked_beside_its_class(qtbot, window, find, photos, tmp_path):
    open_data(qtbot, window, photos)
    click(qtbot, find("trainButton", QPushButton))
    wait_idle(qtbot, window)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8))
    paths = [photos / "red" / "0000.png", save(noise, tmp_path / "noise.png")]
    window.tabs.setCurrentIndex(1)
    assert drop_on(find("dropArea"), mime_of(paths))
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)
    mark = find("unlikeTraining", QToolButton)
    assert find("predictedClass", QLabel).text() == "red"
    assert not mark.isVisible()
    bars = find("probabilityBars")
    top = bars.geometry().top()
    qtbot.keyClick(window.predict_tab.strip, Qt.Key.Key_Right)
    assert mark.isVisible()
    assert mark.text() == "Unlike the training images"
    assert "do not rely on these probabilities" in mark.toolTip()
    assert len(bars.rows()) == 2
    assert bars.geometry().top() == top  # nothing jumps
    assert window.predict_tab.strip.current().description.endswith("; unlike the training images")
    assert find("predictState", QLabel).text() == "2 images, 1 unlike the training images"


def test_a_classifier_that_cannot_know_marks_nothing(qtbot, window, find, make_classifier, tmp_path):
    window.current_model.take_trained(make_classifier())
    window.tabs.setCurrentIndex(1)
    assert drop_on(find("dropArea"), mime_of([save(picture(1), tmp_path / "a.png")]))
    qtbot.waitUntil(lambda: bool(find("probabilityBars").rows()), timeout=LONG)
    assert not find("unlikeTraining", QToolButton).isVisible()


# -- fine-tuning


def begin_fine_tuning(qtbot, window, find, photos, epochs):
    open_data(qtbot, window, photos)
    find("imageSizeBox", QSpinBox).setValue(96)
    find("batchSizeBox", QSpinBox).setValue(4)
    find("epochsBox", QSpinBox).setValue(epochs)
    click(qtbot, find("moreSettingsButton", QToolButton))
    blocks = find("fineTuneBox", QSpinBox)
    assert (blocks.value(), blocks.maximum(), blocks.isVisible()) == (0, 4, True)
    qtbot.keyClick(blocks, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: find("weightCount", QLabel).text() not in ("", "2,562 weights"), timeout=LONG)
    click(qtbot, find("trainButton", QPushButton))


def test_fine_tuning_is_the_second_part_of_the_run(qtbot, window, find, photos):
    said = []
    window.train_tab.session.progress.connect(lambda done, total, what: said.append((total, what)))
    begin_fine_tuning(qtbot, window, find, photos, 4)
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    assert status(window) == "Training on 10 images, measuring on 2. Fine-tuning begins with epoch 5."
    wait_idle(qtbot, window)
    assert status(window).startswith("All 5 epochs done.")
    assert (12, "Computing feature maps") in said
    iterations, _ = window.train_tab.plots.series("train loss")
    assert list(iterations) == list(range(1, 16))
    assert find("runEpoch", QLabel).text() == "5 of 5"
    classifier = window.current_model.classifier
    assert classifier.fine_tuned
    window.tabs.setCurrentIndex(1)
    image = photos / "red" / "0000.png"
    assert drop_on(find("dropArea"), mime_of([image]))
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)
    assert window.predict_tab.strip.current().prediction == classifier.predict(image)


def test_stop_while_fine_tuning(qtbot, window, find, photos, monkeypatch):
    monkeypatch.setattr(
        "nn_trainer.models.pretrained.fine_tuning.EPOCHS_SHARE", 0.001
    )  # so that it would go on for long
    begin_fine_tuning(qtbot, window, find, photos, 2)
    fitting = []
    window.train_tab.session.prepared.connect(lambda _dataset, prepared: fitting.append(prepared))
    qtbot.waitUntil(lambda: bool(fitting) and fitting[0].classifier.fine_tuned, timeout=LONG)
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    assert status(window).startswith("Stopped after ")
    assert "; what was learned is kept." in status(window)
    assert window.current_model.classifier.fine_tuned


def test_stop_while_feature_maps_are_computed(qtbot, window, find, photos, monkeypatch):
    asked = threading.Event()

    def endless(self, pixels, blocks, threads, task):
        asked.set()
        while not task.cancelled():
            pass
        raise CancelledError

    monkeypatch.setattr(Backbone, "maps", endless)
    begin_fine_tuning(qtbot, window, find, photos, 4)
    qtbot.waitUntil(asked.is_set, timeout=LONG)
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    assert status(window) == "Cancelled. Nothing was changed."
    assert window.current_model.classifier is None
