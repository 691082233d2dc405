"""The handbook in a window of its own, beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QSplitter, QVBoxLayout, QWidget

from nn_trainer.handbook import PAGES
from nn_trainer.ui.theme import SPACE
from nn_trainer.ui.widgets.page_browser import PageBrowser


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
