"""The Predict tab as tests look at it: until it is quiet, and by the names of its labels."""

import threading

from PySide6.QtWidgets import QLabel

from nn_trainer.workers.threads import unjoined_threads


def is_quiet(tab):
    return not tab.is_busy() and not unjoined_threads()


def settle(qtbot, tab):
    qtbot.waitUntil(lambda: is_quiet(tab), timeout=20_000)


def text_of(tab, name):
    return tab.findChild(QLabel, name).text()


class Slow:
    """A classifier that takes its time over each image."""

    def __init__(self, classifier):
        self.preprocessing, self.config = classifier.preprocessing, classifier.config
        self.class_names = classifier.class_names
        self._classifier = classifier
        self._never = threading.Event()

    def predict(self, source):
        self._never.wait(0.02)
        return self._classifier.predict(source)
