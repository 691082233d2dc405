"""Step 6 of the lesson, by real clicks, on the sample; the trainings once more in plain float64 NumPy."""

import threading
from contextlib import contextmanager

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QCheckBox, QProgressBar, QSpinBox

from nn_trainer.engine.config import make_config
from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.models import overfitting
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.overfitting import (
    COPIES,
    LARGEST_SIDE,
    LEARNING_RATE,
    REACH,
    WEIGHT_DECAY,
    Remedies,
    SmallTraining,
    make_comparison,
    moved_copies,
    shrink,
)
from nn_trainer.ui.lesson.overfitting import curve_plot
from nn_trainer.workers.threads import join_all, unjoined_threads
from tests.helpers.lesson_clicks import answer, click, copied, find, open_step, text_of
from tests.helpers.plain_numpy import PlainAdamW, PlainNetwork, losses_and_gradient
from tests.helpers.shown_numbers import agrees, assert_shown, numbers_in


@pytest.fixture
def step(qtbot, lesson):
    step = open_step(qtbot, lesson, 6)
    qtbot.waitUntil(lambda: step.comparison is not None, timeout=20_000)
    return step


@pytest.fixture
def short(monkeypatch):
    """Both runs are half as long: the left one overfits by then, and what is tested is the same."""
    monkeypatch.setattr(overfitting, "ITERATIONS", 200)


def run_both(qtbot, step):
    """Click Run both and wait for the end of both."""
    with qtbot.waitSignal(step.finished, timeout=120_000):
        click(qtbot, step, "plotsRun")


def train_again(plain, training, decay):
    """The records that the engine must have given: (training loss, training accuracy, validation loss, accuracy)."""
    images, labels = training.training
    optimizer = PlainAdamW(LEARNING_RATE, decay)
    for epoch in range(1, training.config.epochs + 1):
        order, loss, right = stream(training.config.seed, Purpose.ORDER, epoch).permutation(len(labels)), 0.0, 0
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            z = plain.forward(images[batch])
            losses, dz = losses_and_gradient("cross-entropy", z, labels[batch])
            loss += losses.sum()
            right += int((z.argmax(axis=1) == labels[batch]).sum())
            optimizer.step(plain.state, plain.backward(dz / len(batch)))
        yield loss / len(order), right / len(order), *measure(plain, training)


def measure(plain, training):
    images, labels = training.validation
    z = plain.forward(images)
    return losses_and_gradient("cross-entropy", z, labels)[0].mean(), float((z.argmax(axis=1) == labels).mean())


def check_column(column, expected):
    """Every number on the screen of one run."""
    for record, figures in zip(column.run.epochs, expected, strict=True):
        shown = (record.train_loss, record.train_accuracy, record.validation_loss, record.validation_accuracy)
        np.testing.assert_allclose(shown, figures, rtol=1e-4, atol=1e-8)
    loss, accuracy, validation, validation_accuracy = expected[-1]
    losses = [row[2] for row in expected]
    lines = column.figures.text().splitlines()
    assert_shown(numbers_in(lines[0]), [loss, validation])
    assert_shown(numbers_in(lines[1]), [100 * accuracy, 100 * validation_accuracy])
    assert_shown(numbers_in(lines[2]), [min(losses), 1 + int(np.argmin(losses)), len(losses)])


@pytest.mark.usefixtures("short")
def test_every_number_of_both_runs(qtbot, lesson, step):
    find(step, "plotsDropout", QCheckBox).click()  # its masks are drawn by chance; the other remedies stay
    comparison = step.comparison
    few, many = comparison.overfitting(60), comparison.guarded(Remedies(dropout=False), 60)
    run_both(qtbot, step)
    with single_threaded_blas():  # many small products: threads would only wait for each other
        left = list(train_again(PlainNetwork(few.network), few, 0.0))
        right = list(train_again(PlainNetwork(many.network), many, WEIGHT_DECAY))
    for column, expected in zip(step.columns, (left, right), strict=True):
        check_column(column, expected)
    lines = copied(qtbot, lesson)
    epochs = [line.split("\t") for line in lines if line.count("\t") == 4 and line[0].isdigit()]
    assert len(epochs) == len(left) + len(right)
    for cells, row in zip(epochs, left + right, strict=True):
        assert all(agrees(cell, value) for cell, value in zip(cells[1:], (row[0], row[2], row[1], row[3]), strict=True))


