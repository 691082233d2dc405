"""Every door in every state: what opens a data set, starts a training or saves, and what the trainer does meanwhile."""

import threading

import pytest
from PySide6.QtWidgets import QFileDialog

from nn_trainer.errors import CancelledError
from nn_trainer.models.classifier import load_classifier
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.train.data import opener
from nn_trainer.ui.train.run import session
from nn_trainer.workers.training_worker import Phase
from tests.helpers.images import class_folders
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.window import open_data, set_up, wait_idle

LONG = 20_000
STATES = ("idle", "reading", "preparing", "running", "stopping")


class Gate(threading.Event):
    """Holds work up until it is set, or cancelled."""

    def hold(self, cancelled):
        while not self.wait(0.01):
            if cancelled():
                raise CancelledError

    def before(self, function, is_held=lambda *_: True):
        def held(*arguments, **named):
            if is_held(*arguments):
                self.hold((named.get("task") or arguments[-1]).cancelled)
            return function(*arguments, **named)

        return held

    def before_each_record_of(self, train):
        def held(fitting, should_stop):
            for record in train(fitting, should_stop):
                self.wait(20)
                yield record

        return held


@pytest.fixture
def put_into(qtbot, window, folder, tmp_path, monkeypatch):
    """Bring the window into a state; returns what lets it go on."""
    gate = Gate()

    def bring(state):
        open_data(qtbot, window, folder)
        read = gate.before(opener.load_dataset, lambda path, *_: "slow" in str(path))
        monkeypatch.setattr(opener, "load_dataset", read)
        monkeypatch.setattr(Fitting, "_train", gate.before_each_record_of(Fitting._train))
        set_up(window, epochs=10_000)
        if state == "preparing":
            monkeypatch.setattr(session, "prepare", gate.before(session.prepare))
        if state == "reading":
            window.open_path(class_folders(tmp_path / "slow", {"a": 2, "b": 2}))
        elif state != "idle":
            window.train_tab.train()
        if state in ("running", "stopping"):
            qtbot.waitUntil(lambda: window.train_tab.session.state is Phase.RUNNING, timeout=LONG)
        if state == "stopping":
            window.train_tab.stop()
        assert window.train_tab.session.state == ("idle" if state == "reading" else state)
        return gate

    yield bring
    gate.set()


@pytest.mark.parametrize("state", STATES)
def test_a_data_set_opens_by_every_door_unless_a_training_holds_it(
    qtbot, window, put_into, tmp_path, monkeypatch, state
):
    """One door after the other, each with a data set of its own."""
    go = put_into(state)
    before = window.train_tab.dataset
    doors = {
        "menu": lambda _: window.actions_.open_data.trigger(),
        "drop": lambda path: drop_on(window.train_tab.dataset_panel, mime_of([path])),
        "command line": window.open_path,
        "recent": window.actions_.recent.chosen.emit,
    }
    free = state in ("idle", "reading")
    for door, open_by in doors.items():
        other = class_folders(tmp_path / f"by {door}", {"cat": 3, "dog": 3})
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, other=other: str(other))
        window.message_bar.clear()
        open_by(other)
        if free:
            qtbot.waitUntil(lambda name=other.name: window.train_tab.dataset.name == name, timeout=LONG)
        elif door in ("command line", "recent"):
            assert "A training is running. Stop it before" in window.message_bar.text, door
        assert (window.train_tab.dataset is before) is not free, door
    go.set()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.train_tab.is_busy(), timeout=LONG)
    assert (window.train_tab.dataset is before) is not free


@pytest.mark.parametrize("state", STATES)
def test_a_training_starts_only_where_nothing_is_under_way(qtbot, window, put_into, state):
    go = put_into(state)
    started = []
    window.train_tab.session.state_changed.connect(started.append)
    window.train_tab.train()
    assert window.actions_.train.isEnabled() is False  # now that it runs, or since something ran before
    assert (Phase.PREPARING in started) is (state == "idle")
    go.set()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.train_tab.is_busy(), timeout=LONG)


@pytest.mark.parametrize("state", STATES)
def test_a_classifier_can_be_saved_in_every_state(
    qtbot, window, put_into, make_classifier, tmp_path, monkeypatch, state
):
    window.current_model.take_trained(make_classifier(5))
    window.current_model.end_training()
    go = put_into(state)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "kept"), ""))
    window.actions_.save_model.trigger()
    qtbot.waitUntil(lambda: (tmp_path / "kept.safetensors").exists(), timeout=LONG)
    go.set()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.train_tab.is_busy(), timeout=LONG)
    assert load_classifier(tmp_path / "kept.safetensors").config.seed == 5


@pytest.mark.parametrize("state", STATES)
def test_the_window_closes_in_every_state(qtbot, window, put_into, monkeypatch, state):
    asked = []
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then("discard")))
    go = put_into(state)
    window.closing.close_window()
    go.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert bool(asked) is (state in ("running", "stopping"))


@pytest.mark.parametrize("state", STATES)
def test_a_model_opens_by_every_door_unless_a_training_is_under_way(
    qtbot, window, put_into, make_classifier, tmp_path, monkeypatch, state
):
    """One door after the other, each with a file of its own."""
    go = put_into(state)
    before = window.current_model.origin
    doors = {
        "menu": lambda _: window.actions_.open_model.trigger(),
        "button on Predict": lambda _: window.predict_tab.model_requested.emit(),
        "drop on Train": lambda path: drop_on(window.train_tab, mime_of([path])),
        "drop on Predict": lambda path: drop_on(window.predict_tab.drop_area, mime_of([path])),
        "command line": window.open_path,
    }
    free = state in ("idle", "reading")
    for door, open_by in doors.items():
        path = tmp_path / f"by {door}.safetensors"
        make_classifier(1).save(path)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, path=path: (str(path), ""))
        window.message_bar.clear()
        open_by(path)
        if free:
            qtbot.waitUntil(lambda name=path.name: window.current_model.origin == name, timeout=LONG)
        elif door in ("button on Predict", "command line"):
            assert "A training is running. Stop it before you open a model." in window.message_bar.text, door
        assert (window.current_model.origin == before) is not free, door
    go.set()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.train_tab.is_busy(), timeout=LONG)
    assert window.current_model.origin.endswith(".safetensors") is free
