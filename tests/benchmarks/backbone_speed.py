"""Speed of the backbone beside the same network in PyTorch, in turns, in one run.

    python -m tests.benchmarks.backbone_speed [--size 224] [--rounds 5] [--seconds 1.0]

PyTorch, with batch normalization folded as ours is, is measured with one thread and with all, both memory formats,
batches of 1, 8 and 32 images, eager and (batches of 8) compiled where that works; the best setting counts.  The
contenders take turns round by round, so that a slow moment of the machine hits all of them.  Where others use the
machine too, threads wait for each other, PyTorch's more than ours; the processor time with one thread bears that best,
and is compared, too.  PyTorch has to be installed beside; it is no dependency of the program.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from threadpoolctl import threadpool_info

from nn_trainer.models.pretrained.backbone import load_backbone
from tests.benchmarks.torch_backbone import torch_backbone, torch_images

THREADS = tuple(dict.fromkeys((1, os.cpu_count() or 1)))
Step = tuple[Callable[[], object], int]  # what is called, and how many images it does


def ours(pixels: np.ndarray) -> dict[str, Step]:
    backbone = load_backbone()
    return {
        f"NN Trainer, {words(threads)}": (partial(backbone.features, pixels, threads), len(pixels))
        for threads in THREADS
    }


def theirs(pixels: np.ndarray) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        module = torch_backbone(folded=True).to(memory_format=layout)
        images = torch_images(pixels).contiguous(memory_format=layout)
        for threads in THREADS:
            torch.set_num_threads(threads)
            for batch, compiled in ((1, False), (8, False), (32, False), (8, True)):
                name = f"PyTorch, {words(threads)}, {'NCHW' if layout == torch.contiguous_format else 'NHWC'}"
                name += f", batch {batch}{', compiled' * compiled}"
                step = torch_step(module, images[:batch], threads, compiled)
                if step is not None:
                    steps[name] = (step, batch)
    return steps


def words(threads: int) -> str:
    return f"{threads} thread{'s' * (threads > 1)}"


def torch_step(
    module: torch.nn.Module, images: torch.Tensor, threads: int, compiled: bool
) -> Callable[[], object] | None:
    """One batch; None if this machine cannot compile."""
    run = torch.compile(module) if compiled else module

    def step() -> object:
        torch.set_num_threads(threads)
        with torch.inference_mode():
            return run(images)

    try:
        step()
    except Exception as error:
        if not compiled:
            raise
        print(f"PyTorch cannot compile here: {str(error).splitlines()[0][:100]}")
        return None
    return step


def milliseconds(step: Step, seconds: float) -> tuple[float, float]:
    """Milliseconds an image over about `seconds`: of the clock, and of the processors."""
    run, images = step
    done, began, processor = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - began) < seconds:
        run()
        done += images
    return 1000 * spent / done, 1000 * (time.process_time() - processor) / done


def compare(times: dict[str, list[float]], unit: str) -> None:
    """Print how the best of ours and the best of PyTorch's settings compare, round by round."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    mine, other = (
        min((name for name in medians if name.startswith(peer)), key=lambda name: medians[name])
        for peer in ("NN Trainer", "PyTorch")
    )
    ratios = [b / a for a, b in zip(times[mine], times[other], strict=True)]
    print(f"  {unit}: {mine} has {statistics.median(ratios):.2f} times the speed of {other}")
    print(f"    ({min(ratios):.2f} to {max(ratios):.2f} within a round)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each contender in each round")
    arguments = parser.parse_args()
    pixels = np.random.default_rng(0).integers(0, 256, (32, arguments.size, arguments.size, 3), np.uint8)
    kernels = {info["architecture"] for info in threadpool_info() if "architecture" in info}
    print(f"{os.cpu_count()} cores, {arguments.size} pixels; NumPy {np.__version__} with kernels for {kernels}")
    steps = ours(pixels) | theirs(pixels)
    clock: dict[str, list[float]] = {name: [] for name in steps}
    processor: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(arguments.rounds + 1):
        for name, step in steps.items():
            values = milliseconds(step, arguments.seconds if turn else 0.1)
            if turn:  # the first turn warms up
                clock[name].append(values[0])
                processor[name].append(values[1])
    print("  milliseconds an image                              clock                    processor")
    for name, values in sorted(clock.items(), key=lambda item: statistics.median(item[1])):
        spread = f"({min(values):.1f} to {max(values):.1f})"
        print(f"  {name:48} {statistics.median(values):6.1f} {spread:20} {statistics.median(processor[name]):6.1f}")
    compare(clock, "clock")
    compare({name: values for name, values in processor.items() if ", 1 thread" in name}, "processor, one thread")


if __name__ == "__main__":
    main()
