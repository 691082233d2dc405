"""The handbook in a window of its own, beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from nn_trainer.handbook import PAGES, read_page
from nn_trainer.ui.theme import SPACE


class HelpWindow(QWidget):
    """The pages at the left, the text at the right; Esc closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("helpWindow")
        self.setWindowTitle("Handbook")
        self.resize(900, 680)
        self.pages = QListWidget()
        self.pages.setAccessibleName("Pages of the handbook")
        self.pages.setToolTip("Choose a page")
        self.pages.addItems(list(PAGES.values()))
        self.text = QTextBrowser()
        self.text.setAccessibleName("Text of the page")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(4 * SPACE)
        splitter = QSplitter()
        splitter.addWidget(self.pages)
        splitter.addWidget(self.text)
        splitter.setSizes([220, 680])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.pages.currentRowChanged.connect(self._show_row)
        self.text.anchorClicked.connect(self._follow)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.pages.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """Bring the page of that file name to the front."""
        self.pages.setCurrentRow(list(PAGES).index(name))
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot(int)
    def _show_row(self, row: int) -> None:
        self.text.setMarkdown(read_page(list(PAGES)[row]))

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        """A link to another page stays in this window."""
        if url.fileName() in PAGES and url.isRelative():
            self.pages.setCurrentRow(list(PAGES).index(url.fileName()))
        else:
            QDesktopServices.openUrl(url)
