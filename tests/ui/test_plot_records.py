"""The plots: what is kept of a run, smoothed and downsampled."""

import itertools
import math

import numpy as np
import pytest

from nn_trainer.engine.records import EpochRecord, IterationRecord
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.downsampling import envelope
from tests.helpers.plots import epoch, iteration, learning, settle, texts


def test_every_record_is_kept(plots):
    plots.start_run(25, 200, "cnn")
    records = learning(1, 5000)
    for start in range(0, len(records), 7):
        plots.add_records(records[start : start + 7])
    x, y = plots.series("train loss")
    np.testing.assert_array_equal(x, np.arange(1, 5001))
    np.testing.assert_array_equal(y, [r.loss for r in records if isinstance(r, IterationRecord)])
    x, y = plots.series("validation accuracy")
    np.testing.assert_array_equal(x, np.arange(25, 5001, 25))
    np.testing.assert_array_equal(y, [r.validation_accuracy for r in records if isinstance(r, EpochRecord)])


def test_records_before_a_run_are_a_fault_of_the_caller(plots):
    with pytest.raises(RuntimeError, match="start_run"):
        plots.add_records(learning(1, 2))


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


def test_records_that_nobody_looks_at_do_not_pile_up(plots):
    plots.start_run(1000, 50, "cnn")
    plots.hide()
    most = 0
    for first in range(1, 20_001, 500):
        plots.add_records([iteration(i, per_epoch=1000) for i in range(first, first + 500)])
        most = max(most, len(plots._run._waiting))
    assert most < 5_500
    assert len(plots.series("train loss")[0]) == 20_000


def test_a_run_without_validation_images_has_no_validation_points(plots, qtbot):
    plots.start_run(25, 2, "cnn")
    plots.add_records((*learning(1, 24), iteration(25), EpochRecord(1, 25, 1.0, 0.5, None, None, 1e3, 1.0)))
    settle(qtbot, plots)
    assert len(plots.series("validation loss")[0]) == 0
    assert "best" not in texts(plots)


def test_what_was_recorded_cannot_be_changed_from_outside(plots):
    plots.start_run(25, 2, "cnn")
    plots.add_records(learning(1, 10))
    _, y = plots.series("train loss")
    with pytest.raises(ValueError, match="read-only"):
        y[0] = 0


@pytest.mark.parametrize("size", [10, 1_000, 12_345, 100_000])
def test_downsampling_keeps_every_extreme_and_the_newest_point(size):
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


def test_downsampling_draws_only_what_is_in_view_and_one_point_beyond():
    x = np.arange(1.0, 1001)
    few_x, few_y = envelope(x, x * 2, 100.5, 110.5, 0.02)
    np.testing.assert_array_equal(few_x, np.arange(100, 112))
    np.testing.assert_array_equal(few_y, few_x * 2)


def test_a_part_is_downsampled_as_the_whole_is():
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


def test_of_equal_accuracies_the_lowest_loss_is_best():
    curves = RunCurves(25, 4, "")
    curves.add([epoch(1, 0.5, 0.9), epoch(2, 0.3, 0.9), epoch(3, 0.1, 0.8), epoch(4, 0.4, 0.9)])
    assert curves.best == 1
