"""The Train tab as a whole: a training that diverges, the run of another data set, its smallest size, its order."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nn_trainer.engine.optimizers import OPTIMIZERS
from tests.helpers.images import class_folders, picture, save
from tests.helpers.qt_events import drop_on, mime_of

LONG = 30_000


def open_data(qtbot, window, folder):
    assert drop_on(window.train_tab, mime_of([folder]))
    qtbot.waitUntil(
        lambda: (
            window.train_tab.dataset is not None
            and window.train_tab.dataset.root == folder
            and not window.train_tab.why_not_ready()
        ),
        timeout=LONG,
    )


def set_up(find, preset="linear", epochs=2, rate=0.01, optimizer="adam"):
    find("presetBox", QComboBox).setCurrentText(preset)
    find("optimizerBox", QComboBox).setCurrentText(optimizer)
    find("imageSizeBox", QSpinBox).setValue(16)
    find("epochsBox", QSpinBox).setValue(epochs)
    find("batchSizeBox", QSpinBox).setValue(4)
    find("learningRateBox", QDoubleSpinBox).setValue(rate)


def train(qtbot, window, find):
    qtbot.mouseClick(find("trainButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.session.state.is_active, timeout=LONG)


def status(window):
    return window.findChild(QLabel, "statusMessage").text()


def test_a_training_that_diverged_offers_a_rate_that_learns_as_a_button(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(find, "mlp", 30, 10, "sgd")
    train(qtbot, window, find)
    assert find("runState", QLabel).text() == "Failed"
    assert window.message_bar.text in status(window)  # the reason is still there when the bar is closed
    buttons = [b for b in window.message_bar.findChildren(QPushButton) if b.text().startswith("Use ")]
    assert [button.text() for button in buttons] == [f"Use {OPTIMIZERS['sgd'].usual_learning_rate:g} and train"]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.session.state.is_active, timeout=LONG)
    assert status(window).startswith("All 30 epochs done.")
    assert find("learningRateBox", QDoubleSpinBox).value() == OPTIMIZERS["sgd"].usual_learning_rate
    assert "no longer a number" not in window.message_bar.text


def test_another_data_set_leaves_no_figures_of_the_run_before(qtbot, window, find, folder, tmp_path):
    open_data(qtbot, window, folder)
    set_up(find)
    train(qtbot, window, find)
    assert find("runValidation", QLabel).text() != "–"
    open_data(qtbot, window, class_folders(tmp_path / "others", {"cyan": 6, "pink": 6}))
    assert find("runValidation", QLabel).text() == "–"
    assert find("runState", QLabel).text() == "Idle"
    assert status(window).startswith("Ready to train on others")
    assert find("plotTitle", QLabel).text().startswith("Data set before this one: colours: linear")


def test_the_sample_has_a_button_and_no_place_in_the_recent_list(qtbot, window, find, folder):
    qtbot.mouseClick(find("sampleDatasetButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    open_data(qtbot, window, folder)
    assert window._settings.recent == [folder]


def test_the_name_of_the_run_is_whole_at_1280_by_800(qtbot, window, find, tmp_path):
    window.resize(1280, 800)
    open_data(qtbot, window, class_folders(tmp_path / "fashion", {"cyan": 6, "pink": 6}))
    set_up(find)
    train(qtbot, window, find)
    title = find("plotTitle", QLabel)
    assert title.text() == "fashion: linear, adam 0.01, batch 4, seed 0"
    assert title.fontMetrics().horizontalAdvance(title.text()) <= title.contentsRect().width()


def test_a_share_that_a_validation_folder_makes_useless_is_locked(qtbot, window, find, tmp_path):
    for split in ("train", "val"):
        class_folders(tmp_path / "both" / split, {"cyan": 6, "pink": 6})
    open_data(qtbot, window, tmp_path / "both")
    assert not find("validationBox").isEnabled()
    assert "val/ folder" in find("validationBoxWhy", QLabel).text()


@pytest.mark.parametrize("preset", ["linear", "cnn"])
def test_the_smallest_size_is_small_and_depends_on_nothing_that_happens(qtbot, window, find, folder, preset):
    def smallest():
        return window.train_tab.minimumSizeHint().toTuple()

    first = smallest()
    sizes = {"empty": first}
    open_data(qtbot, window, folder)
    sizes["loaded"] = smallest()
    for run in (1, 2):
        set_up(find, preset)
        train(qtbot, window, find)
        sizes[f"after run {run}"] = smallest()
    assert max(width for width, _height in sizes.values()) <= 1024, sizes
    assert max(height for _width, height in sizes.values()) <= 560, sizes  # and menu, tabs and message above it
    widths = {state: width for state, (width, _height) in sizes.items()}
    assert widths["after run 1"] == widths["after run 2"] == widths["loaded"]


def test_a_message_scrolls_no_settings_at_1024_by_700(qtbot, window, find):
    qtbot.mouseClick(find("sampleDatasetButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    window.resize(973, 665)  # what a frame leaves of it
    window.message_bar.show_message("info", "The classifier that was trained before is not saved.")
    bar = window.train_tab.hyperparameters.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(window.message_bar.isVisible)
    assert find("presetReason").isVisible()
    qtbot.waitUntil(lambda: bar.maximum() == 0, timeout=2000)


def test_one_thing_has_one_name_in_menu_toolbar_and_panel(window):
    """What a menu of the window, the start page and the menu of the data set do alike, they call alike."""
    named = {action.text().replace("&", "") for action in window.actions()}
    panel = window.train_tab.dataset_panel
    buttons = {button.text().replace("&", "") for button in panel.findChildren(QPushButton)}
    menu = {action.text() for action in panel.findChild(QToolButton, "datasetMenuButton").menu().actions()}
    shared = {"Open data…", "Try the sample", "Reload data"}
    assert shared <= named
    assert shared <= menu
    assert shared - {"Reload data"} <= buttons


def test_train_is_early_in_the_order_of_tab(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    place = find("trainButton")
    order = [window.train_tab]
    while order[-1] is not place and len(order) < 200:
        order.append(order[-1].nextInFocusChain())
    stops = [w for w in order if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) <= 8, [w.objectName() for w in stops]


def test_every_control_that_takes_the_focus_has_a_name(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(find)
    train(qtbot, window, find)
    for widget in window.train_tab.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            label = getattr(widget, "text", str)()
            assert widget.accessibleName() or label, (widget, widget.parent())


def test_a_data_set_that_is_refused_during_a_training_offers_to_stop_it_and_the_message_goes_with_it(
    qtbot, window, find, folder, tmp_path
):
    open_data(qtbot, window, folder)
    set_up(find, epochs=10_000)
    qtbot.mouseClick(find("trainButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.train_tab.session.state.has_begun, timeout=LONG)
    window.open_path(class_folders(tmp_path / "others", {"cyan": 6, "pink": 6}))
    assert "A training is running" in window.message_bar.text
    stop = next(b for b in window.message_bar.findChildren(QPushButton) if "Stop" in b.text())
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.session.state.is_active, timeout=LONG)
    assert "A training is running" not in window.message_bar.text
    assert window.train_tab.dataset.root == folder


def test_a_data_set_can_be_closed_and_read_again(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    save(picture(7, 24, 24), folder / "blue" / "new.png")
    before = window.train_tab.dataset
    window.train_tab.dataset_panel.reload_requested.emit()
    qtbot.waitUntil(lambda: window.train_tab.dataset is not before and not window.train_tab.why_not_ready())
    assert len(window.train_tab.dataset.paths) == len(before.paths) + 1
    window.train_tab.dataset_panel.close_requested.emit()
    assert window.train_tab.dataset is None
    assert not find("trainButton").isEnabled()
    assert find("sampleDatasetButton").isVisible()
    assert find("weightCount", QLabel).text() == "– weights"
    assert "colours" not in window.windowTitle()


def test_an_image_of_the_data_set_is_predicted_by_a_double_click(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(find)
    train(qtbot, window, find)
    path = window.train_tab.dataset.paths[0]
    window.train_tab.dataset_panel.predict_requested.emit([path])
    assert window.tabs.currentIndex() == 1
    assert window.predict_tab.strip.current().source.content == path
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)
