"""How the probabilities come about: z, e to the power of it, and each divided by the sum of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nn_trainer.i18n import _
from nn_trainer.models.lesson_inference import Inference
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import table_lines
from nn_trainer.wording import calculated, digits, number, read

HEADINGS = (_("label"), _("class"), "z", "e^(z − max z)", "y'")  # not shown in words: the last three
TIPS = (
    _("The integer label of the class"),
    _("The class"),
    _("The logit: what the last layer gives, any number"),
    _("e to the power of z minus the largest z: above 0, at most 1"),
    _("The number before, divided by the sum of that column"),
)
CLASS, Y = 1, 4
DECIMALS = 6  # of every cell; the sum of y' has two less, since the digits that are cut off add up


@dataclass(frozen=True, slots=True)
class SoftmaxTexts:
    """The numbers as they are shown, each column computed from the one before as it is written; see `wording.read`."""

    z: tuple[str, ...]
    e: tuple[str, ...]
    e_sum: str
    y: tuple[str, ...]
    y_sum: str


def softmax_texts(inference: Inference) -> SoftmaxTexts:
    """Softmax with pencil and paper."""
    z = tuple(digits(float(value), DECIMALS) for value in inference.logits)
    if not np.isfinite(inference.logits).all():
        return SoftmaxTexts(z, z, z[0], z, z[0])
    largest = max(read(text) for text in z)
    e = tuple(calculated((read(text) - largest).exp(), DECIMALS) for text in z)
    e_sum = calculated(sum((read(text) for text in e), Decimal()), DECIMALS)
    y = tuple(calculated(read(text) / read(e_sum), DECIMALS) for text in e)
    return SoftmaxTexts(z, e, e_sum, y, calculated(sum((read(text) for text in y), Decimal()), DECIMALS - 2))


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
        self.setAccessibleName(_("From logits to probabilities"))
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
        self._filled_in: QFont | None = None
        self._fit_rows()

    def show_inference(self, inference: Inference, names: Sequence[str]) -> None:
        """Fill the table."""
        self._shown, self._filled_in = (inference, names), QFont(self.font())
        self.setRowCount(len(names) + 1)
        texts = softmax_texts(inference)
        for row, name in enumerate(names):
            cells = (number(row), name, texts.z[row], texts.e[row], texts.y[row])
            self._fill(row, cells, bold=row == inference.arg_max, share=float(inference.probabilities[row]))
        self._fill(len(names), ("", _("sum"), "", texts.e_sum, texts.y_sum), bold=True)
        self.scrollTo(self.model().index(inference.arg_max, 0))

    def lines(self) -> list[str]:
        """The table as text."""
        return table_lines(self, HEADINGS)

    def changeEvent(self, event: QEvent) -> None:
        """Scale with the text of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_shown"):
            self._fit_rows()
            if self.isVisible():
                self._scale_cells()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the font of now: a style sheet gives a hidden table several, one after the other."""
        super().showEvent(event)
        self._scale_cells()

    def _scale_cells(self) -> None:
        if self._shown is not None and self._filled_in != self.font():
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
