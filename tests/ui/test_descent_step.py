"""Step 3 with one weight: every number after real clicks, against plain NumPy in float64."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSpinBox

from nn_trainer.ui.lesson.descent import plot as descent_plot
from nn_trainer.ui.theme import theme
from tests.helpers import by_hand, plain_network
from tests.helpers.descent import descent, learning_rate, steps_of, wait
from tests.helpers.lesson import HALF, PATIENCE, answer, choose, click, copied, feedback, find, go_to, label, numbers


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
@pytest.mark.parametrize("parameter", ["convolution1.weight", "bias2.bias", "dense1.weight"])
def test_step_3_the_curve_and_the_steps_are_real(qtbot, lesson, network_state, parameter, loss):
    go_to(qtbot, lesson, 3)
    if loss == "mse":
        click(qtbot, lesson, "lessonDescentSquaredErrors")
    choose(qtbot, lesson, "lessonParameterBox", parameter)
    wait(qtbot, lesson)
    pixels, labels, name, index = descent(lesson)
    assert name == parameter
    start = float(network_state[name][index])
    rows = copied(qtbot, lesson)
    curve = np.array([[float(c) for c in row] for row in rows[rows.index(["weight", "loss"]) + 1 :]])
    assert len(curve) == 41
    assert curve[20, 0] == pytest.approx(start, abs=HALF[9])
    for weight, value in curve[::8]:
        expected = plain_network.mean_loss(network_state, pixels, labels, loss, [(name, index, weight)])
        assert value == pytest.approx(expected, abs=1e-8)

    field = find(lesson, "lessonRateField", QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    for _ in range(2):
        click(qtbot, lesson, "lessonStepButton")
        wait(qtbot, lesson)
    rows = copied(qtbot, lesson)
    assert learning_rate(rows)[1] == "0.5"
    way = steps_of(rows)
    assert way[:, 0].tolist() == [0, 1, 2]
    weight = start
    for _, shown, value, gradient in way:
        moved = [(name, index, weight)]
        expected = plain_network.slope(network_state, pixels, labels, loss, name, index, moved)
        assert shown == pytest.approx(weight, abs=1e-8)
        assert value == pytest.approx(plain_network.mean_loss(network_state, pixels, labels, loss, moved), abs=1e-8)
        assert gradient == pytest.approx(expected, abs=2e-8)
        last, weight = (weight, expected), weight - expected * 0.5
    by_hand.check(label(lesson, "lessonUpdate"))
    by_hand.check(label(lesson, "lessonSlope"))
    note = label(lesson, "lessonNote").split(" The slope")[0]
    loss_now, loss_before, change = numbers(note)
    if " less than " in note:
        loss_before, change = change, loss_before
    shown = [by_hand.decimal(repr(value)) for value in (loss_now, loss_before)]
    assert by_hand.rounds_to(abs(shown[0] - shown[1]), repr(change))
    written = numbers(label(lesson, "lessonUpdate").split("rate =")[1].replace(" − ", " "))
    assert written == pytest.approx([last[0], last[1], 0.5, weight], abs=1e-6)
    rise, run, slope = numbers(label(lesson, "lessonSlope"))
    assert slope == pytest.approx(last[1], abs=1e-6)
    assert rise == pytest.approx(last[1] * run, abs=1e-6)
    assert numbers(label(lesson, "lessonNote"))[0] == pytest.approx(
        plain_network.mean_loss(network_state, pixels, labels, loss, [(name, index, last[0])]), abs=1e-6
    )
    click(qtbot, lesson, "lessonResetButton")
    assert steps_of(copied(qtbot, lesson))[:, 1] == pytest.approx([start], abs=HALF[9])


def test_step_3_the_check_compares_two_ways_to_the_digit(qtbot, lesson, network_state):
    go_to(qtbot, lesson, 3)
    wait(qtbot, lesson)
    pixels, labels, name, index = descent(lesson)
    click(qtbot, lesson, "lessonGradientCheckButton")
    checked = find(lesson, "lessonCheck", QLabel)
    qtbot.waitUntil(checked.isVisible, timeout=PATIENCE)
    rows = copied(qtbot, lesson)
    table = [
        [float(c) for c in row] for row in rows[rows.index(["width", "loss left", "loss right", "slope"]) + 1 : -1]
    ]
    assert [row[0] for row in table] == [0.1, 0.01, 0.001, 0.0001, 0.00001]
    for shown_width, left, right, slope in rows[rows.index(["width", "loss left", "loss right", "slope"]) + 1 : -1]:
        rise = by_hand.decimal(right) - by_hand.decimal(left)
        assert by_hand.rounds_to(rise / (2 * by_hand.decimal(shown_width)), slope)
    start = float(network_state[name][index])
    for width, left, right, slope in table:
        sides = [
            plain_network.mean_loss(network_state, pixels, labels, "cross-entropy", [(name, index, start + h)])
            for h in (-width, width)
        ]
        assert [left, right] == pytest.approx(sides, abs=1e-11)
        assert slope == pytest.approx((sides[1] - sides[0]) / (2 * width), abs=2e-7)
    assert rows[-1][0] == "backpropagation"
    assert float(rows[-1][1]) == pytest.approx(table[-1][3], abs=1e-7)
    assert rows[-1][1] in checked.text().replace("−", "-")
    click(qtbot, lesson, "lessonStepButton")
    qtbot.waitUntil(lambda: not checked.isVisible(), timeout=PATIENCE)  # it belonged to the place before


def test_step_3_another_place_by_mouse_and_key(qtbot, lesson, network_state):
    go_to(qtbot, lesson, 3)
    wait(qtbot, lesson)
    plot = find(lesson, "lessonDescentPlot")
    before = lesson.current.path.here.weights[0]
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() * 3 // 4, plot.height() // 2))
    wait(qtbot, lesson)
    here = lesson.current.path.here
    assert here.weights[0] > before
    pixels, labels, name, index = descent(lesson)
    moved = [(name, index, here.weights[0])]
    expected = plain_network.slope(network_state, pixels, labels, "cross-entropy", name, index, moved)
    assert here.gradients[0] == pytest.approx(expected, abs=1e-8)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    wait(qtbot, lesson)
    assert before < lesson.current.path.here.weights[0] < here.weights[0]


def test_step_3_the_weight_is_any_of_any_layer(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    wait(qtbot, lesson)
    box = find(lesson, "lessonWeightBox", QSpinBox)
    box.selectAll()
    qtbot.keyClicks(box, "12")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    wait(qtbot, lesson)
    assert lesson.current.landscape.indices == ((1, 2),)  # 10 classes: input 1, output 2
    click(qtbot, lesson, "lessonAnyWeight")
    wait(qtbot, lesson)
    assert lesson.current.landscape.name == lesson.current.page.chooser.name
    click(qtbot, lesson, "lessonImportantWeight")
    wait(qtbot, lesson)
    gradient = abs(lesson.current.path.here.gradients[0])
    click(qtbot, lesson, "lessonWider")
    qtbot.waitUntil(lambda: len(lesson.current.path.points) == 1 and not lesson.current.is_busy(), timeout=PATIENCE)
    assert abs(lesson.current.path.here.gradients[0]) == gradient


def test_step_3_the_slider_moves_the_arrow_without_computing(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    wait(qtbot, lesson)
    slider = find(lesson, "lessonRateSlider")
    before = lesson.current.page.plot.view
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    after = lesson.current.page.plot.view
    assert after.rate > 2 * before.rate
    assert after.losses is before.losses
    assert not lesson.current.is_busy()
    assert numbers(label(lesson, "lessonUpdate"))[-1] == pytest.approx(
        before.weight - before.gradient * after.rate, abs=1e-6
    )


def test_step_3_the_bowl_overshoots_at_too_large_a_rate(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    field = find(lesson, "lessonRateField", QLineEdit)
    for rate, losses in ((0.5, "fall"), (1.7, "fall"), (2.1, "rise")):
        click(qtbot, lesson, "lessonResetButton")
        field.selectAll()
        qtbot.keyClicks(field, str(rate))
        qtbot.keyClick(field, Qt.Key.Key_Return)
        for _ in range(4):
            click(qtbot, lesson, "lessonStepButton")
        way = steps_of(copied(qtbot, lesson))
        weight = -1.0
        for _, shown, loss, gradient in way:
            assert [shown, loss, gradient] == pytest.approx(
                [weight, 0.1 + (weight - 0.5) ** 2 / 2, weight - 0.5], abs=HALF[9]
            )
            weight -= rate * (weight - 0.5)
        assert (np.diff(way[:, 2]) > 0).all() if losses == "rise" else (np.diff(way[:, 2]) < 0).all()
    assert "overshot" in label(lesson, "lessonNote")


def test_step_3_a_step_onto_the_bottom_does_not_go_past_it(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    field = find(lesson, "lessonRateField", QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    click(qtbot, lesson, "lessonStepButton")
    note = label(lesson, "lessonNote")
    assert "lowered" in note
    assert "The slope is zero" in note
    assert "past the bottom" not in note
    click(qtbot, lesson, "lessonResetButton")
    field.selectAll()
    qtbot.keyClicks(field, "1.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    click(qtbot, lesson, "lessonStepButton")
    assert "past the bottom" in label(lesson, "lessonNote")


def test_step_3_the_focus_stays_when_what_has_it_goes(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    wait(qtbot, lesson)
    lesson.activateWindow()
    find(lesson, "lessonWeightBox").setFocus()
    click(qtbot, lesson, "lessonBowl")  # where there is no weight to choose
    assert QApplication.focusWidget() is find(lesson, "lessonBowl")


def test_step_3_the_buttons_stay_where_they_are(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    buttons = [find(lesson, name) for name in ("lessonOneWeight", "lessonBowl", "lessonTwoWeights")]
    places = [(button.mapTo(lesson, QPoint()), button.size()) for button in buttons]
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
        assert [(each.mapTo(lesson, QPoint()), each.size()) for each in buttons] == places


def test_step_3_no_curve_runs_through_the_name_of_the_rise(qtbot, lesson, monkeypatch):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    rooms = {}
    monkeypatch.setattr(descent_plot, "write", lambda _painter, room, text, *_, **__: rooms.update({text: room}))
    plot = find(lesson, "lessonDescentPlot")
    curve = QColor(theme.colors().train)
    for place in range(6, 95, 4):
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() * place // 100, plot.height() // 2))
        rooms.clear()
        image = plot.grab().toImage()
        room = next(room for text, room in rooms.items() if text.startswith("rise"))
        inside = room.toAlignedRect().adjusted(2, 2, -2, -2).intersected(image.rect())
        pixels = [
            image.pixelColor(x, y)
            for x in range(inside.left(), inside.right())
            for y in range(inside.top(), inside.bottom())
        ]
        assert not [c for c in pixels if abs(c.red() - curve.red()) + abs(c.blue() - curve.blue()) < 60], place


def test_step_3_the_numbers_of_the_axes_stand_at_their_values(qtbot, lesson, monkeypatch):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    written = {}

    def note(_painter, room, text, *_, **__):
        written.setdefault(text, []).append(room)

    monkeypatch.setattr(descent_plot, "write", note)
    plot = lesson.current.page.plot
    plot.grab()
    scale = plot._fit(plot.view, plot.inside)
    across = [float(text.replace("−", "-")) for text in written if text.replace("−", "").replace(".", "").isdigit()]
    assert len(across) > 5
    for value in across:
        for room in written[f"{value:g}".replace("-", "−")]:
            if room.top() > scale.room.bottom():
                assert room.center().x() == pytest.approx(scale.x(value))
            else:
                assert room.center().y() == pytest.approx(scale.y(value))
                assert room.right() == pytest.approx(scale.room.left() - 6)


def test_step_3_try_this(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    assert "−1.500000" in label(lesson, "lessonQuestion")
    assert not answer(qtbot, lesson, "shrink")[0]
    right, why = answer(qtbot, lesson, "It must grow.")
    assert right
    assert "negative" in why
    assert "one word" in answer(qtbot, lesson, "grow or shrink")[1]


def test_step_3_a_verdict_goes_with_the_next_step_but_not_with_the_rate(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonBowl")
    assert answer(qtbot, lesson, "grow")[0]
    qtbot.keyClick(find(lesson, "lessonRateSlider"), Qt.Key.Key_PageUp)
    assert feedback(lesson)
    click(qtbot, lesson, "lessonStepButton")
    assert not feedback(lesson)
