"""The handbook as a window, and what else the Help menu opens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

import nn_trainer
from nn_trainer.handbook import PAGES, find_pages, title_of
from nn_trainer.i18n import _
from nn_trainer.paths import log_dir
from nn_trainer.ui.help.page_browser import PageBrowser
from nn_trainer.ui.theme.theme import SPACE

NAME = Qt.ItemDataRole.UserRole  # the file of a page in the list


class HelpWindow(QWidget):
    """The pages at the left, with a field that looks for words in them, the text at the right; Esc closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("helpWindow")
        self.setWindowTitle(_("Handbook"))
        self.resize(1000, 720)
        self.search = QLineEdit()
        self.search.setObjectName("helpSearch")
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search the handbook"))
        self.search.setToolTip(_("List the pages that hold these words (Ctrl+F); Enter goes to the next place"))
        self.search.setClearButtonEnabled(True)
        self.pages = QListWidget()
        self.pages.setObjectName("helpPages")
        self.pages.setAccessibleName(_("Pages of the handbook"))
        self.pages.setToolTip(_("Choose a page"))
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setWordWrap(True)
        self.pages.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._nothing = QLabel(_("No page holds all these words."), wordWrap=True)
        self._nothing.setProperty("role", "muted")
        self._nothing.hide()
        self.text = PageBrowser(6 * SPACE)
        self._lay_out()
        self.pages.ensurePolished()  # or the items keep the size they have without the style sheet
        self.search.textChanged.connect(self._list_pages)
        self.search.returnPressed.connect(self._find_next)
        self.pages.currentItemChanged.connect(self._show_current)
        self.text.page_requested.connect(self._go_to)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        self._list_pages("")

    def _lay_out(self) -> None:
        left = QFrame()
        column = QVBoxLayout(left)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 0)
        column.setSpacing(2 * SPACE)
        for widget in (self.search, self._nothing, self.pages):
            column.addWidget(widget)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.text)
        splitter.setSizes([270, 730])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def show_page(self, name: str) -> None:
        """Bring the page of that file name to the front."""
        self._go_to(name)
        self.show()
        self.raise_()
        self.activateWindow()

    def current_page(self) -> str:
        """The file name of the page that is shown; empty if none is."""
        item = self.pages.currentItem()
        return str(item.data(NAME)) if item is not None else ""

    @Slot(str)
    def _list_pages(self, words: str) -> None:
        """List the pages that hold these words, all if there are none, and stay on the page if it is one of them."""
        current = self.current_page()
        names = find_pages(words) if words.strip() else list(PAGES)
        self.pages.blockSignals(True)
        self.pages.clear()
        for name in names:
            item = QListWidgetItem(title_of(name))
            item.setData(NAME, name)
            self.pages.addItem(item)
        self.pages.blockSignals(False)
        self._nothing.setVisible(not names)
        if names:
            self.pages.setCurrentRow(names.index(current) if current in names else 0)
        self.text.mark(words)

    @Slot()
    def _find_next(self) -> None:
        """Go to the next place of the words in this page, at its end to the next page."""
        if not self.text.go_to_next() and self.pages.count():
            self.pages.setCurrentRow((self.pages.currentRow() + 1) % self.pages.count())
            self.text.go_to_next()

    @Slot()
    def _show_current(self) -> None:
        name = self.current_page()
        if name:
            self.text.show_page(name)
            self.text.mark(self.search.text())

    @Slot(str)
    def _go_to(self, name: str) -> None:
        """A link to another page stays in this window, and leaves a search that does not list it."""
        rows = [row for row in range(self.pages.count()) if self.pages.item(row).data(NAME) == name]
        if not rows:
            self.search.clear()
            rows = [PAGES.index(name)]
        self.pages.setCurrentRow(rows[0])


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
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            _("About NN Trainer"),
            _("NN Trainer {version}").format(version=nn_trainer.__version__),
        )
        box.setParent(self._window, Qt.WindowType.Dialog)
        box.setInformativeText(
            _("Trains an image classifier on your own images, on your own computer, offline.\n\nMIT licence.")
        )
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def close(self) -> None:
        """Close the handbook."""
        if self.handbook is not None:
            self.handbook.close()
