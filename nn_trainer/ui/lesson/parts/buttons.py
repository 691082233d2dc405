"""Flat buttons of the lesson, and rows of which one is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nn_trainer.ui.theme import theme


def tool_button(text: str, name: str, icon: str, tip: str) -> QToolButton:
    """A button with a text, an icon or both, that the Tab key comes to."""
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if icon:
        theme.set_icon(button, icon)
        both = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        button.setToolButtonStyle(both if text else Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button


def show_words_if_they_fit(buttons: Sequence[QToolButton], room: int) -> None:
    """Leave the words of the buttons out where they are wider than `room`; tooltips and names say the same."""
    words = sum(button.fontMetrics().horizontalAdvance(button.text()) for button in buttons)
    icons = sum(button.iconSize().width() + 4 * theme.SPACE for button in buttons)
    styles = Qt.ToolButtonStyle
    style = styles.ToolButtonTextBesideIcon if words + icons <= room else styles.ToolButtonIconOnly
    for button in buttons:
        if button.toolButtonStyle() != style:
            button.setToolButtonStyle(style)


def use_arrow_keys(group: QButtonGroup) -> None:
    """Let Tab come to the button of an exclusive group that is down; the arrow keys go to the others."""
    for button in group.buttons():
        button.toggled.connect(partial(_take_focus, button))
        _take_focus(button, button.isChecked())


def _take_focus(button: QAbstractButton, is_down: bool) -> None:
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_down else Qt.FocusPolicy.NoFocus)


@contextmanager
def focus_kept(part: QWidget, instead: Callable[[], QWidget]) -> Iterator[None]:
    """Let the focus stay within `part` while some of it is hidden or disabled; `instead()` gets it if it must go.

    Qt gives the focus of a widget that goes away to the next one of the window, wherever that is.
    """
    before = QApplication.focusWidget()
    within = before is not None and part.isAncestorOf(before)
    yield
    if within and before is not None and not (before.isVisible() and before.isEnabled()):
        instead().setFocus()


class Choice(QWidget):
    """Chooses among a few things, each always to be seen."""

    chosen = Signal(int)  # by the user

    def __init__(self, options: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """Each option is (text, object name, tooltip); the first is down."""
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (text, name, tip) in enumerate(options):
            button = tool_button(text, name, "", tip)
            button.setProperty("role", "choice")
            button.setCheckable(True)
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        use_arrow_keys(self._group)
        self._group.idClicked.connect(self.chosen)

    @property
    def current(self) -> int:
        """The place of the option that is down."""
        return self._group.checkedId()

    def button(self) -> QAbstractButton:
        """The button that is down."""
        return self._group.button(self._group.checkedId())

    def choose(self, place: int) -> None:
        """Press an option down, without a signal."""
        self._group.button(place).setChecked(True)
