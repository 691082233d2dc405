"""Step 5 of the lesson, by real clicks, on the sample; every number against plain float64 NumPy."""

import dataclasses
import re
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel, QScrollArea, QSlider, QSpinBox, QWidget

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.handbook import PAGES, read_page
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.plan import plan_training
from nn_trainer.models.training_inputs import training_and_validation
from nn_trainer.ui.lesson.loop.backward_stations import norm_text
from nn_trainer.ui.lesson.loop.class_bars import ClassBars
from nn_trainer.ui.lesson.loop.forward_stations import loss_formula
from nn_trainer.ui.lesson.loop.loop_controls import SPEEDS
from nn_trainer.ui.lesson.loop.step import FIRST_RATE
from nn_trainer.ui.theme import theme
from nn_trainer.wording import read
from tests.helpers.lesson import shown_lesson
from tests.helpers.lesson_checks import LoopReference, check_stations, run_one, watched_place
from tests.helpers.lesson_clicks import LESSON, answer, click, copied, find, open_step, text_of
from tests.helpers.shown_numbers import agrees, same_as_shown, written

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
        assert text_of(step, "loopIterationOfThisEpoch") == f"{number} of 25"
        assert text_of(step, "loopEpoch") == "1"
        assert text_of(step, "loopImagesSeen") == str(32 * number)
        assert text_of(step, "loopIterationsPerEpoch") == "⌈800 / 32⌉ = 25"
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
    assert text_of(step, "loopEpoch") == str((step.loop.iterations - 1) // 25 + 1)
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
    assert answer(qtbot, lesson, "17").startswith("✗")
    assert answer(qtbot, lesson, "16") == "✓ Right. 800 / 50 = 16: all batches are full."
    box = find(step, "loopBatchSize", QSpinBox)
    box.setValue(50)
    assert text_of(step, "loopIterationsPerEpoch") == "⌈800 / 50⌉ = 16"
    assert text_of(step, "loopIterationsInAll") == "0"
    assert "batch size of 64" in text_of(lesson, "lessonQuestion")
    said = answer(qtbot, lesson, "13")
    assert said == "✓ Right. 800 / 64 = 12.5, rounded up: the last batch has only 32 images."
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
    for name, lines in (("blockStrip", 4), ("loopBars", 11), ("normBars", 5)):
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
    np.testing.assert_array_equal(window.current_model.classifier.network.weights, alone.network.weights)


def test_the_space_bar_never_starts_again(qtbot, lesson, step):
    """Whoever presses *Next iteration* by the keyboard goes on with the same key: the focus stays there."""
    button = find(step, "loopStep")
    button.setFocus()
    for number in range(1, 4):
        qtbot.keyClick(button, Qt.Key.Key_Space)
        for _ in range(3):  # pressed again while the iteration is computed
            qtbot.keyClick(lesson.window().focusWidget(), Qt.Key.Key_Space)
        assert button.hasFocus()
        qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
        assert button.hasFocus()
        assert step.loop.iterations >= number
    assert text_of(step, "loopIterationsInAll") == str(step.loop.iterations)
    find(step, "loopRun").setFocus()
    qtbot.keyClick(find(step, "loopRun"), Qt.Key.Key_Space)
    qtbot.keyClick(find(step, "loopRun"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert find(step, "loopRun").hasFocus()


def test_run_pressed_while_one_iteration_is_computed_goes_on_from_there(qtbot, step):
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    click(qtbot, step, "loopStep")
    assert step.is_busy()
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations > 3, timeout=20_000)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert len(step.diagram.history.values()) == step.loop.iterations


@pytest.fixture(scope="module")
def trained():
    """The sample and a classifier that has learned it, as after Train."""
    dataset = nn_trainer.load_dataset("sample")
    return dataset, nn_trainer.train(dataset, preset="cnn", epochs=3, seed=1)


def run_some(qtbot, step, count):
    """So many iterations at full speed; their losses."""
    find(step, "loopSpeed", QSlider).setValue(FULL_SPEED)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: step.loop.iterations >= count, timeout=60_000)
    click(qtbot, step, "loopRun")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    return step.diagram.history.values()[:count]


def test_what_the_text_promises_comes_also_after_a_training(qtbot, trained):
    """Sample, Train, Lesson: the curve falls, for it begins with new weights; with those of the network it is low."""
    with shown_lesson(qtbot, *trained, "just trained") as lesson:
        step = open_step(qtbot, lesson, 5)
        box = find(step, "loopNewWeights", QCheckBox)
        assert box.isChecked()
        losses = losses_of_new = run_some(qtbot, step, 40)
        assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])
        click(qtbot, step, "loopRestart")
        find(step, "loopRate", QDoubleSpinBox).setValue(0.05)
        losses = run_some(qtbot, step, 10)
        assert max(losses) > 5 * losses[0]
        find(step, "loopRate", QDoubleSpinBox).setValue(FIRST_RATE)
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        assert not box.isChecked()
        assert step.loop.iterations == 0
        np.testing.assert_array_equal(step.loop.network.weights, lesson.subject.network.weights)
        assert np.mean(run_some(qtbot, step, 10)) < 0.5 * np.mean(losses_of_new[:5])
        assert step.help_page in {page for page in PAGES if "*New weights*" in read_page(page)}


