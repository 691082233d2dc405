"""A page of the handbook as text that is pleasant to read."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from nn_trainer.handbook import PAGES, read_page
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.theme.theme import SPACE

LINE_HEIGHT = 125.0  # per cent of what the font asks for


class PageBrowser(QTextBrowser):
    """Shows one page; a link to another page is reported, any other is opened by the system."""

    page_requested = Signal(str)  # file name of a page

    def __init__(self, margin: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._places: list[QTextCursor] = []  # that are marked
        self._next = 0
        self.setAccessibleName(_("Text of the page"))
        self.setOpenLinks(False)
        self.document().setDocumentMargin(margin)
        self.document().setIndentWidth(6 * SPACE)
        self.anchorClicked.connect(self._follow)
        theme.signals().changed.connect(self._show)

    def show_page(self, name: str) -> None:
        """Show the page of that file name from its beginning."""
        self._name = name
        self._show()

    @Slot(int)
    def show_section(self, section: int) -> None:
        """Scroll to a heading of the second level, counted from 0, so that it stands at the top."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == 2:
                if not section:
                    top = self.document().documentLayout().blockBoundingRect(block).top()
                    self.verticalScrollBar().setValue(round(top - self.document().documentMargin()))
                    return
                section -= 1
            block = block.next()

    @Slot()
    def _show(self) -> None:
        if self._name:
            self.setMarkdown(read_page(self._name))
            _space_out(self.document())

    def mark(self, words: str) -> None:
        """Mark every place of each of these words; the text stays where it is."""
        self._places = []
        for word in words.split():
            found = self.document().find(word)
            while not found.isNull():
                self._places.append(QTextCursor(found))
                found = self.document().find(word, found)
        self._places.sort(key=QTextCursor.selectionStart)
        self._next = 0
        marks = []
        for place in self._places:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = place
            mark.format.setBackground(QColor(theme.colors().accent))
            mark.format.setForeground(QColor(theme.colors().accent_text))
            marks.append(mark)
        self.setExtraSelections(marks)

    def go_to_next(self) -> bool:
        """Bring the next marked place into sight; False behind the last one, and the next is the first again."""
        if self._next >= len(self._places):
            self._next = 0
            return False
        cursor = QTextCursor(self._places[self._next])
        cursor.setPosition(cursor.selectionStart())
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self._next += 1
        return True

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        if url.fileName() in PAGES and url.isRelative():
            self.page_requested.emit(url.fileName())
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
            look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBorder(1)
            look.setBorderCollapse(True)
            look.setCellSpacing(0)
            table.setFormat(look)
        block = block.next()


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage.value)
