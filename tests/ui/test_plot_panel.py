"""The plots: what is kept, what is drawn, and how the mouse and the keys move about in them."""

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QProgressBar, QToolButton, QWidget

from nn_trainer.app import create_window
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, StopReason
from nn_trainer.ui.plots import panel as plot_panel
from nn_trainer.ui.plots import plot_menu
from nn_trainer.ui.plots.axes import EpochAxis, IterationAxis, LossAxis, PercentAxis
from nn_trainer.ui.plots.canvas import PlotCanvas
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.downsampling import envelope
from nn_trainer.ui.plots.painter import epochs_per_band
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.plots.style import plot_style
from nn_trainer.ui.theme import theme
from nn_trainer.ui.theme.colors import DARK, LIGHT
from tests.helpers.qt_events import turn_wheel


def iteration(number, loss=1.0, accuracy=0.5, images=32, per_epoch=25):
    return IterationRecord(number, (number - 1) // per_epoch + 1, loss, accuracy, images, number / 100)


def epoch(number, loss, accuracy, per_epoch=25):
    return EpochRecord(number, number * per_epoch, 1.0, 0.5, loss, accuracy, 1000.0, 1.0)


def learning(first, last, per_epoch=25, level=0.5):
    """Records of a run that learns: one for each iteration, and one for each epoch at its end."""
    records = []
    for number in range(first, last + 1):
        loss = level + 2 * math.exp(-number / 50) + 0.1 * (number % 7) / 7
        records.append(iteration(number, loss, 1 - loss / 3, per_epoch=per_epoch))
        if number % per_epoch == 0:
            records.append(epoch(number // per_epoch, loss + 0.1, 0.9 - loss / 3, per_epoch))
    return tuple(records)


@pytest.fixture
def panel(qtbot, monkeypatch):
    monkeypatch.setattr(plot_panel, "FRAME_MILLISECONDS", 8)  # nobody looks
    panel = PlotPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def plot_of(panel, name):
    return panel.findChild(QWidget, f"{name}Plot")


def button_of(panel, name):
    return panel.findChild(QToolButton, name)


def settle(qtbot, panel):
    """Wait until all is drawn and the view and the sizes have come to rest."""
    sizes = [None]

    def at_rest():
        sizes.append([canvas.size() for canvas in panel.findChildren(PlotCanvas)])
        return not panel.frame_is_due and sizes[-1] == sizes[-2]

    qtbot.waitUntil(at_rest, timeout=3000)


def shown_x(panel):
    return plot_of(panel, "loss").getViewBox().viewRange()[0]


def texts(panel):
    return " | ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


# what is kept


def test_every_record_is_kept(panel):
    panel.start_run(25, 200, "cnn")
    records = learning(1, 5000)
    for start in range(0, len(records), 7):
        panel.add_records(records[start : start + 7])
    x, y = panel.series("train loss")
    np.testing.assert_array_equal(x, np.arange(1, 5001))
    np.testing.assert_array_equal(y, [r.loss for r in records if isinstance(r, IterationRecord)])
    x, y = panel.series("validation accuracy")
    np.testing.assert_array_equal(x, np.arange(25, 5001, 25))
    np.testing.assert_array_equal(y, [r.validation_accuracy for r in records if isinstance(r, EpochRecord)])


def test_records_before_a_run_are_a_fault_of_the_caller(panel):
    with pytest.raises(RuntimeError, match="start_run"):
        panel.add_records(learning(1, 2))


def smoothed_of(losses, per_epoch=25, images=None, cuts=()):
    curves = RunCurves(per_epoch, 100, "")
    images = [32] * len(losses) if images is None else images
    records = [iteration(i + 1, loss, 0.5, int(images[i]), per_epoch) for i, loss in enumerate(losses)]
    for first, last in itertools.pairwise((0, *cuts, len(records))):
        curves.add(records[first:last])
        curves.series("smoothed loss")
    return curves.series("smoothed loss")[1]


def test_the_smoothed_line_is_an_exponential_mean_with_bias_correction():
    rng = np.random.default_rng(0)
    losses, images = rng.random(400), rng.integers(1, 33, 400)
    smoothed = smoothed_of(losses, 100, images, (1, 4, 30))
    weights = np.empty(0)
    for last in range(400):
        window = min(max(0.2 * (last + 1), 5), 50)
        weights = np.append(weights * (1 - 2 / (window + 1)), images[last])
        assert smoothed[last] == pytest.approx(np.average(losses[: last + 1], weights=weights))


@pytest.mark.parametrize("seed", range(20))
def test_the_smoothed_line_never_lies_outside_what_it_averages(seed):
    rng = np.random.default_rng(seed)
    losses = rng.lognormal(0, rng.choice([0.01, 1, 4]), 500) * np.exp(-np.arange(500) / rng.choice([20, 1e9]))
    smoothed = smoothed_of(losses, int(rng.integers(2, 500)), rng.integers(1, 33, 500))
    low, high = np.minimum.accumulate(losses), np.maximum.accumulate(losses)
    assert (smoothed >= low * (1 - 1e-12)).all()
    assert (smoothed <= high * (1 + 1e-12)).all()


def test_the_smoothed_line_follows_a_loss_that_falls_fast_at_first_and_has_no_kink():
    """As of a cnn in its first epoch of 750 iterations: half of the raw values lie above it, half below."""
    rng = np.random.default_rng(0)
    at = np.arange(600)
    trend = 0.4 + 1.9 * np.exp(-at / 25)
    smoothed = smoothed_of(trend * np.exp(0.25 * rng.standard_normal(600)), 750)
    assert (np.abs(smoothed / trend - 1) < 0.45).all()
    clean = smoothed_of(trend, 750)
    bends = np.abs(np.diff(clean, 2))[5:]
    assert bends.max() < 0.01  # a window that is full from one iteration to the next bends the line there
    assert (np.diff(clean) <= 0).all()


def test_one_loss_that_is_no_number_leaves_a_gap_in_the_smoothed_line_and_spoils_no_other_value():
    losses = [math.nan if i in (0, 20) else math.inf if i == 30 else 1.0 for i in range(60)]
    smoothed = smoothed_of(losses, 10)
    np.testing.assert_array_equal(np.flatnonzero(~np.isfinite(smoothed)), [0, 20, 30])
    np.testing.assert_allclose(smoothed[np.isfinite(smoothed)], 1.0)


def test_records_that_nobody_looks_at_do_not_pile_up(panel):
    panel.start_run(1000, 50, "cnn")
    panel.hide()
    most = 0
    for first in range(1, 20_001, 500):
        panel.add_records([iteration(i, per_epoch=1000) for i in range(first, first + 500)])
        most = max(most, len(panel._run._waiting))
    assert most < 5_500
    assert len(panel.series("train loss")[0]) == 20_000


def test_the_pens_of_lines_of_many_points_are_opaque():
    for colors in (LIGHT, DARK):
        style = plot_style(colors)
        assert all(pen.color().alpha() == 255 for pen in (*style.run.values(), *style.run_before.values()))
        raw, panel_color = style.run["train"].color(), QColor(colors.panel)
        assert abs(raw.lightness() - panel_color.lightness()) > 40  # to be seen


def test_the_labels_of_a_logarithmic_axis_keep_their_distance(qtbot):
    axis = LossAxis()
    axis.setLogMode(y=True)
    for low, high, texts in (
        (math.log10(0.09), math.log10(2.3), ["0.1", "0.2", "0.5", "1", "2"]),
        (-12, 3, None),
        (-0.1, 0.1, ["1"]),
    ):
        [(spacing, values)] = axis.tickValues(low, high, 260)
        assert texts is None or axis.tickStrings(values, 1, spacing) == texts
        assert np.diff(values).min(initial=1) * 260 / (high - low) > 16


def test_a_run_without_validation_images_has_no_validation_points(panel, qtbot):
    panel.start_run(25, 2, "cnn")
    panel.add_records((*learning(1, 24), iteration(25), EpochRecord(1, 25, 1.0, 0.5, None, None, 1e3, 1.0)))
    settle(qtbot, panel)
    assert len(panel.series("validation loss")[0]) == 0
    assert "best" not in texts(panel)


def test_what_was_recorded_cannot_be_changed_from_outside(panel):
    panel.start_run(25, 2, "cnn")
    panel.add_records(learning(1, 10))
    _, y = panel.series("train loss")
    with pytest.raises(ValueError, match="read-only"):
        y[0] = 0


# thinning


@pytest.mark.parametrize("size", [10, 1_000, 12_345, 100_000])
def test_thinning_keeps_every_extreme_and_the_newest_point(size):
    rng = np.random.default_rng(size)
    x, y = np.arange(1.0, size + 1), rng.random(size)
    for spike in rng.integers(0, size, 5):
        y[spike] = 10 + spike
    few_x, few_y = envelope(x, y, 0, size, size / 500)
    assert len(few_x) == len(few_y) <= 2 * 500 + math.ceil(size / 500)
    assert (few_y.min(), few_y.max()) == (y.min(), y.max())
    assert set(y[y > 5]) <= set(few_y)
    assert few_x[-1] == x[-1]
    assert (np.diff(few_x) >= 0).all()


def test_thinning_draws_only_what_is_in_view_and_one_point_beyond():
    x = np.arange(1.0, 1001)
    few_x, few_y = envelope(x, x * 2, 100.5, 110.5, 0.02)
    np.testing.assert_array_equal(few_x, np.arange(100, 112))
    np.testing.assert_array_equal(few_y, few_x * 2)


def test_a_part_is_thinned_as_the_whole_is():
    rng = np.random.default_rng(1)
    x, y = np.arange(1.0, 10_001), rng.random(10_000)
    whole_x, whole_y = envelope(x, y, 0, 10_000, 7)
    whole = list(zip(whole_x, whole_y, strict=True))
    for low, high in ((0, 50), (4_321, 4_329), (9_900, 9_999), (9_999, 20_000)):
        part_x, part_y = envelope(x, y, low, high, 7)
        assert part_x[0] <= max(low, whole_x[0])
        assert part_x[-1] >= min(high, whole_x[-1])
        inside = [point for point in zip(part_x, part_y, strict=True) if low <= point[0] <= high]
        assert inside == [point for point in whole if low <= point[0] <= high]


class Screen(QObject):
    """Keeps what a widget has drawn, strip by strip, as a screen does."""

    def __init__(self, widget):
        super().__init__()
        self.picture = widget.grab()
        self.areas = []  # of each strip, in pixels
        self._widget = widget
        self._regions = []
        widget.installEventFilter(self)

    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint:
            self._regions.append(event.region())
        return False

    def take_in(self):
        if self.picture.size() != self._widget.size():  # the axes took or left room: all is drawn anew
            self.picture = self._widget.grab()
            self._regions.clear()
        for region in tuple(self._regions):
            self.areas.append(sum(rect.width() * rect.height() for rect in region))
            painter = QPainter(self.picture)
            self._widget.render(painter, region.boundingRect().topLeft(), region)
            painter.end()
        self._regions.clear()  # also those of the drawing above


def levels(pixmap):
    """Red, green and blue of each pixel, (height, width, 3)."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("theme_mode", ["light", "dark"])
def test_strips_drawn_one_after_the_other_look_like_the_whole_drawn_at_once(panel, qtbot, theme_mode):
    theme.apply_theme(QApplication.instance(), theme_mode)
    settle(qtbot, panel)
    panel.start_run(50, 1000, "before")
    panel.add_records(learning(1, 3_000, per_epoch=50, level=0.2))
    panel.finish_run("all epochs done")
    panel.start_run(50, 1000, "cnn")
    settle(qtbot, panel)
    canvases = {name: plot_of(panel, name).findChild(PlotCanvas) for name in ("loss", "accuracy")}
    screens = {name: Screen(canvas) for name, canvas in canvases.items()}
    records = learning(1, 4_000, per_epoch=50)
    for first in range(0, len(records), 97):
        panel.add_records(records[first : first + 97])
        panel.draw_frame()
        QApplication.processEvents()
        for screen in screens.values():
            screen.take_in()
    for name, canvas in canvases.items():
        whole = canvas.width() * canvas.height()
        assert sum(area < whole / 4 for area in screens[name].areas) > 20
        difference = np.abs(levels(screens[name].picture) - levels(canvas.grab()))
        assert difference.max() <= 8, name  # of 255: the edge of a line may be rounded another way
    theme.apply_theme(QApplication.instance(), "system")


def test_a_long_run_is_drawn_with_few_points_and_its_spike(panel, qtbot):
    panel.start_run(1000, 50, "cnn")
    panel.add_records([iteration(i, 40.0 if i == 33_333 else 1.0, per_epoch=1000) for i in range(1, 50_001)])
    settle(qtbot, panel)
    x, y = plot_of(panel, "loss").drawn_line("train")
    assert len(x) < 4_000
    assert y.max() == 40.0


def test_the_best_epoch_stays_marked_among_ten_thousand(panel, qtbot):
    panel.start_run(2, 10_000, "cnn")
    panel.add_records([epoch(n, 1.0, 0.99 if n == 7_777 else 0.5, per_epoch=2) for n in range(1, 10_001)])
    panel.add_records([iteration(20_000, per_epoch=2)])
    settle(qtbot, panel)
    assert "best: epoch 7,777, 99.0 %" in texts(panel)
    _, y = plot_of(panel, "accuracy").drawn_line("validation")
    assert y.max() == 99.0


def test_of_equal_accuracies_the_lowest_loss_is_best():
    curves = RunCurves(25, 4, "")
    curves.add([epoch(1, 0.5, 0.9), epoch(2, 0.3, 0.9), epoch(3, 0.1, 0.8), epoch(4, 0.4, 0.9)])
    assert curves.best == 1


# what is shown


def test_before_the_first_run_the_plots_say_what_will_come(panel, qtbot):
    assert "Loss appears here, one point for each iteration" in texts(panel)
    assert "Accuracy appears here, one point for each iteration" in texts(panel)
    panel.start_run(25, 10, "cnn")
    assert "appears here" not in texts(panel)
    panel.clear()
    assert "appears here" in texts(panel)


def test_one_point_for_each_iteration_and_one_for_each_epoch(panel, qtbot):
    panel.start_run(25, 4, "cnn, adam 0.001")
    panel.add_records(learning(1, 60))
    settle(qtbot, panel)
    for name, scale in (("loss", 1), ("accuracy", 100)):
        plot = plot_of(panel, name)
        for kind in ("train", "smoothed", "validation"):
            x, y = plot.drawn_line(kind)
            kept_x, kept_y = panel.series(f"{kind} {name}")
            np.testing.assert_array_equal(x, kept_x)
            np.testing.assert_allclose(y, kept_y * scale)
    assert "cnn, adam 0.001" in texts(panel)


def test_the_view_grows_with_the_run_up_to_the_planned_end(panel, qtbot):
    panel.start_run(100, 100, "cnn")
    seen = []
    for last in (10, 150, 450, 3000, 7000):
        panel.add_records(learning(int(panel.series("train loss")[0].size) + 1, last, per_epoch=100))
        settle(qtbot, panel)
        seen.append(round(shown_x(panel)[1] / 1.015))
    assert seen == [100, 200, 500, 5000, 10_000]


def test_a_hidden_panel_draws_nothing_and_catches_up_when_shown(panel, qtbot):
    panel.start_run(25, 4, "cnn")
    settle(qtbot, panel)
    panel.hide()
    panel.add_records(learning(1, 50))
    qtbot.wait(120)
    assert len(plot_of(panel, "loss").drawn_line("train")[0]) == 0
    with qtbot.waitExposed(panel):
        panel.show()
    settle(qtbot, panel)
    assert len(plot_of(panel, "loss").drawn_line("train")[0]) == 50


def test_many_batches_of_records_are_few_frames(panel, qtbot, monkeypatch):
    frames = []
    plot = plot_of(panel, "loss")
    draw = plot.draw
    monkeypatch.setattr(plot, "draw", lambda *args: (frames.append(1), draw(*args)))
    panel.start_run(1000, 1, "cnn")
    for record in learning(1, 400, per_epoch=1000):
        panel.add_records((record,))
    assert not frames
    settle(qtbot, panel)
    assert 1 <= len(frames) <= 3


def test_a_second_run_keeps_the_first_as_faint_lines(panel, qtbot):
    panel.start_run(25, 4, "first")
    panel.add_records(learning(1, 100, level=0.2))
    panel.finish_run("all epochs done")
    first = panel.series("smoothed loss")
    assert "before" not in texts(panel)
    panel.start_run(25, 8, "second")
    panel.add_records(learning(1, 30, level=0.9))
    settle(qtbot, panel)
    x, y = plot_of(panel, "loss").drawn_line("before")
    assert len(x) >= 50  # what is in view
    np.testing.assert_array_equal(x, first[0][: len(x)])
    np.testing.assert_array_equal(y, first[1][: len(x)])
    assert "before" in texts(panel)
    assert "all epochs done" not in plot_of(panel, "loss").end_text
    second = panel.series("smoothed loss")
    panel.start_run(25, 8, "third, which fails at once")
    panel.start_run(25, 8, "fourth")
    settle(qtbot, panel)
    x, y = plot_of(panel, "loss").drawn_line("before")
    assert len(x) >= 25
    np.testing.assert_array_equal(y, second[1][: len(y)])


def test_the_end_says_its_reason_and_shows_the_whole_run(panel, qtbot):
    panel.start_run(25, 40, "cnn")
    panel.add_records((*learning(1, 110), CompletedRecord(StopReason.STOPPED_BY_USER, 4, 110, 4, 0.5, 1.0, 1e3)))
    panel.finish_run("stopped by the user")
    settle(qtbot, panel)
    assert plot_of(panel, "loss").end_text == "stopped by the user"
    assert plot_of(panel, "accuracy").end_text == ""
    assert shown_x(panel)[1] == pytest.approx(110 * 1.015)


def test_a_run_that_ends_before_its_first_iteration_leaves_the_plots_usable(panel, qtbot):
    panel.start_run(25, 40, "cnn")
    panel.finish_run("stopped by the user")
    settle(qtbot, panel)
    assert plot_of(panel, "loss").end_text == ""


def test_a_diverging_loss_does_not_break_the_plot(panel, qtbot):
    panel.start_run(25, 4, "cnn")
    panel.add_records([iteration(1), iteration(2, 1e30), iteration(3, math.inf), iteration(4, math.nan)])
    settle(qtbot, panel)
    low, high = plot_of(panel, "loss").getViewBox().viewRange()[1]
    assert math.isfinite(low)
    assert math.isfinite(high)
    qtbot.mouseClick(button_of(panel, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, panel)
    panel.repaint()


def test_one_spike_does_not_flatten_the_rest(panel, qtbot):
    panel.start_run(100, 1, "cnn")
    panel.add_records([iteration(i, 500.0 if i == 3 else 1.0, per_epoch=100) for i in range(1, 100)])
    settle(qtbot, panel)
    assert plot_of(panel, "loss").getViewBox().viewRange()[1][1] < 400


# mouse and keys


def test_wheel_and_drag_zoom_and_three_ways_lead_back(panel, qtbot):
    panel.start_run(25, 4, "cnn")
    panel.add_records(learning(1, 100))
    settle(qtbot, panel)
    whole = shown_x(panel)
    button = button_of(panel, "wholeRunButton")
    ways_back = (
        lambda: qtbot.mouseClick(button, Qt.MouseButton.LeftButton),
        lambda: qtbot.mouseDClick(plot_of(panel, "accuracy").viewport(), Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(plot_of(panel, "loss"), Qt.Key.Key_Home),
    )
    for go_back in ways_back:
        assert not button.isEnabled()
        turn_wheel(plot_of(panel, "loss").viewport(), 3)
        settle(qtbot, panel)
        assert button.isEnabled()
        low, high = shown_x(panel)
        assert whole[0] <= low < high <= whole[1]
        assert high - low < 0.9 * (whole[1] - whole[0])
        assert plot_of(panel, "accuracy").getViewBox().viewRange()[0] == pytest.approx([low, high])
        go_back()
        settle(qtbot, panel)
        assert shown_x(panel) == whole


def test_a_zoomed_view_stays_while_the_run_goes_on(panel, qtbot):
    panel.start_run(25, 40, "cnn")
    panel.add_records(learning(1, 100))
    settle(qtbot, panel)
    turn_wheel(plot_of(panel, "loss").viewport(), 3)
    settle(qtbot, panel)
    zoomed = shown_x(panel)
    panel.add_records(learning(101, 600))
    settle(qtbot, panel)
    assert shown_x(panel) == zoomed


def test_dragging_moves_the_view(panel, qtbot):
    panel.start_run(25, 4, "cnn")
    panel.add_records(learning(1, 100))
    settle(qtbot, panel)
    viewport = plot_of(panel, "loss").viewport()
    turn_wheel(viewport, 6)
    settle(qtbot, panel)
    before = shown_x(panel)
    middle = viewport.rect().center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
    for step in (20, 40, 60):
        qtbot.mouseMove(viewport, middle - QPoint(step, 0))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle - QPoint(60, 0))
    settle(qtbot, panel)
    assert shown_x(panel)[0] > before[0]


def test_hovering_reads_out_the_iteration_under_the_mouse(panel, qtbot):
    panel.start_run(25, 4, "cnn, adam")
    panel.add_records(learning(1, 100))
    settle(qtbot, panel)
    plot = plot_of(panel, "loss")
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(30.2, 1.0)))

    def reads_out(place, text):
        # the plot leaves out moves that follow each other too fast, and a mouse that stands still sends none
        for step in (0, 1):
            qtbot.mouseMove(plot.viewport(), place + QPoint(0, step))
        return text in texts(panel)

    qtbot.waitUntil(lambda: reads_out(place, "iteration 30, epoch 2 of 4"))
    loss, accuracy = (panel.series(f"train {name}")[1][29] for name in ("loss", "accuracy"))
    validation = panel.series("validation loss")[1][0]
    for text in (f"{loss:.4f}", f"{100 * accuracy:.1f} %", f"{validation:.4f}"):
        assert text in texts(panel)
    qtbot.waitUntil(lambda: reads_out(QPoint(1, 1), "cnn, adam"))


def test_the_loss_can_be_drawn_in_powers_of_ten(panel, qtbot):
    panel.start_run(25, 4, "cnn")
    panel.add_records(learning(1, 100))
    qtbot.mouseClick(button_of(panel, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, panel)
    _, y = plot_of(panel, "loss").drawn_line("train")
    np.testing.assert_allclose(y, np.log10(panel.series("train loss")[1]))
    qtbot.mouseClick(button_of(panel, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, panel)
    np.testing.assert_allclose(plot_of(panel, "loss").drawn_line("train")[1], panel.series("train loss")[1])


def test_high_accuracies_are_told_apart_on_an_axis_that_is_fitted(panel, qtbot):
    def shown():
        settle(qtbot, panel)
        return plot_of(panel, "accuracy").getViewBox().viewRange()[1]

    heard = []
    panel.accuracy_fitted.connect(heard.append)
    panel.start_run(10, 2, "cnn")
    panel.add_records([iteration(i, 0.1, 0.1 if i < 5 else 0.993, per_epoch=10) for i in range(1, 11)])
    panel.add_records([epoch(1, 0.1, 0.986, 10)])
    assert shown() == [-2, 103]
    fit = next(action for action in panel.findChild(QMenu).actions() if action.text() == "Fit accuracy")
    fit.trigger()
    assert heard == [True]
    assert shown() == [-2, 103]  # the smoothed line is still low in the later half
    panel.add_records([iteration(i, 0.1, 0.996, per_epoch=10) for i in range(11, 21)] + [epoch(2, 0.1, 1.0, 10)])
    assert shown() == pytest.approx([89.8, 100.3])  # 90 % lies below all of the later half
    panel.start_run(10, 10, "cnn")
    panel.add_records([iteration(i, 0.1, 0.996, per_epoch=10) for i in range(1, 101)])
    assert shown() == pytest.approx([98.98, 100.03])
    axis = plot_of(panel, "accuracy").getAxis("left")
    ticks = axis.tickStrings(axis.tickValues(*shown(), axis.height())[0][1], 1, 0.2)
    assert ticks[0] == "99 %"
    fit.trigger()
    assert heard == [True, False]
    assert shown() == [-2, 103]


def test_whether_the_accuracy_is_fitted_is_remembered(qtbot, window):
    fit = next(
        action for action in window.train_tab.plots.findChild(QMenu).actions() if action.text() == "Fit accuracy"
    )
    assert not fit.isChecked()
    fit.trigger()
    window.close()
    _, again = create_window([])
    qtbot.addWidget(again)
    assert again.train_tab.plots._plots["accuracy"].fitted
    again.close()


# axes and look


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


def test_the_plots_follow_the_theme(panel, qtbot):
    app = QApplication.instance()
    panel.start_run(25, 4, "cnn")
    panel.add_records(learning(1, 100))
    try:
        corners = []
        for mode in ("light", "dark"):
            theme.apply_theme(app, mode)
            settle(qtbot, panel)
            picture = plot_of(panel, "loss").grab().toImage()
            corners.append(picture.pixelColor(3, 3))
            assert corners[-1] == QColor(theme.colors().panel)
        assert corners[0] != corners[1]
    finally:
        theme.apply_theme(app, "system")


def test_each_line_says_what_it_is(panel):
    panel.start_run(25, 4, "cnn")
    tips = " ".join(widget.toolTip() for widget in panel.findChildren(QWidget))
    assert "the last 12 count most" in tips
    assert "each iteration" in tips
    assert "end of each epoch" in tips


def test_all_fits_beside_the_other_panels_of_a_small_window(panel, qtbot):
    """At any time: the smallest width does not depend on what is shown."""
    smallest = panel.minimumSizeHint().width()
    for label in ("cnn", "a data set of a very long name: cnn, adam 0.002, batch 32, seed 0"):
        panel.start_run(1000, 1000, label)
        panel.add_records([iteration(1, 1e80), epoch(1, 1e80, 1.0, 1000)])
        settle(qtbot, panel)
        assert panel.minimumSizeHint().width() == smallest
    assert smallest <= 420
    assert panel.minimumSizeHint().height() <= 400


def entries(panel, name):
    return panel._legends[name].entries


def test_the_legends_of_both_plots_line_up_and_move_for_nothing(panel, qtbot):
    panel.start_run(25, 4, "first")
    panel.add_records(learning(1, 100))
    settle(qtbot, panel)

    def places(kinds):
        return {
            name: [entries(panel, name)[kind].mapTo(panel, QPoint(0, 0)).x() for kind in kinds] for name in panel._plots
        }

    before = places(("smoothed", "validation", "train"))
    assert before["loss"] == before["accuracy"]
    panel.start_run(25, 4, "second")
    panel.add_records(learning(1, 10))
    settle(qtbot, panel)
    assert entries(panel, "loss")["before"].isVisible()
    assert places(("smoothed", "validation", "train")) == before


def test_a_narrow_legend_leaves_out_what_matters_least(panel, qtbot):
    panel.start_run(25, 4, "first")
    panel.add_records(learning(1, 100))
    panel.start_run(25, 4, "second")
    seen = []
    for width in (700, 560, 420):
        panel.resize(width, 600)
        settle(qtbot, panel)
        seen.append([kind for kind, entry in entries(panel, "loss").items() if entry.isVisible()])
    assert seen[0] == ["smoothed", "validation", "train", "before"]
    assert seen[1] == ["smoothed", "validation", "before"]
    assert seen[2] == ["smoothed", "validation"]


@pytest.mark.parametrize("value", [9.9999, 123_456.7, 2.607e18, 1.5e99, math.nan, math.inf])
def test_no_value_of_the_legend_is_cut(panel, qtbot, value):
    panel.start_run(25, 4, "first")
    panel.add_records([iteration(1, value), epoch(1, value, 1.0, 1)])
    settle(qtbot, panel)
    for kind in ("smoothed", "validation", "train"):
        label = entries(panel, "loss")[kind]._value
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_before_the_first_point_the_middle_says_what_is_done_and_why(panel, qtbot):
    panel.show_preparation("Computing features", 120, 700, "2:02", "The pretrained network looks at every image once.")
    view = panel.findChild(QWidget, "preparationView")
    assert view.isVisible()
    for text in ("Computing features", "120 of 700, 2:02 left", "looks at every image once"):
        assert text in texts(panel)
    bar = panel.findChild(QProgressBar, "preparationProgress")
    assert (bar.value(), bar.maximum()) == (120, 700)
    for width in (900, 420):
        panel.resize(width, 600)
        settle(qtbot, panel)
        assert abs(view.geometry().center().x() - panel.rect().center().x()) <= 1
        assert panel.rect().contains(view.geometry())
    panel.start_run(25, 4, "cnn")
    assert not view.isVisible()


def test_the_run_of_another_data_set_is_named_so_and_never_compared(panel, qtbot):
    panel.start_run(25, 4, "pets: cnn")
    panel.add_records(learning(1, 100))
    panel.mark_foreign()
    settle(qtbot, panel)
    assert "Data set before this one: pets: cnn" in texts(panel)
    panel.start_run(25, 4, "cars: cnn")
    panel.add_records(learning(1, 10))
    settle(qtbot, panel)
    assert "before" not in texts(panel)
    assert len(plot_of(panel, "loss").drawn_line("before")[0]) == 0


def test_each_plot_has_a_name_and_a_summary_that_is_kept_up_to_date(panel, qtbot):
    def said(name):
        interface = QAccessible.queryAccessibleInterface(plot_of(panel, name))
        return interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Description)

    assert said("loss") == ("Loss over the iterations", "Nothing is recorded yet.")
    panel.start_run(25, 12, "cnn")
    panel.add_records([iteration(1, 2.0, 0.25)])
    settle(qtbot, panel)
    assert said("loss")[1] == "Training loss, 1 iteration, now 2.0000"
    assert said("accuracy")[1] == "Training accuracy, 1 iteration, now 25.0 %"
    for number in range(1, 13):
        panel.add_records([iteration(25 * number), epoch(number, 1 / number, 0.92 if number == 9 else 0.91)])
    settle(qtbot, panel)
    assert said("accuracy") == (
        "Accuracy over the iterations",
        "Validation accuracy, 12 epochs, last 91.0 %, best 92.0 % at epoch 9",
    )
    assert said("loss")[1] == "Validation loss, 12 epochs, last 0.0833, lowest 0.0833 at epoch 12"


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # a menu does, where there is no screen
def test_the_records_are_saved_as_a_table_from_the_menu(panel, qtbot, tmp_path, monkeypatch):
    heard = []
    panel.message.connect(lambda kind, text: heard.append((kind, text)))
    panel.start_run(2, 2, "pets: cnn")
    panel.add_records([iteration(1, 0.5, 0.25, 32, 2), iteration(2, 0.25, 1.0, 7, 2), epoch(1, 0.75, 0.5, 2)])
    settle(qtbot, panel)
    monkeypatch.setattr(plot_menu, "ask_where_to_save", lambda *_: tmp_path / "run.csv")
    menu = panel.findChild(QMenu)
    place = plot_of(panel, "loss").viewport().rect().center()
    qtbot.mouseClick(plot_of(panel, "loss").viewport(), Qt.MouseButton.RightButton, pos=place)
    qtbot.waitUntil(menu.isVisible)
    picture, table = menu.actions()[-2:]
    table.trigger()
    menu.close()
    assert (tmp_path / "run.csv").read_text().splitlines() == [
        "iteration,epoch,images,training_loss,training_accuracy,validation_loss,validation_accuracy",
        "1,1,32,0.5,0.25,,",
        "2,1,7,0.25,1.0,0.75,0.5",
    ]
    assert heard == [("info", f"{tmp_path / 'run.csv'} is written.")]
    monkeypatch.setattr(plot_menu, "ask_where_to_save", lambda *_: tmp_path / "run.png")
    picture.trigger()
    assert QImage(str(tmp_path / "run.png")).size() == 2 * panel.size()
    monkeypatch.setattr(plot_menu, "ask_where_to_save", lambda *_: tmp_path / "gone" / "run.csv")
    table.trigger()
    assert heard[-1][0] == "error"
    assert "could not be written" in heard[-1][1]
