"""What one frame of the plots costs: `python tests/benchmarks/plot_cost.py`.

A frame is one batch of new records, the redraw of both plots and the painting of the panel, for runs of 1,000,
10,000 and 100,000 iterations, with an earlier run of the same length behind them.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtWidgets import QApplication

from nn_trainer.engine.records import EpochRecord, IterationRecord, Record
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.theme import theme

EPOCHS = 100
FRAMES = 40
NEW_RECORDS = 30  # in one frame


def falling_loss(first: int, count: int, per_epoch: int) -> list[Record]:
    """Records of a run that learns, with some noise."""
    records: list[Record] = []
    for iteration in range(first, first + count):
        loss = 2.3 * math.exp(-iteration / 1e4) + 0.3 * (iteration * 7919 % 101) / 101
        epoch = (iteration - 1) // per_epoch + 1
        records.append(IterationRecord(iteration, epoch, loss, 1 - loss / 3, 32, iteration / 100))
        if iteration % per_epoch == 0:
            records.append(
                EpochRecord(epoch, iteration, loss, 1 - loss / 3, loss + 0.05, 0.9 - loss / 3, 1e3, iteration / 100)
            )
    return records


def measure(app: QApplication, iterations: int) -> tuple[float, float]:
    """Return the median and the worst milliseconds of a frame."""
    panel = PlotPanel()
    theme.style_window(panel)
    panel.resize(900, 800)
    panel.show()
    per_epoch = (iterations + FRAMES * NEW_RECORDS) // EPOCHS
    for label in ("before", "now"):
        panel.start_run(per_epoch, EPOCHS, label)
        panel.add_records(falling_loss(1, iterations, per_epoch))
    app.processEvents()
    frames = []
    for frame in range(FRAMES):
        records = falling_loss(iterations + 1 + frame * NEW_RECORDS, NEW_RECORDS, per_epoch)
        start = time.perf_counter()
        panel.add_records(records)
        panel.draw_frame()
        panel.repaint()
        app.processEvents()
        frames.append(1000 * (time.perf_counter() - start))
    panel.close()
    return statistics.median(frames[5:]), max(frames[5:])


def main() -> None:
    """Print one line for each length of a run."""
    app = QApplication([])
    theme.apply_theme(app, "light")
    for iterations in (1_000, 10_000, 100_000):
        median, worst = measure(app, iterations)
        sys.stdout.write(f"{iterations:>8,} iterations: {median:5.1f} ms a frame, worst {worst:5.1f} ms\n")


if __name__ == "__main__":
    main()
