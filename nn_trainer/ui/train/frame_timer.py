"""When the plots draw their next frame."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Slot

# Ten frames a second are fluid enough for curves.  On a slow or busy machine there are fewer, so that drawing takes no
# more than this share of a core from the training.
FASTEST_MILLISECONDS, SLOWEST_MILLISECONDS = 100, 400
DRAWING_SHARE = 0.04


class FrameTimer(QTimer):
    """Fires once for each `want`, after a pause that depends on what the last frame has cost."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, interval=FASTEST_MILLISECONDS, singleShot=True)
        self._began = 0.0  # processor seconds of this thread when the frame began
        self._painted = QTimer(self, interval=0, singleShot=True)  # fires when all that waits is painted
        self._painted.timeout.connect(self.end_frame)

    def want(self) -> None:
        """Ask for a frame, unless one is on its way."""
        if not self.isActive():
            self.start()

    def begin_frame(self) -> None:
        """Take the time of a frame until it stands on the screen."""
        self._began = time.thread_time()
        self._painted.start()

    @Slot()
    def end_frame(self) -> None:
        """Choose the pause before the next frame."""
        wanted = round(1000 * (time.thread_time() - self._began) / DRAWING_SHARE)
        self.setInterval(min(max(wanted, FASTEST_MILLISECONDS), SLOWEST_MILLISECONDS))
