"""The plots: how the mouse and the keys move about in them, and what the axes say."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QMenu

from nn_trainer.ui.plots.axes import EpochAxis, IterationAxis, LossAxis, PercentAxis
from nn_trainer.ui.plots.painter import epochs_per_band
from tests.helpers.plots import button_of, epoch, iteration, learning, plot_of, settle, shown_x, texts
from tests.helpers.qt_events import turn_wheel


def test_the_labels_of_a_logarithmic_axis_keep_their_distance(qtbot):
    axis = LossAxis()
    axis.setLogMode(y=True)
    for low, high, written in (
        (math.log10(0.09), math.log10(2.3), ["0.1", "0.2", "0.5", "1", "2"]),
        (-12, 3, None),
        (-0.1, 0.1, ["1"]),
    ):
        [(spacing, values)] = axis.tickValues(low, high, 260)
        assert written is None or axis.tickStrings(values, 1, spacing) == written
        assert np.diff(values).min(initial=1) * 260 / (high - low) > 16


def test_wheel_and_drag_zoom_and_three_ways_lead_back(plots, qtbot):
    plots.start_run(25, 4, "cnn")
    plots.add_records(learning(1, 100))
    settle(qtbot, plots)
    whole = shown_x(plots)
    button = button_of(plots, "wholeRunButton")
    ways_back = (
        lambda: qtbot.mouseClick(button, Qt.MouseButton.LeftButton),
        lambda: qtbot.mouseDClick(plot_of(plots, "accuracy").viewport(), Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(plot_of(plots, "loss"), Qt.Key.Key_Home),
    )
    for go_back in ways_back:
        assert not button.isEnabled()
        turn_wheel(plot_of(plots, "loss").viewport(), 3)
        settle(qtbot, plots)
        assert button.isEnabled()
        low, high = shown_x(plots)
        assert whole[0] <= low < high <= whole[1]
        assert high - low < 0.9 * (whole[1] - whole[0])
        assert plot_of(plots, "accuracy").getViewBox().viewRange()[0] == pytest.approx([low, high])
        go_back()
        settle(qtbot, plots)
        assert shown_x(plots) == whole


def test_a_zoomed_view_stays_while_the_run_goes_on(plots, qtbot):
    plots.start_run(25, 40, "cnn")
    plots.add_records(learning(1, 100))
    settle(qtbot, plots)
    turn_wheel(plot_of(plots, "loss").viewport(), 3)
    settle(qtbot, plots)
    zoomed = shown_x(plots)
    plots.add_records(learning(101, 600))
    settle(qtbot, plots)
    assert shown_x(plots) == zoomed


def test_dragging_moves_the_view(plots, qtbot):
    plots.start_run(25, 4, "cnn")
    plots.add_records(learning(1, 100))
    settle(qtbot, plots)
    viewport = plot_of(plots, "loss").viewport()
    turn_wheel(viewport, 6)
    settle(qtbot, plots)
    before = shown_x(plots)
    middle = viewport.rect().center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
    for step in (20, 40, 60):
        qtbot.mouseMove(viewport, middle - QPoint(step, 0))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle - QPoint(60, 0))
    settle(qtbot, plots)
    assert shown_x(plots)[0] > before[0]


def test_hovering_reads_out_the_iteration_under_the_mouse(plots, qtbot):
    plots.start_run(25, 4, "cnn, adam")
    plots.add_records(learning(1, 100))
    settle(qtbot, plots)
    plot = plot_of(plots, "loss")
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(30.2, 1.0)))

    def reads_out(place, text):
        # the plot leaves out moves that follow each other too fast, and a mouse that stands still sends none
        for step in (0, 1):
            qtbot.mouseMove(plot.viewport(), place + QPoint(0, step))
        return text in texts(plots)

    qtbot.waitUntil(lambda: reads_out(place, "iteration 30, epoch 2 of 4"))
    loss, accuracy = (plots.series(f"train {name}")[1][29] for name in ("loss", "accuracy"))
    validation = plots.series("validation loss")[1][0]
    for text in (f"{loss:.4f}", f"{100 * accuracy:.1f} %", f"{validation:.4f}"):
        assert text in texts(plots)
    qtbot.waitUntil(lambda: reads_out(QPoint(1, 1), "cnn, adam"))


def test_the_loss_can_be_drawn_in_powers_of_ten(plots, qtbot):
    plots.start_run(25, 4, "cnn")
    plots.add_records(learning(1, 100))
    qtbot.mouseClick(button_of(plots, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, plots)
    _, y = plot_of(plots, "loss").drawn_line("train")
    np.testing.assert_allclose(y, np.log10(plots.series("train loss")[1]))
    qtbot.mouseClick(button_of(plots, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, plots)
    np.testing.assert_allclose(plot_of(plots, "loss").drawn_line("train")[1], plots.series("train loss")[1])


def test_high_accuracies_are_told_apart_on_an_axis_that_is_fitted(plots, qtbot):
    def shown():
        settle(qtbot, plots)
        return plot_of(plots, "accuracy").getViewBox().viewRange()[1]

    heard = []
    plots.accuracy_fitted.connect(heard.append)
    plots.start_run(10, 2, "cnn")
    plots.add_records([iteration(i, 0.1, 0.1 if i < 5 else 0.993, per_epoch=10) for i in range(1, 11)])
    plots.add_records([epoch(1, 0.1, 0.986, 10)])
    assert shown() == [-2, 103]
    fit = next(action for action in plots.findChild(QMenu).actions() if action.text() == "Fit accuracy")
    fit.trigger()
    assert heard == [True]
    assert shown() == [-2, 103]  # the smoothed line is still low in the later half
    plots.add_records([iteration(i, 0.1, 0.996, per_epoch=10) for i in range(11, 21)] + [epoch(2, 0.1, 1.0, 10)])
    assert shown() == pytest.approx([89.8, 100.3])  # 90 % lies below all of the later half
    plots.start_run(10, 10, "cnn")
    plots.add_records([iteration(i, 0.1, 0.996, per_epoch=10) for i in range(1, 101)])
    assert shown() == pytest.approx([98.98, 100.03])
    axis = plot_of(plots, "accuracy").getAxis("left")
    ticks = axis.tickStrings(axis.tickValues(*shown(), axis.height())[0][1], 1, 0.2)
    assert ticks[0] == "99 %"
    fit.trigger()
    assert heard == [True, False]
    assert shown() == [-2, 103]


@pytest.mark.parametrize("kind", [LossAxis, PercentAxis])
@pytest.mark.parametrize("size", [30, 60, 100, 300])
@pytest.mark.parametrize("points", [8, 18])
def test_the_numbers_of_an_axis_never_stand_in_each_other(qtbot, kind, size, points):
    axis = kind()
    font = QFont(QApplication.font())
    font.setPointSize(points)
    axis.setTickFont(font)
    height = QFontMetrics(font).height()
    for low, high in ((-2.0, 103.0), (-0.1, 4.6), (98.98, 100.03)):
        (_step, values), *_more = axis.tickValues(low, high, size)
        assert len(values) >= 1
        pixels = np.diff(values) * size / (high - low)
        assert (pixels >= height).all(), values


@pytest.mark.parametrize(("pixels", "epochs"), [(100, 1), (44, 1), (43, 2), (10, 5), (5, 10), (0.5, 100), (0.01, 5000)])
def test_short_epochs_share_a_band(pixels, epochs):
    assert epochs_per_band(pixels) == epochs


def test_epochs_are_marked_where_they_end(qtbot):
    axis = EpochAxis()
    axis.iterations_per_epoch = 25
    [(spacing, values)] = axis.tickValues(0, 100, 400)
    assert (spacing, values) == (25, [25, 50, 75, 100])
    assert axis.tickStrings(values, 1, spacing) == ["epoch 1", "2", "3", "4"]
    [(spacing, values)] = axis.tickValues(0, 25_000, 400)
    assert axis.tickStrings(values, 1, spacing) == ["epoch 200", "400", "600", "800", "1,000"]
    assert IterationAxis().tickStrings([0, 0.5, 10_000], 1, 1) == ["0", "", "10,000"]
