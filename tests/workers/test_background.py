import threading

import pytest

from nn_trainer.errors import CancelledError, DatasetError
from nn_trainer.workers.background import run_in_background
from nn_trainer.workers.threads import join_all, unjoined_threads


@pytest.fixture
def heard(qapp):
    return []


def listen(job, heard):
    here = threading.get_ident()

    def note(name, *values):
        assert threading.get_ident() == here
        heard.append((name, *values))

    job.progress.connect(lambda *values: note("progress", *values))
    job.succeeded.connect(lambda value: note("succeeded", value))
    job.failed.connect(lambda error: note("failed", error))
    job.finished.connect(lambda: note("finished"))
    return job


def test_a_job_runs_elsewhere_and_answers_here(qtbot, heard):
    threads = []

    def work(task):
        threads.append(threading.get_ident())
        task.progress(1, 3, "Reading")
        return 42

    job = listen(run_in_background(work), heard)
    qtbot.waitSignal(job.finished, timeout=5000).wait()
    assert heard == [("progress", 1, 3, "Reading"), ("succeeded", 42), ("finished",)]
    assert threads != [threading.get_ident()]


@pytest.mark.parametrize("error", [DatasetError("There is nothing."), ValueError("broken on purpose")])
def test_a_failure_is_handed_over(qtbot, heard, caplog, error):
    def work(task):
        raise error

    job = listen(run_in_background(work), heard)
    qtbot.waitSignal(job.finished, timeout=5000).wait()
    assert heard == [("failed", error), ("finished",)]
    assert any(record.exc_info for record in caplog.records) is isinstance(error, ValueError)


def test_cancel_reaches_a_busy_job(qtbot, heard):
    started = threading.Event()

    def work(task):
        started.set()
        while not task.cancelled():
            task.progress(0, 0, "Waiting")
        raise CancelledError

    job = listen(run_in_background(work), heard)
    assert started.wait(5)
    job.cancel()
    qtbot.waitSignal(job.finished, timeout=5000).wait()
    assert isinstance(heard[-2][1], CancelledError)
    assert [event[0] for event in heard].count("failed") == 1


def test_progress_is_throttled(qtbot, heard):
    def work(task):
        for done in range(100_000):
            task.progress(done, 100_000, "Counting")

    job = listen(run_in_background(work), heard)
    qtbot.waitSignal(job.finished, timeout=20_000).wait()
    reports = [event for event in heard if event[0] == "progress"]
    assert reports[0][1] == 0
    assert len(reports) < 200


def test_a_job_nobody_keeps_still_answers(qtbot, heard):
    listen(run_in_background(lambda task: "kept"), heard)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=5000)
    assert heard[0] == ("succeeded", "kept")


def test_join_all_cancels_and_waits(qapp):
    def work(task):
        while not task.cancelled():
            pass

    job = run_in_background(work)
    assert unjoined_threads() == ("background",)
    assert join_all(5000)
    assert unjoined_threads() == ()
    job.cancel()
