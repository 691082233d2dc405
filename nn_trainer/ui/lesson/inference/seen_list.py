"""The pictures that were shown to the network so far, and what it said."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nn_trainer.models.lesson_inference import Inference
from nn_trainer.ui.lesson.parts.tables import table_lines
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits

HEADINGS = ("picture", "arg max y'", "its y'", "sum of y'")
MOST = 50


class SeenList(QTableWidget):
    """The newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setObjectName("seenList")
        self.setAccessibleName("Pictures so far")
        self.setToolTip("Whatever the picture is, the probabilities add up to 1")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def add(self, inference: Inference, label: str) -> None:
        """Put one more at the top."""
        self.insertRow(0)
        probability = float(inference.probabilities[inference.arg_max])
        texts = (inference.name, label, digits(probability), digits(float(inference.probabilities.sum())))
        for column, text in enumerate(texts):
            self.setItem(0, column, QTableWidgetItem(text))
        self.setRowHeight(0, self.fontMetrics().height() + theme.SPACE)
        self.setRowCount(min(self.rowCount(), MOST))

    def lines(self) -> list[str]:
        """The list as text."""
        return table_lines(self, HEADINGS)
