"""No classifier that is not saved is replaced without a way back, and the newest request for a file wins."""

import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from nn_trainer.app import create_window
from nn_trainer.models.classifier import load_classifier
from nn_trainer.models.fitting import Fitting
from nn_trainer.paths import rescue_dir
from nn_trainer.ui.model import current_model
from nn_trainer.ui.window import closing
from nn_trainer.ui.window.pages import PREDICT
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.window import UserCloses, click, open_data, set_up, train, wait_idle

LONG = 20_000


@pytest.fixture
def held_up(monkeypatch):
    """Opening `slow.safetensors` waits until it is let go."""
    go = threading.Event()

    def load(path):
        if path.stem == "slow":
            assert go.wait(20)
        return load_classifier(path)

    monkeypatch.setattr(current_model, "load_classifier", load)
    yield go
    go.set()


class Gate(threading.Event):
    """Holds up the iterations until it is set; also after a stop was asked for, if they are `long`."""

    long = False

    def wait_for(self, should_stop):
        while not self.wait(0.01) and (self.long or not should_stop()):
            pass


@pytest.fixture
def training(qtbot, window, folder, monkeypatch):
    """A training under way, in its first iteration."""
    gate = Gate()
    run = Fitting._train

    def slow(self, should_stop):
        for record in run(self, should_stop):
            gate.wait_for(should_stop)
            yield record

    monkeypatch.setattr(Fitting, "_train", slow)
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    window.train_tab.train()
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    return gate


