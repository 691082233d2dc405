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
        self._sources: list[ImageSource] = []
        self._next = 0
        if dataset is None:
            return
        for split in ("test", "validation"):
            rows = np.flatnonzero(dataset.splits == split)
            if len(rows):
                self._sources = [_source(dataset, row) for row in rows]
                break
        random.Random(0).shuffle(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def take(self) -> ImageSource:
        """The next one. Raises `IndexError` if there is none."""
        source = self._sources[self._next]
        self._next = (self._next + 1) % len(self._sources)
        return source


def _source(dataset: Dataset, row: np.intp) -> ImageSource:
    path, name = dataset.paths[row], dataset.class_names[dataset.labels[row]]
    return ImageSource(f"{name}/{display_path(path.name)}", path)
