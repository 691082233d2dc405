"""The handbook as a window, and what else the Help menu opens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QMessageBox, QSplitter, QVBoxLayout, QWidget

import nn_trainer
from nn_trainer.handbook import PAGES
from nn_trainer.paths import log_dir
from nn_trainer.ui.help.page_browser import PageBrowser
from nn_trainer.ui.theme.theme import SPACE


class HelpWindow(QWidget):
    """The pages at the left, the text at the right; Esc closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("helpWindow")
        self.setWindowTitle("Handbook")
        self.resize(1000, 720)
        self.pages = QListWidget()
        self.pages.setObjectName("helpPages")
        self.pages.setAccessibleName("Pages of the handbook")
        self.pages.setToolTip("Choose a page")
        self.pages.ensurePolished()  # or the items keep the size they have without the style sheet
        self.pages.addItems(list(PAGES.values()))
        self.text = PageBrowser(6 * SPACE)
        splitter = QSplitter()
        splitter.addWidget(self.pages)
        splitter.addWidget(self.text)
        splitter.setSizes([220, 780])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.pages.currentRowChanged.connect(self._show_current)
        self.text.page_wanted.connect(self._go_to)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.pages.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """Bring the page of that file name to the front."""
        self.pages.setCurrentRow(list(PAGES).index(name))
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def _show_current(self) -> None:
        self.text.show_page(list(PAGES)[self.pages.currentRow()])

    @Slot(str)
    def _go_to(self, name: str) -> None:
        """A link to another page stays in this window."""
        self.pages.setCurrentRow(list(PAGES).index(name))


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
