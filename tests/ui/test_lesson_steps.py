"""Every number of the first four steps, after real clicks, against plain NumPy in float64."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QSpinBox, QTableWidget

from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.ui.lesson.descent import plot as descent_plot
from nn_trainer.ui.lesson.loss import pull_plot
from nn_trainer.ui.lesson.loss import step as loss_step
from nn_trainer.ui.lesson.update import picture as update_picture
from nn_trainer.ui.theme import theme
from tests.helpers import by_hand, plain_network
from tests.helpers.lesson import PATIENCE, answer, choose, click, copied, find, label, numbers

HALF = {decimals: 0.5001 * 10.0**-decimals for decimals in (4, 6, 7, 9, 12)}  # of the last digit written


@pytest.fixture
def tab(lesson):
    """In these tests it is the only tab there is."""
    return lesson


@pytest.fixture(scope="module")
def other_subject(sample):
    """The subject made a second time: the tab's own may not be what is compared with."""
    return make_subject(sample, None)


@pytest.fixture
def state(other_subject):
    """The arrays of the network, which nothing on the tab can change."""
    return other_subject.network.state()


def go_to(qtbot, tab, step):
    click(qtbot, tab, f"lessonStep{step}")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)


def test_step_1_the_outputs_are_those_of_the_network(qtbot, tab, state):
    for _ in range(2):
        click(qtbot, tab, "lessonRandomImage")
    image, subject = tab.picker.image, tab.subject
    assert image != 0
    expected = plain_network.probabilities(state, subject.pictures[image][None])[0]
    header, *rows = copied(qtbot, tab)
    assert header == ["label", "class", "one-hot", "y", "probability"]
    assert [float(row[4]) for row in rows] == pytest.approx(expected, abs=HALF[4])
    for place, row in enumerate(rows):
        assert row[0] == str(place)
        assert row[1] == subject.class_names[place]
        assert row[2].split() == [str(int(k == place)) for k in range(10)]
        assert row[3] == str(int(place == subject.labels[image]))
    shown = tab.current.bars.shown()
    assert [output.probability for output in shown] == pytest.approx(expected, abs=1e-12)
    assert [output.is_highest for output in shown].index(True) == expected.argmax()


