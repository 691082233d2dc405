"""One thread for BLAS while networks compute.

BLAS would cut its sums by the number of its own threads, and so round differently on another machine; the
engine brings its own threads, which give the same bits however many they are.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import OpenBLASController, ThreadpoolController

_lock = threading.Lock()
_users = 0
_limit: Any = None  # what gives back the number of threads that BLAS had before the first user


@cache
def _controller() -> ThreadpoolController:
    """The BLAS libraries of this process; looking for them takes milliseconds, so it is done once."""
    return ThreadpoolController()


@cache
def arithmetic() -> str:
    """What decides how products are rounded: NumPy, and the BLAS libraries with the kernels they chose."""
    libraries = [
        f"{library.get('internal_api')} {library.get('version')} {library.get('architecture')}"
        for library in _controller().info()
    ]
    return " ".join([f"numpy {np.__version__}", *sorted(libraries)])


def _take_control() -> None:
    """Let the next thread that asks change OpenBLAS.

    Its limit is one for the process, so threadpoolctl heeds one thread alone and silently ignores all others; here the
    last user may be another thread than the first, and the lock keeps them apart.
    """
    OpenBLASController.clear_controlling_thread(force=True)


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold BLAS to one thread, for the whole process.

    Training and predictions overlap in different threads: the first to enter sets the limit, the last to
    leave gives back what was there.
    """
    global _users, _limit
    with _lock:
        if _users == 0:
            _take_control()
            _limit = _controller().limit(limits=1, user_api="blas")
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _take_control()
                _limit.restore_original_limits()
                _limit = None
                _take_control()
