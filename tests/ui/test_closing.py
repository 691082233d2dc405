"""Closing the window: what is asked, what is saved, and that threads end."""

import threading

import pytest
from PySide6.QtWidgets import (
    QFileDialog,
    QMessageBox,
)

from nn_trainer.errors import ModelFileError
from nn_trainer.models.classifier import load_classifier
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.model import current_model
from nn_trainer.workers.threads import unjoined_threads
from tests.helpers.window import LONG, UserCloses, click, open_data, set_up, wait_idle


def test_close_while_training_joins_the_thread(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    assert window.close()
    assert unjoined_threads() == ()
    assert window.train_tab.session.state == "idle"


def test_close_while_a_data_set_is_read(window, folder):
    window.open_path(folder)
    assert window.close()
    assert unjoined_threads() == ()


@pytest.mark.parametrize(
    ("answer", "closed", "saved"), [("cancel", False, False), ("discard", True, False), ("save", True, True)]
)
def test_the_user_is_asked_about_an_unsaved_classifier(
    qtbot, window, make_classifier, tmp_path, monkeypatch, answer, closed, saved
):
    asked = []
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then(answer)))
    window.current_model.take_trained(make_classifier())
    window.closeEvent(UserCloses())
    qtbot.waitUntil(lambda: window.isVisible() is not closed, timeout=LONG)
    assert len(asked) == 1
    assert path.exists() is saved


def test_no_file_is_no_answer_so_window_and_question_stay(qtbot, window, make_classifier, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: (asked.append(1), then("save")))
    window.current_model.take_trained(make_classifier())
    for times in (1, 2):
        window.closeEvent(UserCloses())
        assert len(asked) == times
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "kept"), ""))
    window.save_model()
    qtbot.waitUntil(lambda: not window.current_model.unsaved, timeout=LONG)
    assert window.isVisible()  # saving later is saving, not the rest of closing


def test_a_classifier_that_cannot_be_written_where_it_should_is_saved_beside_and_said_so_before_closing(
    qtbot, window, make_classifier, tmp_path, monkeypatch
):
    path = tmp_path / "missing" / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then("save"))
    window.current_model.take_trained(make_classifier())
    window.closeEvent(UserCloses())
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert "instead" in window.message_bar.text
    assert window.isVisible()
    assert not window.closing.must_ask()
    window.closeEvent(UserCloses())
    assert not window.isVisible()


def test_closing_before_the_first_iteration_has_nothing_to_save(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "never.safetensors"), ""))
    set_up(window, epochs=10_000)
    asked = []
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then("save")))
    run = Fitting._train

    def wait_for_the_stop(self, should_stop):  # however slow this machine is, no iteration comes before it
        while not should_stop():
            pass
        yield from run(self, should_stop)

    monkeypatch.setattr(Fitting, "_train", wait_for_the_stop)

    def close_at_once(state):
        if state == "running":
            window.train_tab.session.stop()
            window.closeEvent(UserCloses())

    window.train_tab.session.state_changed.connect(close_at_once)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert len(asked) == 1
    assert not (tmp_path / "never.safetensors").exists()


def test_closing_while_training_asks_and_saves_the_last_weights(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: len(window.train_tab.plots.series("train loss")[0]) > 0, timeout=LONG)
    texts = []
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (texts.append(text), then("save")))
    window.closeEvent(UserCloses())
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert texts[0].startswith("Training is still running")
    image = next((folder / "red").glob("*.png"))
    assert (
        load_classifier(path).predict(image).probabilities
        == window.current_model.classifier.predict(image).probabilities
    )


def test_the_question_is_a_dialog_that_does_not_block(qtbot, window, make_classifier):
    window.current_model.take_trained(make_classifier())
    window.actions_.quit.trigger()
    box = window.findChild(QMessageBox, "unsavedQuestion")
    assert box.isVisible()
    click(qtbot, box.button(QMessageBox.StandardButton.Discard))
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)


def test_after_a_save_that_fails_closing_asks_again(qtbot, window, make_classifier, tmp_path, monkeypatch):
    def fails(_classifier, path):
        raise ModelFileError(f"{path.name} cannot be saved: the disk is full", "the disk is full")

    asked = []
    monkeypatch.setattr(current_model, "save_or_rescue", fails)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "kept.safetensors"), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: (asked.append(1), then("save")))
    window.current_model.take_trained(make_classifier())
    for times in (1, 2):
        with qtbot.waitSignal(window.current_model.failed, timeout=LONG):
            window.closeEvent(UserCloses())
        assert len(asked) == times
        assert window.isVisible()
        assert "the disk is full" in window.message_bar.text


def test_who_keeps_the_window_open_after_all_has_no_file_written_at_a_later_close(
    qtbot, window, find, folder, tmp_path, monkeypatch
):
    """The answer Save, then Keep it open; later the answer Discard, during an iteration that takes long."""
    answers, held, go_on = ["save", "discard"], threading.Event(), threading.Event()
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then(answers.pop(0)))
    run = Fitting._train

    def slow(self, should_stop):
        for record in run(self, should_stop):
            yield record
            held.set()
            go_on.wait(20)

    monkeypatch.setattr(Fitting, "_train", slow)
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    for _ in range(2):
        held.clear()
        go_on.clear()
        click(qtbot, find("trainButton"))
        qtbot.waitUntil(held.is_set, timeout=LONG)
        window.closeEvent(UserCloses())
        assert window.isVisible()
        if answers:
            window.closing.keep_open()
        go_on.set()
        if answers:
            wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert not path.exists()