def test_the_loop_never_trains_on_a_validation_image(qtbot, trained):
    dataset, classifier = trained
    plan = plan_training(dataset, classifier.config)
    with shown_lesson(qtbot, dataset, classifier, "just trained") as lesson:
        subject, step = lesson.subject, open_step(qtbot, lesson, 5)
        kept = training_and_validation(dataset, classifier.config)[1]
        pictures = {dataset.paths[index] for index in kept}
        learned = [subject.paths[index] for index in subject.training]
        assert len(learned) == plan.training_images == 800
        assert not pictures & set(learned)
        assert len(step.loop.labels) == 800
        assert step.loop.iterations_per_epoch == 25
        run_one(qtbot, step)
        assert step.diagram.images.lines()[0].split("\t")[1] in {path.name for path in learned}
        assert text_of(step, "loopImages") == (
            "Trains on 800 of 1,000 images; 200 are kept for validation, as on the Train tab."
        )


def check_by_hand(step):
    """The formulas of stations 4 to 6, with pencil and paper, from nothing but what stands there."""
    before, gradient, rate, after = written(text_of(step, "loopUpdate"))
    assert same_as_shown(before - gradient * rate, after)
    loss = text_of(step, "loopLossOfImage")
    if "ln" in loss:
        probability, value = written(loss.replace("−ln", "ln"))
        assert same_as_shown(-probability.ln(), value)
    else:
        terms = [(Decimal(y), Decimal(p)) for y, p in re.findall(r"\(([01]) − ([\d.e-]+)\)²", loss.replace("e−", "e-"))]
        others = re.search(r"\+ ([\d.e−]+) \(the other", loss)
        total = sum(((y - p) ** 2 for y, p in terms), read(others[1]) if others else Decimal())
        assert same_as_shown(total, read(loss.rpartition("= ")[2]), text=loss.rpartition("= ")[2])
    norms = [read(line.split("\t")[1]) for line in step.diagram.gradient.bars.lines()]
    norm = text_of(step, "loopGradientNorm").rpartition(": ")[2]
    assert same_as_shown(sum(norm**2 for norm in norms).sqrt(), read(norm), text=norm)
    for rows in (1, 2, 3):
        drawn = [read(norm_text(norm)) for _, norm in step.diagram.gradient.bars.shown(rows)]
        assert abs(sum(norm**2 for norm in drawn).sqrt() - read(norm)) < Decimal("0.0002")


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_every_formula_can_be_checked_by_hand_to_its_last_digit(qtbot, trained, loss):
    dataset, classifier = trained
    classifier = Fitting(dataset, make_config(**classifier.config.as_dict() | {"loss": loss})).classifier
    with shown_lesson(qtbot, dataset, classifier, "just trained") as lesson:
        step = open_step(qtbot, lesson, 5)
        find(step, "loopRate", QDoubleSpinBox).setValue(0.005)
        for number in range(12):
            step.loop.shown, step.loop.place = number, None
            run_one(qtbot, step)
            check_by_hand(step)


