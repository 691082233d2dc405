"""The window lies on its screen at every size, and what it remembers fits the screen of today."""

import json
import subprocess
import sys

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from nn_trainer.app import create_window
from nn_trainer.ui.window.geometry import Geometry, clamped
from nn_trainer.ui.window.pages import PREDICT, TRAIN
from nn_trainer.ui.window.settings import WindowSettings
from tests.helpers.window import open_data, set_up, wait_idle

LONG = 20_000


@pytest.mark.parametrize("screen", ["1024 700 1 100", "1024 700 1 200", "1366 768 1 175", "1280 720 1.5 100"])
def test_the_window_fits_small_screens_and_never_grows(screen):
    command = [sys.executable, "-m", "tests.helpers.small_screen", *screen.split()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    states = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(states) == 6
    width, height = (int(text) for text in screen.split()[:2])
    for state in states:
        assert state["inside"], state
        assert state["size"] == states[0]["size"], state
        assert state["smallest"][0] <= min(width, 1024), state
        assert state["smallest"][1] <= min(height, 700), state
        assert not state["cut"], state
    assert states[0]["size"] == [min(1280, round(0.95 * width)), min(800, round(0.95 * height))]


@pytest.mark.parametrize(
    ("rect", "expected"),
    [
        (QRect(10, 20, 800, 600), QRect(10, 20, 800, 600)),
        (QRect(2000, 900, 800, 600), QRect(566, 140, 800, 600)),
        (QRect(-500, -300, 800, 600), QRect(0, 0, 800, 600)),
        (QRect(0, 0, 2560, 1440), QRect(0, 0, 1298, 703)),
        (QRect(0, 0, 1280, 800), QRect(0, 0, 1280, 703)),
    ],
)
def test_a_place_on_another_screen_is_moved_onto_this_one(rect, expected):
    assert clamped(rect, QRect(0, 0, 1366, 740)) == expected


def reopened(qtbot, geometry):
    settings = WindowSettings()
    settings.geometry = geometry
    settings.save()
    _, window = create_window([])
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_what_was_kept_of_a_larger_screen_is_cut_to_this_one(qtbot, window):
    window.close()
    again = reopened(qtbot, Geometry(1500, 900, 2000, 1200, False))
    room = again.screen().availableGeometry()
    assert again.height() <= room.height()
    assert again.minimumSizeHint().width() <= again.width() <= room.width()
    again.close()


def test_columns_of_a_larger_screen_are_shared_as_they_were(window, find):
    columns = window.train_tab.splitter
    columns.resize(2500, 800)
    columns.setSizes([900, 800, 800])
    state = columns.saveState()
    columns.resize(1360, 600)
    columns.restoreState(state)
    data, plots, settings = columns.sizes()
    assert plots >= window.train_tab.plots.minimumSizeHint().width()
    assert data > 400
    assert settings > 400
    columns.resize(2500, 800)
    assert [columns.sizes()[0], columns.sizes()[2]] == [900, 800]


def test_maximized_is_remembered_by_itself(qtbot, window):
    window.close()
    again = reopened(qtbot, Geometry(5, 5, 700, 560, True))
    assert again.windowState() & Qt.WindowState.WindowMaximized
    again.close()
    assert WindowSettings().geometry.maximized


def test_damaged_settings_count_as_not_set(qtbot, window):
    settings = WindowSettings()
    for text in ("", "[1, 2]", '["a", 2, 3, 4, true]', "{}", "[1e400, 0, 0, 0, 0]"):
        settings._file.setValue("window", text)
        assert settings.geometry is None


def test_a_slim_bar_shows_the_training_on_the_other_tabs_and_stops_it(qtbot, window, find, folder):
    bar = find("runStatusBar")
    assert not bar.isVisible()
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    window.train_tab.train()
    assert not bar.isVisible()  # Train shows it in full
    window.go_to(PREDICT)
    assert bar.isVisible()
    qtbot.waitUntil(lambda: " of 10,000" in find("runStatusText", QLabel).text(), timeout=LONG)
    window.go_to(TRAIN)
    assert not bar.isVisible()
    window.go_to(PREDICT)
    qtbot.mouseClick(find("runStatusStop", QPushButton), Qt.MouseButton.LeftButton)
    wait_idle(qtbot, window)
    assert not bar.isVisible()
    assert window.current_model.unsaved


def test_the_text_of_the_program_grows_and_comes_back(qtbot, window):
    before = window.train_tab.font().pointSizeF()
    window.actions_.larger.trigger()
    assert window.train_tab.font().pointSizeF() == pytest.approx(1.15 * before, abs=0.06)
    assert WindowSettings().text_size == 115
    window.actions_.normal.trigger()
    assert window.train_tab.font().pointSizeF() == before


def test_full_screen_and_back(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
