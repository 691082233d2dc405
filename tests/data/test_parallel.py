"""Work on many files: every one once, progress, cancelling, failures, and no thread left."""

from __future__ import annotations

import threading

import pytest

from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.errors import CancelledError
from nn_trainer.work import Task

THREADS = [1, 2, 5]


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("total", [0, 1, 300])
def test_every_index_once_and_progress_up_to_the_total(threads: int, total: int) -> None:
    done: list[int] = []
    seen: list[tuple[int, int, str]] = []
    here = threading.get_ident()

    def progress(count: int, of: int, what: str) -> None:
        assert threading.get_ident() == here
        seen.append((count, of, what))

    for_each(done.append, total, "Reading", Task(progress), threads=threads)
    assert sorted(done) == list(range(total))
    counts = [count for count, _, _ in seen]
    assert counts == sorted(counts)
    assert seen[-1] == (total, total, "Reading")


@pytest.mark.parametrize("threads", THREADS)
def test_cancelling_ends_it_early(threads: int) -> None:
    done: list[int] = []
    enough = threading.Event()

    def work(index: int) -> None:
        done.append(index)
        if len(done) >= 10:
            enough.set()
        threading.Event().wait(0.005)

    with pytest.raises(CancelledError):
        for_each(work, 10_000, "Reading", Task(cancelled=enough.is_set), threads=threads)
    assert 10 <= len(done) < 1000
    assert not [thread for thread in threading.enumerate() if "reading-files" in thread.name]


@pytest.mark.parametrize("threads", THREADS)
def test_an_unexpected_failure_comes_out(threads: int) -> None:
    def work(index: int) -> None:
        if index == 50:
            raise ZeroDivisionError("a fault")

    with pytest.raises(ZeroDivisionError, match="a fault"):
        for_each(work, 100_000, "Reading", threads=threads)


@pytest.mark.parametrize("threads", THREADS)
def test_a_failure_in_the_progress_comes_out_and_leaves_no_thread(threads: int) -> None:
    def progress(done: int, total: int, what: str) -> None:
        raise KeyError("progress")

    with pytest.raises(KeyError):
        for_each(lambda index: None, 100, "Reading", Task(progress), threads=threads)
    assert not [thread for thread in threading.enumerate() if "reading-files" in thread.name]


def test_there_is_at_least_one_core() -> None:
    assert 1 <= all_cores() <= 8