def test_training_again_sets_the_first_classifier_aside(qtbot, window, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    first = window.current_model.classifier
    train(qtbot, window, seed=1)
    second = window.current_model.classifier
    assert [held.classifier for held in window.current_model.set_aside] == [first]
    assert window.message_bar.isVisible()
    click(qtbot, window.message_bar.findChild(QPushButton, "messageAction"))
    assert window.current_model.classifier is first
    menu = window.actions_.unsaved
    assert menu.menuAction().isEnabled()
    (entry,) = menu.actions()
    assert "Just trained, 2 epochs" in entry.text()
    entry.trigger()
    assert window.current_model.classifier is second
    assert [held.classifier for held in window.current_model.set_aside] == [first]


def test_the_last_one_asked_for_is_the_one_that_is_opened(qtbot, window, make_classifier, tmp_path, held_up):
    make_classifier(1).save(tmp_path / "slow.safetensors")
    make_classifier(2).save(tmp_path / "fast.safetensors")
    window.open_path(tmp_path / "slow.safetensors")
    window.open_path(tmp_path / "fast.safetensors")
    qtbot.waitUntil(lambda: window.current_model.origin == "fast.safetensors", timeout=LONG)
    held_up.set()
    qtbot.wait(100)
    assert window.current_model.origin == "fast.safetensors"


def test_a_training_gives_up_an_opening_and_says_so(qtbot, window, make_classifier, folder, tmp_path, held_up):
    make_classifier(1).save(tmp_path / "slow.safetensors")
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    window.open_path(tmp_path / "slow.safetensors")
    window.train_tab.train()
    assert "slow.safetensors was not opened" in window.message_bar.text
    held_up.set()
    qtbot.waitUntil(lambda: window.current_model.in_training, timeout=LONG)
    qtbot.wait(100)
    assert window.current_model.origin.startswith("Weights ")
    window.train_tab.stop()
    wait_idle(qtbot, window)


def doors(window, path):
    """Every way to open a model."""
    return {
        "menu": window.actions_.open_model.trigger,
        "button on Predict": window.predict_tab.model_requested.emit,
        "drop on Train": lambda: drop_on(window.train_tab, mime_of([path])),
        "drop on Predict": lambda: drop_on(window.predict_tab.drop_area, mime_of([path])),
        "command line": lambda: window.open_path(path),
    }


@pytest.mark.parametrize("door", ["menu", "button on Predict", "drop on Train", "drop on Predict", "command line"])
def test_no_door_opens_a_model_while_a_training_runs(
    qtbot, window, training, make_classifier, tmp_path, monkeypatch, door
):
    path = tmp_path / "mine.safetensors"
    make_classifier(1).save(path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    doors(window, path)[door]()
    qtbot.wait(50)
    assert window.current_model.classifier is None
    if not door.startswith(("menu", "drop")):  # the action is grey, and a hint says it while the drag hovers
        assert "Stop it before you open a model" in window.message_bar.text
        training.set()
        click(qtbot, window.message_bar.findChild(QPushButton, "messageAction"))
        wait_idle(qtbot, window)
        assert window.message_bar.text == ""


@pytest.mark.parametrize("door", ["menu", "button on Predict", "drop on Train", "drop on Predict", "command line"])
def test_every_door_opens_a_model_when_nothing_runs(qtbot, window, make_classifier, tmp_path, monkeypatch, door):
    path = tmp_path / "mine.safetensors"
    make_classifier(1).save(path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    doors(window, path)[door]()
    qtbot.waitUntil(lambda: window.current_model.origin == "mine.safetensors", timeout=LONG)
    assert window.tabs.host is window.hosts[PREDICT]


def test_what_was_said_of_a_training_goes_with_it(qtbot, window, training, make_classifier, tmp_path):
    window.open_path(tmp_path / "mine.safetensors")
    assert "A training is running" in window.message_bar.text
    training.set()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    assert window.message_bar.text == ""


def test_cancel_in_the_file_dialog_leaves_the_training_alone(qtbot, window, training, monkeypatch):
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then("save"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.closeEvent(UserCloses())
    assert window.train_tab.session.state == "running"
    assert window.isVisible()


@pytest.mark.parametrize("answer", ["save", "discard"])
def test_a_long_iteration_is_waited_for_by_a_window_that_answers(
    qtbot, window, training, tmp_path, monkeypatch, answer
):
    training.long = True
    path = tmp_path / "late.safetensors"
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then(answer))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.closeEvent(UserCloses())
    assert window.isVisible()
    assert "Stopping…" in window.message_bar.text
    assert window.train_tab.session.state == "stopping"
    training.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert path.exists() is (answer == "save")


def test_a_folder_that_goes_away_while_the_window_waits_loses_nothing_and_keeps_the_window(
    qtbot, window, training, tmp_path, monkeypatch
):
    """As a drive that is unplugged: the file was asked for before the training ended."""
    drive = tmp_path / "drive"
    drive.mkdir()
    training.long = True
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then("save"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(drive / "m.safetensors"), ""))
    window.closeEvent(UserCloses())
    drive.rmdir()
    training.set()
    qtbot.waitUntil(lambda: window.message_bar.kind == "warning" and "instead" in window.message_bar.text, timeout=LONG)
    (rescued,) = rescue_dir().glob("m*.safetensors")
    assert str(rescued) in window.message_bar.text  # which must be read before the window goes
    assert str(drive / "m.safetensors") in window.message_bar.text
    assert window.isVisible()
    assert load_classifier(rescued).class_names == window.current_model.classifier.class_names
    assert not window.current_model.unsaved
    rescued.unlink()


def test_a_model_whose_folder_went_away_while_another_was_trained_is_saved_elsewhere(
    qtbot, window, folder, tmp_path, make_classifier, monkeypatch
):
    drive = tmp_path / "drive"
    drive.mkdir()
    make_classifier(1).save(drive / "m.safetensors")
    window.open_path(drive / "m.safetensors")
    qtbot.waitUntil(lambda: window.current_model.origin == "m.safetensors", timeout=LONG)
    open_data(qtbot, window, folder)
    shutil.rmtree(drive)
    train(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(drive / "m.safetensors"), ""))
    window.save_model()
    qtbot.waitUntil(lambda: "instead" in window.message_bar.text, timeout=LONG)
    (rescued,) = rescue_dir().glob("m*.safetensors")
    assert str(rescued) in window.message_bar.text
    assert load_classifier(rescued).config.seed == window.current_model.classifier.config.seed == 0
    rescued.unlink()


def test_a_closing_that_waits_can_be_called_off_and_the_question_comes_again(qtbot, window, training, monkeypatch):
    asked = []
    training.long = True
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then("discard")))
    window.closeEvent(UserCloses())
    click(qtbot, window.message_bar.findChild(QPushButton, "messageAction"))
    training.set()
    wait_idle(qtbot, window)
    assert window.isVisible()
    assert window.current_model.unsaved
    window.closeEvent(UserCloses())
    assert len(asked) == 2
    assert not window.isVisible()


