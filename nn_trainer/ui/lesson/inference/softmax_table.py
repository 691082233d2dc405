"""How the probabilities come about: z, e to the power of it, and each divided by the sum of all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nn_trainer.models.lesson_inference import Inference
from nn_trainer.ui.lesson.parts.tables import table_lines
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits

HEADINGS = ("label", "class", "z", "e^(z − max z)", "y'")
TIPS = (
    "The integer label of the class",
    "The class",
    "The logit: what the last layer gives, any number",
    "e to the power of z minus the largest z: above 0, at most 1",
    "The number before, divided by the sum of that column",
)
CLASS, Y = 1, 4


class _ShareDelegate(QStyledItemDelegate):
    """Paints the share of the whole as a bar behind the number."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        share = index.data(Qt.ItemDataRole.UserRole)
        if share is not None:
            area = QRectF(option.rect).adjusted(2, 3, -2, -3)
            area.setWidth(area.width() * share)
            color = QColor(theme.colors().accent)
            color.setAlphaF(0.3)
            painter.fillRect(area, color)
        super().paint(painter, option, index)


class SoftmaxTable(QTableWidget):
    """One row a class, then the sums."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setObjectName("softmaxTable")
        self.setAccessibleName("From logits to probabilities")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        for column, tip in enumerate(TIPS):
            heading = self.horizontalHeaderItem(column)
            if heading is not None:
                heading.setToolTip(tip)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegateForColumn(Y, _ShareDelegate(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (CLASS, Y):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._shown: tuple[Inference, Sequence[str]] | None = None
        self._fit_rows()

    def show_inference(self, inference: Inference, names: Sequence[str]) -> None:
        """Fill the table."""
        self._shown = (inference, names)
        self.setRowCount(len(names) + 1)
        columns = (inference.logits, inference.exponentials, inference.probabilities)
        for row, name in enumerate(names):
            texts = (str(row), name, *(digits(float(column[row])) for column in columns))
            self._fill(row, texts, bold=row == inference.arg_max, share=float(inference.probabilities[row]))
        sums = (digits(float(inference.exponentials.sum())), digits(float(inference.probabilities.sum())))
        self._fill(len(names), ("", "sum", "", *sums), bold=True)
        self.scrollTo(self.model().index(inference.arg_max, 0))

    def lines(self) -> list[str]:
        """The table as text."""
        return table_lines(self, HEADINGS)

    def changeEvent(self, event: QEvent) -> None:
        """Scale with the letters of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_shown"):
            self._fit_rows()
            if self._shown is not None:
                self.show_inference(*self._shown)

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + theme.SPACE)

    def _fill(self, row: int, texts: Sequence[str], *, bold: bool, share: float | None = None) -> None:
        font = scaled(self.font(), 1, bold=bold)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setFont(font)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(right if column != CLASS else Qt.AlignmentFlag.AlignVCenter)
            if column == Y:
                item.setData(Qt.ItemDataRole.UserRole, share)
            self.setItem(row, column, item)
