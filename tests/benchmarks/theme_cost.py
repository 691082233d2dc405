"""What a change of theme costs, and the tab that is looked at next: `python -m tests.benchmarks.theme_cost`.

It asks for dark and light in turns, in a window that shows ever more: as it opens, with the Lesson looked at, with all
its steps looked at, and with two runs on the plots.  A change must take no more than 0.3 s of the processor, a tab
after it 0.1 s.  Printed are the seconds of the processor of the change by itself and with the painting after it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from nn_trainer.app import create_window
from nn_trainer.ui.window.main_window import MainWindow
from nn_trainer.ui.window.pages import LESSON, PREDICT, TRAIN
from tests.helpers import tour

CHANGES = 12
THEMES = ("dark", "light")


def measure(window: MainWindow, what: str) -> None:
    """Change the theme back and forth and print the figures."""
    alone, painted = [], []
    for turn in range(CHANGES):
        action = theme_action(window, THEMES[turn % 2])
        began = time.process_time()
        action.trigger()
        alone.append(time.process_time() - began)
        QApplication.processEvents()
        painted.append(time.process_time() - began)
        tour.settle()
    print(f"{what:28s} {len(QApplication.allWidgets()):5d} widgets  {spread(alone)}   painted {spread(painted)}")


def measure_tabs(window: MainWindow) -> None:
    """Change the theme, then the tab."""
    for key in (LESSON, PREDICT, TRAIN):
        seconds = []
        for turn in range(CHANGES):
            window.go_to(PREDICT if key == TRAIN else TRAIN)
            tour.settle()
            theme_action(window, THEMES[turn % 2]).trigger()
            tour.settle()
            began = time.process_time()
            window.go_to(key)
            QApplication.processEvents()
            seconds.append(time.process_time() - began)
        print(f"to {key} after a change: {spread(seconds)}")


def theme_action(window: MainWindow, mode: str) -> QAction:
    """The entry of the menu View."""
    return next(action for action in window.actions_.themes.actions() if action.data() == mode)


def spread(seconds: list[float]) -> str:
    """Least, median and greatest."""
    return f"{min(seconds):.3f}  {statistics.median(seconds):.3f}  {max(seconds):.3f} s"


def main() -> None:
    """Print a line for each state of the window."""
    print("processor seconds: least, median, greatest")
    began = time.process_time()
    _, window = create_window([])
    window.resize(1280, 800)
    window.show()
    tour.settle()
    print(f"window up: {time.process_time() - began:.3f} s, without the imports at the top of this script")
    measure(window, "as it opens")
    lesson = window.lesson_tab
    window.go_to(LESSON)
    tour.wait_until(lambda: lesson.subject is not None and not lesson.is_busy(), "the lesson")
    measure(window, "the Lesson opened")
    for step in range(tour.STEPS):
        lesson.go_to(step)
        tour.settle()
        tour.wait_until(lambda: not lesson.is_busy(), f"step {step + 1}")
    measure(window, "all steps, in the Lesson")
    window.go_to(TRAIN)
    measure(window, "all steps, in Train")
    for screen in tour.tour(window, lesson=False):
        tour.settle()
        if screen.name == "second-training-done":
            measure(window, "two runs on the plots")
            break
    measure_tabs(window)
    window.close()
    tour.settle()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="theme-cost-") as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            os.environ[name] = folder  # neither settings nor cache of the user
        main()