def test_each_that_is_not_saved_is_asked_about(qtbot, window, make_classifier, tmp_path, monkeypatch):
    texts, names = [], iter("ba")
    for seed in (1, 2):
        window.current_model.take_trained(make_classifier(seed))
        window.current_model.end_training()
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (texts.append(text), then("save")))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / next(names)), ""))
    window.closeEvent(UserCloses())
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert ["1 more is not saved either." in text for text in texts] == [True, False]
    for name, seed in (("a", 1), ("b", 2)):
        saved = load_classifier(tmp_path / f"{name}.safetensors")
        assert saved.config.seed == seed


def test_the_title_says_what_the_classifier_was_trained_on(qtbot, window, folder, tmp_path, make_classifier):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    assert window.windowTitle() == "colours · Just trained, 2 epochs[*] — NN Trainer"
    other = folder.rename(tmp_path / "other")
    open_data(qtbot, window, other)
    qtbot.waitUntil(lambda: window.train_tab.dataset.name == "other", timeout=LONG)
    assert window.windowTitle() == "other · Just trained, 2 epochs, from colours[*] — NN Trainer"
    window.current_model.save(tmp_path / "kept.safetensors")
    qtbot.waitUntil(lambda: not window.current_model.unsaved, timeout=LONG)
    assert window.windowTitle() == "other · kept.safetensors, from colours[*] — NN Trainer"


def test_what_is_not_saved_is_rescued_where_nobody_can_be_asked(window, make_classifier):
    window.current_model.take_trained(make_classifier(3))
    (path,) = window.closing.rescue_all()
    assert load_classifier(path).config.seed == 3


def test_one_that_cannot_be_rescued_does_not_keep_the_others_from_it(window, make_classifier, monkeypatch, caplog):
    real = closing.rescue

    def full_for_one(classifier, wanted, error):
        if classifier.config.seed == 3:
            raise error
        return real(classifier, wanted, error)

    monkeypatch.setattr(closing, "rescue", full_for_one)
    for seed in (3, 4):
        window.current_model.take_trained(make_classifier(seed))
        window.current_model.end_training()
    (path,) = window.closing.rescue_all()
    assert load_classifier(path).config.seed == 4
    assert "A classifier is lost" in caplog.text


def test_escape_ends_no_training(qtbot, window, training):
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.train_tab.session.state == "running"


def test_what_is_not_saved_at_log_out_is_told_at_the_next_start(qtbot, window, make_classifier):
    window.current_model.take_trained(make_classifier(4))
    window.on_log_out(None)
    window.close()
    _, again = create_window([])
    qtbot.addWidget(again)
    again.show()
    assert "was not saved when the program was ended" in again.message_bar.text
    click(qtbot, again.message_bar.findChild(QPushButton, "messageAction"))
    qtbot.waitUntil(lambda: again.current_model.held is not None, timeout=LONG)
    assert again.current_model.classifier.config.seed == 4
    again.close()
    _, third = create_window([])
    qtbot.addWidget(third)
    assert third.message_bar.text == ""  # told once
    third.close()


def test_beyond_what_memory_keeps_the_oldest_goes_to_a_file_that_is_named(qtbot, window, make_classifier, monkeypatch):
    monkeypatch.setattr(current_model, "MOST_SET_ASIDE", 1)
    saved = []
    window.current_model.saved.connect(saved.append)
    for seed in (7, 8, 9):
        window.current_model.take_trained(make_classifier(seed))
        window.current_model.end_training()
    qtbot.waitUntil(lambda: len(saved) == 1, timeout=LONG)
    assert [held.classifier.config.seed for held in window.current_model.unsaved_ones()] == [8, 9]
    assert load_classifier(saved[0].path).config.seed == 7
    assert str(saved[0].path) in window.message_bar.text
