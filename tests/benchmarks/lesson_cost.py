"""What step 3 of the lesson costs: `python -m tests.benchmarks.lesson_cost`.

It measures the curve over a weight of each layer, and a frame while the slider of the learning rate moves.  The curve
must be there within 300 ms for the preset cnn, the slider be followed at 20 frames a second or more.  Beside the
milliseconds on the clock stand those of the processor, which are what an idle machine would take: the curve is
computed in one thread.
"""

from __future__ import annotations

import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from nn_trainer.app import create_window
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.inspection import comfortable_size, lesson_copy
from nn_trainer.engine.lesson.slice import POINTS, loss_slice
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.ui.lesson.descent.jobs import Batch, curve_work

NETWORKS = (("cnn", (28, 28, 1)), ("cnn", (32, 32, 3)), ("cnn", (64, 64, 3)), ("resnet", (32, 32, 3)))
REPEATS = 5
FRAMES = 200


def measure_curves(preset: str, shape: tuple[int, int, int]) -> None:
    """For each parameter, the steepest weight: from the click to the curve, and the 41 points of the curve alone."""
    rng = np.random.default_rng(0)
    network = lesson_copy(build_network(preset, shape, 10))
    size = comfortable_size(network)
    batch = Batch(
        network, rng.integers(0, 256, (size, *shape), dtype=np.uint8), rng.integers(0, 10, size), "cross-entropy"
    )
    print(f"\n{preset}, {shape[0]}x{shape[1]}x{shape[2]}, batch of {size}, float64: ms, median of {REPEATS}")
    print(f"{'parameter':44s} {'clock':>8s} {'processor':>10s}   {POINTS} points alone, processor")
    for name in network.to_file_shapes(network.weights):
        whole, points = [], []
        for _ in range(REPEATS):
            began = time.perf_counter(), time.process_time()
            made = curve_work(batch, name, None)(lambda *_: None, lambda: False)
            whole.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        with single_threaded_blas():
            for _ in range(REPEATS):
                centre = made.landscape.start.weights[0]
                processor = time.process_time()
                loss_slice(made.landscape.loss, centre, 1.0)
                points.append(time.process_time() - processor)
        clock, processor = (1e3 * statistics.median(times) for times in zip(*whole, strict=True))
        print(f"{name:44s} {clock:8.0f} {processor:10.0f} {1e3 * statistics.median(points):12.0f}")


def measure_frames() -> None:
    """Move the slider of step 3 on the sample and draw each time."""
    app, window = create_window([])
    window.resize(1280, 800)
    window.show()
    lesson = window.lesson_tab
    window.tabs.setCurrentWidget(lesson.parentWidget())
    lesson.go_to(2)
    step = lesson.step(2)
    while lesson.subject is None or step.path.here is None or step.is_busy():
        app.processEvents()
    slider = step.page.rate.slider
    seconds, processor = [], time.process_time()
    for frame in range(FRAMES):
        began = time.perf_counter()
        slider.setValue(slider.minimum() + (frame * 7) % (slider.maximum() - slider.minimum()))
        step.page.plot.repaint()
        app.processEvents()
        seconds.append(time.perf_counter() - began)
    processor = (time.process_time() - processor) / FRAMES
    seconds.sort()
    middle, slow = seconds[FRAMES // 2], seconds[int(0.99 * FRAMES)]
    print(f"\nslider, window of 1280x800: {1e3 * middle:.1f} ms a frame ({1 / middle:.0f} frames/s), ", end="")
    print(f"99 in 100 within {1e3 * slow:.1f} ms; processor {1e3 * processor:.1f} ms a frame")
    window.close()


if __name__ == "__main__":
    for each in NETWORKS:
        measure_curves(*each)
    measure_frames()
