"""Faults put into the code on purpose, one at a time: which of them does no test notice?

    python -m tests.benchmarks.mutants              all of the table in mutants_table.py
    python -m tests.benchmarks.mutants residual     those whose file or description has the word
    python -m tests.benchmarks.mutants --jobs 2     two at a time, each in a copy of the tree of its own

A survivor is a mutant with which the tests named in its row still pass.  The exit status is 1 if there is one, or if a
row no longer fits the code.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from tests.benchmarks.mutants_table import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
TREES = ("nn_trainer", "resources", "tests")
SECONDS = 600  # a mutant that makes the tests hang is noticed too

_printing = threading.Lock()


def main() -> int:
    """Run the mutants asked for and print what became of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="only mutants whose file or description has one of these words")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    arguments = parser.parse_args()
    chosen = [m for m in MUTANTS if not arguments.words or any(w in f"{m.file} {m.what}" for w in arguments.words)]
    misfits = [m for m in chosen if (ROOT / m.file).read_text(encoding="utf-8").count(m.old) != 1]
    for mutant in misfits:
        print(f"does not fit  {mutant.file}: {mutant.what}")
    fitting = [mutant for mutant in chosen if mutant not in misfits]
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(arguments.jobs) as pool:
        for number in range(arguments.jobs):
            trees.put(copy_tree(Path(folder) / str(number)))
        results = list(pool.map(lambda mutant: run(mutant, trees), fitting))
    survivors = results.count("survived")
    print(f"{len(results)} mutants, {survivors} survived, {len(misfits)} do not fit the code")
    return 1 if survivors or misfits else 0


def copy_tree(target: Path) -> Path:
    """The code and its tests, in a folder of their own."""
    for name in TREES:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, target)
    return target


def run(mutant: Mutant, trees: SimpleQueue[Path]) -> str:
    """Run the tests of a mutant; "killed", "hung" or "survived"."""
    tree = trees.get()
    try:
        with applied(mutant, tree):
            result = outcome(mutant, tree)
    finally:
        trees.put(tree)
    with _printing:
        print(f"{result:13} {mutant.file}: {mutant.what}", flush=True)
    return result


@contextmanager
def applied(mutant: Mutant, tree: Path) -> Iterator[None]:
    """The fault is in the tree."""
    path = tree / mutant.file
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(source, encoding="utf-8")


def outcome(mutant: Mutant, tree: Path) -> str:
    """What the tests say."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pytest could not run the tests of {mutant.what!r}:\n{done.stdout.decode()[-2000:]}")
    return "survived" if done.returncode == 0 else "killed"


if __name__ == "__main__":
    sys.exit(main())
