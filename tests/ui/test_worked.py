"""What is written can be recomputed from what is written, to its last digit."""

import math
from decimal import Decimal

import numpy as np
import pytest

from nn_trainer.ui.lesson.parts.worked import Formula, decimals_of, given, shared_decimals, worked, written
from tests.helpers.by_hand import check, decimal, rounds_to, value_of


def step(weight, gradient, rate):
    return weight - gradient * rate


def test_the_lesson_s_own_numbers_keep_their_digits():
    update = worked(step, (0.38, -0.55, given(0.01)), decimals=2, result_decimals=4)
    assert update.operands == ("0.38", "−0.55", "0.01")
    assert update.result == "0.3855"
    sse = worked(lambda *p: (1 - p[0]) ** 2 + p[1] ** 2 + p[2] ** 2, (0.37, 0.50, 0.13), 2)
    assert (*sse.operands, sse.result) == ("0.37", "0.50", "0.13", "0.6638")


def test_operands_get_the_digits_that_the_result_needs():
    update = worked(step, (0.0127306, -0.1012632, given(0.002)), decimals=6, result_decimals=6)
    assert decimal(update.operands[0]) - decimal(update.operands[1]) * Decimal("0.002") != decimal(update.result)
    assert len(update.operands[0]) > len("0.012731")
    check(f"W₂ = {update.operands[0]} − ({update.operands[1]}) × {update.operands[2]} = {update.result}")


@pytest.mark.parametrize("seed", range(3))
def test_any_numbers_can_be_recomputed(seed):
    rng = np.random.default_rng(seed)
    for _ in range(300):
        numbers = (rng.normal(0, 10.0 ** rng.integers(-6, 2), 3) * [1, 1, 0.1]).tolist()
        places = decimals_of(step(*numbers), int(rng.integers(3, 8)))
        shown = worked(step, numbers, 4, places)
        w, g, rate = map(decimal, shown.operands)
        assert rounds_to(w - g * rate, shown.result)
        assert float(decimal(shown.result)) == pytest.approx(step(*numbers), abs=0.51 * 10.0**-places)


def test_a_logarithm_of_a_number_near_one_is_not_one_of_one():
    shown = worked(lambda p: -p.ln(), (0.99996584,), 4, decimals_of(-math.log(0.99996584)))
    assert shown.result == "0.0000342"
    assert rounds_to(-decimal(shown.operands[0]).ln(), shown.result)


def test_cells_of_a_table_share_their_decimals():
    values = [0.12345678, 0.5, 0.87654321]
    formulas = [Formula(lambda v: v * v, (value,), 6) for value in values]
    decimals = shared_decimals(formulas, 4)
    for value in values:
        shown = decimal(written(value, decimals))
        assert rounds_to(shown * shown, written(value * value, 6))
    assert shared_decimals([Formula(lambda v: v * v, (0.5,), 4)], 1) == 1


def test_what_has_no_digits_is_said():
    assert worked(lambda p: -p.ln(), (0.0,)).result == "∞"
    assert worked(lambda a, b: a / b, (1.0, given(0))).result == "∞"
    assert worked(lambda a: a, (math.inf,)).operands == ("∞",)
    assert worked(lambda a: a, (math.nan,)).result == "no number"
    assert worked(lambda a: -a, (0.00001,), 2, 2).result == "0.00"


def test_a_small_result_keeps_some_digits():
    assert decimals_of(0.5) == 4
    assert decimals_of(0.00123) == 5
    assert decimals_of(0) == decimals_of(math.inf) == 4
    assert worked(lambda a: a * a, (1.23e-6,), 6, decimals_of(1.23e-6**2)).result == "1.51e−12"


def test_half_of_a_last_digit_is_rounded_as_by_hand():
    assert worked(lambda a: a / 2, (given(0.25),), 2, 2).result == "0.13"
    assert value_of("−(1 − 0.5)² + 3 × 2 / 4") == Decimal("1.25")
