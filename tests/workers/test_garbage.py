"""Cycles are collected in the GUI thread, whoever allocates."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from nn_trainer.workers.garbage import GuiThreadCollector


class Ring:
    """Something that only the collector of cycles can let go."""

    def __init__(self) -> None:
        self.itself = self


def test_cycles_go_in_the_gui_thread_while_another_one_allocates(qtbot):
    parent = QObject()
    gc.enable()  # as in a program that has just begun; the tests keep it off
    collector = GuiThreadCollector(parent)
    threads = []
    weakref.finalize(Ring(), lambda: threads.append(threading.current_thread()))

    def allocate() -> None:
        for _ in range(50):
            [Ring() for _ in range(1000)]

    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert threads == []
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: threads == [threading.main_thread()])
    assert collector.parent() is parent
