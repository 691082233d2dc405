"""Step 2: every number after real clicks, against plain NumPy in float64."""

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLineEdit

from nn_trainer.ui.lesson.loss import pull_plot
from nn_trainer.ui.lesson.loss import step as loss_step
from tests.helpers import by_hand, plain_network
from tests.helpers.lesson import HALF, PATIENCE, answer, choose, click, copied, find, go_to, label, numbers
from tests.helpers.tour import settle


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
def test_step_2_every_number_of_an_image_and_a_batch(qtbot, lesson, network_state, loss):
    go_to(qtbot, lesson, 2)
    click(qtbot, lesson, "lessonRandomImage")
    click(qtbot, lesson, "lessonCrossEntropy" if loss == "cross-entropy" else "lessonSquaredErrors")
    choose(qtbot, lesson, "lessonBatchSize", "16")
    image, subject = lesson.picker.image, lesson.subject
    p = plain_network.probabilities(network_state, subject.pictures[image][None])[0]
    y = np.eye(10)[subject.labels[image]]
    rows = copied(qtbot, lesson)
    for k, cells in enumerate(rows[1:11]):
        third, fourth = (y[k] - p[k], (y[k] - p[k]) ** 2) if loss == "mse" else (np.log(p[k]), -y[k] * np.log(p[k]))
        assert cells[0] == subject.class_names[k]
        assert [float(cell) for cell in cells[1:]] == pytest.approx([y[k], p[k], third, fourth], abs=HALF[4])
        by_hand_of_cells(cells, loss)
    total = ((y - p) ** 2).sum() if loss == "mse" else -np.log(p[subject.labels[image]])
    shown_total = next(row[1] for row in rows if row[0] == "loss")
    assert by_hand.rounds_to(sum(by_hand.decimal(cells[4]) for cells in rows[1:11]), shown_total)
    assert float(dict(row for row in rows if len(row) == 2)["loss"]) == pytest.approx(total, abs=HALF[4])
    assert numbers(label(lesson, "lessonLossFormula"))[-1] == pytest.approx(total, abs=HALF[4])

    batch = [row for row in rows[rows.index(["image of the batch", "label", "loss"]) + 1 :] if row[0] != "mean"]
    indices = [int(row[0]) - 1 for row in batch]
    assert indices[0] == image
    assert len(set(indices)) == 16
    expected = plain_network.losses(network_state, subject.pictures[indices], subject.labels[indices], loss)
    assert [float(row[2]) for row in batch] == pytest.approx(expected, abs=HALF[4])
    assert float(rows[-1][2]) == pytest.approx(expected.mean(), abs=HALF[4])
    shown = numbers(label(lesson, "lessonBatchFormula"))
    largest = sorted(expected[1:], reverse=True)[:2]
    rest = expected.sum() - expected[0] - sum(largest)
    assert shown == pytest.approx([expected[0], *largest, rest, 13, 16, expected.mean()], abs=5 * HALF[4])
    by_hand.check(label(lesson, "lessonBatchFormula"))
    by_hand.check(label(lesson, "lessonLossFormula"))
    terms = [by_hand.decimal(row[2]) for row in batch]
    assert by_hand.rounds_to(sum(terms) / 16, rows[-1][2])

    pulls = {row[0]: float(row[1]) for row in rows if row[0].startswith("pull")}
    t = int(y.argmax())
    e = p - y
    assert pulls["pull, cross-entropy"] == pytest.approx(1 - p[t], abs=HALF[4])
    assert pulls["pull, mse"] == pytest.approx(-2 * p[t] * (e[t] - (e * p).sum()), abs=HALF[4])


def test_step_2_a_large_network_is_waited_for_off_the_gui_thread(qtbot, lesson, monkeypatch):
    go_to(qtbot, lesson, 2)
    before = copied(qtbot, lesson)
    monkeypatch.setattr(loss_step, "AT_ONCE", 0)
    click(qtbot, lesson, "lessonNextImage")
    assert lesson.current.is_busy()
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    after = copied(qtbot, lesson)
    assert after != before
    monkeypatch.undo()
    click(qtbot, lesson, "lessonPreviousImage")
    assert copied(qtbot, lesson) == before


def test_step_2_the_name_of_the_axis_lies_between_its_ends(qtbot, lesson, monkeypatch):
    go_to(qtbot, lesson, 2)
    written = {}
    monkeypatch.setattr(pull_plot, "write", lambda _painter, room, text, *_, **how: written.update({text: (room, how)}))
    for width in (150, 200, 320):
        lesson.current.pull.resize(width, 240)
        lesson.current.pull.grab()
        room, how = written["y' of the true class"]
        assert QFontMetricsF(how["font"]).horizontalAdvance("y' of the true class") <= room.width()
        left, right = written["0"][0].left(), written["1"][0].right()
        digit = QFontMetricsF(written["1"][1]["font"]).horizontalAdvance("1")
        assert left + digit <= room.left()
        assert room.right() <= right - digit


@pytest.mark.parametrize("large", [False, True])
def test_step_2_no_formula_is_cut_in_a_small_window(qtbot, lesson, large):
    lesson.resize(1000, 560)
    while large and find(lesson, "lessonLargerButton").isEnabled():
        click(qtbot, lesson, "lessonLargerButton")
    go_to(qtbot, lesson, 2)
    settle()
    for name in ("lessonLossFormula", "lessonBatchFormula"):
        formula = find(lesson, name)
        lines = formula.text().split("\n")
        assert len(lines) > 1
        assert max(map(formula.fontMetrics().horizontalAdvance, lines)) <= formula.width()
        assert formula.text().split() == formula.formula.split()
        if not large:  # where a bracket alone may be wider than the page
            assert all(line.count("(") == line.count(")") for line in lines)


def test_step_2_the_lesson_s_example_is_one_click_away(qtbot, lesson):
    go_to(qtbot, lesson, 2)
    assert find(lesson, "lessonBatchStrip").isVisible()
    click(qtbot, lesson, "lessonExample")
    assert not find(lesson, "lessonBatchStrip").isVisible()  # it would be a batch of other images
    assert not [row for row in copied(qtbot, lesson) if row[0] == "mean"]
    text = label(lesson, "lessonLossFormula").replace("\n", " ")
    assert text == "SSE = (1 − 0.37)² + (0 − 0.50)² + (0 − 0.13)² = 0.3969 + 0.2500 + 0.0169 = 0.6638"
    rows = copied(qtbot, lesson)
    assert rows[1] == ["Cat", "1", "0.37", "0.63", "0.3969"]
    click(qtbot, lesson, "lessonCrossEntropy")
    assert label(lesson, "lessonLossFormula") == "cross-entropy = −ln 0.37 = 0.9943"


def test_step_2_try_this(qtbot, lesson):
    go_to(qtbot, lesson, 2)
    assert "0.20, 0.70, 0.10" in label(lesson, "lessonQuestion")
    for text in ("0.14", "0,14", " .1400 "):
        assert answer(qtbot, lesson, text)[0]
    for text, hint in (("0.6", "Square"), ("0.0467", "do not divide"), ("7", "Take y"), ("x", "not a number")):
        right, why = answer(qtbot, lesson, text)
        assert not right
        assert hint in why
    click(qtbot, lesson, "lessonCrossEntropy")
    assert find(lesson, "lessonAnswer", QLineEdit).text() == ""  # another question
    assert answer(qtbot, lesson, "0,357")[0]
    assert "base 10" in answer(qtbot, lesson, "0.155")[1]
    assert "minus that" in answer(qtbot, lesson, "-0.357")[1]
