"""The part of step 5 that is scrolled where it does not fit: the counters, and the diagram of the loop below."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nn_trainer.ui.lesson.loop.counters import Counters
from nn_trainer.ui.lesson.loop.diagram import LoopDiagram
from nn_trainer.ui.theme import theme


class CountersAndDiagram(QWidget):
    """As high as they must be, not as they could be."""

    def __init__(self, counters: Counters, diagram: LoopDiagram) -> None:
        super().__init__()
        self._counters, self._diagram = counters, diagram
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * theme.SPACE)
        layout.addWidget(counters)
        layout.addWidget(diagram, 1)

    def heightForWidth(self, width: int) -> int:
        """The least height in that width."""
        return self._counters.heightForWidth(width) + 3 * theme.SPACE + self._diagram.heightForWidth(width)
