"""The main job with the keyboard alone."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSpinBox, QWidget

import nn_trainer
from nn_trainer.app import create_window
from nn_trainer.paths import sample_test_path, settings_dir

PATIENCE = 60_000  # milliseconds; nothing takes that long unless it hangs
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key


@pytest.fixture
def window(qtbot):
    (settings_dir() / "window.ini").unlink(missing_ok=True)
    _, window = create_window([])
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    yield window
    window.close()


def find(window, name, kind=QWidget):
    (found,) = window.findChildren(kind, name)
    return found


def press(qtbot, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key wherever the focus is, as a keyboard does."""
    qtbot.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, modifiers)


def tab_to(qtbot, window, name):
    """Press Tab until a control has the focus."""
    wanted = find(window, name)
    for _ in range(60):
        if QApplication.focusWidget() is wanted:
            return
        press(qtbot, KEY.Key_Tab)
    pytest.fail(f"Tab never comes to {name}")


def stops(qtbot, window):
    """Every control that Tab comes to, in order, from where the focus is back to there."""
    passed = []
    while (focused := QApplication.focusWidget()) not in passed:
        passed.append(focused)
        press(qtbot, KEY.Key_Tab)
    return passed


def status(window):
    return find(window, "statusMessage", QLabel).text()


def test_the_main_job(qtbot, window, tmp_path):
    tab_to(qtbot, window, "sampleDatasetButton")
    press(qtbot, KEY.Key_Space)
    qtbot.waitUntil(lambda: status(window).startswith("Ready to train"), timeout=PATIENCE)

    press(qtbot, KEY.Key_E, ALT)
    assert QApplication.focusWidget() is find(window, "epochsBox")
    press(qtbot, KEY.Key_A, CONTROL)
    press(qtbot, KEY.Key_1)
    tab_to(qtbot, window, "trainButton")
    assert find(window, "epochsBox", QSpinBox).value() == 1
    press(qtbot, KEY.Key_Space)
    assert QApplication.focusWidget() is find(window, "stopButton")
    qtbot.waitUntil(lambda: status(window).startswith("The epoch is done"), timeout=PATIENCE)
    qtbot.waitUntil(find(window, "trainButton").hasFocus)

    press(qtbot, KEY.Key_2, CONTROL)
    pictures = [sorted((sample_test_path() / name).iterdir())[0] for name in ("Trouser", "Bag")]
    for picture in pictures:
        QGuiApplication.clipboard().setImage(QImage(str(picture)))
        press(qtbot, KEY.Key_V, CONTROL)
    bars = find(window, "probabilityBars")

    def shows(picture):
        return dict(bars.rows()) == window.current_model.classifier.predict(picture).probabilities

    qtbot.waitUntil(lambda: shows(pictures[1]), timeout=PATIENCE)
    press(qtbot, KEY.Key_Left)
    qtbot.waitUntil(lambda: shows(pictures[0]), timeout=PATIENCE)
    tab_to(qtbot, window, "imageStrip")
    press(qtbot, KEY.Key_Right)
    assert shows(pictures[1])
    tab_to(qtbot, window, "probabilityBars")
    press(qtbot, KEY.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == bars.text()

    press(qtbot, KEY.Key_F1)
    handbook = window.help_menu.handbook
    qtbot.waitUntil(lambda: QApplication.activeWindow() is handbook, timeout=PATIENCE)
    assert handbook.pages.currentItem().text() == "Predicting"
    press(qtbot, KEY.Key_Escape)
    assert not handbook.isVisible()

    classifier = window.current_model.classifier
    classifier.save(tmp_path / "kept.safetensors")
    assert nn_trainer.load_classifier(tmp_path / "kept.safetensors").predict(pictures[1]).label == bars.rows()[0][0]


def test_stop_with_control_and_period_and_go_on_with_space(qtbot, window):
    press(qtbot, KEY.Key_D, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: status(window).startswith("Ready to train"), timeout=PATIENCE)
    tab_to(qtbot, window, "trainButton")
    press(qtbot, KEY.Key_Space)
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=PATIENCE)
    press(qtbot, KEY.Key_Escape)
    assert window.train_tab.session.state == "running"  # a key that is pressed by reflex ends nothing
    press(qtbot, KEY.Key_Period, CONTROL)
    qtbot.waitUntil(lambda: status(window).startswith("Stopped after"), timeout=PATIENCE)
    qtbot.waitUntil(find(window, "trainButton").hasFocus)
    assert find(window, "runState", QLabel).text() == "Stopped"


def test_tab_goes_through_the_window_as_it_is_read(qtbot, window):
    window.message_bar.show_message("warning", "A sentence.", "Mend it", lambda: None)
    window.tabs.tabBar().setFocus()
    pages = (
        (0, "openDatasetButton", "resetSettingsButton"),
        (1, "dropArea", None),
        (2, "lessonStep1", "lessonLabelFile"),
    )
    for tab, first, last in pages:
        press(qtbot, (KEY.Key_1, KEY.Key_2, KEY.Key_4)[tab], CONTROL)
        qtbot.waitUntil(lambda tab=tab: tab < 2 or window.lesson_tab.subject is not None, timeout=PATIENCE)
        qtbot.waitUntil(window.message_bar.isVisible)
        window.tabs.tabBar().setFocus()
        names = [widget.objectName() or widget.accessibleName() for widget in stops(qtbot, window)]
        row = ["qt_tabwidget_tabbar", "Open model", "messageAction", "messageClose", first]
        assert names[:5] == row
        assert names[-2:] == ["Open data", "Try the sample"]
        assert last is None or names[-3] == last


def letters(texts):
    """How often each letter is underlined in some texts."""
    found = Counter(QKeySequence.mnemonic(text).toString() for text in texts)
    del found[""]
    return found


@pytest.mark.parametrize("tab", [0, 1, 2])
def test_no_letter_is_given_twice(qtbot, window, tab):
    window.tabs.setCurrentIndex(tab)
    buttons = [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    menus = window.menuBar().actions()
    given = letters([*buttons, *(menu.text() for menu in menus)])
    assert len(given) >= (6, 6, 4)[tab]
    assert max(given.values()) == 1, given
    form = letters(label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.buddy())
    assert bool(form) is (tab == 0)
    assert not set(form) & set(given)  # among themselves: see the test of the panel
    for menu in menus:
        assert max(letters(action.text() for action in menu.menu().actions()).values()) == 1, menu.text()


@pytest.mark.parametrize("step", range(8))
def test_no_letter_is_given_twice_in_a_step_of_the_lesson(qtbot, window, step):
    lesson = window.lesson_tab
    press(qtbot, KEY.Key_4, CONTROL)
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=PATIENCE)
    lesson.go_to(step)
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    for button in lesson.current.findChildren(QAbstractButton):
        if button.objectName() in ("lessonUpdateMine", "lessonTwoWeights"):
            button.click()  # which brings more buttons
    buttons = [button.text() for button in lesson.findChildren(QAbstractButton) if button.isVisibleTo(lesson)]
    given = letters([*buttons, *(menu.text() for menu in window.menuBar().actions())])
    assert max(given.values()) == 1, given
