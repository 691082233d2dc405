"""The images that were shown to the network so far, and what it said."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nn_trainer.i18n import _
from nn_trainer.models.lesson_inference import Inference
from nn_trainer.ui.lesson.inference.softmax_table import softmax_texts
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import table_lines

HEADINGS = (_("image"), _("arg max y'"), _("its y'"), _("sum of y'"))
MOST = 50


class SeenList(QTableWidget):
    """The newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setObjectName("seenList")
        self.setAccessibleName(_("Images so far"))
        self.setToolTip(_("Whatever the image is, the probabilities add up to 1"))
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
        shown = softmax_texts(inference)
        texts = (inference.name, label, shown.y[inference.arg_max], shown.y_sum)
        for column, text in enumerate(texts):
            self.setItem(0, column, QTableWidgetItem(text))
        self.setRowHeight(0, self.fontMetrics().height() + theme.SPACE)
        self.setRowCount(min(self.rowCount(), MOST))

    def lines(self) -> list[str]:
        """The list as text."""
        return table_lines(self, HEADINGS)
