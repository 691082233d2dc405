"""The handbook in a window of its own, beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtWidgets import QListWidget, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from nn_trainer.handbook import PAGES, read_page
from nn_trainer.ui import theme
from nn_trainer.ui.theme import SPACE

LINE_HEIGHT = 125.0  # per cent of what the font asks for


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
        self.text = QTextBrowser()
        self.text.setAccessibleName("Text of the page")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(6 * SPACE)
        self.text.document().setIndentWidth(6 * SPACE)
        splitter = QSplitter()
        splitter.addWidget(self.pages)
        splitter.addWidget(self.text)
        splitter.setSizes([220, 780])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.pages.currentRowChanged.connect(self._show_current)
        self.text.anchorClicked.connect(self._follow)
        theme.signals().changed.connect(self._show_current)
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
        self.text.setMarkdown(read_page(list(PAGES)[self.pages.currentRow()]))
        _space_out(self.text.document())

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        """A link to another page stays in this window."""
        if url.fileName() in PAGES and url.isRelative():
            self.pages.setCurrentRow(list(PAGES).index(url.fileName()))
        else:
            QDesktopServices.openUrl(url)


def _space_out(document: QTextDocument) -> None:
    """Set a page that came from Markdown with room between lines, above headings and in the cells of tables."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        form = block.blockFormat()
        form.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        is_code, was_code = _is_code(block), _is_code(block.previous())
        if form.headingLevel() > 1:
            form.setTopMargin(5 * SPACE)
        elif is_code and not was_code:
            form.setTopMargin(2 * SPACE)
        elif was_code and not is_code:
            form.setTopMargin(4 * SPACE)
        if is_code:
            form.setLeftMargin(4 * SPACE)
        cursor.setBlockFormat(form)
        table = cursor.currentTable()
        if isinstance(table, QTextTable):
            look = table.format()
            look.setCellPadding(1.5 * SPACE)
            look.setBorderBrush(QColor(theme.colors().border))
            table.setFormat(look)
        block = block.next()


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage.value)
