"""The figures of a run in words."""

from nn_trainer.engine.records import IterationRecord
from nn_trainer.ui.train.run.bar import RunStats


def iteration(number, epoch, seconds):
    return IterationRecord(number, epoch, 0.5, 0.5, 8, seconds)


def time_left(figures):
    return figures.texts()["runTimeLeft"]


def test_time_left_follows_the_pace_of_the_whole_run():
    figures = RunStats(2, 3)
    assert time_left(figures) == ""
    figures.add(iteration(1, 1, 10.0))
    assert time_left(figures) == "0:50"
    figures.add(iteration(2, 1, 40.0))
    assert time_left(figures) == "1:20"


def test_time_left_of_a_second_stage_is_told_by_its_own_pace():
    figures = RunStats(2, 4, second_stage=3)
    for number in range(1, 5):
        figures.add(iteration(number, (number + 1) // 2, number * 0.1))
        assert time_left(figures) == ""  # nobody knows how long the iterations to come will take
    figures.add(iteration(5, 3, 10.4))
    assert time_left(figures) == "0:30"
    figures.add(iteration(6, 3, 20.4))
    assert time_left(figures) == "0:20"
    figures.add(iteration(7, 4, 30.4))
    assert time_left(figures) == "0:10"
