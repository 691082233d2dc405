"""How much memory there is: the machine's, the container's and the process's, whichever is least."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nn_trainer.data import free_memory

GIGABYTE = 2**30


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 10 GB free, and no limits yet."""
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable:   {10 * 2**20} kB\n")
    monkeypatch.setattr(free_memory, "_PROC", tmp_path / "proc")
    monkeypatch.setattr(free_memory, "_CGROUPS", tmp_path / "cgroup")
    return tmp_path


def group(folder: Path, version: int, limit: str, used: int, kept: int = 0) -> None:
    """A group of processes with a limit."""
    names = ("memory.max", "memory.current") if version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip(names, (limit, str(used)), strict=True):
        (folder / name).write_text(f"{text}\n")
    name = "inactive_file" if version == 2 else "total_inactive_file"
    (folder / "memory.stat").write_text(f"anon 5\n{name} {kept}\n")


def test_without_limits_it_is_what_the_machine_has_free(machine: Path) -> None:
    assert free_memory.available_memory() == 10 * GIGABYTE


@pytest.mark.parametrize("version", [1, 2])
def test_a_containers_limit_counts(machine: Path, version: int) -> None:
    line = "0::/" if version == 2 else "5:cpu,memory:/docker/far"
    (machine / "proc" / "self" / "cgroup").write_text(f"3:freezer:/\n{line}\n")
    group(machine / "cgroup" / ("" if version == 2 else "memory"), version, str(4 * GIGABYTE), 3 * GIGABYTE, GIGABYTE)
    assert free_memory.available_memory() == 2 * GIGABYTE


def test_the_limit_of_a_group_around_counts_and_no_limit_does_not(machine: Path) -> None:
    (machine / "proc" / "self" / "cgroup").write_text("0::/user/job\n")
    group(machine / "cgroup" / "user" / "job", 2, "max", GIGABYTE)
    group(machine / "cgroup" / "user", 2, str(3 * GIGABYTE), GIGABYTE)
    assert free_memory.available_memory() == 2 * GIGABYTE
    group(machine / "cgroup" / "user", 2, str(3 * GIGABYTE), 4 * GIGABYTE)
    assert free_memory.available_memory() == 0


@pytest.mark.skipif(os.name != "posix", reason="limits are set by POSIX calls")
def test_the_limit_of_the_process_counts() -> None:
    code = (
        "import resource, pathlib\n"
        "from nn_trainer.data.free_memory import available_memory\n"
        "used = int(pathlib.Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 50 * 2**20,) * 2)\n"
        "print(available_memory())\n"
    )
    root = Path(free_memory.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert 0 < float(done.stdout) <= 50 * 2**20


def test_something_is_left_for_the_rest_of_the_program(machine: Path) -> None:
    assert free_memory.fits_in_memory(7.9 * GIGABYTE)
    assert not free_memory.fits_in_memory(8.1 * GIGABYTE)
