"""Training speed beside another checkout of this project, in turns, to see that a change costs nothing.

    git worktree add /tmp/before COMMIT
    python -m tests.benchmarks.speed_against /tmp/before

Each checkout works in a process of its own with its own code, one at a time; a ratio above 1 means that this one is
faster than the other.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.speed import machine, spread
from tests.benchmarks.speed_cases import CASES

HERE = Path(__file__).resolve().parents[2]
CHILD = """
import sys
from threadpoolctl import threadpool_limits
from tests.benchmarks import speed
from tests.benchmarks.speed_cases import CASES
case = CASES[sys.argv[1]]
step = speed.ours(case, case.network())
for line in sys.stdin:
    with threadpool_limits(1, user_api="blas"):
        print(speed.rate(step, case.batch, float(line)), flush=True)
"""


class Checkout:
    """A process that trains with the code of one checkout, when asked to."""

    def __init__(self, folder: Path, case: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", CHILD, case],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rate(self, seconds: float) -> float:
        """Images a second over that time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def compare(other: Path, case: str, rounds: int, seconds: float) -> list[float]:
    """The ratio of this checkout to the other, in each round."""
    checkouts = [Checkout(HERE, case), Checkout(other, case)]
    for checkout in checkouts:
        checkout.rate(seconds)  # warms up
    ratios = []
    for turn in range(rounds):
        order = checkouts if turn % 2 else checkouts[::-1]
        rates = {checkout: checkout.rate(seconds) for checkout in order}
        ratios.append(rates[checkouts[0]] / rates[checkouts[1]])
    for checkout in checkouts:
        checkout.close()
    return ratios


def main() -> None:
    """Compare and print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, help="the folder of the other checkout")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"one or more of: {', '.join(CASES)}; all if none")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.7)
    arguments = parser.parse_args()
    print(machine())
    for case in arguments.cases or CASES:
        ratios = compare(arguments.other, case, arguments.rounds, arguments.seconds)
        print(f"{case:12} {statistics.median(ratios):.3f}  {spread(ratios, '.3f')}", flush=True)


if __name__ == "__main__":
    main()
