"""What gives way where the window is narrow or the letters are large, and that it comes back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QToolButton

from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.data.class_table import IMAGES, NAME, ClassTable
from nn_trainer.ui.widgets.source_buttons import SourceButtons
from tests.helpers import tour
from tests.helpers.images import class_folders
from tests.helpers.window import open_data

RUN_FIGURES = ("runState", "runValidation", "runEpoch")


@pytest.fixture
def letters():
    """Sets the size of all text, and sets it back."""
    yield theme.set_text_size
    theme.set_text_size(theme.NORMAL_TEXT)


@pytest.fixture
def form(window):
    return window.train_tab.hyperparameters.findChild(QFormLayout)


def resized(window, width, height=700):
    window.resize(width, height)
    tour.settle()


def is_stacked(window, form):
    box = window.train_tab.hyperparameters.findChild(QToolButton, "moreSettingsButton").parentWidget()
    preset = box.boxes["preset"]
    label = form.labelForField(preset)
    below = preset.mapTo(box, QPoint(0, 0)).y() >= label.geometry().bottom()
    assert below or preset.geometry().left() >= label.geometry().right()
    return below


def test_text_at_200_percent_leaves_a_window_that_fits_1024_by_700(qtbot, window, find, form, letters):
    qtbot.mouseClick(find("sampleDatasetButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=20_000)
    resized(window, 1024)
    sizes = window.train_tab.splitter.sizes()
    before = {name: find(name, QLabel).font().pointSizeF() for name in RUN_FIGURES}
    assert not is_stacked(window, form)
    letters(200)
    tour.settle()
    hint = window.minimumSizeHint()
    assert (window.width(), window.height()) == (1024, 700)
    assert hint.width() <= 1024
    assert hint.height() <= 700
    assert is_stacked(window, form)
    assert not tour.cut_texts(window)
    assert not tour.outside(window, "trainButton", "runValidation", "hyperparameterPanel", "plotMenuButton")
    for name, size in before.items():
        assert find(name, QLabel).font().pointSizeF() == pytest.approx(2 * size)
    letters(100)
    tour.settle()
    assert not is_stacked(window, form)
    assert window.train_tab.splitter.sizes() == sizes


def test_the_sides_have_their_widths_again_when_there_is_room(window, form):
    resized(window, 1400, 800)
    splitter = window.train_tab.splitter
    splitter.setSizes([400, 600, 400])
    kept = splitter.saveState()
    wide = splitter.sizes()
    resized(window, 720)
    assert is_stacked(window, form)
    assert splitter.sizes()[0] < 400
    resized(window, 1400, 800)
    assert not is_stacked(window, form)
    assert splitter.sizes() == wide
    splitter.setSizes([300, 700, 300])
    assert splitter.restoreState(kept)
    assert splitter.sizes() == wide
    assert not splitter.restoreState(b"of an earlier program")


def test_values_above_the_plots_go_on_in_a_second_line(window):
    legend = window.train_tab.plots._legends["loss"]
    training, validation = legend.entries["smoothed"], legend.entries["validation"]
    resized(window, 1024)
    assert training.y() == validation.y()
    resized(window, 690)
    assert validation.y() > training.y()
    assert training.isVisible()
    assert legend.rect().contains(validation.mapTo(legend, validation.rect().bottomRight()))


def test_names_of_classes_come_before_their_counts(qtbot, window, find, letters, tmp_path):
    names = ["a very long name of a class that fits no column", "another one"]
    class_folders(tmp_path / "long", dict.fromkeys(names, 6))
    open_data(qtbot, window, tmp_path / "long")
    table = find("classTable", ClassTable)
    resized(window, 1024)
    assert not table.isColumnHidden(IMAGES)
    assert table.columnWidth(NAME) >= 80
    letters(200)
    for height in (700, 760, 700):
        resized(window, 1024, height)
        assert table.isColumnHidden(IMAGES)
        assert table.columnWidth(NAME) >= 150
        assert table.horizontalHeader().length() <= table.viewport().width()
    letters(100)
    resized(window, 1024)
    assert not table.isColumnHidden(IMAGES)
    row = table.verticalHeader().defaultSectionSize()
    letters(200)
    assert table.verticalHeader().defaultSectionSize() > row


def test_buttons_beside_the_tabs_leave_their_words_out(window, letters):
    styles = Qt.ToolButtonStyle
    left, right = window.tabs._left.buttons, window.tabs._right.buttons
    resized(window, 1024)
    assert {button.toolButtonStyle() for button in (*left, *right)} == {styles.ToolButtonTextBesideIcon}
    letters(200)
    resized(window, 1024)
    assert {button.toolButtonStyle() for button in right} == {styles.ToolButtonIconOnly}
    assert {button.toolButtonStyle() for button in left} == {styles.ToolButtonTextBesideIcon}
    bar = window.tabs.tabBar()
    assert bar.width() >= bar.sizeHint().width()  # no tab is scrolled away
    for button in right:
        assert button.toolTip()
        assert button.accessibleName()


def test_the_buttons_that_take_images_go_on_in_a_second_line(qtbot):
    buttons = SourceButtons()
    qtbot.addWidget(buttons)
    buttons.offer_test_image(True)
    buttons.show()
    shown = [child for child in buttons.children() if child.isWidgetType()]
    for width, lines in ((700, 1), (200, 2), (buttons.minimumSizeHint().width(), 4)):
        buttons.resize(width, buttons.heightForWidth(width))
        tour.settle()
        assert len({button.y() for button in shown}) >= lines
        assert all(buttons.rect().contains(button.geometry()) for button in shown)