def test_the_left_run_overfits_and_the_right_one_does_not(qtbot, lesson, step):
    run_both(qtbot, step)
    left, right = step.columns
    assert left.verdict.text().startswith("It overfits")
    assert right.verdict.text().startswith("It does not overfit")
    summary = left.run.summary()
    assert summary.last.train_loss < 0.01
    assert right.run.summary().last.validation_loss < summary.last.validation_loss
    assert summary.last.validation_loss > 1.1 * summary.best.validation_loss
    final = measure(PlainNetwork(step.trainings[1].network), step.trainings[1])  # dropout is off when it is measured
    assert agrees(numbers_in(right.figures.text().splitlines()[0])[1], final[0])
    (x, y), (vx, vy) = left.plots["loss"].drawn()
    assert len(x) == len(left.run.iterations) == step.trainings[0].total_iterations
    assert y[0] == pytest.approx(left.run.iterations[0].loss)
    assert y[-1] == pytest.approx(np.mean([record.loss for record in left.run.iterations[-10:]]))
    np.testing.assert_array_equal(vy, [record.validation_loss for record in left.run.epochs])
    np.testing.assert_array_equal(vx, [record.iteration for record in left.run.epochs])
    assert find(step, "plotsProgress", QProgressBar).value() == sum(t.total_iterations for t in step.trainings)


@pytest.mark.usefixtures("short")
def test_the_question_is_about_the_run_that_was_seen(qtbot, lesson, step):
    assert text_of(lesson, "lessonQuestion").startswith("Press Run both")
    assert answer(qtbot, lesson, "3").startswith("✗")
    run_both(qtbot, step)
    train, validation = (float(n) for n in numbers_in(step.columns[0].figures.text().splitlines()[1]))
    assert answer(qtbot, lesson, f"{train - validation + 2:.1f}").startswith("✗")
    assert answer(qtbot, lesson, f"{train - validation:.1f}").startswith("✓")


def test_cancel_ends_both_and_keeps_the_curves_without_a_verdict(qtbot, lesson, step):
    click(qtbot, step, "plotsRun")
    qtbot.waitUntil(lambda: all(len(column.run.iterations) > 3 for column in step.columns), timeout=20_000)
    click(qtbot, step, "plotsCancel")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert all(len(column.run.iterations) > 3 for column in step.columns)
    for column in step.columns:
        assert column.verdict.text().startswith("Ended early")
    assert text_of(lesson, "lessonQuestion").startswith("Press Run both")
    assert answer(qtbot, lesson, "0").startswith("✗")
    run_both(qtbot, step)
    assert step.columns[0].verdict.text().startswith("It overfits")
    assert len(step.columns[0].run.iterations) == step.trainings[0].total_iterations


def take_newer_weights(qtbot, lesson, dataset, how):
    """Give the lesson another classifier, as a training that ends meanwhile does, and let it be copied."""
    classifier = Fitting(dataset, make_config(preset="linear", image_size=28, channels="grey")).classifier
    before = lesson.subject
    lesson.set_source(dataset, classifier, "just trained")
    if how == "the button":
        click(qtbot, lesson, "lessonNewerButton")
    else:
        lesson.hide()
        lesson.show()
    qtbot.waitUntil(lambda: lesson.subject is not before, timeout=20_000)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("how", ["the button", "leaving the tab and coming back"])
def test_runs_of_other_images_are_neither_shown_nor_judged(qtbot, lesson, sample, step, how):
    click(qtbot, step, "plotsRun")
    qtbot.waitUntil(lambda: all(len(column.run.iterations) > 3 for column in step.columns), timeout=20_000)
    threads = [controller._thread for controller in step._runs.controllers]
    take_newer_weights(qtbot, lesson, sample, how)
    assert step.trainings == ()
    assert not step.is_busy()
    qtbot.waitUntil(lambda: all(thread.isFinished() for thread in threads), timeout=20_000)
    qtbot.waitUntil(lambda: step.comparison is not None, timeout=20_000)
    QApplication.processEvents()  # what the old runs still sent
    for column in step.columns:
        assert column.run.iterations == []
        assert (column.verdict.text(), column.figures.text(), column.images.text()) == ("", "", "")
    assert find(step, "plotsProgress", QProgressBar).value() == 0
    assert text_of(lesson, "lessonQuestion").startswith("Press Run both")
    run_both(qtbot, step)
    assert step.columns[0].verdict.text().startswith("It overfits")
    assert len(step.columns[0].run.iterations) == step.trainings[0].total_iterations


def test_closing_while_both_run_waits_for_neither(qtbot, lesson, step, monkeypatch):
    may_end, running = threading.Event(), SmallTraining.running

    @contextmanager
    def endless_iteration(self, should_stop):
        with running(self, should_stop) as records:
            may_end.wait(60)
            yield records

    monkeypatch.setattr(SmallTraining, "running", endless_iteration)
    click(qtbot, step, "plotsRun")
    assert unjoined_threads().count("training") == 2
    lesson.shutdown()
    assert unjoined_threads().count("training") == 2
    may_end.set()
    assert join_all(20_000)


