"""How long work still takes, from how it went so far."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS, STEPS = 0.5, 5  # after which the pace says something: the first step is often slow


class Pace:
    """Told how far the work is, it tells the seconds that are left; what was done before the first time counts not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what = ""
        self._began = self._done_before = 0.0

    def left(self, done: int, total: int, what: str) -> float | None:
        """The seconds left of `what`; None while they are not known."""
        now = self._clock()
        if what != self._what or done < self._done_before:
            self._what, self._began, self._done_before = what, now, done
        spent, steps = now - self._began, done - self._done_before
        if not total or steps < STEPS or spent < SECONDS:
            return None
        return spent / steps * (total - done)
