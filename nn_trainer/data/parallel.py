"""The same work for many files, on a few threads, with progress and cancelling."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from nn_trainer.errors import CancelledError

#: progress(done, total, what): `total` is 0 while it is not known yet.
Progress = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]

_INTERVAL = 0.04  # seconds between two looks at `cancelled`


def no_progress(done: int, total: int, what: str) -> None:
    """The progress that nobody watches."""


def never_cancelled() -> bool:
    """The cancel button that nobody presses."""
    return False


class _Counter:
    """Hands out 0, 1, 2, ... to several threads and counts what is done."""

    def __init__(self, total: int) -> None:
        self._lock = threading.Lock()
        self._next = 0
        self._total = total
        self.done = 0

    def take(self) -> int | None:
        with self._lock:
            index = self._next
            self._next += 1
        return index if index < self._total else None

    def finish_one(self) -> None:
        with self._lock:
            self.done += 1


def for_each(
    work: Callable[[int], None],
    total: int,
    what: str,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
    *,
    threads: int = 1,
) -> None:
    """Call `work(index)` for each index below `total`.

    One thread, the calling one, is the fastest where the work is mostly Python's own, as with headers and
    tiny files. `progress` and `cancelled` are called on the calling thread, every few hundredths of a second.
    Raises `CancelledError`, or what `work` raised first; no thread runs on after the return.
    """
    threads = min(threads, total)
    if threads > 1:
        _on_threads(work, total, what, progress, cancelled, threads)
    else:
        _here(work, total, what, progress, cancelled)
    progress(total, total, what)


def all_cores() -> int:
    """How many threads are worth it where the work is done in compiled code."""
    return max(1, min(8, os.cpu_count() or 1))


def _here(work: Callable[[int], None], total: int, what: str, progress: Progress, cancelled: Cancelled) -> None:
    looked = -math.inf
    for index in range(total):
        if time.monotonic() - looked >= _INTERVAL:
            if cancelled():
                raise CancelledError
            progress(index, total, what)
            looked = time.monotonic()
        work(index)


def _on_threads(
    work: Callable[[int], None],
    total: int,
    what: str,
    progress: Progress,
    cancelled: Cancelled,
    threads: int,
) -> None:
    counter = _Counter(total)
    stop = threading.Event()

    def run() -> None:
        try:
            while not stop.is_set() and (index := counter.take()) is not None:
                work(index)
                counter.finish_one()
        except BaseException:
            stop.set()
            raise

    with ThreadPoolExecutor(threads, thread_name_prefix="reading-files") as pool:
        try:
            futures = [pool.submit(run) for _ in range(threads)]
            running = set(futures)
            while running:
                if cancelled():
                    raise CancelledError
                progress(counter.done, total, what)
                _, running = wait(running, timeout=_INTERVAL, return_when=FIRST_EXCEPTION)
                if stop.is_set():
                    break
        finally:
            stop.set()
    for future in futures:
        future.result()
