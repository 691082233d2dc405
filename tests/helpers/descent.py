"""Step 3 of the lesson as tests look at it: its picture, its numbers, and when it is done."""

import numpy as np

from tests.helpers.lesson import PATIENCE


def descent(tab):
    """Batch, name and index of step 3."""
    batch = tab.subject.batch(32)
    chooser = tab.current.page.chooser
    return tab.subject.pictures[batch], tab.subject.labels[batch], chooser.name, chooser.index


def wait(qtbot, tab):
    qtbot.waitUntil(lambda: not tab.current.is_busy() and tab.current.path.here is not None, timeout=PATIENCE)


def steps_of(rows):
    """The way, as numbers."""
    return np.array([[float(cell) for cell in row] for row in rows[1 : rows.index(learning_rate(rows))]])


def learning_rate(rows):
    return next(row for row in rows if row[0] == "learning rate")
