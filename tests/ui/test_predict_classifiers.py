"""The Predict tab without a classifier, with another one, and while one is trained."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.widgets.drops import ImageSource
from tests.helpers.images import class_folders
from tests.helpers.predict import Slow, settle, text_of
from tests.helpers.qt_events import drop_on, mime_of


def test_without_a_classifier_the_tab_says_what_to_do(qtbot, predict_tab, make_classifier, image_files):
    assert "open a model file" in text_of(predict_tab, "resultMessage")
    with qtbot.waitSignal(predict_tab.page_requested):
        qtbot.mouseClick(predict_tab.result._train, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(predict_tab.model_requested):
        qtbot.mouseClick(predict_tab.result._open, Qt.MouseButton.LeftButton)
    drop_on(predict_tab.drop_area, mime_of(image_files))
    settle(qtbot, predict_tab)
    assert predict_tab.bars.rows() == []
    predict_tab.set_classifier(make_classifier(), "pets.safetensors")
    settle(qtbot, predict_tab)
    assert all(item.prediction is not None for item in predict_tab.strip.items())
    assert text_of(predict_tab, "classifierOrigin").startswith("pets.safetensors")


def test_another_classifier_predicts_again(qtbot, ready_tab, make_classifier, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    other = make_classifier(seed=5)
    ready_tab.set_classifier(other, "Just trained")
    settle(qtbot, ready_tab)
    for item, path in zip(ready_tab.strip.items(), image_files, strict=True):
        assert item.prediction.probabilities == other.predict(path).probabilities
    assert dict(ready_tab.bars.rows()) == other.predict(image_files[0]).probabilities


def test_while_training_only_the_image_that_is_shown_is_predicted_again(qtbot, ready_tab, make_classifier, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    other = make_classifier(seed=5)
    ready_tab.set_classifier(other, "Weights of epoch 3", in_training=True)
    settle(qtbot, ready_tab)
    assert [item.predicted_by is other for item in ready_tab.strip.items()] == [True, False, False]
    assert text_of(ready_tab, "classifierOrigin").startswith("Weights of epoch 3")
    qtbot.keyClick(ready_tab.strip, Qt.Key.Key_Right)
    settle(qtbot, ready_tab)
    assert dict(ready_tab.bars.rows()) == other.predict(image_files[1]).probabilities
    ready_tab.set_classifier(other, "Just trained")
    settle(qtbot, ready_tab)
    assert all(item.predicted_by is other for item in ready_tab.strip.items())


def test_a_classifier_that_changes_while_images_are_predicted(qtbot, ready_tab, make_classifier, image_files):
    ready_tab.set_classifier(Slow(make_classifier()), "Slow")
    drop_on(ready_tab.drop_area, mime_of(image_files))
    qtbot.waitUntil(lambda: ready_tab._queue.is_busy(), timeout=5000)
    other = make_classifier(seed=5)
    ready_tab.set_classifier(other, "Just trained")
    settle(qtbot, ready_tab)
    assert all(item.predicted_by is other for item in ready_tab.strip.items())
    assert dict(ready_tab.bars.rows()) == other.predict(image_files[0]).probabilities


@pytest.fixture
def two_kinds(tmp_path):
    """Two classifiers that have no class in common."""
    made = []
    for names in (("cat", "dog"), ("ship", "car")):
        dataset = load_dataset(class_folders(tmp_path / names[0], dict.fromkeys(names, 4)), image_size=16)
        made.append(Fitting(dataset, make_config(preset="linear", image_size=16)).classifier)
    return made


def said(predict_tab):
    """Every word that stands under the images, beside them and over the bars."""
    captions = [line for item in predict_tab.strip.items() for line in item.captions]
    labels = [label.text() for label in predict_tab.findChildren(QLabel) if label.isVisible()]
    return [*captions, *labels, *(name for name, _ in predict_tab.bars.rows())]


def test_nothing_that_another_classifier_said_stays(qtbot, predict_tab, two_kinds, image_files):
    pets, vehicles = two_kinds
    predict_tab.set_classifier(pets, "pets.safetensors")
    predict_tab.add_sources([ImageSource.from_file(image_files[index % 3]) for index in range(40)])
    settle(qtbot, predict_tab)
    assert {"cat", "dog"} & set(said(predict_tab))
    slow = Slow(vehicles)
    predict_tab.set_classifier(slow, "vehicles.safetensors")
    # between the change and the first new result
    assert not {"cat", "dog"} & set(said(predict_tab))
    assert predict_tab.bars.rows() == []
    assert all(item.captions == (item.source.name, "…", "") for item in predict_tab.strip.items())
    qtbot.waitUntil(lambda: any(item.prediction for item in predict_tab.strip.items()), timeout=10_000)
    qtbot.mouseClick(predict_tab.status.cancel_button, Qt.MouseButton.LeftButton)
    settle(qtbot, predict_tab)
    assert not {"cat", "dog"} & set(said(predict_tab))
    done = [item for item in predict_tab.strip.items() if item.prediction is not None]
    assert 0 < len(done) < 40
    assert all(item.predicted_by is slow for item in done)
    assert all(item.captions == (item.source.name, "", "") for item in predict_tab.strip.items() if item not in done)
    assert text_of(predict_tab, "predictState") == f"40 images, {40 - len(done)} not predicted"


def test_results_of_the_old_classifier_that_are_under_way_are_not_heard(qtbot, predict_tab, two_kinds, image_files):
    pets, vehicles = two_kinds
    held, begun = threading.Event(), threading.Event()

    class Held(Slow):
        def predict(self, source):
            begun.set()
            held.wait(10)
            return self._classifier.predict(source)

    predict_tab.set_classifier(Held(pets), "pets.safetensors")
    drop_on(predict_tab.drop_area, mime_of(image_files))
    assert begun.wait(10)
    predict_tab.set_classifier(vehicles, "vehicles.safetensors")
    heard = []
    predict_tab._queue.item_changed.connect(lambda item: heard.append(item.prediction.label))
    held.set()
    settle(qtbot, predict_tab)
    assert heard
    assert set(heard) <= {"ship", "car"}
    assert all(item.predicted_by is vehicles for item in predict_tab.strip.items())


def test_new_weights_in_a_training_leave_no_older_word(qtbot, ready_tab, make_classifier, image_files):
    drop_on(ready_tab.drop_area, mime_of(image_files))
    settle(qtbot, ready_tab)
    ready_tab.set_classifier(make_classifier(seed=5), "Weights of epoch 3", in_training=True)
    settle(qtbot, ready_tab)
    assert [item.captions[0] == item.source.name for item in ready_tab.strip.items()] == [False, True, True]
    assert text_of(ready_tab, "predictState") == "3 images, 2 to be predicted when the training ends"


def test_while_the_first_epoch_runs_it_says_when_there_will_be_predictions(predict_tab):
    predict_tab.set_training(0)
    assert "Preparing the training: first predictions after epoch 1" in said(predict_tab)
    predict_tab.set_training(10)
    assert "Training, epoch 1 of 10: first predictions after epoch 1" in said(predict_tab)
    assert predict_tab.result._open.isHidden()
    predict_tab.set_training(None)
    assert "No classifier yet" in said(predict_tab)
    assert predict_tab.result._open.isVisible()
