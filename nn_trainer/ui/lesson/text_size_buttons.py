"""Two buttons that make the text of the lesson smaller and larger, for a projector."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.lesson.parts.text_size import NORMAL, next_size, offered_size
from nn_trainer.ui.theme import theme


class TextSizeButtons(QWidget):
    """Knows the size; who has the text applies it."""

    changed = Signal(int)  # per cent of the normal size

    def __init__(self, percent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.percent = offered_size(percent)
        self.smaller = tool_button("A−", "lessonSmallerButton", "", _("Smaller text (Ctrl+−)"))
        self.smaller.setAccessibleName(_("Smaller text"))
        self.larger = tool_button("A+", "lessonLargerButton", "", _("Larger text, to be read from afar (Ctrl++)"))
        self.larger.setAccessibleName(_("Larger text"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.smaller)
        row.addWidget(self.larger)
        self.smaller.clicked.connect(self.make_smaller)
        self.larger.clicked.connect(self.make_larger)
        self._enable()

    @Slot()
    def make_larger(self) -> None:
        """Take the next larger size."""
        self._take(next_size(self.percent, larger=True))

    @Slot()
    def make_smaller(self) -> None:
        """Take the next smaller size."""
        self._take(next_size(self.percent, larger=False))

    @Slot()
    def make_normal(self) -> None:
        """Take the size of the rest of the window."""
        self._take(NORMAL)

    def _take(self, percent: int) -> None:
        if percent != self.percent:
            self.percent = percent
            self._enable()
            self.changed.emit(percent)

    def _enable(self) -> None:
        self.smaller.setEnabled(next_size(self.percent, larger=False) != self.percent)
        self.larger.setEnabled(next_size(self.percent, larger=True) != self.percent)
