"""What the lesson works on: the open data and the classifier at hand, and that no training feels it."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.lesson.subject_loader import origin_words
from tests.helpers.images import class_folders
from tests.helpers.lesson import PATIENCE, answer, choose, click, copied, find, label
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.running import records_of

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lesson(window):
    window.tabs.setCurrentWidget(window.lesson_tab.parentWidget())
    return window.lesson_tab


def test_the_lesson_begins_with_the_image_that_the_network_is_least_sure_of(qtbot, make_lesson):
    tab = make_lesson()
    highest = tab.subject.probabilities(np.arange(len(tab.subject.labels))).max(axis=1)
    assert highest[tab.picker.image] <= np.quantile(highest, 0.05)  # of a large network only some are looked at
    assert tab.current.bars.shown()[0].probability < 0.5
    click(qtbot, tab, "lessonNextImage")
    chosen = tab.picker.image
    tab.picker.set_subject(tab.subject, 0)
    assert tab.picker.image == chosen  # what a person has chosen stays


def test_images_are_picked_by_class_in_turn_and_at_random(qtbot, make_lesson):
    tab = make_lesson()
    labels = tab.subject.labels
    choose(qtbot, tab, "lessonClassBox", "Trouser")
    trousers = np.flatnonzero(labels == tab.subject.class_names.index("Trouser"))
    assert tab.picker.image == trousers[0]
    click(qtbot, tab, "lessonPreviousImage")
    assert tab.picker.image == trousers[-1]
    click(qtbot, tab, "lessonNextImage")
    click(qtbot, tab, "lessonNextImage")
    assert tab.picker.image == trousers[1]
    assert label(tab, "lessonImagePlace") == f"2 of {len(trousers)}"
    click(qtbot, tab, "lessonRandomImage")
    assert tab.picker.image in trousers
    assert tab.picker.image != trousers[1]
    chosen = tab.picker.image
    click(qtbot, tab, "lessonStep2")
    assert "Trouser" in copied(qtbot, tab)[1 + tab.subject.class_names.index("Trouser")][0]
    assert (
        int(copied(qtbot, tab)[copied(qtbot, tab).index(["image of the batch", "label", "loss"]) + 1][0]) == chosen + 1
    )


def test_what_became_of_the_other_images_is_said(make_lesson):
    subject = make_lesson().subject
    assert "all 1,000 images" in origin_words(subject)
    some = replace(subject, whole=4_000)
    assert "1,000 of its 4,000 images, as many of each class" in origin_words(some)


def test_nothing_is_made_before_the_tab_is_opened(qtbot, window):
    assert window.lesson_tab.subject is None
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    lesson = window.lesson_tab
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=PATIENCE)
    assert "a new cnn network, not trained yet" in lesson.origin.text()
    assert lesson.subject.name == "fashion"
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.help_menu.handbook.pages.currentItem().text() == "Step 1: Labelled data"


def test_it_copies_the_open_data_and_the_classifier_at_hand(qtbot, window, lesson, folder, make_classifier):
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=PATIENCE)
    newer = find(lesson, "lessonNewerButton")
    assert not newer.isVisible()
    window.train_tab.open_data(folder)
    qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=PATIENCE)
    assert lesson.subject.name == "fashion"  # what a person calculates with does not change under their hands
    click(qtbot, lesson, "lessonNewerButton")
    qtbot.waitUntil(lambda: lesson.subject.name == "colours", timeout=PATIENCE)
    assert not newer.isVisible()
    classifier = make_classifier(7)
    window.current_model.take_trained(classifier)
    window.tabs.setCurrentIndex(0)
    window.tabs.setCurrentWidget(lesson.parentWidget())  # coming back takes the newest by itself
    qtbot.waitUntil(lambda: "Weights before" in lesson.origin.text(), timeout=PATIENCE)
    subject = lesson.subject
    assert subject.network.weights == pytest.approx(classifier.network.weights)
    assert not np.shares_memory(subject.network.weights, classifier.network.weights)


def test_another_network_with_other_weights_is_taken_at_step_3(qtbot, make_lesson, folder, make_classifier):
    tab = make_lesson()
    click(qtbot, tab, "lessonStep3")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    tab.set_source(load_dataset(folder, image_size=16), make_classifier(), "here")
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: tab.subject.name == "colours" and not tab.current.is_busy(), timeout=PATIENCE)
    assert tab.current.landscape.loss.values[0] in tab.subject.network.weights
    assert tab.current.page.chooser.number.maximum() + 1 == 16 * 16 * 3 * 3
    click(qtbot, tab, "lessonStep4")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)


def test_a_training_gives_the_same_weights_with_the_lesson_at_work(qtbot, window, lesson, folder):
    boxes = window.train_tab.hyperparameters._boxes
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=PATIENCE)
    for name, value in {"preset": "linear", "epochs": 400, "batch_size": 4, "image_size": 16}.items():
        boxes[name].set_setting(value)
    config = window.train_tab.hyperparameters.config()
    window.train_tab.train()
    qtbot.waitUntil(lambda: window.current_model.in_training, timeout=PATIENCE)
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    qtbot.waitUntil(lambda: lesson.subject is not None and lesson.subject.name == "colours", timeout=PATIENCE)
    click(qtbot, lesson, "lessonStep3")
    qtbot.waitUntil(lambda: not lesson.current.is_busy() and lesson.current.path.here is not None, timeout=PATIENCE)
    click(qtbot, lesson, "lessonStepButton")
    click(qtbot, lesson, "lessonStep4")
    click(qtbot, lesson, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    click(qtbot, lesson, "lessonRunIteration")
    qtbot.waitUntil(lambda: window.train_tab.session.state == "idle", timeout=PATIENCE)
    fitting = Fitting(window.train_tab.dataset, make_config(**config.as_dict()))
    for _ in records_of(fitting):
        pass
    assert (window.current_model.classifier.network.weights == fitting.network.weights).all()


def test_a_data_set_that_is_gone_is_said_and_can_be_tried_again(qtbot, make_lesson, make_classifier, tmp_path):
    tab = make_lesson()
    root = class_folders(tmp_path / "gone", {"blue": 3, "green": 3, "red": 3})
    dataset = load_dataset(root)
    for path in dataset.paths:
        path.unlink()
    tab.set_source(dataset, make_classifier(), "here")  # of another image size, so the pictures are read again
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: ".png" in tab.origin.text(), timeout=PATIENCE)
    assert tab.subject.name == "fashion"  # what was there stays
    assert find(tab, "lessonNewerButton").isVisible()


def test_many_classes_are_shortened_but_copied_whole(qtbot, make_lesson, tmp_path):
    tab = make_lesson()
    names = [f"class{k:02}" for k in range(25)]
    for k, name in enumerate(names):
        for image in range(2):
            path = tmp_path / "many" / name / f"{image}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((9, 9, 3), 10 * k + image, np.uint8)).save(path)
    tab.set_source(load_dataset(tmp_path / "many"), None, "")
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: tab.subject.name == "many", timeout=PATIENCE)
    rows = copied(qtbot, tab)
    assert [row[1] for row in rows[1:]] == names
    shown = tab.current.bars.shown()
    assert len(shown) in (11, 12)
    assert [output.is_true for output in shown].count(True) == 1
    assert max(float(row[4]) for row in rows[1:]) == pytest.approx(max(o.probability for o in shown), abs=1e-4)
    place = next(int(row[0]) for row in rows[1:] if row[3] == "1")
    assert "Count from 0" in label(tab, "lessonQuestion")
    assert answer(qtbot, tab, str(place))[0]
    assert not answer(qtbot, tab, str(place + 1))[0]
    click(qtbot, tab, "lessonStep2")
    rows = copied(qtbot, tab)
    assert [row[0] for row in rows[1:26]] == names
    total = sum(float(row[4]) for row in rows[1:26])
    assert float(next(row[1] for row in rows if row[0] == "loss")) == pytest.approx(total, abs=25 * 5e-5)
