import functools
import gc
import logging
import subprocess
import sys
import threading
import time

import pytest
from PySide6.QtCore import QObject, Slot

from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord
from nn_trainer.errors import TrainingDivergedError
from nn_trainer.workers import training_worker as training
from nn_trainer.workers.threads import join_all, unjoined_threads
from nn_trainer.workers.training_worker import TrainingController
from tests.helpers.fake_training import FakeFitting

ENDLESS = 10**9


class Listener(QObject):
    """Writes down every signal of a controller, in order, with the thread it came in."""

    def __init__(self, controller):
        super().__init__()
        self.events = []
        self.records = []
        self.times = []
        self.threads = set()
        controller.state_changed.connect(self.on_state)
        controller.records_ready.connect(self.on_records)
        controller.classifier_ready.connect(self.on_classifier)
        controller.completed.connect(self.on_completed)
        controller.failed.connect(self.on_failed)
        controller.finished.connect(self.on_finished)

    def note(self, name, value=None):
        self.threads.add(threading.get_ident())
        self.events.append((name, value))

    def names(self):
        return [name for name, _ in self.events]

    @Slot(object)
    def on_state(self, state):
        self.note("state", state)

    @Slot(object)
    def on_records(self, records):
        self.times.append(time.monotonic())
        self.records.extend(records)
        self.note("records", records)

    @Slot(object)
    def on_classifier(self, classifier):
        self.note("classifier", classifier)

    @Slot(object)
    def on_completed(self, record):
        self.note("completed", record)

    @Slot(object)
    def on_failed(self, error):
        self.note("failed", error)

    @Slot()
    def on_finished(self):
        self.note("finished")


@pytest.fixture
def controller(qapp):
    controller = TrainingController()
    yield controller
    assert controller.shutdown(5000)


@pytest.fixture
def listener(controller):
    return Listener(controller)


def train(qtbot, controller, fitting):
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.start(fitting)


def test_every_record_comes_once_in_order_and_in_the_gui_thread(qtbot, controller, listener):
    fitting = FakeFitting(iterations_per_epoch=1000, epochs=3)
    train(qtbot, controller, fitting)
    iterations = [record.iteration for record in listener.records if isinstance(record, IterationRecord)]
    assert iterations == list(range(1, 3001))
    assert [r.epoch for r in listener.records if isinstance(r, EpochRecord)] == [1, 2, 3]
    assert isinstance(listener.records[-1], CompletedRecord)
    assert listener.threads == {threading.get_ident()}
    assert fitting.threads.isdisjoint(listener.threads)


def test_fast_records_are_batched_to_thirty_signals_a_second(qtbot, controller, listener):
    train(qtbot, controller, FakeFitting(iterations_per_epoch=300, epochs=2, seconds=0.001))
    seconds = listener.times[-1] - listener.times[0]
    assert len(listener.times) <= 30 * seconds + 3
    assert len(listener.times) >= 5


def test_a_slow_iteration_is_shown_at_once(qtbot, controller, listener):
    train(qtbot, controller, FakeFitting(iterations_per_epoch=4, epochs=1, seconds=0.06))
    batches = [value for name, value in listener.events if name == "records"]
    assert [len(batch) for batch in batches[:4]] == [1, 1, 1, 1]


def test_the_end_is_told_in_order(qtbot, controller, listener):
    train(qtbot, controller, FakeFitting(iterations_per_epoch=3, epochs=1))
    assert listener.names()[-4:] == ["classifier", "completed", "state", "finished"]
    assert listener.events[-3][1].reason == "all epochs done"
    assert [value for name, value in listener.events if name == "state"] == ["running", "idle"]
    assert "failed" not in listener.names()


def test_each_epoch_gives_a_classifier(qtbot, controller, listener, monkeypatch):
    monkeypatch.setattr(training, "CLASSIFIER_SECONDS", 0.1)
    train(qtbot, controller, FakeFitting(iterations_per_epoch=1, epochs=2, seconds=0.15))
    classifiers = [value for name, value in listener.events if name == "classifier"]
    assert classifiers == ["classifier of epoch 1", "classifier of epoch 2", "classifier of epoch 2"]


