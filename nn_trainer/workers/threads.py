"""Threads that are never dropped while they run: each is kept until it was joined."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable

from PySide6.QtCore import QThread

_unjoined: set[WorkThread] = set()


def _nothing() -> None:
    pass


class WorkThread(QThread):
    """Runs `work` once; `ask_to_end` makes `work` return soon and may be called from any thread.

    Qt aborts the process when a QThread is destroyed while it runs, so a thread that was started stays in
    `_unjoined` until `join` has seen its end, whoever drops it meanwhile.
    """

    def __init__(self, name: str, work: Callable[[], None], ask_to_end: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._work = work
        self.ask_to_end = ask_to_end

    def begin(self) -> None:
        """Start, and forget threads that ended without anyone waiting for them."""
        for thread in [thread for thread in _unjoined if thread.isFinished()]:
            thread.join()
        _unjoined.add(self)
        self.start()

    def run(self) -> None:
        """Called by Qt in the new thread."""
        self._work()

    def join(self, timeout_ms: int | None = None) -> bool:
        """Wait for the end; False if it did not come in time. Never call it from the thread itself."""
        ended = self.wait() if timeout_ms is None else self.wait(max(0, timeout_ms))
        if ended:
            _unjoined.discard(self)
            self._work = self.ask_to_end = _nothing  # what they hold is dropped here, not by a later cycle search
        return ended


def unjoined_threads() -> tuple[str, ...]:
    """The names of threads that were started and not yet joined."""
    return tuple(sorted(thread.objectName() for thread in _unjoined))


def join_all(timeout_ms: int) -> bool:
    """Ask every thread to end and wait; False if one still runs after `timeout_ms` altogether."""
    threads = tuple(_unjoined)
    for thread in threads:
        thread.ask_to_end()
    deadline = time.monotonic() + timeout_ms / 1000
    ended = [thread.join(round((deadline - time.monotonic()) * 1000)) for thread in threads]
    return all(ended)


# The interpreter must not go down under a running thread; a stop answers within one iteration.
atexit.register(join_all, 60_000)
