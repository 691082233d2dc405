"""A row of buttons of which one is down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from nn_trainer.ui.lesson.tool_buttons import rove, tool_button


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
        rove(self._group)
        self._group.idClicked.connect(self.chosen)

    @property
    def current(self) -> int:
        """The place of the option that is down."""
        return self._group.checkedId()

    def choose(self, place: int) -> None:
        """Press an option down, without a signal."""
        self._group.button(place).setChecked(True)
