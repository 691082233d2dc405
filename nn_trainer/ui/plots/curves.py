"""What the plots know of one run: every record, in NumPy buffers that grow."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nn_trainer.engine.records import EpochRecord, IterationRecord, Record

Floats = NDArray[np.float64]

# The smoothed line is a mean over about half an epoch, but over no fewer and no more iterations than these.
SHORTEST_WINDOW, LONGEST_WINDOW = 5, 100
YOUNG_SHARE = 0.2  # of the iterations so far: a longer memory would keep the line above a loss that falls fast at first
MOST_WAITING = 5_000  # records that are kept as objects, which take ten times the memory


class RunningMean:
    """An exponential mean with bias correction: a mean of all values so far in which recent ones count most.

    Each value weighs as many images as it was measured on, and all weights before it are multiplied by 1 - alpha. As
    weights are never negative, the mean lies between the least and the largest value. Its memory grows with the run
    up to `window` iterations; alpha = 2 / (window + 1) has the lag of a plain mean over the window.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._count = 0
        self._weight = 0.0
        self._mean = math.nan

    def take(self, values: Floats, weights: Floats) -> Floats:
        """Go on with (n,) values; the mean after each; a value that is not a number gives NaN and does not count."""
        means = np.empty(len(values))
        for index, (value, weight) in enumerate(zip(values.tolist(), weights.tolist(), strict=True)):
            self._count += 1
            window = min(max(YOUNG_SHARE * self._count, SHORTEST_WINDOW), self._window)
            self._weight *= 1 - 2 / (window + 1)
            if not math.isfinite(value):
                means[index] = math.nan
                continue
            self._weight += weight
            if math.isnan(self._mean):
                self._mean = value
            else:
                share = weight / self._weight
                self._mean = (1 - share) * self._mean + share * value
            means[index] = self._mean
        return means


class Table:
    """Rows of floats that are appended and never changed; room for twice as many is made when it is full."""

    def __init__(self, *columns: str) -> None:
        self._index = {name: index for index, name in enumerate(columns)}
        self._room = np.empty((len(columns), 256))  # a column's values lie side by side
        self.rows = 0

    def append(self, block: Floats) -> None:
        """Add rows; `block` is (columns, new rows)."""
        needed = self.rows + block.shape[1]
        if needed > self._room.shape[1]:
            room = np.empty((len(self._index), 2 * needed))
            room[:, : self.rows] = self._room[:, : self.rows]
            self._room = room
        self._room[:, self.rows : needed] = block
        self.rows = needed

    def __getitem__(self, name: str) -> Floats:
        """One column, (rows,), as a view that cannot be written."""
        column = self._room[self._index[name], : self.rows]
        column.flags.writeable = False
        return column