def test_of_many_short_epochs_some_give_a_classifier_and_none_before_its_records(qtbot, controller, listener):
    train(qtbot, controller, FakeFitting(iterations_per_epoch=2, epochs=300, seconds=0.001))
    classifiers = [value for name, value in listener.events if name == "classifier"]
    seconds = listener.times[-1] - listener.times[0]
    assert 2 <= len(classifiers) <= 2 * seconds + 2
    assert classifiers[-1] == "classifier of epoch 300"
    told = 0
    for name, value in listener.events:
        if name == "records":
            told = max([told, *(record.epoch for record in value if isinstance(record, EpochRecord))])
        elif name == "classifier":
            assert value == f"classifier of epoch {told}"


def test_stop_answers_within_one_iteration_and_keeps_what_was_learned(qtbot, controller, listener):
    with qtbot.waitSignal(controller.records_ready, timeout=5000):
        controller.start(FakeFitting(iterations_per_epoch=ENDLESS, seconds=0.05))
    seen = len(listener.records)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.stop()
        assert controller.state == "stopping"
    assert len(listener.records) <= seen + 2 + 1  # the iteration under way, one just begun, the end
    assert listener.records[-1].reason == "stopped by the user"
    assert ("classifier", "classifier of epoch 0.5") in listener.events


def test_stop_right_after_start(qtbot, controller, listener):
    with qtbot.waitSignal(controller.finished, timeout=5000):
        controller.start(FakeFitting(iterations_per_epoch=ENDLESS))
        controller.stop()
    assert listener.records[-1].reason == "stopped by the user"
    assert controller.state == "idle"


@pytest.mark.parametrize(
    ("error", "logged"), [(ValueError("broken on purpose"), True), (TrainingDivergedError(7, 0.1), False)]
)
def test_failure_comes_after_its_records_and_leaves_the_controller_usable(
    qtbot, controller, listener, caplog, error, logged
):
    train(qtbot, controller, FakeFitting(fail_at=7, error=error))
    assert [record.iteration for record in listener.records] == [1, 2, 3, 4, 5, 6]
    assert listener.names()[-3:] == ["failed", "state", "finished"]
    assert listener.events[-3][1] is error
    assert "completed" not in listener.names()
    tracebacks = [record for record in caplog.records if record.exc_info and record.levelno == logging.ERROR]
    assert bool(tracebacks) is logged
    train(qtbot, controller, FakeFitting())
    assert listener.names().count("completed") == 1


def test_a_failure_keeps_the_weights_of_the_last_whole_epoch(qtbot, controller, listener):
    train(qtbot, controller, FakeFitting(iterations_per_epoch=3, epochs=9, fail_at=20))
    assert listener.events[-4] == ("classifier", "classifier of epoch 6")
    assert listener.names()[-3:] == ["failed", "state", "finished"]


def test_a_training_that_gives_no_end_is_a_failure(qtbot, controller, listener):
    class Silent(FakeFitting):
        def _train(self, should_stop):
            yield from ()

    train(qtbot, controller, Silent())
    assert listener.names() == ["state", "failed", "state", "finished"]


def test_a_second_start_is_refused(controller):
    controller.start(FakeFitting(iterations_per_epoch=ENDLESS, seconds=0.001))
    with pytest.raises(RuntimeError, match="already running"):
        controller.start(FakeFitting())
    assert controller.state == "running"


def test_shutdown_while_running_joins_and_delivers_everything(controller, listener):
    controller.start(FakeFitting(iterations_per_epoch=ENDLESS, seconds=0.001))
    assert controller.shutdown(5000)
    assert controller.state == "idle"
    assert unjoined_threads() == ()
    assert isinstance(listener.records[-1], CompletedRecord)
    assert listener.names()[-3:] == ["completed", "state", "finished"]


def test_shutdown_that_takes_too_long_says_so(controller):
    controller.start(FakeFitting(seconds=0.3))
    assert not controller.shutdown(1)
    assert controller.state == "stopping"


