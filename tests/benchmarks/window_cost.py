"""What the window costs: the same training headless and in the window, in turns, in one run.

    python -m tests.benchmarks.window_cost [--rounds 7] [--seconds 4] [--data FOLDER] [PRESET ...]

The window is 1280 x 800 with both plots in view, offscreen unless QT_QPA_PLATFORM says otherwise; headless is the
same `Fitting` consumed in a plain thread, twice in each round, so that the ratio of the two shows the noise of the
machine.  Batch 32.  Without --data the images are made up: grey, 28x28, ten classes.

Printed are images a second, the ratio to headless (median and spread over the rounds), the frames of a plot a second,
the processor time of the GUI thread, and the gaps of a 10 ms timer in it, which ticks late while something is drawn.
Such a timer takes half a percent of a core itself, so it ticks in a run of its own, from which only the gaps are taken.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from nn_trainer.app import create_window
from nn_trainer.data.dataset import Dataset
from nn_trainer.engine.config import TrainingConfig, make_config
from nn_trainer.engine.records import IterationRecord, Record
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.plots.canvas import PlotCanvas
from nn_trainer.ui.window.main_window import MainWindow
from tests.helpers.running import records_of

WARM_UP_SECONDS = 0.5  # of each training, not counted
CLASSES, IMAGES_EACH, SIDE = 10, 1000, 28


def images_per_second(records: list[Record]) -> float:
    """Training images a second after the warm-up, by the clock of the records; checks that no record is missing."""
    batches = [record for record in records if isinstance(record, IterationRecord)]
    assert [record.iteration for record in batches] == list(range(1, len(batches) + 1)), "a record is missing"
    counted = [record for record in batches if record.seconds >= WARM_UP_SECONDS]
    return sum(record.images for record in counted[1:]) / (counted[-1].seconds - counted[0].seconds)


def run_headless(dataset: Dataset, config: TrainingConfig, seconds: float) -> float:
    """Images a second of a training in a plain thread."""
    fitting = Fitting(dataset, config)
    records: list[Record] = []
    stop = threading.Event()
    thread = threading.Thread(target=lambda: records.extend(records_of(fitting, stop.is_set)))
    thread.start()
    thread.join(seconds)
    stop.set()
    thread.join()
    return images_per_second(records)


class WindowRun(QObject):
    """One training by the Train button, and what is measured in the GUI thread meanwhile."""

    def __init__(self, window: MainWindow, config: TrainingConfig, seconds: float, ticking: bool) -> None:
        super().__init__()
        self.gaps: list[float] = []  # milliseconds between two ticks of the timer; none unless it is ticking
        self._ticking = ticking
        self.busy = 0.0  # processor seconds of the GUI thread a second
        self.frames = 0.0  # a second
        self._tab = window.train_tab
        self._batches: list[tuple[Record, ...]] = []
        self._frames = 0
        self._began = self._last_tick = self._began_busy = 0.0
        self._ticks = QTimer(self, interval=10, timerType=Qt.TimerType.PreciseTimer)
        self._ticks.timeout.connect(self._tick)
        self._end = QTimer(self, interval=round(1000 * (seconds - WARM_UP_SECONDS)), singleShot=True)
        self._end.timeout.connect(self._stop)
        self._plot = self._tab.plots.findChild(QWidget, "lossPlot")
        self._plot.findChild(PlotCanvas).installEventFilter(self)
        session = self._tab.session
        session.records_ready.connect(self._take_records)
        self._tab.hyperparameters.set_config(config)
        loop = QEventLoop()
        session.finished.connect(loop.quit)
        window.findChild(QWidget, "trainButton").click()
        loop.exec()
        self._check()

    @Slot(object)
    def _take_records(self, records: tuple[Record, ...]) -> None:
        self._batches.append(records)
        if not self._began and records[-1].seconds > WARM_UP_SECONDS:
            self._began = self._last_tick = time.perf_counter()
            self._began_busy = time.thread_time()
            self._frames = 0
            if self._ticking:
                self._ticks.start()
            self._end.start()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000 * (now - self._last_tick))
        self._last_tick = now

    @Slot()
    def _stop(self) -> None:
        self._ticks.stop()
        elapsed = time.perf_counter() - self._began
        self.busy = (time.thread_time() - self._began_busy) / elapsed
        self.frames = self._frames / elapsed
        self._tab.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self._frames += event.type() == QEvent.Type.Paint
        return False

    def _check(self) -> None:
        """Hold that the plot has every record, and that its last frame shows the newest."""
        records = list(chain.from_iterable(self._batches))
        self.rate = images_per_second(records)
        loop = QEventLoop()
        QTimer.singleShot(1000, loop.quit)
        loop.exec()
        kept, _ = self._tab.plots.series("train loss")
        drawn, _ = self._plot.drawn_line("train")
        assert len(kept) == sum(isinstance(record, IterationRecord) for record in records), "the plot lost records"
        assert drawn[-1] == kept[-1], "the last frame was not drawn"


def open_window(data: Path) -> MainWindow:
    """The window with the data set open."""
    app, window = create_window([])
    window.resize(1280, 800)
    window.show()
    window.open_path(data)
    deadline = time.monotonic() + 300
    while not window.findChild(QWidget, "trainButton").isEnabled():
        assert time.monotonic() < deadline, "the data set was not read"
        app.processEvents()
        time.sleep(0.005)
    return window


def make_images(folder: Path) -> Path:
    """Grey images of ten classes that can be told apart, with noise."""
    rng = np.random.default_rng(0)
    for label in range(CLASSES):
        place = folder / f"class {label}"
        place.mkdir(parents=True)
        middle = rng.integers(40, 216, (SIDE, SIDE))
        for index in range(IMAGES_EACH):
            noisy = np.clip(middle + rng.normal(0, 90, (SIDE, SIDE)), 0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(place / f"{index:04}.bmp")
    return folder


def measure(window: MainWindow, preset: str, rounds: int, seconds: float) -> None:
    """Train in turns and print the figures of one preset."""
    dataset = window.train_tab.dataset
    assert dataset is not None
    images = dataset.preprocessing
    config = make_config(preset=preset, epochs=10_000, image_size=images.image_size, channels=images.channels)
    headless: list[float] = []
    again: list[float] = []
    runs: list[WindowRun] = []
    gaps: list[float] = []
    for turn in range(rounds):
        turns = [
            lambda: headless.append(run_headless(dataset, config, seconds)),
            lambda: runs.append(WindowRun(window, config, seconds, ticking=False)),
            lambda: again.append(run_headless(dataset, config, seconds)),
        ]
        for one in turns if turn % 2 == 0 else reversed(turns):
            one()
        gaps += WindowRun(window, config, seconds, ticking=True).gaps
    print(f"\n{preset}, batch {config.batch_size}, {rounds} rounds of {seconds:g} s")
    baseline = [(a + b) / 2 for a, b in zip(headless, again, strict=True)]
    print(f"  headless       {spread(baseline, ',.0f')} images/s")
    print(f"  in the window  {spread([run.rate for run in runs], ',.0f')} images/s")
    print(f"  ratio          {spread([run.rate / rate for run, rate in zip(runs, baseline, strict=True)], '.3f')}")
    print(f"  noise          {spread([b / a for a, b in zip(headless, again, strict=True)], '.3f')}   (headless twice)")
    print(f"  frames         {spread([run.frames for run in runs], '.1f')} a second")
    print(f"  GUI thread     {spread([100 * run.busy for run in runs], '.1f')} % of a core")
    late = np.percentile(gaps, [50, 99])
    print(
        f"  10 ms timer    median {late[0]:.1f} ms, 99 % under {late[1]:.1f} ms, longest {max(gaps):.1f} ms, "
        f"{100 * np.mean(np.array(gaps) < 20):.2f} % under 20 ms"
    )


def spread(values: list[float], form: str) -> str:
    """Median and range in words."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", metavar="PRESET", default=["mlp", "cnn"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each training")
    parser.add_argument("--data", type=Path, help="a data set to train on instead of made-up images")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="window-cost-") as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            os.environ[name] = folder  # neither settings nor cache of the user
        window = open_window(arguments.data or make_images(Path(folder) / "images"))
        for preset in arguments.presets:
            measure(window, preset, arguments.rounds, arguments.seconds)
        window.train_tab.session.shutdown(10_000)


if __name__ == "__main__":
    main()