class RunCurves:
    """The curves of one run.

    `series(name)` gives (x, y); x counts iterations from 1. The names are those of `NAMES`.
    """

    NAMES = tuple(f"{kind} {metric}" for metric in ("loss", "accuracy") for kind in ("train", "smoothed", "validation"))

    def __init__(self, iterations_per_epoch: int, total_epochs: int, label: str) -> None:
        self.iterations_per_epoch = iterations_per_epoch
        self.total_epochs = total_epochs
        self.label = label
        self.window = min(max(iterations_per_epoch // 2, SHORTEST_WINDOW), LONGEST_WINDOW)
        self._waiting: list[Record] = []  # what `add` was given since anything was asked
        measured = tuple(f"{kind} {metric}" for kind in ("train", "smoothed") for metric in ("loss", "accuracy"))
        self._batch_rows = Table("iteration", "images", *measured)
        self._epoch_rows = Table("iteration", "epoch", "validation loss", "validation accuracy")  # not shown
        self._best: int | None = None
        self._usual_top = -math.inf  # the largest median of three raw losses in a row
        self._means = {name: RunningMean(self.window) for name in ("loss", "accuracy")}
        self.peaks = dict.fromkeys(self.NAMES, -math.inf)  # the largest finite value of each curve
        self.floors = dict.fromkeys(self.NAMES, math.inf)  # the smallest above zero

    @property
    def total_iterations(self) -> int:
        """The iterations the run was planned to take."""
        return self.iterations_per_epoch * self.total_epochs

    @property
    def iterations(self) -> int:
        """The last iteration that was recorded; 0 before the first."""
        return int(self._batches["iteration"][-1]) if self._batches.rows else 0

    @property
    def images(self) -> Floats:
        """The images of each batch, (iterations,)."""
        return self._batches["images"]

    def add(self, records: Iterable[Record]) -> None:
        """Keep all records; those of the end of a run hold no point of a curve.

        They are made into curves when these are asked for, as a few large blocks take less time than many small ones;
        also where nobody asks, before too many wait.
        """
        self._waiting.extend(records)
        if len(self._waiting) >= MOST_WAITING:
            self._take_in()

    @property
    def _batches(self) -> Table:
        self._take_in()
        return self._batch_rows

    @property
    def _epochs(self) -> Table:
        self._take_in()
        return self._epoch_rows

    def _take_in(self) -> None:
        """Make rows of the records that wait."""
        if not self._waiting:
            return
        records, self._waiting = self._waiting, []
        batches = []
        epochs = []
        for record in records:
            if isinstance(record, IterationRecord):
                batches.append((record.iteration, record.images, record.loss, record.accuracy))
            elif isinstance(record, EpochRecord) and record.validation_loss is not None:
                accuracy = math.nan if record.validation_accuracy is None else record.validation_accuracy
                epochs.append((record.iteration, record.epoch, record.validation_loss, accuracy))
        if batches:
            self._add_batches(np.array(batches, dtype=np.float64).T)
        if epochs:
            self._epochs.append(np.array(epochs, dtype=np.float64).T)
            self._note_extremes(self._epochs, len(epochs), "validation")
            self._best = self._find_best()

    def series(self, name: str) -> tuple[Floats, Floats]:
        """Return (x, y) of the curve `name`, all that was recorded; KeyError for a name not in `NAMES`."""
        table = self._epochs if name.startswith("validation") else self._batches
        return table["iteration"], table[name]

    def span(self) -> float:
        """The iteration up to which a view of the whole run reaches.

        1, 2, 5, 10, ... epochs and at last the planned end, so that the axis stands still in between.
        """
        done, until, steps = self.iterations, float(self.iterations_per_epoch), 0
        while done > 0.97 * until:
            until *= (2, 2.5, 2)[steps % 3]
            steps += 1
        return float(self.total_iterations) if until > 0.6 * self.total_iterations else until

    def epoch_of(self, iteration: int) -> int:
        """The epoch, from 1, that an iteration belongs to."""
        return max(1, math.ceil(iteration / self.iterations_per_epoch))

    def at(self, name: str, iteration: float) -> float | None:
        """The last value of a curve at or before `iteration`; None where there is none."""
        x, y = self.series(name)
        index = int(x.searchsorted(iteration, side="right")) - 1
        return float(y[index]) if index >= 0 else None

    @property
    def best(self) -> int | None:
        """The row, among the validation points, of the highest accuracy, then of the lowest loss."""
        self._take_in()
        return self._best

    def loss_range(self) -> tuple[float, float]:
        """The lowest loss above zero and the highest that are worth showing.

        A raw loss far above its neighbours is left out: it would flatten the rest.
        """
        self._take_in()
        top = max(self._usual_top, self.peaks["validation loss"])
        top = min(max(top, self.peaks["train loss"]), 2 * top)
        if not math.isfinite(top) or top <= 0:
            top = 1.0
        low = min(self.floors["smoothed loss"], self.floors["validation loss"])
        return min(max(low, top * 1e-8), top / 2), top

    def later_accuracy(self) -> float:
        """The lowest accuracy, 0 to 1, of the smoothed and the validation line in the later half; 0 without any."""
        lines = [self.series(f"{kind} accuracy") for kind in ("smoothed", "validation")]  # not shown
        later = np.concatenate([y[x >= self.iterations / 2] for x, y in lines])
        return float(np.fmin.reduce(later, initial=1.0)) if np.isfinite(later).any() else 0.0

    def _add_batches(self, block: Floats) -> None:
        """Append (4, n) of iteration, images, loss, accuracy, with their running means."""
        middle = _medians_of_three(np.concatenate([self._batches["train loss"][-2:], block[2]]))
        self._usual_top = float(middle[np.isfinite(middle)].max(initial=self._usual_top))
        smoothed = [self._means[name].take(block[row], block[1]) for name, row in (("loss", 2), ("accuracy", 3))]
        self._batches.append(np.vstack([block, *smoothed]))
        self._note_extremes(self._batches, block.shape[1], "train", "smoothed")

    def _find_best(self) -> int | None:
        accuracy, loss = self._epochs["validation accuracy"], self._epochs["validation loss"]
        if not np.isfinite(accuracy).any():
            return None
        top = np.flatnonzero(accuracy == np.nanmax(accuracy))
        return int(top[np.argmin(loss[top])])

    def _note_extremes(self, table: Table, count: int, *kinds: str) -> None:
        for name in (f"{kind} {metric}" for kind in kinds for metric in ("loss", "accuracy")):
            new = table[name][-count:]
            new = new[np.isfinite(new)]
            self.peaks[name] = float(new.max(initial=self.peaks[name]))
            self.floors[name] = float(new[new > 0].min(initial=self.floors[name]))


def _medians_of_three(values: Floats) -> Floats:
    """The medians of each three values in a row, (n - 2,); of fewer than three the least."""
    if len(values) < 3:
        return np.array([values.min()])
    return np.sort(np.lib.stride_tricks.sliding_window_view(values, 3), axis=1)[:, 1]
