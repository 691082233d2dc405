"""Step 8 of the lesson, by real clicks; every number once more with pencil and paper, in plain Python."""

import dataclasses
import math
import re
import time
from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QTextBrowser, QWidget

from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.ui.lesson.inside.by_hand import ByHand
from nn_trainer.ui.lesson.inside.exponents import split_exponents
from nn_trainer.ui.lesson.inside.network_drawing import NetworkDrawing
from nn_trainer.ui.lesson.inside.pixel_sum import MOST_TERMS, sum_text
from nn_trainer.ui.lesson.inside.step import InsideStep
from nn_trainer.ui.lesson.inside.weights_form import FIRST
from nn_trainer.wording import read
from tests.helpers.lesson_checks import check_convolution
from tests.helpers.lesson_clicks import answer, click, copied, find, open_step, text_of
from tests.helpers.qt_events import turn_wheel
from tests.helpers.shown_numbers import agrees, numbers_in, same_as_shown, written

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


def value_by_hand(digits):
    """What a person gets who calculates with the numbers as they are written, and nothing else."""
    powers = re.sub(r"(\d+(?:\.\d+)?)e−(\d+)", r"\1E-\2", digits)
    text = powers.replace("−", "-").replace("×", "*").replace("²", "**2").replace("e^(", "exp(")
    text = re.sub(r"-ln ([\d.E-]+)", r"-ln(\1)", text)
    text = re.sub(r"(?<![\w.])\d+(?:\.\d+)?(?:E-\d+)?", lambda number: f'D("{number[0]}")', text).replace(
        '**D("2")', "**2"
    )
    functions = {
        "exp": lambda x: x.exp(),
        "ln": lambda x: x.ln(),
        "tanh": lambda x: ((2 * x).exp() - 1) / ((2 * x).exp() + 1),
        "max": max,
    }
    return Decimal(eval(text, {"D": Decimal, **functions}))


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
@pytest.mark.parametrize("loss", ["cross-entropy", "SSE"])
def test_every_value_can_be_computed_from_the_digits_of_its_line(qtbot, step, activation, loss):
    """To its last digit, through some updates, and with inputs that make numbers small and large."""
    find(step, "handActivation", QComboBox).setCurrentText(activation)
    find(step, "handLoss", QComboBox).setCurrentText(loss)
    find(step, "handRate", QDoubleSpinBox).setValue(1.7)
    checked = 0
    for x in (0.5, -3.25, 0.0007, 6.0):
        find(step, "hand_x₁", QDoubleSpinBox).setValue(x)
        for _ in range(3):
            click(qtbot, step, "handUpdate")
            for line in step.hand.table.lines():
                cells = line.split("\t")
                if len(cells) == 4:
                    assert same_as_shown(value_by_hand(cells[2]), read(cells[3]), text=cells[3]), line
                    checked += 1
    assert checked == 12 * 39


def test_what_is_painted_is_what_the_table_says(step):
    shown = dict(line.rsplit(" ", 1) for line in step.hand.drawing.accessibleDescription().splitlines())
    rows = [line.split("\t") for line in step.hand.table.lines() if "\t" in line]
    assert {name: value for name, _, _, value in rows if name in shown} == {
        name: shown[name] for name, _, _, _ in rows if name in shown
    }
    assert len(shown) >= 2 + 4 + 2 + 2 + 2 + 4 + 2 + 2 + 2 + 2 + 2 + 2 + 8 + 1


def test_exponents_stand_high(step):
    step.hand.table.choose("h₁")
    chosen = step.hand.chosen.text()
    assert "e<sup>−z₁</sup>" in chosen
    assert "e<sup>−0.625</sup>" in chosen
    assert split_exponents("1 / (1 + e^(−(z)))") == [("1 / (1 + e", False), ("−(z)", True), (")", False)]
    assert "1 / (1 + e^(−z₁))" in step.hand.table.line("h₁").formula


def test_the_tab_key_goes_through_one_table_after_the_other(qtbot, step):
    first = find(step, "hand_x₁")
    first.setFocus()
    names = []
    for _ in range(14):
        names.append(step.focusWidget().accessibleName())
        qtbot.keyClick(step.focusWidget(), Qt.Key.Key_Tab)
    assert names == [
        *("x₁", "w₁₁", "w₁₂", "x₂", "w₂₁", "w₂₂", "b₁", "b₂"),
        *("v₁₁", "v₁₂", "v₂₁", "v₂₂", "c₁", "c₂"),
    ]