@pytest.mark.usefixtures("short")
def test_the_plots_of_both_runs_stand_at_the_same_height(qtbot, lesson, step):
    def compare():
        for metric in ("loss", "accuracy"):
            left, right = (column.plots[metric] for column in step.columns)
            assert left.mapTo(step, QPoint()).y() == right.mapTo(step, QPoint()).y()
            assert left.size() == right.size()

    compare()
    run_both(qtbot, step)
    compare()


def test_before_a_run_there_are_no_axes_that_nobody_measured(step, monkeypatch):
    written = []
    monkeypatch.setattr(curve_plot, "write", lambda _painter, _room, text, *_, **__: written.append(text))
    plots = [plot for column in step.columns for plot in column.plots.values()]
    for plot in plots:
        plot.grab()
    assert written == ["The curves come with Run both."] * len(plots)


def test_the_number_of_images_is_explained(qtbot, step):
    click(qtbot, step, "plotsRun")
    assert step.columns[0].images.text() == (
        "Trains on 60 images. 200 epochs of 2 iterations. Measured on 330 other images, which are kept out of training."
    )
    assert (
        step.columns[1]
        .images.text()
        .startswith(
            "Trains on 4,020 images: 670, and 5 moved copies of each. 3 epochs of 126 iterations. Measured on 330 other"
        )
    )


def test_more_images_for_the_left_run(qtbot, step):
    box = find(step, "plotsFewImages", QSpinBox)
    assert (box.value(), box.maximum()) == (60, 670)
    box.setValue(100)
    for name in ("plotsAllImages", "plotsMovedCopies"):
        find(step, name, QCheckBox).click()
    click(qtbot, step, "plotsRun")
    assert [len(training.training[1]) for training in step.trainings] == [100, 100]
    assert np.bincount(step.trainings[0].training[1]).tolist() == [10] * 10
    assert step.columns[0].images.text().startswith("Trains on 100 images")


def test_no_validation_image_is_trained_on():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (40, 12, 12, 1), dtype=np.uint8)
    comparison = make_comparison(pictures, np.arange(40) % 4, 4)
    trained = {picture.tobytes() for picture in comparison.training[0]}
    measured = {picture.tobytes() for picture in comparison.validation[0]}
    assert (len(trained), len(measured)) == (28, 12)
    assert not trained & measured


def test_moved_copies_are_the_pictures_moved():
    pictures = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 3), dtype=np.uint8)
    copies = moved_copies(pictures, COPIES, REACH, 0)
    assert len(copies) == 5 * COPIES
    np.testing.assert_array_equal(copies[:5], pictures)
    padded = np.pad(pictures, ((0, 0), (REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    for index, copy in enumerate(copies):
        places = [padded[index % 5, r : r + 12, c : c + 12] for r in range(2 * REACH + 1) for c in range(2 * REACH + 1)]
        assert any(np.array_equal(copy, place) for place in places)


def test_each_copy_keeps_the_label_of_its_picture():
    pictures = np.random.default_rng(0).integers(0, 256, (40, 12, 12, 1), dtype=np.uint8)
    comparison = make_comparison(pictures, np.arange(40) % 4, 4)
    images, labels = comparison.guarded(Remedies(), 8).training
    assert len(images) == 28 * COPIES
    np.testing.assert_array_equal(labels.reshape(COPIES, 28), np.tile(comparison.training[1], (COPIES, 1)))


def test_large_pictures_are_averaged_down():
    pictures = np.random.default_rng(0).integers(0, 256, (3, 70, 70, 3), dtype=np.uint8)
    small = shrink(pictures)
    assert small.shape == (3, 23, 23, 3)
    assert max(small.shape[1:3]) <= LARGEST_SIDE
    assert small[1, 2, 3, 0] == round(pictures[1, 6:9, 9:12, 0].mean())


@pytest.mark.usefixtures("short")
def test_the_mouse_reads_values_off_the_curves(qtbot, step):
    run_both(qtbot, step)
    column = step.columns[0]
    plot = column.plots["loss"]
    place = plot._scale().point(100.0, 0.3)
    training = np.mean([record.loss for record in column.run.iterations[90:100]])
    validation = column.run.epochs[49].validation_loss
    iteration, *values = numbers_in(plot.values_at(place))
    assert iteration == "100"
    assert_shown(values, [training, validation])
