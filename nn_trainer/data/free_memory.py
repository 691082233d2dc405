"""How much memory there is, asked before a large piece is taken: systems promise more than they have."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

MOST_OF_MEMORY = 0.8  # the share of what is free that one piece may take: other parts of the program need some, too

_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")


def fits_in_memory(needed: float) -> bool:
    """Whether a piece of `needed` bytes can be taken, and something is left for the rest of the program."""
    return needed <= MOST_OF_MEMORY * available_memory()


def available_memory() -> float:
    """Bytes that can be taken without another program suffering; infinite where it cannot be found out.

    The least of what the machine has free, what the container (cgroup) leaves, and what the process may have.
    """
    return max(0.0, min(_free_on_machine(), _left_in_container(), _left_of_limits()))


def _free_on_machine() -> float:
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _read(_PROC / "meminfo"), re.MULTILINE)  # not shown
    return int(found[1]) * 1024.0 if found else _physical_memory()


def _left_in_container() -> float:
    """What the limits of the process's groups leave; each group counts for those in it as well."""
    left = float("inf")
    for line in _read(_PROC / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if controllers == "":  # version 2
            folder, limit, used, unused = _CGROUPS, "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):  # version 1
            folder = _CGROUPS / "memory"
            limit, used, unused = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
        else:
            continue
        path = PurePosixPath(group.lstrip("/"))
        # In a container the group is often given as the host names it, which is not there: its own is at the top.
        for here in (path, *path.parents):
            left = min(left, _left_in_group(folder / here, limit, used, unused))
    return left


def _left_in_group(folder: Path, limit: str, used: str, unused: str) -> float:
    most, taken = _read(folder / limit).strip(), _read(folder / used).strip()
    if not most.isdecimal() or not taken.isdecimal():  # "max", or no such group
        return float("inf")
    # Files that the kernel keeps because there is room are counted as used, and given back when asked for.
    kept = re.search(rf"^{unused} (\d+)$", _read(folder / "memory.stat"), re.MULTILINE)  # not shown
    return float(int(most) - int(taken) + (int(kept[1]) if kept else 0))


def _left_of_limits() -> float:
    """What `ulimit -v` leaves of the process's address space, and `ulimit -d` of its memory."""
    try:
        import resource
    except ImportError:  # not on Windows
        return float("inf")
    pages = _read(_PROC / "self" / "statm").split()
    if len(pages) < 6:
        return float("inf")
    left = float("inf")
    for limit, used in ((resource.RLIMIT_AS, pages[0]), (resource.RLIMIT_DATA, pages[5])):
        most = resource.getrlimit(limit)[0]
        if most != resource.RLIM_INFINITY:
            left = min(left, float(most - int(used) * resource.getpagesize()))
    return left


def _physical_memory() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # not on Windows
        return float("inf")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
