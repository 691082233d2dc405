"""Step 4: every number after real clicks, against plain NumPy in float64."""

import pytest
from PySide6.QtGui import QFontMetricsF

from nn_trainer.ui.lesson.update import picture as update_picture
from tests.helpers import by_hand, plain_network
from tests.helpers.lesson import PATIENCE, answer, choose, click, copied, feedback, find, go_to, label, numbers


def test_step_4_the_example_is_hidden_until_it_is_answered(qtbot, lesson):
    go_to(qtbot, lesson, 4)
    picture = lesson.current
    assert picture.update_shown.formula().endswith("0.38 − (−0.55) × 0.01 = ?")
    for text, hint in (
        ("0.3745", "subtract"),
        ("0.93", "Multiply"),
        ("-0.0055", "Where does it arrive"),
        ("2", "First"),
    ):
        right, why = answer(qtbot, lesson, text)
        assert not right
        assert hint in why
    assert not answer(qtbot, lesson, "0.38")[0]
    right, why = answer(qtbot, lesson, "0,3855")
    assert right
    assert why.endswith("0.38 − (−0.55) × 0.01 = 0.3855.")
    assert picture.update_shown.is_shown


@pytest.mark.parametrize("choice", [0, 2])
def test_step_4_a_real_iteration_does_what_the_formula_says(qtbot, lesson, network_state, choice):
    go_to(qtbot, lesson, 4)
    click(qtbot, lesson, "lessonUpdateMine")
    click(qtbot, lesson, f"lessonUpdateRate{choice}")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    if choice:
        choose(qtbot, lesson, "lessonUpdateParameterBox", "convolution2.weight")
    rate = (0.01, 0.1, 0.5)[choice]
    batch = lesson.subject.batch(8)
    chooser = lesson.current.chooser
    name, index = chooser.name, chooser.index
    before = float(network_state[name][index])
    pixels, labels = lesson.subject.pictures[batch], lesson.subject.labels[batch]
    gradient = plain_network.slope(network_state, pixels, labels, "cross-entropy", name, index)
    after = before - gradient * rate
    rows = dict(row for row in copied(qtbot, lesson) if len(row) == 2)
    shown = [float(rows[key]) for key in ("weight W1", "gradient", "learning rate")]
    assert shown == pytest.approx([before, gradient, rate], abs=2e-8)
    assert not {"weight W2", "after one iteration"} & set(rows)  # what is asked for is not given away
    assert numbers(label(lesson, "lessonQuestion"))[:3] == pytest.approx([before, gradient, rate], abs=1e-6)

    asked = numbers(label(lesson, "lessonQuestion"))[:3]
    right, _ = answer(qtbot, lesson, f"{asked[0] - asked[1] * asked[2]:.6f}")
    assert right
    by_hand.check(lesson.current.update_shown.formula())
    click(qtbot, lesson, "lessonRunIteration")
    rows = dict(row for row in copied(qtbot, lesson) if len(row) == 2)
    assert float(rows["weight W2"]) == pytest.approx(after, abs=2e-8)
    weight, slope, factor = (by_hand.decimal(rows[key]) for key in ("weight W1", "gradient", "learning rate"))
    assert by_hand.rounds_to(weight - slope * factor, rows["weight W2"])
    assert float(rows["after one iteration"]) == pytest.approx(after, abs=2e-8)
    assert numbers(label(lesson, "lessonUpdateResult"))[:3] == pytest.approx([before, after, after], abs=2e-8)


def test_step_4_the_axis_does_not_give_the_answer_away(qtbot, lesson, monkeypatch):
    go_to(qtbot, lesson, 4)
    written = []
    monkeypatch.setattr(update_picture, "write", lambda _painter, _room, text, *_, **__: written.append(text))
    lesson.current.picture.grab()
    assert not [text for text in written if text.startswith("0.38") and text != "0.38"]
    click(qtbot, lesson, "lessonShowResult")
    lesson.current.picture.grab()
    assert [text for text in written if text.startswith("0.38") and text != "0.38"]


def test_step_4_the_formula_is_whole_and_as_large_as_the_text(qtbot, lesson):
    lesson.resize(1000, 560)
    while find(lesson, "lessonLargerButton").isEnabled():
        click(qtbot, lesson, "lessonLargerButton")
    go_to(qtbot, lesson, 4)
    shown = lesson.current.picture
    for width in range(300, 1200, 7):
        text, font = shown.written_formula(width)
        assert text.replace("\n", " ") == lesson.current.update_shown.formula()
        assert max(map(QFontMetricsF(font).horizontalAdvance, text.split("\n"))) <= width
        if width > 500:
            assert font.pointSizeF() >= shown.font().pointSizeF()


def test_step_4_the_images_of_the_batch_are_shown(qtbot, lesson):
    go_to(qtbot, lesson, 4)
    row = find(lesson, "lessonUpdateBatch")
    assert not row.isVisible()
    click(qtbot, lesson, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    assert row.isVisible()
    assert len(row.images) == 8


def test_step_4_the_weight_of_before_is_no_answer(qtbot, lesson):
    go_to(qtbot, lesson, 4)
    click(qtbot, lesson, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    click(qtbot, lesson, "lessonUpdateRate0")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    assert not answer(qtbot, lesson, f"{lesson.current.update_shown.weight:.6f}")[0]
    click(qtbot, lesson, "lessonShowResult")
    assert "?" not in lesson.current.update_shown.formula()


def test_step_4_a_verdict_goes_with_another_weight_and_what_was_found_with_another_network(
    qtbot, lesson, other_subject
):
    go_to(qtbot, lesson, 4)
    click(qtbot, lesson, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    click(qtbot, lesson, "lessonShowResult")
    assert lesson.current.update_shown.is_shown
    answer(qtbot, lesson, "7")
    click(qtbot, lesson, "lessonUpdateAnyWeight")
    assert not feedback(lesson)
    index = lesson.current.chooser.index, lesson.current.chooser.name
    click(qtbot, lesson, "lessonShowResult")
    lesson.current.set_subject(other_subject, 0)
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    lesson.current.chooser.choose(index[1], index[0])
    assert not lesson.current.update_shown.is_shown  # the numbers are those of another network now