def test_the_wheel_changes_only_a_box_with_the_focus(qtbot, step):
    for name in ("hand_x₁", "handRate", "handActivation", "handLoss", "handLabel"):
        box = find(step, name)
        value = box.currentIndex() if isinstance(box, QComboBox) else box.value()
        find(step, "handUpdate").setFocus()
        turn_wheel(box, -1)
        assert (box.currentIndex() if isinstance(box, QComboBox) else box.value()) == value
    box.setFocus()
    turn_wheel(box, -1)
    assert box.currentIndex() == value + 1


def test_a_comma_or_a_point_whatever_the_system_says(qtbot, lesson, step):
    german = QLocale(QLocale.Language.German)
    before = QLocale()
    QLocale.setDefault(german)
    try:
        form = ByHand()
        qtbot.addWidget(form)
        assert form.rate.text() == "0.500"
        assert form.form.boxes["x₁"].text() == "0.5"
    finally:
        QLocale.setDefault(before)
    box = find(step, "handRate", QDoubleSpinBox)
    for typed in ("0,25", "0.25"):
        box.setValue(1)
        box.selectAll()
        qtbot.keyClicks(box, typed)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert box.value() == 0.25


def test_a_number_that_changes_costs_less_than_a_blink(qtbot, step):
    """Cells that stay are not written again: with all of them it took 200 to 400 ms."""
    find(step, "hand_x₁").setFocus()
    times = []
    for count in range(8):
        began = time.thread_time()
        qtbot.keyClick(find(step, "hand_x₁"), Qt.Key.Key_Up if count < 4 else Qt.Key.Key_Down)
        times.append(time.thread_time() - began)
    assert min(times) < 0.05, times


def test_the_table_is_written_only_when_it_is_seen(qtbot, lesson, step):
    table = step.hand.table
    before = table.item(1, 0).font().pointSizeF()
    click(qtbot, step, "insideConvolution")
    changed = []
    table.itemChanged.connect(changed.append)
    click(qtbot, lesson, "lessonLargerButton")
    find(step, "handRate", QDoubleSpinBox).setValue(2.5)
    assert not changed
    click(qtbot, step, "insideHand")
    row = next(row for row in range(table.rowCount()) if table.item(row, 0).text() == "new w₁₁")
    assert "× 2.5" in table.item(row, 2).text()
    assert table.item(row, 0).font().pointSizeF() == pytest.approx(table.font().pointSizeF())
    assert table.font().pointSizeF() > before
    del changed[:]
    find(step, "handRate", QDoubleSpinBox).setValue(3)
    assert {item.column() for item in changed} <= {2, 3}
    assert len(changed) <= 24


@pytest.mark.parametrize("size", [(400, 240), (560, 300), (900, 400)])
def test_no_weight_lies_under_a_box_or_another(qtbot, step, size):
    drawing = NetworkDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(*size)
    find(step, "hand_v₁₂", QDoubleSpinBox).setValue(-123.4567)
    numbers = dict(line.rsplit(" ", 1) for line in step.hand.drawing.accessibleDescription().splitlines())
    drawing.show_numbers(numbers | {"dL/dv₂₁": "−0.3651", "dL/dw₁₂": "−0.36513"})
    rooms = [drawing.weight_room(letter, i, j) for letter in "wv" for i in (0, 1) for j in (0, 1)]
    boxes = [drawing.box(column, row) for column in range(3) for row in (0, 1)]
    for place, room in enumerate(rooms):
        assert not any(room.intersects(box) for box in boxes)
        assert not any(room.intersects(other) for other in rooms[:place])
    assert all(drawing.rect().contains(box.toRect()) for box in boxes)


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
@pytest.mark.parametrize("large", [False, True])
def test_every_weight_can_be_read_to_its_last_digit(qtbot, lesson, step, size, large):
    lesson.resize(*size)
    while large and find(lesson, "lessonLargerButton").isEnabled():
        click(qtbot, lesson, "lessonLargerButton")
    find(step, "handRate", QDoubleSpinBox).setValue(30)
    click(qtbot, step, "handUpdate")  # weights with four decimals, and with a minus sign
    lines = [box.lineEdit() for box in step.hand.form.boxes.values()]
    assert any(line.text().startswith("-") for line in lines)
    qtbot.waitUntil(
        lambda: all(line.fontMetrics().horizontalAdvance(line.text()) < line.width() for line in lines), timeout=2000
    )
    assert step.hand.width() <= step.hand.parentWidget().width()  # nothing beside what is seen


def test_the_text_goes_to_what_is_shown(qtbot, lesson, step):
    text = find(lesson, "lessonText", QTextBrowser)
    click(qtbot, step, "insideConvolution")
    assert text.cursorForPosition(QPoint(60, 30)).block().text() == "What a convolution does"
    click(qtbot, step, "insideHand")
    assert text.cursorForPosition(QPoint(60, 30)).block().text() == "Backpropagation by hand"


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
    assert text_of(step, "handChosen").split("<br>")[0] == "dL/dv₁₂"
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