def test_a_loss_near_zero_can_be_checked_too():
    for missing in (1e-3, 3.416e-5, 1e-8):
        probability, value = (
            loss_formula("cross-entropy", 1, np.array([missing, 1 - missing])).split("−ln ")[1].split(" = ")
        )
        assert same_as_shown(-read(probability).ln(), read(value), text=value)
        assert agrees(value, missing + missing**2 / 2, relative=1e-3)


def test_before_the_first_press_every_station_says_what_will_be_seen(qtbot, step):
    for station in step.diagram.stations:
        assert station.hint.isVisible()
        assert station.hint.text() == station.toolTip()
        assert not station.content.isVisible()
    run_one(qtbot, step)
    assert all(station.content.isVisible() and not station.hint.isVisible() for station in step.diagram.stations)
    click(qtbot, step, "loopRestart")
    assert all(station.hint.isVisible() for station in step.diagram.stations)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_covered_or_gone_however_large_the_text(qtbot, lesson, step, size, percent):
    lesson.resize(size[0], size[1] - 60)  # menus and tabs have the rest
    while percent == 200 and find(lesson, "lessonLargerButton").isEnabled():
        click(qtbot, lesson, "lessonLargerButton")
    run_one(qtbot, step)
    labels = [label for label in step.diagram.findChildren(QLabel) if label.isVisible() and label.text()]
    qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in labels))
    area = find(step, "loopScroll", QScrollArea)
    assert step.minimumSizeHint().width() < 600
    assert area.horizontalScrollBar().maximum() == 0 or percent == 200
    for station in step.diagram.stations:
        parts = [part for part in station.content.findChildren(QWidget) if part.isVisible()]
        assert all(part.height() > 0 for part in parts)
        rects = [
            QRect(part.mapTo(station, QPoint()), part.size()) for part in parts if part.parent() is station.content
        ]
        for place, rect in enumerate(rects):
            assert not any(rect.intersects(other) for other in rects[:place])
    line = step.diagram.fontMetrics().height()
    assert find(step, "loopHistory").height() >= 3 * line
    assert find(step, "loopStepLine").height() >= 2 * line
    assert find(step, "loopAnotherWeight").width() >= find(step, "loopAnotherWeight").sizeHint().width()
    rects = [station.geometry() for station in step.diagram.stations]
    assert not any(one.intersects(other) for place, one in enumerate(rects) for other in rects[:place])


BAR = "#ff00ff"


@pytest.mark.parametrize("points", [9, 20])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("label", [0, None])
def test_the_bar_of_a_class_ends_before_its_number(qtbot, monkeypatch, points, direction, label):
    """Everything else of the colour of text, to the right of where a bar begins, stands to the right of its end."""
    marked = dataclasses.replace(theme.colors(), accent=BAR, muted=BAR, border="#ffffff", text="#000000")
    monkeypatch.setattr(theme, "colors", lambda: marked)
    parent = QWidget()
    parent.setLayoutDirection(direction)
    bars = ClassBars(parent)
    qtbot.addWidget(parent)
    font = bars.font()
    font.setPointSizeF(points)
    bars.setFont(font)
    bars.resize(420, 120)
    bars.show_probabilities(("one", "two"), np.array([0.9999, 0.0001]), label)
    picture = bars.grab().toImage()
    colours = np.array(
        [[picture.pixelColor(x, y).rgb() for x in range(picture.width())] for y in range(picture.height())]
    )
    rows = np.flatnonzero((colours == QColor(BAR).rgb()).sum(axis=1) > 60)
    row = slice(rows.min(), rows.max() + 1)
    bar = np.flatnonzero((colours[row] == QColor(BAR).rgb()).all(axis=0))
    dark = np.flatnonzero((colours[row] == QColor("#000000").rgb()).any(axis=0))
    number = dark[dark > bar.min()]
    assert len(number) > 12  # all of it, not only the label beside it
    assert number.min() > bar.max()
    assert bar.max() - bar.min() > 60