def test_stop_and_shutdown_when_idle_do_nothing(controller, listener):
    controller.stop()
    assert controller.shutdown(1)
    assert listener.events == []


def test_fifty_runs_in_a_row(qtbot, controller, listener):
    for run in range(50):
        train(qtbot, controller, FakeFitting(iterations_per_epoch=5, epochs=2))
        if run % 10 == 0:
            gc.collect()
    assert listener.names().count("completed") == listener.names().count("finished") == 50
    assert sum(isinstance(record, IterationRecord) for record in listener.records) == 500


def test_a_run_can_be_started_when_finished_is_told(qtbot, controller, listener):
    again = functools.partial(controller.start, FakeFitting(iterations_per_epoch=2))
    controller.finished.connect(again)
    train(qtbot, controller, FakeFitting())
    controller.finished.disconnect(again)
    qtbot.waitUntil(lambda: controller.state == "idle", timeout=5000)
    assert listener.names().count("completed") == 2


def test_a_controller_dropped_while_it_trains_ends_its_training(qapp):
    fitting = FakeFitting(iterations_per_epoch=ENDLESS, seconds=0.001)
    controller = TrainingController()
    controller.start(fitting)
    del controller
    gc.collect()
    for thread in unjoined_threads():
        assert thread == "training"
    from nn_trainer.workers import threads

    assert all(thread.join(5000) for thread in tuple(threads._unjoined))
    assert join_all(0)


SIGNALS = """
import contextlib, sys
from PySide6.QtCore import QCoreApplication, QObject, Slot
from nn_trainer.engine.records import CompletedRecord, IterationRecord, StopReason
from nn_trainer.workers import training_worker as training

training.RECORD_SECONDS = 0.0  # a signal for each record

class Fitting:
    classifier = None
    @contextlib.contextmanager
    def running(self, should_stop):
        yield self.records(should_stop)

    def records(self, should_stop):
        for i in range(1, 5001):
            yield IterationRecord(i, 1, 0.5, 0.5, 1, 0.0)
        yield CompletedRecord(StopReason.ALL_EPOCHS_DONE, 1, 5000, None, None, 1.0, 1.0)

class Listener(QObject):
    count = 0
    @Slot(object)
    def on_records(self, records):
        self.count += len(records)

app = QCoreApplication(sys.argv)
listener, controller = Listener(), training.TrainingController()
controller.records_ready.connect(listener.on_records)
controller.finished.connect(app.quit)
controller.start(Fitting())
app.exec()
print(listener.count)
"""

DROPPED = """
import contextlib, sys
from PySide6.QtCore import QCoreApplication
from nn_trainer.engine.records import CompletedRecord, IterationRecord, StopReason
from nn_trainer.workers.training_worker import TrainingController

class Fitting:
    classifier = None
    @contextlib.contextmanager
    def running(self, should_stop):
        yield self.records(should_stop)

    def records(self, should_stop):
        i = 0
        while not should_stop():
            i += 1
            yield IterationRecord(i, 1, 0.5, 0.5, 1, 0.0)
        yield CompletedRecord(StopReason.STOPPED_BY_USER, 0, i, None, None, 1.0, 1.0)

app = QCoreApplication(sys.argv)
controller = TrainingController()
controller.start(Fitting())
print("leaving")
sys.exit(0)
"""


@pytest.mark.parametrize(("script", "output"), [(SIGNALS, "5001"), (DROPPED, "leaving")])
def test_the_interpreter_ends_cleanly(script, output):
    """Some PySide6 abort the process after some thousand signals, and Qt does when a running thread is dropped."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, output, "")


def test_what_each_phase_allows():
    table = {
        phase.value: (phase.is_active, phase.can_train, phase.can_stop, phase.locks_data, phase.has_begun)
        for phase in training.Phase
    }
    assert table == {
        "idle": (False, True, False, False, False),
        "preparing": (True, False, True, True, False),
        "running": (True, False, True, True, True),
        "stopping": (True, False, False, True, True),
    }
