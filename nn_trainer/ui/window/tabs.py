"""The tabs, with buttons beside them in the same row and a message under that row."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.window.pages import PageHost

SMALLEST_ICON = 4 * theme.SPACE  # pixels


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
        self._left, self._right = ButtonRow(left), ButtonRow(right)
        self.setCornerWidget(self._left, Qt.Corner.TopLeftCorner)
        self.setCornerWidget(self._right, Qt.Corner.TopRightCorner)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where there is no room for them beside the tabs."""
        super().resizeEvent(event)
        self._choose_words()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._choose_words()

    def _choose_words(self) -> None:
        """The words of opening data are the last to go: a new user begins there."""
        room = self.width() - self.tabBar().sizeHint().width()
        left, right = self._left, self._right
        left.show_words(left.width_with(words=True) + right.width_with(words=False) <= room)
        right.show_words(left.width_with(words=True) + right.width_with(words=True) <= room)

    @Slot()
    def _move_message_bar(self) -> None:
        self.host.show_above(self.message_bar)
        # Tab goes through the row as it is seen, then to the message, then into the page.
        stops = [*self._left.buttons, self.tabBar(), *self._right.buttons, *self.message_bar.buttons]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)


class ButtonRow(QWidget):
    """Buttons that can do without their words, which then stand in their tooltips."""

    def __init__(self, actions: Iterable[QAction]) -> None:
        super().__init__()
        self.buttons = [_button(action) for action in actions]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, theme.SPACE)  # level with the tabs
        self._row.setSpacing(theme.SPACE)
        for button in self.buttons:
            self._row.addWidget(button)

    def show_words(self, on: bool) -> None:
        """Show words beside the icons, or icons alone."""
        side = max(self.fontMetrics().height(), SMALLEST_ICON)  # with the letters, so that both rows are of one height
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if on else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self.buttons:
            button.setIconSize(QSize(side, side))
            if button.toolButtonStyle() is not style:
                button.setToolButtonStyle(style)

    def width_with(self, *, words: bool) -> int:
        """The width in pixels that the row has, or would have, with or without words."""
        width = self.sizeHint().width()
        for button in self.buttons:
            has_words = button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            word = button.fontMetrics().horizontalAdvance(button.text()) + theme.SPACE
            width += word * (words - has_words)
        return width

    def minimumSizeHint(self) -> QSize:
        """The room of the icons alone."""
        return QSize(self.width_with(words=False), super().minimumSizeHint().height())


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
    return button
