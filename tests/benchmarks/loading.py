"""Time until a folder is open for the first time, beside torchvision's ImageFolder and a pool of threads with Pillow.

    python -m tests.benchmarks.loading FOLDER --size 32 [--rounds 5] [--torch-python PYTHON] [--photos]

Every contender does the same: a folder of class folders -> one array of uint8 pixels (N, SIZE, SIZE, 3) and one of
labels.  They take turns round by round, each in a process of its own, so that nothing of a round is left for the next;
the clock starts once all is imported.  The caches of the program are empty each time.  The table gives the median and
the range of seconds by the clock and by the processors, and how many times the time of ours the best setting of each
peer takes (the median over the rounds of the ratio within a round).  `--photos` is for images to be made smaller: the
peers then open, convert and resize, in full and at a reduced scale.  A peer that is missing is left out.
`loading_made` makes folders to measure with.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.speed import machine, spread

_PEERS = Path(__file__).with_name("loading_peers.py")
OURS = "ours"

Found = dict[str, float]


def contenders(photos: bool) -> dict[str, list[str]]:
    """The settings of each peer; the first is tried first, to see whether the peer is there."""
    workers = (2, 0, 1, 4)
    found = {"ImageFolder": [f"ImageFolder, {count} workers" for count in workers]}
    if photos:
        found["Pillow"] = [f"Pillow, {count} threads" for count in (2, 1, 4)]
        for way in ("draft", "reduce"):
            found[f"Pillow with {way}"] = [f"Pillow, {count} threads, {way}" for count in (2, 1, 4)]
    else:
        found["ImageFolder, own decoder"] = [f"ImageFolder, {count} workers, own" for count in workers]
        found["Pillow"] = [f"Pillow, {count} threads" for count in (2, 1, 4, 8)]
    return found


def measure(name: str, folder: Path, size: int, torch_python: str) -> Found | None:
    """One opening in a process of its own; None if what it needs is not installed."""
    python = torch_python if name.startswith("ImageFolder") else sys.executable
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"XDG_CACHE_HOME": home, "PYTHONPATH": os.getcwd()}  # noqa: PTH109
        command = [python, str(_PEERS), name, str(folder), str(size)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return None if "missing" in found else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, required=True, help="pixels of the sides that the images get")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--torch-python", default=sys.executable, help="the Python that has torch and torchvision")
    parser.add_argument("--photos", action="store_true", help="the images are larger and are made smaller")
    arguments = parser.parse_args()
    print(machine())
    peers = contenders(arguments.photos)
    rounds: dict[str, list[Found]] = {}
    for turn in range(arguments.rounds + 1):
        for names in ([OURS], *peers.values()):
            for name in list(names):
                found = measure(name, arguments.folder, arguments.size, arguments.torch_python)
                if found is None:
                    print(f"{name}: not installed; it is left out.")
                    names.clear()
                    break
                if turn:  # the first turn brings the files into memory
                    rounds.setdefault(name, []).append(found)
    report(rounds, peers)


def report(rounds: dict[str, list[Found]], peers: dict[str, list[str]]) -> None:
    """Print what was measured."""
    ours = rounds[OURS]
    for name, values in sorted(rounds.items(), key=lambda item: _median(item[1])):
        same = "same pixels" if values[0]["checksum"] == ours[0]["checksum"] else "other pixels"
        clock, processor = (spread([value[key] for value in values], ".2f") for key in ("seconds", "processor"))
        rate = values[0]["images"] / _median(values)
        print(f"  {name:34} {clock} s, of the processors {processor} s, {rate:,.0f} images/s, {same}")
    print("\n| peer | seconds of ours | of the peer | ratio |\n|---|---|---|---|")
    for names in peers.values():
        if names:
            best = min(names, key=lambda name: _median(rounds[name]))
            ratios = [b["seconds"] / a["seconds"] for a, b in zip(ours, rounds[best], strict=True)]
            row = (f"{best}", f"{_median(ours):.2f}", f"{_median(rounds[best]):.2f}", f"**{spread(ratios, '.2f')}**")
            print(f"| {' | '.join(row)} |")


def _median(values: list[Found]) -> float:
    return statistics.median(value["seconds"] for value in values)


if __name__ == "__main__":
    main()
