"""A bar under the toolbar for one message: a sentence, what mends it, and a way to close it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme

MessageKind = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: a sentence, and maybe the label of a button with what it does.

    `cause` is a code such as "training": the message goes when its cause ends (`MessageBar.withdraw`).
    """

    kind: MessageKind
    text: str
    action: str = ""
    act: Callable[[], object] | None = None
    cause: str = ""


INFO_MILLISECONDS = 10_000  # good news go by themselves
_ICONS: dict[MessageKind, str] = {"error": "error", "warning": "warning", "info": "info"}
_SPOKEN: dict[MessageKind, str] = {
    "error": _("Error: {text}"),
    "warning": _("Warning: {text}"),
    "info": _("Note: {text}"),
}


class MessageBar(QFrame):
    """Shows the last message until it is closed or replaced; hidden when there is none.

    In a narrow column (`stacked`) the button stands below the sentence.
    """

    def __init__(self, parent: QWidget | None = None, *, stacked: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.kind: MessageKind = "info"
        self.cause = ""
        self._act: Callable[[], object] | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._action.setObjectName("messageAction")
        self._action.clicked.connect(self._on_action)
        self._close = QToolButton()
        self._close.setObjectName("messageClose")
        self._close.setToolTip(_("Close this message"))
        self._close.setAccessibleName(_("Close message"))
        theme.set_icon(self._close, "close")
        self._close.clicked.connect(self.clear)
        self._arrange(stacked)
        self._forget = QTimer(self, singleShot=True, interval=INFO_MILLISECONDS)
        self._forget.timeout.connect(self.clear)
        theme.signals().changed.connect(self._restyle)
        self.hide()

    def _arrange(self, stacked: bool) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop if stacked else Qt.AlignmentFlag.AlignVCenter
        layout.addWidget(self._icon, 0, 0, top)
        layout.addWidget(self._text, 0, 1)
        layout.addWidget(self._close, 0, 3, top)
        if stacked:
            layout.addWidget(self._action, 1, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            layout.addWidget(self._action, 0, 2)

    @property
    def buttons(self) -> tuple[QWidget, QWidget]:
        """What the keyboard can go to, in order."""
        return self._action, self._close

    @property
    def text(self) -> str:
        """The message shown, empty when there is none."""
        return self._text.text()

    def show_message(
        self, kind: MessageKind, text: str, action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence; `action` is the label of a button that calls `act` and closes the bar.

        An empty sentence takes the message away.
        """
        if not text:
            self.clear()
            return
        self.kind = kind
        self.cause = ""
        self._act = act
        self._text.setText(text)
        spoken = _SPOKEN[kind].format(text=text)
        self.setAccessibleName(spoken)
        self._text.setAccessibleName(spoken)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._restyle()
        self._forget.stop()
        if kind == "info" and not action:
            self._forget.start()
        self.show()

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Show a message with its action, until its cause ends."""
        self.show_message(notice.kind, notice.text, notice.action, notice.act)
        self.cause = notice.cause

    @Slot(str)
    def withdraw(self, cause: str) -> None:
        """Take the message away if this is its cause."""
        if cause and self.cause == cause:
            self.clear()

    def show_error(self, text: str) -> None:
        """Show an error without an action."""
        self.show_message("error", text)

    @Slot()
    def clear(self) -> None:
        """Take the message away."""
        self._act = None
        self.cause = ""
        self._forget.stop()
        self._text.clear()
        self.hide()

    @Slot()
    def _on_action(self) -> None:
        act = self._act
        self.clear()
        if act is not None:
            act()

    @Slot()
    def _restyle(self) -> None:
        colors = theme.colors()
        color = {"error": colors.error, "warning": colors.warning, "info": colors.accent}[self.kind]
        self.setStyleSheet(
            f"#messageBar {{ background: {colors.panel}; border: none;"
            f" border-left: 4px solid {color}; border-bottom: 1px solid {colors.border}; }}"
        )
        height = QFontMetrics(self.font()).height()
        self._icon.setPixmap(theme.icon(_ICONS[self.kind], color).pixmap(height, height))
