"""What is left of a write that was killed, and which files are touched."""

import os
import platform
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

import nn_trainer
from nn_trainer.atomic import write_atomically

KILLED = """
import os, signal, sys
from pathlib import Path
from nn_trainer import atomic

def kill(_number):
    os.kill(os.getpid(), signal.SIGKILL)

atomic.os.fsync = kill
atomic.write_atomically(Path(sys.argv[1]), b"x" * 100_000)
"""
MACHINE = f"{zlib.crc32(platform.node().encode()):08x}"


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot tell safely whether a process lives")
def test_the_next_write_clears_what_a_killed_one_left(tmp_path):
    target = tmp_path / "model"
    target.write_bytes(b"old")
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(target)],
            env={**os.environ, "PYTHONPATH": str(Path(nn_trainer.__file__).parents[1])},
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        assert target.read_bytes() == b"old"
    left = [name for name in names_in(tmp_path) if name.endswith(".part")]
    assert len(left) == 1  # the second write cleared what the first one left
    write_atomically(target, b"new")
    assert names_in(tmp_path) == ["model"]
    assert target.read_bytes() == b"new"


def test_only_our_own_stale_files_are_removed(tmp_path):
    other, dead, mine = "00000000", 2**22 + 1, os.getpid()
    tail = "0123456789abcdef.part"
    kept = [
        "download.part",
        ".0123456789abcdef.part",
        f".nn-trainer-{MACHINE}-{mine}-{tail}",  # it is being written
        f".nn-trainer-{other}-{dead}-{tail}",  # of another machine, where that process may live
        f".nn-trainer-{MACHINE}-{dead}-{tail}.txt",
    ]
    removed = [f".nn-trainer-{other}-{mine}-{tail}", f".nn-trainer-{MACHINE}-{mine}-fedcba9876543210.part"]
    for name in kept + removed:
        (tmp_path / name).write_bytes(b"x")
    for name in removed:
        os.utime(tmp_path / name, (0, time.time() - 25 * 3600))
    write_atomically(tmp_path / "model", b"new")
    assert names_in(tmp_path) == sorted([*kept, "model"])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_access_rights_stay(tmp_path, mode):
    target = tmp_path / "model"
    target.write_bytes(b"old")
    target.chmod(mode)
    write_atomically(target, b"new")
    assert target.stat().st_mode & 0o777 == mode
