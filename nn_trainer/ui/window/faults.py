"""Faults of the program and signals of the system, brought to the GUI thread."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.paths import log_dir
from nn_trainer.ui.widgets.text_labels import show_plainly

log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Writes every unexpected exception to the log and shows one dialog, whichever thread it comes from."""

    _happened = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: QMessageBox | None = None
        self._before = sys.excepthook, threading.excepthook
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of exceptions from now on."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread

    def uninstall(self) -> None:
        """Put back what was there before."""
        sys.excepthook, threading.excepthook = self._before

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an exception and show it; any thread may call."""
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        log.critical("Unexpected fault", exc_info=(kind, error, trace))
        self._happened.emit("".join(traceback.format_exception(kind, error, trace)))

    def _report_thread(self, details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            self.report(details.exc_type, details.exc_value, details.exc_traceback)

    @Slot(str)
    def _show(self, details: str) -> None:
        if self.dialog is not None:
            return  # one dialog; the rest stands in the log
        buttons = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            _("Unexpected error"),
            _("Something went wrong in the program. You can go on; save what matters to you."),
            buttons.Close,
            self._window,
        )
        box.setObjectName("faultDialog")
        box.setInformativeText(_("The details are in the log: {folder}").format(folder=display_path(log_dir())))
        show_plainly(box)
        box.setDetailedText(details)
        copy = box.addButton(_("&Copy details"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        box.finished.connect(self._on_closed)
        self.dialog = box
        box.open()

    @Slot(int)
    def _on_closed(self, _result: int) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def close_on_signals(window: QWidget, before: Callable[[], object]) -> QSocketNotifier:
    """Call `before` and close the window on SIGINT and SIGTERM, without a question.

    Keep the result as long as this should work.

    Python runs its handlers only between two steps of its own, and Qt's event loop takes none while it waits:
    a byte on a socket wakes it.
    """
    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    sender.setblocking(False)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(receiver.fileno(), QSocketNotifier.Type.Read, window)

    def wake() -> None:
        if receiver.recv(64) and sender.fileno() >= 0:  # the sender lives as long as this function
            before()
            window.close()

    notifier.activated.connect(wake)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return notifier
