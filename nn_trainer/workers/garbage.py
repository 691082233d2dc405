"""Memory of the whole process: Python's collector of cycles, kept to the GUI thread, and what is free inside.

The collector by itself runs in whichever thread happens to allocate.  Widgets are full of cycles, and one that is
destroyed in another thread than its own, such as that of a training, ends the whole process.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MILLISECONDS = 1000


class GuiThreadCollector(QObject):
    """Collects cycles by a timer of the thread that made it, and nowhere else.

    What is there at the start stays for ever, so it is left out (`gc.freeze`), which keeps the pauses short.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, by Python's own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return


def give_back_memory() -> None:
    """Ask the allocator of glibc to return what it holds unused; nothing happens on other systems.

    The buffers of a training are large and freed in pieces; glibc keeps them, and the process looks as if it leaked.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)
