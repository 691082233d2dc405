"""Every schedule that exists: its factor at marked places of a training of 100 iterations."""

import pytest

from nn_trainer.engine.records import EpochRecord
from nn_trainer.engine.schedules import SCHEDULES

GOLDEN = {  # iteration: factor
    "constant": {1: 1.0, 100: 1.0},
    "step": {1: 1.0, 50: 1.0, 51: 0.1, 75: 0.1, 76: 0.01, 100: 0.01},
    "cosine": {1: 1.0, 26: 0.85355339, 51: 0.5, 101: 0.0},
    "one-cycle": {1: 0.04, 16: 0.52, 31: 1.0, 66: 0.5, 101: 0.0},
    "plateau": {1: 1.0, 100: 1.0},
}


def epoch(number: int, loss: float, validation_loss: float | None = None) -> EpochRecord:
    return EpochRecord(number, number, loss, 0.5, validation_loss, 0.5, 1.0, 1.0)


def test_no_schedule_escapes_the_examination():
    assert set(GOLDEN) == set(SCHEDULES)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_factors(name):
    schedule = SCHEDULES[name](100)
    for iteration, factor in GOLDEN[name].items():
        assert schedule.factor(iteration) == pytest.approx(factor, abs=1e-8)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_training_of_one_iteration_has_a_rate(name):
    assert 0 < SCHEDULES[name](1).factor(1) <= 1


def test_plateau_halves_after_three_epochs_without_a_lower_loss():
    schedule = SCHEDULES["plateau"](100)
    factors = []
    for number, loss in enumerate((1.0, 0.9, 0.95, 0.9, 0.91, 0.8, 0.85, 0.85, 0.85), 1):
        schedule.note(epoch(number, 0.1, loss))
        factors.append(schedule.factor(number))
    assert factors == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25]


def test_plateau_looks_at_the_training_loss_where_there_is_no_validation():
    schedule = SCHEDULES["plateau"](100)
    for number in range(4):
        schedule.note(epoch(number, 0.7))
    assert schedule.factor(5) == 0.5