def test_step_1_only_consistency_matters(qtbot, tab, state):
    image, subject = tab.picker.image, tab.subject
    usual = plain_network.probabilities(state, subject.pictures[image][None])[0]
    by_name = dict(zip(subject.class_names, usual, strict=True))
    table = find(tab, "lessonClassTable", QTableWidget)

    place = table.visualItemRect(table.item(2, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    click(qtbot, tab, "lessonClassUp")
    names = [row[1] for row in copied(qtbot, tab)[1:]]
    assert names[1:3] == [subject.class_names[2], subject.class_names[1]]
    assert find(tab, "lessonLabelFile", QPlainTextEdit).toPlainText().split("\n")[2] == f"1,{names[1]}"

    click(qtbot, tab, "lessonClassShuffle")
    rows = copied(qtbot, tab)[1:]
    assert [row[1] for row in rows] != list(subject.class_names)
    for row in rows:
        assert float(row[4]) == pytest.approx(by_name[row[1]], abs=HALF[4])
    assert sum(float(row[3]) for row in rows) == 1
    truth = subject.class_names[subject.labels[image]]
    assert next(row[1] for row in rows if row[3] == "1") == truth

    click(qtbot, tab, "lessonOutputsFollow")  # now the names move alone
    rows = copied(qtbot, tab)[1:]
    assert [float(row[4]) for row in rows] == pytest.approx(usual, abs=HALF[4])
    assert [row[1] for row in rows] != list(subject.class_names)
    click(qtbot, tab, "lessonClassReset")
    assert [row[1] for row in copied(qtbot, tab)[1:]] == list(subject.class_names)


def test_step_1_the_vector_that_is_asked_for_is_not_in_the_table(qtbot, tab):
    table = find(tab, "lessonClassTable", QTableWidget)
    rows = copied(qtbot, tab)[1:]
    place = next(k for k, row in enumerate(rows) if row[3] == "1")
    assert [table.item(k, 2).text() == "?" for k in range(10)] == [k == place for k in range(10)]
    assert not table.item(place, 2).font().bold()  # bold digits would shift the diagonal of ones
    assert table.item(place, 2).font().weight() == table.item((place + 1) % 10, 2).font().weight()
    assert answer(qtbot, tab, rows[place][2])[0]
    assert table.item(place, 2).text() == rows[place][2]
    click(qtbot, tab, "lessonNextImage")
    assert "?" in [table.item(k, 2).text() for k in range(10)]


def test_step_1_try_this(qtbot, tab):
    click(qtbot, tab, "lessonClassShuffle")
    rows = copied(qtbot, tab)[1:]
    place = next(k for k, row in enumerate(rows) if row[3] == "1")
    right, why = answer(qtbot, tab, " ".join(str(int(k == place)) for k in range(10)))
    assert right
    assert f"place {place}" in why
    other = (place + 1) % 10
    assert not answer(qtbot, tab, "".join(str(int(k == other)) for k in range(10)))[0]
    right, hint = answer(qtbot, tab, "0 1 0")
    assert not right
    assert "10 digits, not 3" in hint
    assert "Exactly one" in answer(qtbot, tab, "1 1 0 0 0 0 0 0 0 0")[1]


def by_hand_of_cells(cells, loss):
    """Each cell of a row of step 2 follows from those before it, as they are shown."""
    _name, y, p, third, fourth = cells
    if loss == "mse":
        assert by_hand.decimal(y) - by_hand.decimal(p) == by_hand.decimal(third)
        assert by_hand.rounds_to(by_hand.decimal(third) ** 2, fourth)
    else:
        assert by_hand.rounds_to(by_hand.decimal(p).ln(), third)
        assert by_hand.decimal(fourth) == -by_hand.decimal(y) * by_hand.decimal(third)


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_step_2_every_number_of_an_image_and_a_batch(qtbot, tab, state, loss):
    go_to(qtbot, tab, 2)
    click(qtbot, tab, "lessonRandomImage")
    click(qtbot, tab, "lessonCrossEntropy" if loss == "cross-entropy" else "lessonSquaredErrors")
    choose(qtbot, tab, "lessonBatchSize", "16")
    image, subject = tab.picker.image, tab.subject
    p = plain_network.probabilities(state, subject.pictures[image][None])[0]
    y = np.eye(10)[subject.labels[image]]
    rows = copied(qtbot, tab)
    for k, cells in enumerate(rows[1:11]):
        third, fourth = (y[k] - p[k], (y[k] - p[k]) ** 2) if loss == "mse" else (np.log(p[k]), -y[k] * np.log(p[k]))
        assert cells[0] == subject.class_names[k]
        assert [float(cell) for cell in cells[1:]] == pytest.approx([y[k], p[k], third, fourth], abs=HALF[4])
        by_hand_of_cells(cells, loss)
    total = ((y - p) ** 2).sum() if loss == "mse" else -np.log(p[subject.labels[image]])
    shown_total = next(row[1] for row in rows if row[0] == "loss")
    assert by_hand.rounds_to(sum(by_hand.decimal(cells[4]) for cells in rows[1:11]), shown_total)
    assert float(dict(row for row in rows if len(row) == 2)["loss"]) == pytest.approx(total, abs=HALF[4])
    assert numbers(label(tab, "lessonLossFormula"))[-1] == pytest.approx(total, abs=HALF[4])

    batch = [row for row in rows[rows.index(["image of the batch", "label", "loss"]) + 1 :] if row[0] != "mean"]
    indices = [int(row[0]) - 1 for row in batch]
    assert indices[0] == image
    assert len(set(indices)) == 16
    expected = plain_network.losses(state, subject.pictures[indices], subject.labels[indices], loss)
    assert [float(row[2]) for row in batch] == pytest.approx(expected, abs=HALF[4])
    assert float(rows[-1][2]) == pytest.approx(expected.mean(), abs=HALF[4])
    shown = numbers(label(tab, "lessonBatchFormula"))
    largest = sorted(expected[1:], reverse=True)[:2]
    rest = expected.sum() - expected[0] - sum(largest)
    assert shown == pytest.approx([expected[0], *largest, rest, 13, 16, expected.mean()], abs=5 * HALF[4])
    by_hand.check(label(tab, "lessonBatchFormula"))
    by_hand.check(label(tab, "lessonLossFormula"))
    terms = [by_hand.decimal(row[2]) for row in batch]
    assert by_hand.rounds_to(sum(terms) / 16, rows[-1][2])

    pulls = {row[0]: float(row[1]) for row in rows if row[0].startswith("pull")}
    t = int(y.argmax())
    e = p - y
    assert pulls["pull, cross-entropy"] == pytest.approx(1 - p[t], abs=HALF[4])
    assert pulls["pull, mse"] == pytest.approx(-2 * p[t] * (e[t] - (e * p).sum()), abs=HALF[4])


def test_step_2_a_large_network_is_waited_for_off_the_gui_thread(qtbot, tab, monkeypatch):
    go_to(qtbot, tab, 2)
    before = copied(qtbot, tab)
    monkeypatch.setattr(loss_step, "AT_ONCE", 0)
    click(qtbot, tab, "lessonNextImage")
    assert tab.current.is_busy()
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    after = copied(qtbot, tab)
    assert after != before
    monkeypatch.undo()
    click(qtbot, tab, "lessonPreviousImage")
    assert copied(qtbot, tab) == before


def test_step_2_the_name_of_the_axis_lies_between_its_ends(qtbot, tab, monkeypatch):
    go_to(qtbot, tab, 2)
    written = {}
    monkeypatch.setattr(pull_plot, "write", lambda _painter, room, text, *_, **how: written.update({text: (room, how)}))
    for width in (150, 200, 320):
        tab.current.pull.resize(width, 240)
        tab.current.pull.grab()
        room, how = written["y' of the true class"]
        assert QFontMetricsF(how["font"]).horizontalAdvance("y' of the true class") <= room.width()
        left, right = written["0"][0].left(), written["1"][0].right()
        digit = QFontMetricsF(written["1"][1]["font"]).horizontalAdvance("1")
        assert left + digit <= room.left()
        assert room.right() <= right - digit


@pytest.mark.parametrize("large", [False, True])
def test_step_2_no_formula_is_cut_in_a_small_window(qtbot, tab, large):
    tab.resize(1000, 560)
    while large and find(tab, "lessonLargerButton").isEnabled():
        click(qtbot, tab, "lessonLargerButton")
    go_to(qtbot, tab, 2)
    qtbot.wait(1)
    for name in ("lessonLossFormula", "lessonBatchFormula"):
        formula = find(tab, name)
        lines = formula.text().split("\n")
        assert len(lines) > 1
        assert max(map(formula.fontMetrics().horizontalAdvance, lines)) <= formula.width()
        assert formula.text().split() == formula.formula.split()
        if not large:  # where a bracket alone may be wider than the page
            assert all(line.count("(") == line.count(")") for line in lines)


def test_step_2_the_lesson_s_example_is_one_click_away(qtbot, tab):
    go_to(qtbot, tab, 2)
    assert find(tab, "lessonBatchStrip").isVisible()
    click(qtbot, tab, "lessonExample")
    assert not find(tab, "lessonBatchStrip").isVisible()  # it would be a batch of other images
    assert not [row for row in copied(qtbot, tab) if row[0] == "mean"]
    text = label(tab, "lessonLossFormula").replace("\n", " ")
    assert text == "SSE = (1 − 0.37)² + (0 − 0.50)² + (0 − 0.13)² = 0.3969 + 0.2500 + 0.0169 = 0.6638"
    rows = copied(qtbot, tab)
    assert rows[1] == ["Cat", "1", "0.37", "0.63", "0.3969"]
    click(qtbot, tab, "lessonCrossEntropy")
    assert label(tab, "lessonLossFormula") == "cross-entropy = −ln 0.37 = 0.9943"


def test_step_2_try_this(qtbot, tab):
    go_to(qtbot, tab, 2)
    assert "0.20, 0.70, 0.10" in label(tab, "lessonQuestion")
    for text in ("0.14", "0,14", " .1400 "):
        assert answer(qtbot, tab, text)[0]
    for text, hint in (("0.6", "Square"), ("0.0467", "do not divide"), ("7", "Take y"), ("x", "not a number")):
        right, why = answer(qtbot, tab, text)
        assert not right
        assert hint in why
    click(qtbot, tab, "lessonCrossEntropy")
    assert find(tab, "lessonAnswer", QLineEdit).text() == ""  # another question
    assert answer(qtbot, tab, "0,357")[0]
    assert "base 10" in answer(qtbot, tab, "0.155")[1]
    assert "minus that" in answer(qtbot, tab, "-0.357")[1]


def descent(tab):
    """Batch, name and index of step 3."""
    batch = tab.subject.batch(32)
    chooser = tab.current.page.chooser
    return tab.subject.pictures[batch], tab.subject.labels[batch], chooser.name, chooser.index


def wait(qtbot, tab):
    qtbot.waitUntil(lambda: not tab.current.is_busy() and tab.current.path.here is not None, timeout=PATIENCE)


def steps_of(rows):
    """The way, as numbers."""
    return np.array([[float(cell) for cell in row] for row in rows[1 : rows.index(learning_rate(rows))]])


def learning_rate(rows):
    return next(row for row in rows if row[0] == "learning rate")


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
@pytest.mark.parametrize("parameter", ["convolution1.weight", "bias2.bias", "dense1.weight"])
def test_step_3_the_curve_and_the_steps_are_real(qtbot, tab, state, parameter, loss):
    go_to(qtbot, tab, 3)
    if loss == "mse":
        click(qtbot, tab, "lessonDescentSquaredErrors")
    choose(qtbot, tab, "lessonParameterBox", parameter)
    wait(qtbot, tab)
    pixels, labels, name, index = descent(tab)
    assert name == parameter
    start = float(state[name][index])
    rows = copied(qtbot, tab)
    curve = np.array([[float(c) for c in row] for row in rows[rows.index(["weight", "loss"]) + 1 :]])
    assert len(curve) == 41
    assert curve[20, 0] == pytest.approx(start, abs=HALF[9])
    for weight, value in curve[::8]:
        expected = plain_network.mean_loss(state, pixels, labels, loss, [(name, index, weight)])
        assert value == pytest.approx(expected, abs=1e-8)

    field = find(tab, "lessonRateField", QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    for _ in range(2):
        click(qtbot, tab, "lessonStepButton")
        wait(qtbot, tab)
    rows = copied(qtbot, tab)
    assert learning_rate(rows)[1] == "0.5"
    way = steps_of(rows)
    assert way[:, 0].tolist() == [0, 1, 2]
    weight = start
    for _, shown, value, gradient in way:
        moved = [(name, index, weight)]
        expected = plain_network.slope(state, pixels, labels, loss, name, index, moved)
        assert shown == pytest.approx(weight, abs=1e-8)
        assert value == pytest.approx(plain_network.mean_loss(state, pixels, labels, loss, moved), abs=1e-8)
        assert gradient == pytest.approx(expected, abs=2e-8)
        last, weight = (weight, expected), weight - expected * 0.5
    by_hand.check(label(tab, "lessonUpdate"))
    by_hand.check(label(tab, "lessonSlope"))
    note = label(tab, "lessonNote").split(" The slope")[0]
    loss_now, loss_before, change = numbers(note)
    if " less than " in note:
        loss_before, change = change, loss_before
    shown = [by_hand.decimal(repr(value)) for value in (loss_now, loss_before)]
    assert by_hand.rounds_to(abs(shown[0] - shown[1]), repr(change))
    written = numbers(label(tab, "lessonUpdate").split("rate =")[1].replace(" − ", " "))
    assert written == pytest.approx([last[0], last[1], 0.5, weight], abs=1e-6)
    rise, run, slope = numbers(label(tab, "lessonSlope"))
    assert slope == pytest.approx(last[1], abs=1e-6)
    assert rise == pytest.approx(last[1] * run, abs=1e-6)
    assert numbers(label(tab, "lessonNote"))[0] == pytest.approx(
        plain_network.mean_loss(state, pixels, labels, loss, [(name, index, last[0])]), abs=1e-6
    )
    click(qtbot, tab, "lessonResetButton")
    assert steps_of(copied(qtbot, tab))[:, 1] == pytest.approx([start], abs=HALF[9])


def test_step_3_the_check_compares_two_ways_to_the_digit(qtbot, tab, state):
    go_to(qtbot, tab, 3)
    wait(qtbot, tab)
    pixels, labels, name, index = descent(tab)
    click(qtbot, tab, "lessonGradientCheckButton")
    checked = find(tab, "lessonCheck", QLabel)
    qtbot.waitUntil(checked.isVisible, timeout=PATIENCE)
    rows = copied(qtbot, tab)
    table = [
        [float(c) for c in row] for row in rows[rows.index(["width", "loss left", "loss right", "slope"]) + 1 : -1]
    ]
    assert [row[0] for row in table] == [0.1, 0.01, 0.001, 0.0001, 0.00001]
    for shown_width, left, right, slope in rows[rows.index(["width", "loss left", "loss right", "slope"]) + 1 : -1]:
        rise = by_hand.decimal(right) - by_hand.decimal(left)
        assert by_hand.rounds_to(rise / (2 * by_hand.decimal(shown_width)), slope)
    start = float(state[name][index])
    for width, left, right, slope in table:
        sides = [
            plain_network.mean_loss(state, pixels, labels, "cross-entropy", [(name, index, start + h)])
            for h in (-width, width)
        ]
        assert [left, right] == pytest.approx(sides, abs=1e-11)
        assert slope == pytest.approx((sides[1] - sides[0]) / (2 * width), abs=2e-7)
    assert rows[-1][0] == "backpropagation"
    assert float(rows[-1][1]) == pytest.approx(table[-1][3], abs=1e-7)
    assert rows[-1][1] in checked.text().replace("−", "-")
    click(qtbot, tab, "lessonStepButton")
    qtbot.waitUntil(lambda: not checked.isVisible(), timeout=PATIENCE)  # it belonged to the place before


def test_step_3_another_place_by_mouse_and_key(qtbot, tab, state):
    go_to(qtbot, tab, 3)
    wait(qtbot, tab)
    plot = find(tab, "lessonDescentPlot")
    before = tab.current.path.here.weights[0]
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() * 3 // 4, plot.height() // 2))
    wait(qtbot, tab)
    here = tab.current.path.here
    assert here.weights[0] > before
    pixels, labels, name, index = descent(tab)
    moved = [(name, index, here.weights[0])]
    expected = plain_network.slope(state, pixels, labels, "cross-entropy", name, index, moved)
    assert here.gradients[0] == pytest.approx(expected, abs=1e-8)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    wait(qtbot, tab)
    assert before < tab.current.path.here.weights[0] < here.weights[0]


def test_step_3_the_weight_is_any_of_any_layer(qtbot, tab):
    go_to(qtbot, tab, 3)
    wait(qtbot, tab)
    box = find(tab, "lessonWeightBox", QSpinBox)
    box.selectAll()
    qtbot.keyClicks(box, "12")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    wait(qtbot, tab)
    assert tab.current.landscape.indices == ((1, 2),)  # 10 classes: input 1, output 2
    click(qtbot, tab, "lessonAnyWeight")
    wait(qtbot, tab)
    assert tab.current.landscape.name == tab.current.page.chooser.name
    click(qtbot, tab, "lessonImportantWeight")
    wait(qtbot, tab)
    gradient = abs(tab.current.path.here.gradients[0])
    click(qtbot, tab, "lessonWider")
    qtbot.waitUntil(lambda: len(tab.current.path.points) == 1 and not tab.current.is_busy(), timeout=PATIENCE)
    assert abs(tab.current.path.here.gradients[0]) == gradient


def test_step_3_the_slider_moves_the_arrow_without_computing(qtbot, tab):
    go_to(qtbot, tab, 3)
    wait(qtbot, tab)
    slider = find(tab, "lessonRateSlider")
    before = tab.current.page.plot.view
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    after = tab.current.page.plot.view
    assert after.rate > 2 * before.rate
    assert after.losses is before.losses
    assert not tab.current.is_busy()
    assert numbers(label(tab, "lessonUpdate"))[-1] == pytest.approx(
        before.weight - before.gradient * after.rate, abs=1e-6
    )


def test_step_3_the_bowl_overshoots_at_too_large_a_rate(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    field = find(tab, "lessonRateField", QLineEdit)
    for rate, losses in ((0.5, "fall"), (1.7, "fall"), (2.1, "rise")):
        click(qtbot, tab, "lessonResetButton")
        field.selectAll()
        qtbot.keyClicks(field, str(rate))
        qtbot.keyClick(field, Qt.Key.Key_Return)
        for _ in range(4):
            click(qtbot, tab, "lessonStepButton")
        way = steps_of(copied(qtbot, tab))
        weight = -1.0
        for _, shown, loss, gradient in way:
            assert [shown, loss, gradient] == pytest.approx(
                [weight, 0.1 + (weight - 0.5) ** 2 / 2, weight - 0.5], abs=HALF[9]
            )
            weight -= rate * (weight - 0.5)
        assert (np.diff(way[:, 2]) > 0).all() if losses == "rise" else (np.diff(way[:, 2]) < 0).all()
    assert "overshot" in label(tab, "lessonNote")


def test_step_3_the_surface_and_the_way_on_it(qtbot, tab, state):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonDescentSquaredErrors")
    wait(qtbot, tab)
    click(qtbot, tab, "lessonTwoWeights")
    wait(qtbot, tab)
    pixels, labels, name, _ = descent(tab)
    first, second = tab.current.landscape.indices
    click(qtbot, tab, "lessonStepButton")
    qtbot.waitUntil(lambda: len(tab.current.path.points) == 2, timeout=PATIENCE)
    rows = copied(qtbot, tab)
    rate = float(learning_rate(rows)[1])
    weights = [float(state[name][first]), float(state[name][second])]
    for row in steps_of(rows):
        moved = [(name, first, weights[0]), (name, second, weights[1])]
        slopes = [plain_network.slope(state, pixels, labels, "mse", name, i, moved) for i in (first, second)]
        loss = plain_network.mean_loss(state, pixels, labels, "mse", moved)
        assert row[1:] == pytest.approx([*weights, loss, *slopes], abs=2e-8)
        weights = [w - rate * g for w, g in zip(weights, slopes, strict=True)]
    header = next(k for k, row in enumerate(rows) if row[0] == "loss" and len(row) > 2)
    grid = rows[header:]
    for j, i in ((1, 1), (9, 30), (33, 2)):
        moved = [(name, first, float(grid[0][i])), (name, second, float(grid[j][0]))]
        assert float(grid[j][i]) == pytest.approx(
            plain_network.mean_loss(state, pixels, labels, "mse", moved), abs=3e-6
        )
    written = label(tab, "lessonUpdate").split("\n")
    for line in written:
        by_hand.check(line)
    assert [numbers(line)[-1] for line in written] == pytest.approx(weights, abs=1e-6)


def test_step_3_another_place_on_the_map_by_mouse_and_key(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonTwoWeights")
    wait(qtbot, tab)
    plot = find(tab, "lessonSurfacePlot")
    a, b = tab.current.path.here.weights
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() * 2 // 3, plot.height() // 4))
    wait(qtbot, tab)
    here = tab.current.path.here.weights
    assert here[0] > a
    assert here[1] > b
    for key, place, larger in ((Qt.Key.Key_Left, 0, False), (Qt.Key.Key_Up, 1, True)):
        before = tab.current.path.here.weights
        qtbot.keyClick(plot, key)
        wait(qtbot, tab)
        after = tab.current.path.here.weights
        assert (after[place] > before[place]) is larger
        assert after[1 - place] == before[1 - place]


def test_step_3_hills_are_found(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonDescentSquaredErrors")
    wait(qtbot, tab)
    number = find(tab, "lessonWeightBox", QSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, "12")  # hardly one of the pair that is found
    qtbot.keyClick(number, Qt.Key.Key_Return)
    wait(qtbot, tab)
    click(qtbot, tab, "lessonTwoWeights")
    wait(qtbot, tab)
    before = tab.current.landscape
    click(qtbot, tab, "lessonHills")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    assert tab.current.landscape is not before
    found = tab.current.landscape
    assert tab.current.page.chooser.index == found.indices[0]
    assert (found.name, found.indices[0]) != (before.name, before.indices[0])  # else this asks for nothing
    click(qtbot, tab, "lessonOneWeight")  # the curve that was there is of another weight
    assert tab.current.page.plot.view is None
    assert label(tab, "lessonSlope") == ""
    wait(qtbot, tab)
    assert (tab.current.landscape.name, tab.current.landscape.indices[0]) == (found.name, found.indices[0])


def test_step_3_a_step_onto_the_bottom_does_not_go_past_it(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    field = find(tab, "lessonRateField", QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    click(qtbot, tab, "lessonStepButton")
    note = label(tab, "lessonNote")
    assert "lowered" in note
    assert "The slope is zero" in note
    assert "past the bottom" not in note
    click(qtbot, tab, "lessonResetButton")
    field.selectAll()
    qtbot.keyClicks(field, "1.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    click(qtbot, tab, "lessonStepButton")
    assert "past the bottom" in label(tab, "lessonNote")


def test_step_3_the_focus_stays_when_what_has_it_goes(qtbot, tab):
    go_to(qtbot, tab, 3)
    wait(qtbot, tab)
    tab.activateWindow()
    find(tab, "lessonWeightBox").setFocus()
    click(qtbot, tab, "lessonBowl")  # where there is no weight to choose
    assert QApplication.focusWidget() is find(tab, "lessonBowl")


def test_step_3_the_buttons_stay_where_they_are(qtbot, tab):
    go_to(qtbot, tab, 3)
    buttons = [find(tab, name) for name in ("lessonOneWeight", "lessonBowl", "lessonTwoWeights")]
    places = [(button.mapTo(tab, QPoint()), button.size()) for button in buttons]
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
        assert [(each.mapTo(tab, QPoint()), each.size()) for each in buttons] == places


def test_step_3_no_curve_runs_through_the_name_of_the_rise(qtbot, tab, monkeypatch):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    rooms = {}
    monkeypatch.setattr(descent_plot, "write", lambda _painter, room, text, *_, **__: rooms.update({text: room}))
    plot = find(tab, "lessonDescentPlot")
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


def test_step_3_the_numbers_of_the_axes_stand_at_their_values(qtbot, tab, monkeypatch):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    written = {}

    def note(_painter, room, text, *_, **__):
        written.setdefault(text, []).append(room)

    monkeypatch.setattr(descent_plot, "write", note)
    plot = tab.current.page.plot
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


def test_step_3_try_this(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    assert "−1.500000" in label(tab, "lessonQuestion")
    assert not answer(qtbot, tab, "shrink")[0]
    right, why = answer(qtbot, tab, "It must grow.")
    assert right
    assert "negative" in why
    assert "one word" in answer(qtbot, tab, "grow or shrink")[1]


def test_step_4_the_example_is_hidden_until_it_is_answered(qtbot, tab):
    go_to(qtbot, tab, 4)
    picture = tab.current
    assert picture.update_shown.formula().endswith("0.38 − (−0.55) × 0.01 = ?")
    for text, hint in (
        ("0.3745", "subtract"),
        ("0.93", "Multiply"),
        ("-0.0055", "Where does it arrive"),
        ("2", "First"),
    ):
        right, why = answer(qtbot, tab, text)
        assert not right
        assert hint in why
    assert not answer(qtbot, tab, "0.38")[0]
    right, why = answer(qtbot, tab, "0,3855")
    assert right
    assert why.endswith("0.38 − (−0.55) × 0.01 = 0.3855.")
    assert picture.update_shown.is_shown


@pytest.mark.parametrize("choice", [0, 2])
def test_step_4_a_real_iteration_does_what_the_formula_says(qtbot, tab, state, choice):
    go_to(qtbot, tab, 4)
    click(qtbot, tab, "lessonUpdateMine")
    click(qtbot, tab, f"lessonUpdateRate{choice}")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    if choice:
        choose(qtbot, tab, "lessonUpdateParameterBox", "convolution2.weight")
    rate = (0.01, 0.1, 0.5)[choice]
    batch = tab.subject.batch(8)
    chooser = tab.current.chooser
    name, index = chooser.name, chooser.index
    before = float(state[name][index])
    pixels, labels = tab.subject.pictures[batch], tab.subject.labels[batch]
    gradient = plain_network.slope(state, pixels, labels, "cross-entropy", name, index)
    after = before - gradient * rate
    rows = dict(row for row in copied(qtbot, tab) if len(row) == 2)
    shown = [float(rows[key]) for key in ("weight W1", "gradient", "learning rate")]
    assert shown == pytest.approx([before, gradient, rate], abs=2e-8)
    assert not {"weight W2", "after one iteration"} & set(rows)  # what is asked for is not given away
    assert numbers(label(tab, "lessonQuestion"))[:3] == pytest.approx([before, gradient, rate], abs=1e-6)

    asked = numbers(label(tab, "lessonQuestion"))[:3]
    right, _ = answer(qtbot, tab, f"{asked[0] - asked[1] * asked[2]:.6f}")
    assert right
    by_hand.check(tab.current.update_shown.formula())
    click(qtbot, tab, "lessonRunIteration")
    rows = dict(row for row in copied(qtbot, tab) if len(row) == 2)
    assert float(rows["weight W2"]) == pytest.approx(after, abs=2e-8)
    weight, slope, factor = (by_hand.decimal(rows[key]) for key in ("weight W1", "gradient", "learning rate"))
    assert by_hand.rounds_to(weight - slope * factor, rows["weight W2"])
    assert float(rows["after one iteration"]) == pytest.approx(after, abs=2e-8)
    assert numbers(label(tab, "lessonUpdateResult"))[:3] == pytest.approx([before, after, after], abs=2e-8)


def test_step_4_the_axis_does_not_give_the_answer_away(qtbot, tab, monkeypatch):
    go_to(qtbot, tab, 4)
    written = []
    monkeypatch.setattr(update_picture, "write", lambda _painter, _room, text, *_, **__: written.append(text))
    tab.current.picture.grab()
    assert not [text for text in written if text.startswith("0.38") and text != "0.38"]
    click(qtbot, tab, "lessonShowResult")
    tab.current.picture.grab()
    assert [text for text in written if text.startswith("0.38") and text != "0.38"]


def test_step_4_the_formula_is_whole_and_as_large_as_the_text(qtbot, tab):
    tab.resize(1000, 560)
    while find(tab, "lessonLargerButton").isEnabled():
        click(qtbot, tab, "lessonLargerButton")
    go_to(qtbot, tab, 4)
    shown = tab.current.picture
    for width in range(300, 1200, 7):
        text, font = shown.written_formula(width)
        assert text.replace("\n", " ") == tab.current.update_shown.formula()
        assert max(map(QFontMetricsF(font).horizontalAdvance, text.split("\n"))) <= width
        if width > 500:
            assert font.pointSizeF() >= shown.font().pointSizeF()


def test_step_4_the_images_of_the_batch_are_shown(qtbot, tab):
    go_to(qtbot, tab, 4)
    row = find(tab, "lessonUpdateBatch")
    assert not row.isVisible()
    click(qtbot, tab, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    assert row.isVisible()
    assert len(row.images) == 8


def test_step_4_the_weight_of_before_is_no_answer(qtbot, tab):
    go_to(qtbot, tab, 4)
    click(qtbot, tab, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    click(qtbot, tab, "lessonUpdateRate0")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    assert not answer(qtbot, tab, f"{tab.current.update_shown.weight:.6f}")[0]
    click(qtbot, tab, "lessonShowResult")
    assert "?" not in tab.current.update_shown.formula()


def feedback(tab):
    return label(tab, "lessonFeedback")


def test_step_1_a_verdict_goes_when_the_label_is_another(qtbot, tab):
    rows = copied(qtbot, tab)[1:]
    assert answer(qtbot, tab, next(row[2] for row in rows if row[3] == "1"))[0]
    click(qtbot, tab, "lessonCopyButton")
    assert feedback(tab)  # nothing has changed
    before = tab.current.label
    while tab.current.label == before:
        click(qtbot, tab, "lessonClassShuffle")
    assert not feedback(tab)
    assert find(tab, "lessonAnswer", QLineEdit).text() == ""


def test_step_1_a_verdict_goes_with_another_image_of_the_class(qtbot, tab):
    choose(qtbot, tab, "lessonClassBox", tab.subject.class_names[0])
    answer(qtbot, tab, "1" + "0" * 9)
    question = label(tab, "lessonQuestion")
    click(qtbot, tab, "lessonNextImage")
    assert label(tab, "lessonQuestion") == question
    assert not feedback(tab)


def test_step_3_a_verdict_goes_with_the_next_step_but_not_with_the_rate(qtbot, tab):
    go_to(qtbot, tab, 3)
    click(qtbot, tab, "lessonBowl")
    assert answer(qtbot, tab, "grow")[0]
    qtbot.keyClick(find(tab, "lessonRateSlider"), Qt.Key.Key_PageUp)
    assert feedback(tab)
    click(qtbot, tab, "lessonStepButton")
    assert not feedback(tab)


def test_step_4_a_verdict_goes_with_another_weight_and_what_was_found_with_another_network(qtbot, tab, other_subject):
    go_to(qtbot, tab, 4)
    click(qtbot, tab, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    click(qtbot, tab, "lessonShowResult")
    assert tab.current.update_shown.is_shown
    answer(qtbot, tab, "7")
    click(qtbot, tab, "lessonUpdateAnyWeight")
    assert not feedback(tab)
    index = tab.current.chooser.index, tab.current.chooser.name
    click(qtbot, tab, "lessonShowResult")
    tab.current.set_subject(other_subject, 0)
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    tab.current.chooser.choose(index[1], index[0])
    assert not tab.current.update_shown.is_shown  # the numbers are those of another network now
