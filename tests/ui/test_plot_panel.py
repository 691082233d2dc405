"""The plots of a run as it goes: what is drawn when, at its end, and beside the run before."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QMenu, QProgressBar, QWidget

from nn_trainer.app import create_window
from nn_trainer.engine.records import CompletedRecord, StopReason
from nn_trainer.ui.plots import plot_menu
from tests.helpers.plots import button_of, epoch, iteration, learning, plot_of, settle, shown_x, texts


def test_a_long_run_is_drawn_with_few_points_and_its_spike(plots, qtbot):
    plots.start_run(1000, 50, "cnn")
    plots.add_records([iteration(i, 40.0 if i == 33_333 else 1.0, per_epoch=1000) for i in range(1, 50_001)])
    settle(qtbot, plots)
    x, y = plot_of(plots, "loss").drawn_line("train")
    assert len(x) < 4_000
    assert y.max() == 40.0


def test_the_best_epoch_stays_marked_among_ten_thousand(plots, qtbot):
    plots.start_run(2, 10_000, "cnn")
    plots.add_records([epoch(n, 1.0, 0.99 if n == 7_777 else 0.5, per_epoch=2) for n in range(1, 10_001)])
    plots.add_records([iteration(20_000, per_epoch=2)])
    settle(qtbot, plots)
    assert "best: epoch 7,777, 99.0 %" in texts(plots)
    _, y = plot_of(plots, "accuracy").drawn_line("validation")
    assert y.max() == 99.0


def test_before_the_first_run_the_plots_say_what_will_come(plots, qtbot):
    assert "Loss appears here, one point for each iteration" in texts(plots)
    assert "Accuracy appears here, one point for each iteration" in texts(plots)
    plots.start_run(25, 10, "cnn")
    assert "appears here" not in texts(plots)
    plots.clear()
    assert "appears here" in texts(plots)


def test_one_point_for_each_iteration_and_one_for_each_epoch(plots, qtbot):
    plots.start_run(25, 4, "cnn, adam 0.001")
    plots.add_records(learning(1, 60))
    settle(qtbot, plots)
    for name, scale in (("loss", 1), ("accuracy", 100)):
        plot = plot_of(plots, name)
        for kind in ("train", "smoothed", "validation"):
            x, y = plot.drawn_line(kind)
            kept_x, kept_y = plots.series(f"{kind} {name}")
            np.testing.assert_array_equal(x, kept_x)
            np.testing.assert_allclose(y, kept_y * scale)
    assert "cnn, adam 0.001" in texts(plots)


def test_the_view_grows_with_the_run_up_to_the_planned_end(plots, qtbot):
    plots.start_run(100, 100, "cnn")
    seen = []
    for last in (10, 150, 450, 3000, 7000):
        plots.add_records(learning(int(plots.series("train loss")[0].size) + 1, last, per_epoch=100))
        settle(qtbot, plots)
        seen.append(round(shown_x(plots)[1] / 1.015))
    assert seen == [100, 200, 500, 5000, 10_000]


def test_a_hidden_panel_draws_nothing_and_catches_up_when_shown(plots, qtbot):
    plots.start_run(25, 4, "cnn")
    settle(qtbot, plots)
    plots.hide()
    plots.add_records(learning(1, 50))
    qtbot.wait(120)
    assert len(plot_of(plots, "loss").drawn_line("train")[0]) == 0
    with qtbot.waitExposed(plots):
        plots.show()
    settle(qtbot, plots)
    assert len(plot_of(plots, "loss").drawn_line("train")[0]) == 50


def test_many_batches_of_records_are_few_frames(plots, qtbot, monkeypatch):
    frames = []
    plot = plot_of(plots, "loss")
    draw = plot.draw
    monkeypatch.setattr(plot, "draw", lambda *args: (frames.append(1), draw(*args)))
    plots.start_run(1000, 1, "cnn")
    for record in learning(1, 400, per_epoch=1000):
        plots.add_records((record,))
    assert not frames
    settle(qtbot, plots)
    assert 1 <= len(frames) <= 3


def test_a_second_run_keeps_the_first_as_faint_lines(plots, qtbot):
    plots.start_run(25, 4, "first")
    plots.add_records(learning(1, 100, level=0.2))
    plots.finish_run("all epochs done")
    first = plots.series("smoothed loss")
    assert "before" not in texts(plots)
    plots.start_run(25, 8, "second")
    plots.add_records(learning(1, 30, level=0.9))
    settle(qtbot, plots)
    x, y = plot_of(plots, "loss").drawn_line("before")
    assert len(x) >= 50  # what is in view
    np.testing.assert_array_equal(x, first[0][: len(x)])
    np.testing.assert_array_equal(y, first[1][: len(x)])
    assert "before" in texts(plots)
    assert "all epochs done" not in plot_of(plots, "loss").end_text
    second = plots.series("smoothed loss")
    plots.start_run(25, 8, "third, which fails at once")
    plots.start_run(25, 8, "fourth")
    settle(qtbot, plots)
    x, y = plot_of(plots, "loss").drawn_line("before")
    assert len(x) >= 25
    np.testing.assert_array_equal(y, second[1][: len(y)])


def test_the_end_says_its_reason_and_shows_the_whole_run(plots, qtbot):
    plots.start_run(25, 40, "cnn")
    plots.add_records((*learning(1, 110), CompletedRecord(StopReason.STOPPED_BY_USER, 4, 110, 4, 0.5, 1.0, 1e3)))
    plots.finish_run("stopped by the user")
    settle(qtbot, plots)
    assert plot_of(plots, "loss").end_text == "stopped by the user"
    assert plot_of(plots, "accuracy").end_text == ""
    assert shown_x(plots)[1] == pytest.approx(110 * 1.015)


def test_a_run_that_ends_before_its_first_iteration_leaves_the_plots_usable(plots, qtbot):
    plots.start_run(25, 40, "cnn")
    plots.finish_run("stopped by the user")
    settle(qtbot, plots)
    assert plot_of(plots, "loss").end_text == ""


def test_a_diverging_loss_does_not_break_the_plot(plots, qtbot):
    plots.start_run(25, 4, "cnn")
    plots.add_records([iteration(1), iteration(2, 1e30), iteration(3, math.inf), iteration(4, math.nan)])
    settle(qtbot, plots)
    low, high = plot_of(plots, "loss").getViewBox().viewRange()[1]
    assert math.isfinite(low)
    assert math.isfinite(high)
    qtbot.mouseClick(button_of(plots, "logLossButton"), Qt.MouseButton.LeftButton)
    settle(qtbot, plots)
    plots.repaint()


def test_one_spike_does_not_flatten_the_rest(plots, qtbot):
    plots.start_run(100, 1, "cnn")
    plots.add_records([iteration(i, 500.0 if i == 3 else 1.0, per_epoch=100) for i in range(1, 100)])
    settle(qtbot, plots)
    assert plot_of(plots, "loss").getViewBox().viewRange()[1][1] < 400


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


def test_before_the_first_point_the_middle_says_what_is_done_and_why(plots, qtbot):
    plots.show_preparation("Computing features", 120, 700, "2:02", "The pretrained network looks at every image once.")
    view = plots.findChild(QWidget, "preparationView")
    assert view.isVisible()
    for text in ("Computing features", "120 of 700, 2:02 left", "looks at every image once"):
        assert text in texts(plots)
    bar = plots.findChild(QProgressBar, "preparationProgress")
    assert (bar.value(), bar.maximum()) == (120, 700)
    for width in (900, 420):
        plots.resize(width, 600)
        settle(qtbot, plots)
        assert abs(view.geometry().center().x() - plots.rect().center().x()) <= 1
        assert plots.rect().contains(view.geometry())
    plots.start_run(25, 4, "cnn")
    assert not view.isVisible()


def test_the_run_of_another_data_set_is_named_so_and_never_compared(plots, qtbot):
    plots.start_run(25, 4, "pets: cnn")
    plots.add_records(learning(1, 100))
    plots.mark_foreign()
    settle(qtbot, plots)
    assert "Data set before this one: pets: cnn" in texts(plots)
    plots.start_run(25, 4, "cars: cnn")
    plots.add_records(learning(1, 10))
    settle(qtbot, plots)
    assert "before" not in texts(plots)
    assert len(plot_of(plots, "loss").drawn_line("before")[0]) == 0


def test_each_plot_has_a_name_and_a_summary_that_is_kept_up_to_date(plots, qtbot):
    def said(name):
        interface = QAccessible.queryAccessibleInterface(plot_of(plots, name))
        return interface.text(QAccessible.Text.Name), interface.text(QAccessible.Text.Description)

    assert said("loss") == ("Loss over the iterations", "Nothing is recorded yet.")
    plots.start_run(25, 12, "cnn")
    plots.add_records([iteration(1, 2.0, 0.25)])
    settle(qtbot, plots)
    assert said("loss")[1] == "Training loss, 1 iteration, now 2.0000"
    assert said("accuracy")[1] == "Training accuracy, 1 iteration, now 25.0 %"
    for number in range(1, 13):
        plots.add_records([iteration(25 * number), epoch(number, 1 / number, 0.92 if number == 9 else 0.91)])
    settle(qtbot, plots)
    assert said("accuracy") == (
        "Accuracy over the iterations",
        "Validation accuracy, 12 epochs, last 91.0 %, best 92.0 % at epoch 9",
    )
    assert said("loss")[1] == "Validation loss, 12 epochs, last 0.0833, lowest 0.0833 at epoch 12"


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard")  # a menu does, where there is no screen
def test_the_records_are_saved_as_a_table_from_the_menu(plots, qtbot, tmp_path, monkeypatch):
    heard = []
    plots.message.connect(lambda kind, text: heard.append((kind, text)))
    plots.start_run(2, 2, "pets: cnn")
    plots.add_records([iteration(1, 0.5, 0.25, 32, 2), iteration(2, 0.25, 1.0, 7, 2), epoch(1, 0.75, 0.5, 2)])
    settle(qtbot, plots)
    monkeypatch.setattr(plot_menu, "ask_where_to_save", lambda *_: tmp_path / "run.csv")
    menu = plots.findChild(QMenu)
    place = plot_of(plots, "loss").viewport().rect().center()
    qtbot.mouseClick(plot_of(plots, "loss").viewport(), Qt.MouseButton.RightButton, pos=place)
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
    assert QImage(str(tmp_path / "run.png")).size() == 2 * plots.size()
    monkeypatch.setattr(plot_menu, "ask_where_to_save", lambda *_: tmp_path / "gone" / "run.csv")
    table.trigger()
    assert heard[-1][0] == "error"
    assert "could not be written" in heard[-1][1]
