"""How much memory there is, asked before a large piece is taken: systems promise more than they have."""

from __future__ import annotations

import os
import re
from pathlib import Path


def available_memory() -> float:
    """Bytes that can be taken without another program suffering; infinite where it cannot be found out."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return _physical_memory()
    free = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    return _physical_memory() if free is None else int(free[1]) * 1024.0


def _physical_memory() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # not on Windows
        return float("inf")
