"""The same work for many files, on a few threads, with progress and cancelling."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from itertools import count

from nn_trainer.work import Task

_INTERVAL = 0.04  # seconds between two looks at `task`


def for_each(work: Callable[[int], None], total: int, what: str, task: Task | None = None, *, threads: int = 1) -> None:
    """Call `work(index)` for each index below `total`.

    One thread, the calling one, is the fastest where the work is mostly Python's own, as with headers and
    tiny files. `task` is told and asked on the calling thread, every few hundredths of a second.
    Raises `CancelledError`, or what `work` raised first; no thread runs on after the return.
    """
    task = task or Task()
    threads = min(threads, total)
    if threads > 1:
        _on_threads(work, total, what, task, threads)
    else:
        _here(work, total, what, task)
    task.progress(total, total, what)


def all_cores() -> int:
    """How many threads are worth it where the work is done in compiled code."""
    return max(1, min(8, os.cpu_count() or 1))


def _here(work: Callable[[int], None], total: int, what: str, task: Task) -> None:
    looked = -math.inf
    for index in range(total):
        if time.monotonic() - looked >= _INTERVAL:
            task.check()
            task.progress(index, total, what)
            looked = time.monotonic()
        work(index)


def _on_threads(work: Callable[[int], None], total: int, what: str, task: Task, threads: int) -> None:
    lock = threading.Lock()
    indices = count()
    done = [0] * threads  # by each thread
    stop = threading.Event()

    def run(thread: int) -> None:
        try:
            while not stop.is_set():
                with lock:  # the only thing that keeps threads apart where there is no global lock
                    index = next(indices)
                if index >= total:
                    return
                work(index)
                done[thread] += 1
        except BaseException:
            stop.set()
            raise

    with ThreadPoolExecutor(threads, thread_name_prefix="reading-files") as pool:
        try:
            futures = [pool.submit(run, thread) for thread in range(threads)]
            running = set(futures)
            while running:
                task.check()
                task.progress(sum(done), total, what)
                _, running = wait(running, timeout=_INTERVAL, return_when=FIRST_EXCEPTION)
                if stop.is_set():
                    break
        finally:
            stop.set()
    for future in futures:
        future.result()
