"""Step 1: every number after real clicks, against plain NumPy in float64."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTableWidget

from tests.helpers import plain_network
from tests.helpers.lesson import HALF, answer, choose, click, copied, feedback, find, label


def test_step_1_the_outputs_are_those_of_the_network(qtbot, lesson, network_state):
    for _ in range(2):
        click(qtbot, lesson, "lessonRandomImage")
    image, subject = lesson.picker.image, lesson.subject
    assert image != 0
    expected = plain_network.probabilities(network_state, subject.pictures[image][None])[0]
    header, *rows = copied(qtbot, lesson)
    assert header == ["label", "class", "one-hot", "y", "probability"]
    assert [float(row[4]) for row in rows] == pytest.approx(expected, abs=HALF[4])
    for place, row in enumerate(rows):
        assert row[0] == str(place)
        assert row[1] == subject.class_names[place]
        assert row[2].split() == [str(int(k == place)) for k in range(10)]
        assert row[3] == str(int(place == subject.labels[image]))
    shown = lesson.current.bars.shown()
    assert [output.probability for output in shown] == pytest.approx(expected, abs=1e-12)
    assert [output.is_highest for output in shown].index(True) == expected.argmax()


def test_step_1_only_consistency_matters(qtbot, lesson, network_state):
    image, subject = lesson.picker.image, lesson.subject
    usual = plain_network.probabilities(network_state, subject.pictures[image][None])[0]
    by_name = dict(zip(subject.class_names, usual, strict=True))
    table = find(lesson, "lessonClassTable", QTableWidget)

    place = table.visualItemRect(table.item(2, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    click(qtbot, lesson, "lessonClassUp")
    names = [row[1] for row in copied(qtbot, lesson)[1:]]
    assert names[1:3] == [subject.class_names[2], subject.class_names[1]]
    assert find(lesson, "lessonLabelFile", QPlainTextEdit).toPlainText().split("\n")[2] == f"1,{names[1]}"

    click(qtbot, lesson, "lessonClassShuffle")
    rows = copied(qtbot, lesson)[1:]
    assert [row[1] for row in rows] != list(subject.class_names)
    for row in rows:
        assert float(row[4]) == pytest.approx(by_name[row[1]], abs=HALF[4])
    assert sum(float(row[3]) for row in rows) == 1
    truth = subject.class_names[subject.labels[image]]
    assert next(row[1] for row in rows if row[3] == "1") == truth

    click(qtbot, lesson, "lessonOutputsFollow")  # now the names move alone
    rows = copied(qtbot, lesson)[1:]
    assert [float(row[4]) for row in rows] == pytest.approx(usual, abs=HALF[4])
    assert [row[1] for row in rows] != list(subject.class_names)
    click(qtbot, lesson, "lessonClassReset")
    assert [row[1] for row in copied(qtbot, lesson)[1:]] == list(subject.class_names)


def test_step_1_the_vector_that_is_asked_for_is_not_in_the_table(qtbot, lesson):
    table = find(lesson, "lessonClassTable", QTableWidget)
    rows = copied(qtbot, lesson)[1:]
    place = next(k for k, row in enumerate(rows) if row[3] == "1")
    assert [table.item(k, 2).text() == "?" for k in range(10)] == [k == place for k in range(10)]
    assert not table.item(place, 2).font().bold()  # bold digits would shift the diagonal of ones
    assert table.item(place, 2).font().weight() == table.item((place + 1) % 10, 2).font().weight()
    assert answer(qtbot, lesson, rows[place][2])[0]
    assert table.item(place, 2).text() == rows[place][2]
    click(qtbot, lesson, "lessonNextImage")
    assert "?" in [table.item(k, 2).text() for k in range(10)]


def test_step_1_try_this(qtbot, lesson):
    click(qtbot, lesson, "lessonClassShuffle")
    rows = copied(qtbot, lesson)[1:]
    place = next(k for k, row in enumerate(rows) if row[3] == "1")
    right, why = answer(qtbot, lesson, " ".join(str(int(k == place)) for k in range(10)))
    assert right
    assert f"place {place}" in why
    other = (place + 1) % 10
    assert not answer(qtbot, lesson, "".join(str(int(k == other)) for k in range(10)))[0]
    right, hint = answer(qtbot, lesson, "0 1 0")
    assert not right
    assert "10 digits, not 3" in hint
    assert "Exactly one" in answer(qtbot, lesson, "1 1 0 0 0 0 0 0 0 0")[1]


def test_step_1_a_verdict_goes_when_the_label_is_another(qtbot, lesson):
    rows = copied(qtbot, lesson)[1:]
    assert answer(qtbot, lesson, next(row[2] for row in rows if row[3] == "1"))[0]
    click(qtbot, lesson, "lessonCopyButton")
    assert feedback(lesson)  # nothing has changed
    before = lesson.current.label
    while lesson.current.label == before:
        click(qtbot, lesson, "lessonClassShuffle")
    assert not feedback(lesson)
    assert find(lesson, "lessonAnswer", QLineEdit).text() == ""


def test_step_1_a_verdict_goes_with_another_image_of_the_class(qtbot, lesson):
    choose(qtbot, lesson, "lessonClassBox", lesson.subject.class_names[0])
    answer(qtbot, lesson, "1" + "0" * 9)
    question = label(lesson, "lessonQuestion")
    click(qtbot, lesson, "lessonNextImage")
    assert label(lesson, "lessonQuestion") == question
    assert not feedback(lesson)
