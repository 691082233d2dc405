"""Training speed of this engine beside PyTorch and scikit-learn, in turns, in one run.

    python -m tests.benchmarks.speed [--rounds 7] [--seconds 1.0] [CASE ...]

Each contender trains the same network on the same random images, whole iterations: taking the batch, forward, loss,
backward, update.  They take turns round by round, so that a slow moment of the machine hits all of them.  The table
gives the median and the spread of images a second, and the ratio to the best setting of each peer (the median over
the rounds of the ratio within a round).  At the end the same comes as a table in Markdown, which is the one in
README.md.  PyTorch and scikit-learn have to be installed beside; they are no dependencies of the program, and a peer
that is missing is left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections.abc import Callable, Iterator

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from nn_trainer.engine.network import Network
from tests.benchmarks.speed_cases import CASES, Case

Step = Callable[[], None]
OURS, PEERS = "NN Trainer", ("PyTorch", "scikit-learn")


def contenders(case: Case) -> dict[str, Step]:
    """Everything that can train this case, by name; each call is one iteration."""
    network = case.network()
    steps: dict[str, Step] = {OURS: ours(case, network)}
    try:
        from tests.benchmarks import speed_torch

        steps |= speed_torch.contenders(case, network)
    except ImportError:
        print("PyTorch is not installed; it is left out.")
    if case.hidden is not None:
        try:
            steps["scikit-learn"] = scikit_learn(case)
        except ImportError:
            print("scikit-learn is not installed; it is left out.")
    return steps


def ours(case: Case, network: Network) -> Step:
    from nn_trainer.engine.config import make_config
    from nn_trainer.engine.training import train

    size, _, channels = network.input_shape
    config = make_config(
        epochs=10_000,
        batch_size=case.batch,
        image_size=size,
        channels="rgb" if channels == 3 else "grey",
    )
    records = train(network, (case.pixels, case.labels), None, config)
    return lambda: next(records) and None


def scikit_learn(case: Case) -> Step:
    from sklearn.neural_network import MLPClassifier

    assert case.hidden is not None
    model = MLPClassifier(case.hidden, batch_size=case.batch, max_iter=1)
    x = (case.pixels.reshape(len(case.pixels), -1) / np.float32(255)).astype(np.float32)
    classes = np.arange(10)

    def batches() -> Iterator[np.ndarray]:
        rng = np.random.default_rng(0)
        while True:
            order = rng.permutation(len(x))
            yield from (order[i : i + case.batch] for i in range(0, len(x) - case.batch + 1, case.batch))

    indices = batches()

    def step() -> None:
        batch = next(indices)
        model.partial_fit(x[batch], case.labels[batch], classes=classes)

    return step


def rate(step: Step, batch: int, seconds: float) -> float:
    """Images a second over about `seconds`."""
    import time

    iterations, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        step()
        iterations += 1
    return iterations * batch / spent


def measure(case: Case, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Run the contenders in turns; the images a second of each in each round."""
    steps = contenders(case)
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            # Our caller holds BLAS to one thread; the peers that use the same BLAS get all cores.
            limit = 1 if name == OURS else os.cpu_count()
            with threadpool_limits(limit, user_api="blas"):
                rate(step, case.batch, seconds / 2)  # until the threads of the contender before have gone to sleep
                value = rate(step, case.batch, seconds)
            if turn:  # the first turn warms up
                rates[name].append(value)
    return rates


def report(case: Case, rates: dict[str, list[float]]) -> str:
    """Print what was measured; return the row of the table."""
    print(f"\n{case.name}, batch {case.batch}")
    for name, values in sorted(rates.items(), key=lambda item: -statistics.median(item[1])):
        print(f"  {name:50} {spread(values, ',.0f')} images/s")
    row = [f"{case.name}, batch {case.batch}", spread(rates[OURS], ",.0f")]
    for peer in PEERS:
        settings = [name for name in rates if name.startswith(peer)]
        row.append("")
        if settings:
            best = max(settings, key=lambda name: statistics.median(rates[name]))
            ratios = [a / b for a, b in zip(rates[OURS], rates[best], strict=True)]
            print(f"  ratio to {best}: {spread(ratios, '.2f')}")
            setting = best.removeprefix(f"{peer}, ") if best != peer else ""
            row[-1] = f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})"
            row[-1] += f", {setting}" if setting else ""
    return f"| {' | '.join(row)} |"


def spread(values: list[float], form: str) -> str:
    """Median and range in words."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def machine() -> str:
    """What the figures were measured on."""
    blas = {
        f"{lib['internal_api']} {lib['version']} {lib.get('architecture', '')}".strip() for lib in threadpool_info()
    }
    words = [f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"]
    return ", ".join([*words, f"NumPy {np.__version__}", *sorted(blas)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"one or more of: {', '.join(CASES)}; all if none")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each contender in each round")
    arguments = parser.parse_args()
    print(machine())
    rows = []
    for name in arguments.cases or CASES:
        rows.append(report(CASES[name], measure(CASES[name], arguments.rounds, arguments.seconds)))
    print(
        f"\n| network | images/s | {' | '.join(f'ratio to {peer}' for peer in PEERS)} |\n|{'---|' * (2 + len(PEERS))}"
    )
    print("\n".join(rows))


if __name__ == "__main__":
    main()
