"""The plots: legends, colours, room, and strips that are drawn one after the other."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from nn_trainer.ui.plots.canvas import PlotCanvas
from nn_trainer.ui.plots.style import plot_style
from nn_trainer.ui.theme import theme
from nn_trainer.ui.theme.colors import DARK, LIGHT
from tests.helpers.plots import epoch, iteration, learning, plot_of, settle


def test_the_pens_of_lines_of_many_points_are_opaque():
    for colors in (LIGHT, DARK):
        style = plot_style(colors)
        assert all(pen.color().alpha() == 255 for pen in (*style.run.values(), *style.run_before.values()))
        raw, panel_color = style.run["train"].color(), QColor(colors.panel)
        assert abs(raw.lightness() - panel_color.lightness()) > 40  # to be seen


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
def test_strips_drawn_one_after_the_other_look_like_the_whole_drawn_at_once(plots, qtbot, theme_mode):
    theme.apply_theme(QApplication.instance(), theme_mode)
    settle(qtbot, plots)
    plots.start_run(50, 1000, "before")
    plots.add_records(learning(1, 3_000, per_epoch=50, level=0.2))
    plots.finish_run("all epochs done")
    plots.start_run(50, 1000, "cnn")
    settle(qtbot, plots)
    canvases = {name: plot_of(plots, name).findChild(PlotCanvas) for name in ("loss", "accuracy")}
    screens = {name: Screen(canvas) for name, canvas in canvases.items()}
    records = learning(1, 4_000, per_epoch=50)
    for first in range(0, len(records), 97):
        plots.add_records(records[first : first + 97])
        plots.draw_frame()
        QApplication.processEvents()
        for screen in screens.values():
            screen.take_in()
    for name, canvas in canvases.items():
        whole = canvas.width() * canvas.height()
        assert sum(area < whole / 4 for area in screens[name].areas) > 20
        difference = np.abs(levels(screens[name].picture) - levels(canvas.grab()))
        assert difference.max() <= 8, name  # of 255: the edge of a line may be rounded another way
    theme.apply_theme(QApplication.instance(), "system")


def test_validation_points_that_would_hide_each_other_are_not_drawn(plots, qtbot):
    def diamonds(epochs):
        plots.start_run(1, epochs, "cnn")
        plots.add_records([iteration(i, 0.5, 0.5, per_epoch=1) for i in range(1, epochs + 1)])
        plots.add_records([epoch(i, 0.5, 0.5, 1) for i in range(1, epochs + 1)])
        settle(qtbot, plots)
        canvas = plot_of(plots, "accuracy").findChild(PlotCanvas)
        image = canvas.grab().toImage()
        y = round(canvas.scale.y(50.0)) - 3  # above the line, beside the middle of a diamond
        edge = QColor(theme.colors().validation).rgb()
        return sum(image.pixel(x, y) == edge for x in range(image.width()))

    assert diamonds(20) > 20
    assert diamonds(250) < 12  # those of the circle round the best


def test_the_plots_follow_the_theme(plots, qtbot):
    app = QApplication.instance()
    plots.start_run(25, 4, "cnn")
    plots.add_records(learning(1, 100))
    try:
        corners = []
        for mode in ("light", "dark"):
            theme.apply_theme(app, mode)
            settle(qtbot, plots)
            picture = plot_of(plots, "loss").grab().toImage()
            corners.append(picture.pixelColor(3, 3))
            assert corners[-1] == QColor(theme.colors().panel)
        assert corners[0] != corners[1]
    finally:
        theme.apply_theme(app, "system")


def test_each_line_says_what_it_is(plots):
    plots.start_run(25, 4, "cnn")
    tips = " ".join(widget.toolTip() for widget in plots.findChildren(QWidget))
    assert "the last 12 count most" in tips
    assert "each iteration" in tips
    assert "end of each epoch" in tips


def test_all_fits_beside_the_other_panels_of_a_small_window(plots, qtbot):
    """At any time: the smallest width does not depend on what is shown."""
    smallest = plots.minimumSizeHint().width()
    for label in ("cnn", "a data set of a very long name: cnn, adam 0.002, batch 32, seed 0"):
        plots.start_run(1000, 1000, label)
        plots.add_records([iteration(1, 1e80), epoch(1, 1e80, 1.0, 1000)])
        settle(qtbot, plots)
        assert plots.minimumSizeHint().width() == smallest
    assert smallest <= 420
    assert plots.minimumSizeHint().height() <= 400


def entries(plots, name):
    return plots._legends[name].entries


def test_the_legends_of_both_plots_line_up_and_move_for_nothing(plots, qtbot):
    plots.start_run(25, 4, "first")
    plots.add_records(learning(1, 100))
    settle(qtbot, plots)

    def places(kinds):
        return {
            name: [entries(plots, name)[kind].mapTo(plots, QPoint(0, 0)).x() for kind in kinds] for name in plots._plots
        }

    before = places(("smoothed", "validation", "train"))
    assert before["loss"] == before["accuracy"]
    plots.start_run(25, 4, "second")
    plots.add_records(learning(1, 10))
    settle(qtbot, plots)
    assert entries(plots, "loss")["before"].isVisible()
    assert places(("smoothed", "validation", "train")) == before


def test_a_narrow_legend_leaves_out_what_matters_least(plots, qtbot):
    plots.start_run(25, 4, "first")
    plots.add_records(learning(1, 100))
    plots.start_run(25, 4, "second")
    seen = []
    for width in (700, 560, 420):
        plots.resize(width, 600)
        settle(qtbot, plots)
        seen.append([kind for kind, entry in entries(plots, "loss").items() if entry.isVisible()])
    assert seen[0] == ["smoothed", "validation", "train", "before"]
    assert seen[1] == ["smoothed", "validation", "before"]
    assert seen[2] == ["smoothed", "validation"]


@pytest.mark.parametrize("value", [9.9999, 123_456.7, 2.607e18, 1.5e99, math.nan, math.inf])
def test_no_value_of_the_legend_is_cut(plots, qtbot, value):
    plots.start_run(25, 4, "first")
    plots.add_records([iteration(1, value), epoch(1, value, 1.0, 1)])
    settle(qtbot, plots)
    for kind in ("smoothed", "validation", "train"):
        label = entries(plots, "loss")[kind]._value
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
