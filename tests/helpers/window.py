"""The main window as a person uses it: opening data, setting up, training to the end, closing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
)

from tests.helpers.qt_events import drop_on, mime_of

LONG = 20_000


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def set_up(window, **settings):
    boxes = window.train_tab.hyperparameters._boxes
    for name, value in {"preset": "linear", "epochs": 2, "batch_size": 4, **settings}.items():
        boxes[name].set_setting(value)


def open_data(qtbot, window, folder):
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)


def wait_idle(qtbot, window):
    qtbot.waitUntil(lambda: window.train_tab.session.state == "idle", timeout=LONG)


def train(qtbot, window, **settings):
    set_up(window, **settings)
    click(qtbot, window.findChild(QPushButton, "trainButton"))
    wait_idle(qtbot, window)


def status(window):
    return window.findChild(QLabel, "statusMessage").text()


class UserCloses(QCloseEvent):
    """A close event as the window system sends it."""

    def spontaneous(self):
        return True
