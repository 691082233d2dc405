import threading

import pytest
from PySide6.QtCore import QObject, Slot

from nn_trainer.errors import CancelledError, DatasetError
from nn_trainer.workers.background import run_in_background
from nn_trainer.workers.latest_job import LatestJob
from nn_trainer.workers.threads import unjoined_threads

LONG = 10_000


class Held:
    """Work that answers when it is let go, whatever happens meanwhile; it does not look at `cancelled`."""

    def __init__(self, answer):
        self.answer = answer
        self.began, self.go = threading.Event(), threading.Event()
        self.cancelled = None

    def __call__(self, task):
        self.cancelled = task.cancelled
        task.progress(0, 2, f"first of {self.answer}")
        self.began.set()
        assert self.go.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Listener(QObject):
    def __init__(self, job):
        super().__init__()
        self.heard = []
        job.done.connect(self.on_done)
        job.failed.connect(self.on_failed)
        job.progress.connect(self.on_progress)
        self.steps = []

    @Slot(object)
    def on_done(self, result):
        self.heard.append(result)

    @Slot(object)
    def on_failed(self, error):
        self.heard.append(error)

    @Slot(int, int, str)
    def on_progress(self, done, total, what):
        self.steps.append(what)


@pytest.fixture(params=[False, True], ids=["one by one", "at once"])
def job(qapp, request):
    return LatestJob(at_once=request.param)


@pytest.fixture
def listener(job):
    return Listener(job)


def no_thread_is_left(qtbot):
    qtbot.waitUntil(lambda: unjoined_threads() == (), timeout=LONG)


def test_two_requests_answered_in_the_other_order(qtbot, listener):
    job = LatestJob(at_once=True)
    listener = Listener(job)
    old, new = Held("old"), Held("new")
    job.ask(old)
    assert old.began.wait(10)
    job.ask(new)
    assert new.began.wait(10)  # while the old one still runs
    new.go.set()
    qtbot.waitUntil(lambda: listener.heard == ["new"], timeout=LONG)
    assert not job.is_busy()
    old.go.set()
    no_thread_is_left(qtbot)
    assert listener.heard == ["new"]


def test_the_newest_of_three_wins_and_the_ones_before_are_asked_to_end(qtbot, job, listener):
    works = [Held("first"), Held("second"), Held("third")]
    for work in works:
        job.ask(work)
        work.go.set()
    assert job.is_busy()
    qtbot.waitUntil(lambda: not job.is_busy(), timeout=LONG)
    no_thread_is_left(qtbot)
    assert listener.heard == ["third"]
    assert works[0].cancelled is None or works[0].cancelled()
    assert "first of first" not in listener.steps


def test_one_by_one_means_that_two_never_run_together(qtbot):
    job = LatestJob()
    listener = Listener(job)
    old, new = Held("old"), Held("new")
    job.ask(old)
    assert old.began.wait(10)
    job.drop()
    assert not job.is_busy()
    job.ask(new)
    assert not new.began.wait(0.05)
    old.go.set()
    new.go.set()
    qtbot.waitUntil(lambda: listener.heard == ["new"], timeout=LONG)


def test_a_failure_is_heard_only_of_the_last(qtbot, job, listener):
    old, new = Held(DatasetError("old")), Held(DatasetError("new"))
    job.ask(old)
    job.ask(new)
    for work in (old, new):
        work.go.set()
    qtbot.waitUntil(lambda: not job.is_busy(), timeout=LONG)
    no_thread_is_left(qtbot)
    assert listener.heard == [new.answer]


def test_cancel_is_answered_also_where_the_result_was_ready(qtbot, job, listener):
    work = Held("ready")
    job.ask(work)
    assert work.began.wait(10)
    job.cancel()
    assert work.cancelled()
    assert job.is_busy()
    work.go.set()
    qtbot.waitUntil(lambda: not job.is_busy(), timeout=LONG)
    assert len(listener.heard) == 1
    assert isinstance(listener.heard[0], CancelledError)
    no_thread_is_left(qtbot)


def test_asking_again_after_cancel_answers_that_alone(qtbot, job, listener):
    old, new = Held("old"), Held("new")
    job.ask(old)
    job.cancel()
    job.ask(new)
    for work in (old, new):
        work.go.set()
    qtbot.waitUntil(lambda: not job.is_busy(), timeout=LONG)
    no_thread_is_left(qtbot)
    assert listener.heard == ["new"]


def test_nothing_is_heard_after_drop(qtbot, job, listener):
    work = Held("dropped")
    job.ask(work)
    job.drop()
    job.drop()
    assert not job.is_busy()
    work.go.set()
    no_thread_is_left(qtbot)
    assert listener.heard == []
    job.cancel()  # nothing to answer
    assert not job.is_busy()


def test_a_forgotten_job_is_silent(qtbot):
    work = Held("forgotten")
    heard = []
    job = run_in_background(work)
    job.progress.connect(lambda *_: heard.append("progress"))
    job.succeeded.connect(heard.append)
    job.finished.connect(lambda: heard.append("finished"))
    assert work.began.wait(10)
    job.forget()
    work.go.set()
    no_thread_is_left(qtbot)
    assert heard == []
