"""Step 5 of the lesson, by real clicks, on the sample; every number against plain float64 NumPy."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QSlider, QSpinBox

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.ui.lesson.loop.loop_controls import SPEEDS
from nn_trainer.ui.lesson.loop.step import FIRST_RATE
from tests.helpers.lesson_checks import LoopReference, check_stations, run_one, watched_place
from tests.helpers.lesson_clicks import LESSON, answer, click, copied, find, open_step, text_of
from tests.helpers.shown_numbers import agrees

FULL_SPEED = len(SPEEDS) - 1


@pytest.fixture
def step(qtbot, lesson):
    return open_step(qtbot, lesson, 5)


def open_in(qtbot, window):
    """Step 5 in the window, where other tabs are."""
    window.tabs.setCurrentIndex(LESSON)
    return open_step(qtbot, window.lesson_tab, 5)


def test_every_number_of_three_iterations(qtbot, lesson, step):
    rate = find(step, "loopRate", QDoubleSpinBox).value()
    assert rate == FIRST_RATE == step.loop.learning_rate
    reference = LoopReference(step, rate)
    losses = []
    for number in range(1, 4):
        run_one(qtbot, step)
        reference.run()
        losses.append(reference.losses.mean())
        check_stations(step, reference, 0, watched_place(step))
        assert text_of(step, "loopIterationsInAll") == str(number)
        assert text_of(step, "loopIterationOfThisEpoch") == f"{number} of 19"
        assert text_of(step, "loopEpoch") == "1"
        assert text_of(step, "loopImagesSeen") == str(32 * number)
        assert text_of(step, "loopIterationsPerEpoch") == "⌈600 / 32⌉ = 19"
    np.testing.assert_allclose(step.diagram.history.values(), losses, rtol=1e-6)
    lines = copied(qtbot, lesson)
    assert "Iterations in all\t3" in lines
    assert any(line.startswith("loss of the batch\t") and agrees(line.split("\t")[1], losses[-1]) for line in lines)


def test_another_image_of_the_batch_is_followed(qtbot, step):
    reference = LoopReference(step, FIRST_RATE)
    run_one(qtbot, step)
    reference.run()
    batch = step.diagram.images.batch
    qtbot.mouseClick(batch, Qt.MouseButton.LeftButton, pos=batch.cells()[5].center().toPoint())
    qtbot.keyClick(batch, Qt.Key.Key_Right)
    run_one(qtbot, step)
    reference.run()
    check_stations(step, reference, 6, watched_place(step))


def test_the_light_goes_from_station_to_station(qtbot, step):
    stations = step.diagram.stations
    for place in range(6):
        click(qtbot, step, "loopNextStation")
        qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
        assert step.diagram.light == place
        assert [s.look for s in stations] == ["done"] * place + ["lit"] + ["waiting"] * (5 - place)
        assert bool(text_of(step, "loopUpdate")) is (place == 5)
        assert bool(text_of(step, "loopLossOfBatch")) is (place >= 3)
        assert len(step.diagram.history.values()) == (place >= 3)
        assert step.loop.iterations == 1
    click(qtbot, step, "loopNextStation")
    qtbot.waitUntil(lambda: step.loop.iterations == 2 and not step.is_busy(), timeout=20_000)
    assert step.diagram.light == 0
    run_one(qtbot, step)  # shows the rest of the second first
    assert step.loop.iterations == 3
    assert len(step.diagram.history.values()) == 3
    assert all(station.look == "done" for station in stations)


def test_slow_motion_goes_on_by_itself_and_pauses(qtbot, step):
    find(step, "loopSpeed", QSlider).setValue(0)
    step._timer.setInterval(20)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations >= 2, timeout=20_000)
    assert step.controls.run_button.text() == "Pause"
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert step.controls.run_button.text() == "Run"
    assert len(step.diagram.history.values()) in (step.loop.iterations - 1, step.loop.iterations)


def test_full_speed_loses_no_iteration_and_the_loss_falls(qtbot, step):
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations >= 40, timeout=60_000)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    losses = step.diagram.history.values()
    assert len(losses) == step.loop.iterations
    assert text_of(step, "loopIterationsInAll") == str(step.loop.iterations)
    assert text_of(step, "loopEpoch") == str((step.loop.iterations - 1) // 19 + 1)
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])


def test_the_speed_can_be_changed_while_it_runs(qtbot, step):
    slider = find(step, "loopSpeed", QSlider)
    slider.setValue(1)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations == 1, timeout=20_000)
    slider.setValue(FULL_SPEED)
    qtbot.waitUntil(lambda: step.loop.iterations > 5, timeout=20_000)
    slider.setValue(0)
    step._timer.setInterval(20)
    qtbot.waitUntil(lambda: step.diagram.light is not None and step.diagram.light > 1, timeout=20_000)
    slider.setValue(FULL_SPEED)
    done = step.loop.iterations
    qtbot.waitUntil(lambda: step.loop.iterations > done + 2, timeout=20_000)
    assert step.diagram.light is None


def test_another_batch_size_starts_again_and_the_question_is_checked(qtbot, lesson, step):
    run_one(qtbot, step)
    assert "batch size of 50" in text_of(lesson, "lessonQuestion")
    assert answer(qtbot, lesson, "13").startswith("✗")
    assert answer(qtbot, lesson, "12").startswith("✓")
    box = find(step, "loopBatchSize", QSpinBox)
    box.setValue(50)
    assert text_of(step, "loopIterationsPerEpoch") == "⌈600 / 50⌉ = 12"
    assert text_of(step, "loopIterationsInAll") == "0"
    assert "batch size of 64" in text_of(lesson, "lessonQuestion")
    assert answer(qtbot, lesson, "10").startswith("✓")
    run_one(qtbot, step)
    assert text_of(step, "loopImagesSeen") == "50"


def test_a_rate_that_is_far_too_large_says_so_and_starting_again_mends_it(qtbot, step):
    find(step, "loopRate", QDoubleSpinBox).setValue(100)
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    step.loop.learning_rate = 1e200
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(step.message.isVisible, timeout=20_000)
    assert "no longer a number" in step.message.text()
    assert step.controls.run_button.text() == "Run"
    find(step, "loopRate", QDoubleSpinBox).setValue(0.01)
    click(qtbot, step, "loopRestart")
    assert step.message.isHidden()
    run_one(qtbot, step)


def test_watching_another_weight(qtbot, step):
    run_one(qtbot, step)
    before = step.loop.place
    step.loop.place = 0
    run_one(qtbot, step)
    assert step.diagram.update_.place.text().startswith("W is convolution1.weight[0, 0, 0, 0]")
    click(qtbot, step, "loopAnotherWeight")
    run_one(qtbot, step)
    assert step.loop.place != 0
    assert before is not None


def test_nothing_runs_on_when_the_step_or_the_tab_is_left(qtbot, window):
    step = open_in(qtbot, window)
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    for leave in (
        lambda: qtbot.mouseClick(window.lesson_tab.stepper.buttons[0], Qt.MouseButton.LeftButton),
        lambda: window.tabs.setCurrentIndex(0),
    ):
        open_in(qtbot, window)
        click(qtbot, step, "loopRun")
        qtbot.waitUntil(lambda: step.loop.iterations > 1, timeout=20_000)
        leave()
        qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)


def test_the_network_of_the_subject_is_never_touched(qtbot, lesson, step):
    network = lesson.subject.network
    before = network.weights.copy()
    run_one(qtbot, step)
    np.testing.assert_array_equal(network.weights, before)
    assert not np.array_equal(step.loop.network.weights, before)


def test_what_is_drawn_is_also_there_to_be_read_out(qtbot, step):
    run_one(qtbot, step)
    for name, lines in (("stageStrip", 4), ("loopBars", 11), ("normBars", 5)):
        assert len(find(step, name).accessibleDescription().splitlines()) == lines


def test_a_real_training_ends_with_the_same_weights_whether_the_lesson_runs_or_not(qtbot, window):
    config = make_config(preset="mlp", epochs=8, image_size=28, channels="grey", seed=3)
    window.train_tab.open_sample()
    qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=20_000)
    window.train_tab.hyperparameters.set_config(config)
    step = open_in(qtbot, window)
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations > 0, timeout=20_000)
    window.train_tab.train()
    session = window.train_tab.session
    qtbot.waitUntil(lambda: session.state == "running", timeout=20_000)
    qtbot.waitUntil(lambda: session.state == "idle", timeout=60_000)
    assert step.is_busy()
    step.pause()
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    alone = nn_trainer.train(window.train_tab.dataset, **config.as_dict())
    np.testing.assert_array_equal(window.holder.classifier.network.weights, alone.network.weights)
