"""The figures of a run in words."""

import pytest

from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, best_epoch
from nn_trainer.ui.train.run.bar import RunBar
from nn_trainer.ui.train.run.stats import RunStats
from nn_trainer.ui.train.run.words import ending
from nn_trainer.workers.training_worker import Phase


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


def ended(accuracies, epochs, per_epoch=10, iterations=None):
    """The sentence at the end of a run with these validation accuracies."""
    stats = RunStats(per_epoch, epochs)
    records = []
    for number, accuracy in enumerate(accuracies, 1):
        loss = None if accuracy is None else 1.0 / number
        records.append(EpochRecord(number, number * per_epoch, 1.0, 0.5, loss, accuracy, 1.0, 1.0))
        stats.add(records[-1])
    done = len(accuracies) * per_epoch if iterations is None else iterations
    reason = "all epochs done" if done == epochs * per_epoch else "stopped by the user"
    last = accuracies[-1] if accuracies else None
    return ending(CompletedRecord(reason, len(accuracies), done, best_epoch(records), last, 1.0, 1.0), stats)


def test_the_end_says_how_good_the_weights_are_that_were_kept():
    assert ended([0.5, 0.986], 2) == "All 2 epochs done. Validation 98.6 %."
    assert ended([0.993, 0.9, 0.986], 3) == (
        "All 3 epochs done. Kept: epoch 3, validation 98.6 %; best was epoch 1, 99.3 %."
    )
    assert ended([0.986, 0.9, 0.986], 3) == "All 3 epochs done. Validation 98.6 %."
    assert ended([0.5], 1) == "The epoch is done. Validation 50.0 %."
    assert ended([None], 1) == "The epoch is done. There are no validation images to measure it on."


def test_the_end_of_a_stopped_run_counts_every_iteration_once():
    assert ended([0.5], 10, 500, 585) == (
        "Stopped after 585 iterations, in epoch 2 of 10; what was learned is kept. Validation 50.0 % after epoch 1."
    )
    assert ended([], 10, 500, 1) == "Stopped after 1 iteration, in epoch 1 of 10; what was learned is kept."
    assert ended([0.9, 0.5], 10) == (
        "Stopped after 2 epochs; what was learned is kept. Kept: epoch 2, validation 50.0 %; best was epoch 1, 90.0 %."
    )


@pytest.fixture
def bar(qtbot):
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 80)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def shown(bar):
    return {name: label.text() for name, label in bar._values.items() if label.isVisible()}


def test_the_headline_is_the_validation_accuracy_and_training_figures_are_named_so(bar):
    bar.set_state(Phase.PREPARING)
    bar.set_state(Phase.RUNNING)
    bar.start_run(2, 3)
    bar.add_records([IterationRecord(1, 1, 0.25, 1.0, 8, 0.1), IterationRecord(2, 1, 0.75, 1.0, 8, 0.2)])
    bar.finish_run("stopped")
    assert shown(bar)["runValidation"] == "–"
    assert (shown(bar)["runLoss"], shown(bar)["runAccuracy"]) == ("0.5000", "100.0 %")
    bar.add_records([EpochRecord(1, 2, 0.5, 1.0, 0.6, 0.875, 1.0, 0.3)])
    bar.finish_run("stopped")
    assert shown(bar)["runValidation"] == "87.5 %"
    captions = {name: label.accessibleName().split(":")[0] for name, label in bar._values.items()}
    assert captions["runValidation"] == "Validation"
    assert (captions["runLoss"], captions["runAccuracy"]) == ("Training loss", "Training accuracy")
    sizes = {name: label.font().pointSizeF() for name, label in bar._values.items()}
    assert all(sizes["runValidation"] > size for name, size in sizes.items() if name != "runValidation")


def test_the_bar_asks_for_the_same_width_whatever_it_shows_and_leaves_out_what_matters_least(bar, qtbot):
    smallest = bar.minimumSizeHint().width()
    assert smallest <= 560
    bar.show_message("A sentence that is longer than any window is wide. " * 10)
    bar.start_run(1_000_000, 10_000)
    bar.add_records([IterationRecord(1, 1, 1e30, 1.0, 1_000_000, 0.001)])
    bar.finish_run("stopped")
    assert bar.minimumSizeHint().width() == smallest
    assert len(shown(bar)) == 8
    bar.resize(smallest, 80)
    assert set(shown(bar)) == {"runState", "runValidation", "runTimeLeft"}
    bar.resize(1000, 80)
    assert {"runState", "runValidation", "runTimeLeft", "runEpoch", "runAccuracy", "runIteration"} <= set(shown(bar))


def test_the_time_left_of_the_preparation_stands_where_time_left_stands(bar):
    bar.set_state(Phase.PREPARING)
    bar.show_preparation(10, 100, 122)
    assert shown(bar)["runTimeLeft"] == "2:02"
    assert (bar.progress.value(), bar.progress.maximum()) == (10, 100)


def test_the_figures_of_the_run_before_go_when_another_is_prepared(bar):
    bar.start_run(2, 3)
    bar.add_records([IterationRecord(1, 1, 0.25, 1.0, 8, 0.1), EpochRecord(1, 2, 0.5, 1.0, 0.6, 0.875, 1.0, 0.3)])
    bar.finish_run("finished")
    bar.set_state(Phase.PREPARING)
    assert {text for name, text in shown(bar).items() if name != "runState"} == {"–"}
