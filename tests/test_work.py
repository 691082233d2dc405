"""Long work: what it is told and asked through its task."""

from __future__ import annotations

import pytest

from nn_trainer.errors import CancelledError
from nn_trainer.work import Task


def test_a_task_that_nobody_watches_runs_to_its_end() -> None:
    task = Task()
    task.progress(1, 2, "Reading")
    task.check()
    assert not task.cancelled()


def test_a_cancelled_task_says_so() -> None:
    with pytest.raises(CancelledError):
        Task(cancelled=lambda: True).check()


def test_a_part_counts_on_top_of_what_is_done_and_is_cancelled_with_the_whole() -> None:
    heard: list[tuple[int, int, str]] = []
    wanted = [True]
    task = Task(lambda *event: heard.append(event), lambda: not wanted[0])
    part = task.part(30, 100, "Computing")
    part.progress(4, 10, "anything")
    assert heard == [(34, 100, "Computing")]
    wanted.clear()
    wanted.append(False)
    with pytest.raises(CancelledError):
        part.check()
