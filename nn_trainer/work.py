"""Long work: how it reports its progress, and how it is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nn_trainer.errors import CancelledError

#: progress(done, total, what): `total` is 0 while it is not known; `what` is a text that a person reads.
Progress = Callable[[int, int, str], None]


def _unheard(done: int, total: int, what: str) -> None:
    """The progress that nobody watches."""


def _never() -> bool:
    """The cancel button that nobody presses."""
    return False


@dataclass(frozen=True, slots=True)
class Task:
    """What long work is given: where to report progress, and whether to go on.

    Both are called on the thread that does the work, or that waits for it.  `Task()` is watched by nobody and runs to
    its end.
    """

    progress: Progress = _unheard
    cancelled: Callable[[], bool] = _never

    def check(self) -> None:
        """Raise `CancelledError` if the work is not wanted any more."""
        if self.cancelled():
            raise CancelledError

    def part(self, before: int, total: int, what: str) -> Task:
        """The task of a piece of this one: what it has done counts on top of the `before` of all `total`."""

        def progress(done: int, _total: int, _what: str) -> None:
            self.progress(before + done, total, what)

        return Task(progress, self.cancelled)
