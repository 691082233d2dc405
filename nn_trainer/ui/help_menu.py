"""What the Help menu opens: the handbook, the folder of the log, version and licence."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

import nn_trainer
from nn_trainer.paths import log_dir
from nn_trainer.ui.help_window import HelpWindow


class HelpMenu(QObject):
    """Makes the handbook's window when it is first asked for."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.handbook: HelpWindow | None = None

    def show_page(self, name: str) -> None:
        """Show a page of the handbook, by its file name."""
        if self.handbook is None:
            self.handbook = HelpWindow(self._window)
        self.handbook.show_page(name)

    @Slot()
    def show_log(self) -> None:
        """Open the folder of the log in the file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir())))

    @Slot()
    def show_about(self) -> None:
        """Say version and licence."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About NN Trainer", f"NN Trainer {nn_trainer.__version__}")
        box.setParent(self._window, Qt.WindowType.Dialog)
        box.setInformativeText(
            "Trains an image classifier on your own pictures, on your own computer, offline.\n\nMIT licence."
        )
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def close(self) -> None:
        """Close the handbook."""
        if self.handbook is not None:
            self.handbook.close()