def of_image(lesson):
    """The network of the lesson, and the image at hand."""
    subject = lesson.subject
    return subject.network, subject.pictures[lesson.picker.image]


def test_every_number_of_a_filter(qtbot, lesson, convolution):
    check_convolution(convolution, *of_image(lesson))
    assert [output.kind for output in convolution.block.outputs] == ["Convolution", "MaxPooling", "Bias", "ReLU"]
    grid = find(convolution, "filterGrid")
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cells()[9].center().toPoint())
    assert find(convolution, "filterBox", QSpinBox).value() == 10
    check_convolution(convolution, *of_image(lesson))
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert convolution.filter.value() == 11
    check_convolution(convolution, *of_image(lesson))


def test_another_pixel_by_mouse_and_by_keyboard(qtbot, lesson, convolution):
    view = convolution.input
    target = view._target()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=target.topLeft().toPoint())
    assert convolution.place == (0, 0)
    check_convolution(convolution, *of_image(lesson))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert convolution.place == (1, 1)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert convolution.place == (0, 1)
    output = convolution.outputs[0]
    qtbot.mouseClick(output, Qt.MouseButton.LeftButton, pos=output._target().bottomRight().toPoint() - QPoint(1, 1))
    assert convolution.place == (27, 27)
    check_convolution(convolution, *of_image(lesson))


def test_the_second_convolution_channel_by_channel(qtbot, lesson, convolution):
    find(convolution, "convolutionBox", QComboBox).setCurrentText("convolution2")
    assert convolution.block.filters == 64
    channel = find(convolution, "pixelChannel", QSpinBox)
    assert channel.maximum() == 32
    for number in (1, 20):
        channel.setValue(number)
        check_convolution(convolution, *of_image(lesson))


def test_another_image_goes_through_the_same_filter(qtbot, lesson, step, convolution):
    convolution.filter.setValue(5)
    click(qtbot, lesson, "lessonNextImage")
    qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
    assert convolution.filter.value() == 5
    check_convolution(convolution, *of_image(lesson))


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
    assert step.convolution.block.kernels.shape == (32, 3, 3, 3)
    assert "Sum over the channels" in text_of(step, "pixelSum")


@pytest.mark.parametrize("layer", ["convolution1", "convolution2"])
def test_the_products_add_up_to_the_sum_that_is_shown(qtbot, convolution, layer):
    find(convolution, "convolutionBox", QComboBox).setCurrentText(layer)
    channel = find(convolution, "pixelChannel", QSpinBox)
    for chosen in (1, channel.maximum()):
        channel.setValue(chosen)
        texts = {name: [cell for row in grid.texts for cell in row] for name, grid in convolution.pixel.grids.items()}
        for a, b, product in zip(*texts.values(), strict=True):
            assert same_as_shown(read(a) * read(b), read(product), text=product)
        total = sum((read(text) for text in texts["products"]), Decimal())
        shown = text_of(convolution, "pixelSum")
        if layer == "convolution1":
            assert same_as_shown(total, written(shown)[-1])
        elif chosen == 1:
            assert same_as_shown(total, written(shown.partition(": ")[2])[0])
    if layer == "convolution2":
        terms, _, value = shown.partition(": ")[2].rpartition(" = ")
        numbers = [read(term.split(" (")[0]) for term in terms.split(" + ")]
        assert len(numbers) == MOST_TERMS
        assert same_as_shown(sum(numbers), read(value), text=value)


def test_the_sum_of_some_channels_with_a_bias_can_be_checked(lesson, step):
    block = step.convolution.block
    products = block.products(3, 5, 7)
    with_bias = dataclasses.replace(products, bias=-0.37123, value=products.value - 0.37123)
    text = sum_text(with_bias)
    assert "(−0.37123) (bias)" in text
    assert agrees(text.rpartition(" = ")[2], with_bias.value)


@pytest.mark.parametrize("page", ["insideHand", "insideConvolution"])
def test_large_text_scrolls_and_the_window_does_not_grow(qtbot, lesson, step, page):
    click(qtbot, step, page)
    while find(lesson, "lessonLargerButton").isEnabled():
        click(qtbot, lesson, "lessonLargerButton")
    assert step.minimumSizeHint().width() < 600
    assert step.minimumSizeHint().height() < 400
    shown = [
        part for part in step.findChildren(QWidget) if part.isVisible() and part.objectName().startswith("convolutionO")
    ]
    for label in shown:
        view = next(
            view for view in step.convolution.outputs if view.geometry().center().x() == label.geometry().center().x()
        )
        assert not label.geometry().intersects(view.geometry())
