"""Memory that is free inside the process, given back to the system after a training."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back_memory() -> None:
    """Ask the allocator of glibc to return what it holds unused; nothing happens on other systems.

    The buffers of a training are large and freed in pieces; glibc keeps them, and the process looks as if it leaked.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)
