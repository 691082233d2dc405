"""The tabs, with buttons beside them in the same row and a message under that row."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from nn_trainer.ui import theme
from nn_trainer.ui.widgets.message_bar import MessageBar


class Tabs(QTabWidget):
    """Pages that share one message bar, which stands at the top of the page that is shown."""

    def __init__(self, left: tuple[QAction, ...], right: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tabs")
        self.setAccessibleName("Tabs")
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self.tabBar().setDrawBase(False)
        self.message_bar = MessageBar()
        self.setCornerWidget(_button_row(left), Qt.Corner.TopLeftCorner)
        self.setCornerWidget(_button_row(right), Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._move_message_bar)

    def add_page(self, title: str, page: QWidget, tip: str) -> None:
        """Add a tab at the end."""
        # Tabs and buttons share a row, so what stands under them is part of a page: each has room for the message.
        host = QWidget()
        layout = QVBoxLayout(host)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(page, 1)
        self.setTabToolTip(self.addTab(host, title), tip)

    @Slot()
    def _move_message_bar(self) -> None:
        layout = self.currentWidget().layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self.message_bar)


def _button_row(actions: tuple[QAction, ...]) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, theme.SPACE)  # level with the tabs
    layout.setSpacing(theme.SPACE)
    for action in actions:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        layout.addWidget(button)
    return row
