"""Ctrl+C that ends long work in order, and a second one that does not wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupt_flag() -> Iterator[threading.Event]:
    """An event that Ctrl+C (or a request to terminate) sets; the second one interrupts as usual."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only there signals can be handled
        yield event
        return
    before = {received: signal.getsignal(received) for received in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for received, handler in before.items():
            signal.signal(received, handler)

    def interrupt(received: int, frame: FrameType | None) -> None:
        event.set()
        restore()

    for received in before:
        signal.signal(received, interrupt)
    try:
        yield event
    finally:
        restore()
