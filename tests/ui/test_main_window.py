"""The window as a whole: names, shortcuts, what is remembered, what it opens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QPushButton,
    QTabWidget,
)

from nn_trainer.app import create_window
from nn_trainer.ui.theme import theme
from tests.helpers.images import picture, save
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.window import LONG, open_data, set_up, status, train, wait_idle

NAMES = (
    *("datasetPanel", "openDatasetButton", "sampleDatasetButton", "classTable", "datasetProblems"),
    *("hyperparameterPanel", "presetBox", "epochsBox", "batchSizeBox", "learningRateBox", "optimizerBox", "lossBox"),
    *("imageSizeBox", "channelsBox", "validationBox", "seedBox", "trainButton", "stopButton", "trainingProgress"),
    *("plotPanel", "lossPlot", "accuracyPlot", "statusMessage", "tabs", "inferenceTab", "dropArea", "probabilityBars"),
    "lessonTab",
)


def test_every_name_that_scripts_rely_on_is_there_once(find):
    for name in NAMES:
        find(name)
    for name in ("runEpoch", "runIteration", "runLoss", "runAccuracy", "runSpeed", "runTimeLeft"):
        assert find(name, QLabel).text() == "–"  # no caption with nothing under it
    for name in ("saveModelAction", "openModelAction"):
        find(name, QAction)
    tabs = find("tabs", QTabWidget)
    assert [tabs.tabText(index) for index in range(tabs.count())] == ["Train", "Predict", "Lesson"]


def test_an_image_dropped_on_train_goes_to_predict(qtbot, window, tmp_path):
    path = save(picture(1), tmp_path / "cat.png")
    assert drop_on(window.train_tab, mime_of([path]))
    assert window.tabs.currentIndex() == 1
    assert window.predict_tab.strip.current().source.content == path
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)


def test_shortcuts(qtbot, window, find, folder, monkeypatch):
    control = Qt.KeyboardModifier.ControlModifier
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    qtbot.keyClick(window, Qt.Key.Key_O, control)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    set_up(window, epochs=10_000)
    qtbot.keyClick(window, Qt.Key.Key_R, control)
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    qtbot.waitUntil(lambda: len(find("plotPanel").series("train loss")[0]) > 0, timeout=LONG)  # something to save
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    assert status(window).startswith("Stopped after")
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: asked.append("save") or ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: asked.append("open") or ("", ""))
    qtbot.keyClick(window, Qt.Key.Key_S, control)
    qtbot.keyClick(window, Qt.Key.Key_M, control)
    assert asked == ["save", "open"]
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB888))
    qtbot.keyClick(window, Qt.Key.Key_V, control)
    assert window.tabs.currentIndex() == 1
    assert len(window.predict_tab.strip.items()) == 1
    qtbot.keyClick(window, Qt.Key.Key_1, control)
    assert window.tabs.currentIndex() == 0
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.help_menu.handbook.isVisible()
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)


def test_no_shortcut_is_given_twice_and_every_action_stands_in_a_menu(window):
    actions = [action for action in window.actions() if action.objectName()]
    shortcuts = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]
    assert len(shortcuts) == len(set(shortcuts)) >= 12
    in_menus = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    assert set(actions) <= in_menus


def test_what_is_remembered(qtbot, window, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window, batch_size=7)
    window.train_tab.splitter.setSizes([500, 400, 300])
    sizes = window.train_tab.splitter.saveState()
    window.actions_.themes.actions()[2].trigger()
    assert theme.colors().dark
    window.close()
    _, again = create_window([])
    qtbot.addWidget(again)
    try:
        assert again.train_tab.hyperparameters.config().batch_size == 7
        assert again.train_tab.splitter.saveState() == sizes
        assert theme.colors().dark
        assert again._settings.recent == [folder]
    finally:
        again.actions_.themes.actions()[0].trigger()
        again.close()


def test_theme_can_be_set(window):
    window.actions_.themes.actions()[2].trigger()
    assert QApplication.palette().window().color().lightness() < 60
    window.actions_.themes.actions()[1].trigger()
    assert QApplication.palette().window().color().lightness() > 200
    window.actions_.themes.actions()[0].trigger()


def test_nothing_is_cut_off_at_1280_by_800(qtbot, window, folder):
    open_data(qtbot, window, folder)
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 800
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert window.rect().contains(button.mapTo(window, button.rect().bottomRight())), button.text()


@pytest.mark.parametrize(("argv", "dataset"), [([], None), (["nn-trainer"], None), (["{folder}"], "colours")])
def test_create_window_opens_the_path(qtbot, folder, argv, dataset):
    _, window = create_window([argument.format(folder=folder) for argument in argv])
    qtbot.addWidget(window)
    if dataset is not None:
        qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=LONG)
        assert window.train_tab.dataset.name == dataset
    else:
        assert window.train_tab.why_not_ready()
    window.close()
