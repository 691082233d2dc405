"""Runs for the plots, and the plots as tests look at them."""

import math

from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from nn_trainer.engine.records import EpochRecord, IterationRecord
from nn_trainer.ui.plots.canvas import PlotCanvas


def iteration(number, loss=1.0, accuracy=0.5, images=32, per_epoch=25):
    return IterationRecord(number, (number - 1) // per_epoch + 1, loss, accuracy, images, number / 100)


def epoch(number, loss, accuracy, per_epoch=25):
    return EpochRecord(number, number * per_epoch, 1.0, 0.5, loss, accuracy, 1000.0, 1.0)


def learning(first, last, per_epoch=25, level=0.5):
    """Records of a run that learns: one for each iteration, and one for each epoch at its end."""
    records = []
    for number in range(first, last + 1):
        loss = level + 2 * math.exp(-number / 50) + 0.1 * (number % 7) / 7
        records.append(iteration(number, loss, 1 - loss / 3, per_epoch=per_epoch))
        if number % per_epoch == 0:
            records.append(epoch(number // per_epoch, loss + 0.1, 0.9 - loss / 3, per_epoch))
    return tuple(records)


def plot_of(panel, name):
    return panel.findChild(QWidget, f"{name}Plot")


def button_of(panel, name):
    return panel.findChild(QToolButton, name)


def settle(qtbot, panel):
    """Wait until all is drawn and the view and the sizes have come to rest."""
    sizes = [None]

    def at_rest():
        sizes.append([canvas.size() for canvas in panel.findChildren(PlotCanvas)])
        return not panel.frame_is_due and sizes[-1] == sizes[-2]

    qtbot.waitUntil(at_rest, timeout=3000)


def shown_x(panel):
    return plot_of(panel, "loss").getViewBox().viewRange()[0]


def texts(panel):
    return " | ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
