"""Images of the data set that training never saw, to try a classifier with."""

from __future__ import annotations

import random

import numpy as np

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.ui.widgets.drops import ImageSource


class TestImages:
    """Gives the test images of a data set one after the other, of all classes in turn, at random; then from the start.

    Where a data set has no test folder, its validation folder will do: training does not learn from that either.
    """

    __test__ = False  # no test, whatever pytest thinks of the name

    def __init__(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._rows: list[int] = []
        self._next = 0
        if dataset is None:
            return
        for split in ("test", "validation"):
            self._rows = np.flatnonzero(dataset.splits == split).tolist()
            if self._rows:
                break
        random.Random(0).shuffle(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self) -> ImageSource:
        """The next one. Raises `IndexError` if there is none."""
        row = self._rows[self._next]
        self._next = (self._next + 1) % len(self._rows)
        assert self._dataset is not None  # it gave the rows
        path, label = self._dataset.sources[row].path, self._dataset.labels[row]
        return ImageSource(f"{self._dataset.class_names[label]}/{display_path(path.name)}", path)
