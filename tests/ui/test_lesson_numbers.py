"""Numbers of the lesson: read as people write them, rounded for people to read."""

from dataclasses import FrozenInstanceError

import pytest

from nn_trainer.ui.lesson.parts.answers import is_close, read_number, same_name
from nn_trainer.ui.lesson.parts.painting import round_step, ticks
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.wording import figure, fixed


def test_what_is_said_to_an_answer_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Feedback(True, "why").right = False


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,25", 0.25),
        (" 1 000.5 ", 1000.5),
        ("−3", -3),
        ("-3e-2", -0.03),
        ("12 %", 12),
        ("", None),
        ("x", None),
        ("nan", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert read_number(text) == number


def test_tolerance():
    assert is_close(0.38, 0.3849, 2)
    assert not is_close(0.36, 0.3849, 2)
    assert is_close(1010, 1000, 0, relative=0.01)
    assert same_name(" ankle  Boot", "Ankle boot")


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5000"), (-0.00001, "0.0000"), (-2.5, "−2.5000"), (float("inf"), "∞"), (-0.0, "0.0000")]
)
def test_fixed(value, text):
    assert fixed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0"),
        (1234.5, "1234" if round(1234.5) == 1234 else "1235"),
        (0.00123456, "0.001235"),
        (-1.5e-9, "−1.500e−09"),
    ],
)
def test_figure(value, text):
    assert figure(value) == text


def test_round_numbers_on_the_axes():
    assert round_step(10, 5) == 2
    assert round_step(0.7, 7) == pytest.approx(0.1)
    assert ticks(-0.1, 1.0, 5) == [0.0, 0.5, 1.0] or ticks(-0.1, 1.0, 5) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-1, 1, 4) == [-1.0, -0.5, 0.0, 0.5, 1.0]
