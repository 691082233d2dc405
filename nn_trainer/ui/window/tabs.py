"""The tabs, with buttons beside them in the same row and a message under that row."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.window.pages import PageHost


class Tabs(QTabWidget):
    """Pages that share one message bar, which stands at the top of the page that is shown."""

    def __init__(self, left: tuple[QAction, ...], right: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tabs")
        self.setAccessibleName(_("Tabs"))
        self.setFocusProxy(None)  # type: ignore[arg-type]  # or Tab goes to the tabs before the buttons left of them
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self.tabBar().setDrawBase(False)
        self.tabBar().setAcceptDrops(True)  # which the line below needs
        self.tabBar().setChangeCurrentOnDrag(True)
        self.message_bar = MessageBar()
        self._left, self._right = [_button(action) for action in left], [_button(action) for action in right]
        self.setCornerWidget(_row_of(self._left), Qt.Corner.TopLeftCorner)
        self.setCornerWidget(_row_of(self._right), Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._move_message_bar)

    def add_page(self, host: PageHost, tip: str) -> None:
        """Add a tab at the end."""
        # Tabs and buttons share a row, so what stands under them is part of a page: each has room for the message.
        self.setTabToolTip(self.addTab(host, host.row.title.replace("&", "")), tip)

    @property
    def host(self) -> PageHost:
        """What holds the page in front."""
        host = self.currentWidget()
        assert isinstance(host, PageHost)
        return host

    @Slot()
    def _move_message_bar(self) -> None:
        self.host.show_above(self.message_bar)
        # Tab goes through the row as it is seen, then to the message, then into the page.
        stops = [*self._left, self.tabBar(), *self._right, *self.message_bar.buttons]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
    return button


def _row_of(buttons: list[QToolButton]) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, theme.SPACE)  # level with the tabs
    layout.setSpacing(theme.SPACE)
    for button in buttons:
        layout.addWidget(button)
    return row
