"""Step 8 of the lesson, by real clicks; every number once more with pencil and paper, in plain Python."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox

from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.ui.lesson.inside.step import InsideStep
from nn_trainer.ui.lesson.inside.weights_form import FIRST
from tests.helpers.lesson_checks import check_convolution
from tests.helpers.lesson_clicks import answer, click, copied, find, open_step, text_of
from tests.helpers.shown_numbers import agrees, numbers_in

SUB = str.maketrans("12", "₁₂")


@pytest.fixture
def step(qtbot, lesson):
    step = open_step(qtbot, lesson, 8)
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    return step


def by_hand(w, activation, loss, label, rate):
    """Every number of the table, with a formula of its own for each; `w` are x, w, b, v and c by name."""
    n = dict(w)
    act = {
        "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda h: h * (1 - h)),
        "relu": (lambda z: max(0.0, z), lambda h: 1.0 if h > 0 else 0.0),
        "tanh": (math.tanh, lambda h: 1 - h * h),
    }[activation]
    for j in "12":
        n[f"z{j}"] = n["x1"] * n[f"w1{j}"] + n["x2"] * n[f"w2{j}"] + n[f"b{j}"]
        n[f"h{j}"] = act[0](n[f"z{j}"])
    for k in "12":
        n[f"u{k}"] = n["h1"] * n[f"v1{k}"] + n["h2"] * n[f"v2{k}"] + n[f"c{k}"]
    total = math.exp(n["u1"]) + math.exp(n["u2"])
    p = {k: math.exp(n[f"u{k}"]) / total for k in "12"}
    y = {"1": 1.0 - label, "2": float(label)}
    n |= {f"y'{k}": p[k] for k in "12"}
    if loss == "cross-entropy":
        n["L"] = -math.log(p["12"[label]])
        delta = {k: p[k] - y[k] for k in "12"}
    else:
        n["L"] = sum((y[k] - p[k]) ** 2 for k in "12")
        slope = {(k, m): p[k] * ((k == m) - p[m]) for k in "12" for m in "12"}  # dp_k / du_m
        delta = {m: sum(2 * (p[k] - y[k]) * slope[k, m] for k in "12") for m in "12"}
    n |= {f"δ(u{k})": delta[k] for k in "12"}
    for j in "12":
        n[f"dL/dh{j}"] = sum(n[f"v{j}{k}"] * delta[k] for k in "12")
        n[f"δ(z{j})"] = n[f"dL/dh{j}"] * act[1](n[f"h{j}"])
        n[f"dL/dc{j}"], n[f"dL/db{j}"] = delta[j], n[f"δ(z{j})"]
        for k in "12":
            n[f"dL/dv{j}{k}"] = n[f"h{j}"] * delta[k]
    for i in "12":
        for j in "12":
            n[f"dL/dw{i}{j}"] = n[f"x{i}"] * n[f"δ(z{j})"]
    for name in [name for name in w if name[0] in "wbvc"]:
        n[f"new {name}"] = n[name] - n[f"dL/d{name}"] * rate
    return n


def first_numbers():
    return {
        f"{letter}{''.join(str(i + 1) for i in place)}": float(value)
        for letter, array in FIRST.items()
        for place, value in np.ndenumerate(array)
    }


def check_table(step, expected):
    """Every row of the table, and that no number is missing."""
    rows = [line.split("\t") for line in step.hand.table.lines() if "\t" in line]
    assert len(rows) == 2 * 4 + 1 + 2 + 6 + 2 + 2 + 6 + 12
    by_name = {name.translate(SUB): value for name, value in expected.items()}
    for name, _, in_digits, value in rows:
        assert agrees(value, by_name[name]), (name, value, by_name[name])
        assert in_digits
    for name, value in by_name.items():
        if name in step.hand.drawing.accessibleDescription():
            line = next(
                line for line in step.hand.drawing.accessibleDescription().splitlines() if line.startswith(f"{name} ")
            )
            assert agrees(line.split(" ")[1], value)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
@pytest.mark.parametrize("loss", ["cross-entropy", "SSE"])
@pytest.mark.parametrize("label", [0, 1])
def test_every_number_of_the_small_network(step, activation, loss, label):
    find(step, "handActivation", QComboBox).setCurrentText(activation)
    find(step, "handLoss", QComboBox).setCurrentText(loss)
    find(step, "handLabel", QComboBox).setCurrentIndex(label)
    check_table(step, by_hand(first_numbers(), activation, loss, label, 0.5))


def test_the_formulas_in_digits_give_the_value(step):
    """Sums and products of the digits as they are written: right but for the rounding of what is written."""
    checked = 0
    for line in step.hand.table.lines():
        cells = line.split("\t")
        if len(cells) < 4 or "log" in cells[2]:
            continue
        python = cells[2].replace("−", "-").replace("×", "*").replace("e^", "math.exp(1)**").replace("²", "**2")
        assert eval(python, {"math": math}) == pytest.approx(float(cells[3].replace("−", "-")), abs=3e-4)
        checked += 1
    assert checked == 38


def test_inputs_and_weights_can_be_typed(qtbot, step):
    numbers = first_numbers()
    for name, value in (("x1", -1.5), ("w12", 0.75), ("c2", -0.2)):
        box = find(step, f"hand_{name.translate(SUB)}", QDoubleSpinBox)
        box.selectAll()
        qtbot.keyClicks(box, f"{value:g}")
        qtbot.keyClick(box, Qt.Key.Key_Return)
        numbers[name] = value
    check_table(step, by_hand(numbers, "sigmoid", "cross-entropy", 0, 0.5))


def test_updates_go_on_from_the_exact_weights(qtbot, step):
    find(step, "handRate", QDoubleSpinBox).setValue(0.3)
    numbers, losses = first_numbers(), []
    for _ in range(5):
        expected = by_hand(numbers, "sigmoid", "cross-entropy", 0, 0.3)
        check_table(step, expected)
        losses.append(expected["L"])
        click(qtbot, step, "handUpdate")
        numbers |= {name: expected[f"new {name}"] for name in numbers if name[0] in "wbvc"}
    check_table(step, by_hand(numbers, "sigmoid", "cross-entropy", 0, 0.3))
    assert losses == sorted(losses, reverse=True)
    assert numbers_in(step.hand.steps_label.text())[0] == "5"
    click(qtbot, step, "handRestart")
    check_table(step, by_hand(first_numbers(), "sigmoid", "cross-entropy", 0, 0.3))


def test_a_row_marks_what_takes_part_and_is_written_large(qtbot, step):
    table = step.hand.table
    row = next(r for r in range(table.rowCount()) if table.item(r, 0).text() == "dL/dv₁₂")
    table.scrollToItem(table.item(row, 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(table.item(row, 1)).center())
    assert step.hand.drawing._chosen == {"dL/dv₁₂", "h₁", "δ(u₂)", "v₁₂"}
    assert text_of(step, "handChosen").splitlines()[0] == "dL/dv₁₂"
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert text_of(step, "handChosen").startswith("dL/dv₂₁")


def test_the_question_by_hand(qtbot, lesson, step):
    expected = by_hand(first_numbers(), "sigmoid", "cross-entropy", 0, 1.0)
    assert "learning rate were 1" in text_of(lesson, "lessonQuestion")
    assert answer(qtbot, lesson, f"{expected['v11']:.4f}").startswith("✗")
    assert answer(qtbot, lesson, f"{expected['new v11']:.3f}".replace(".", ",")).startswith("✓")
    assert copied(qtbot, lesson)[0] == "Forward"


# the convolution


@pytest.fixture
def convolution(qtbot, step):
    click(qtbot, step, "insideConvolution")
    return step.convolution


def of_image(lesson, image):
    """The network of the lesson, and one of its images."""
    subject = lesson.subject
    return subject.network, subject.pictures[image]


def test_every_number_of_a_filter(qtbot, lesson, convolution):
    check_convolution(convolution, *of_image(lesson, 0))
    assert [output.kind for output in convolution.stage.outputs] == ["Convolution", "MaxPooling", "Bias", "ReLU"]
    grid = find(convolution, "filterGrid")
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cells()[9].center().toPoint())
    assert find(convolution, "filterBox", QSpinBox).value() == 10
    check_convolution(convolution, *of_image(lesson, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert convolution.filter.value() == 11
    check_convolution(convolution, *of_image(lesson, 0))


def test_another_pixel_by_mouse_and_by_keyboard(qtbot, lesson, convolution):
    view = convolution.input
    target = view._target()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=target.topLeft().toPoint())
    assert convolution.place == (0, 0)
    check_convolution(convolution, *of_image(lesson, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert convolution.place == (1, 1)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert convolution.place == (0, 1)
    output = convolution.outputs[0]
    qtbot.mouseClick(output, Qt.MouseButton.LeftButton, pos=output._target().bottomRight().toPoint() - QPoint(1, 1))
    assert convolution.place == (27, 27)
    check_convolution(convolution, *of_image(lesson, 0))


def test_the_second_convolution_channel_by_channel(qtbot, lesson, convolution):
    find(convolution, "convolutionBox", QComboBox).setCurrentText("convolution2")
    assert convolution.stage.filters == 64
    channel = find(convolution, "pixelChannel", QSpinBox)
    assert channel.maximum() == 32
    for number in (1, 20):
        channel.setValue(number)
        check_convolution(convolution, *of_image(lesson, 0))


def test_another_image_goes_through_the_same_filter(qtbot, lesson, step, convolution):
    convolution.filter.setValue(5)
    click(qtbot, lesson, "lessonNextImage")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert convolution.filter.value() == 5
    check_convolution(convolution, *of_image(lesson, 1))


def test_the_question_about_the_kernels(qtbot, lesson, convolution):
    assert "kernels of convolution1" in text_of(lesson, "lessonQuestion")
    assert answer(qtbot, lesson, "32").startswith("✗")
    assert answer(qtbot, lesson, "288").startswith("✓")
    find(convolution, "convolutionBox", QComboBox).setCurrentText("convolution2")
    assert answer(qtbot, lesson, "18432").startswith("✓")
    assert copied(qtbot, lesson)[0] == "convolution2"


def test_a_network_without_a_convolution_says_so_and_shows_a_new_one(qtbot, make_classifier, folder):
    import nn_trainer

    dataset = nn_trainer.load_dataset(folder, image_size=16)
    subject = make_subject(dataset, make_classifier(), "just trained")
    step = InsideStep()
    qtbot.addWidget(step)
    step.set_subject(subject, 2)
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert "no convolution" in text_of(step, "convolutionNote")
    assert "linear" in text_of(step, "convolutionNote")
    assert step.convolution.stage.kernels.shape == (32, 3, 3, 3)
    assert "Sum over the channels" in step.convolution.pixel.sum_text()
