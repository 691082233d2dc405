"""A bar for every class, the most probable first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QRect, Qt, Slot
from PySide6.QtGui import QAction, QColor, QFontMetrics, QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nn_trainer import wording
from nn_trainer.i18n import _
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import AnyIndex
from nn_trainer.ui.widgets.text_labels import plain_tooltip

NAME, BAR, PERCENT = range(3)
ROW_HEIGHT = 6 * theme.SPACE
TRACK_HEIGHT = 1
CLEAR = 0.5
LEAST, MOST = f"< {wording.percent(0.001)}", f"> {wording.percent(0.999)}"


def probability_text(probability: float, others: float = 0.0) -> str:
    """The way every probability is written; `others` is what all other classes have together.

    One that is too small for the digits does not look like none, nor one that is too large like all there is.
    """
    text = wording.percent(probability)
    if text == wording.percent(0.0) and probability > 0:
        return LEAST
    return MOST if text == wording.percent(1.0) and (probability < 1 or others > 0) else text


def is_clear(probability: float) -> bool:
    """Whether the most probable class has at least half of all probability."""
    return probability >= CLEAR


def percent_of(prediction: Prediction) -> str:
    """The probability of the most probable class."""
    rest = sum(share for name, share in prediction.probabilities.items() if name != prediction.label)
    return probability_text(prediction.probabilities[prediction.label], rest)


class ProbabilityModel(QAbstractTableModel):
    """Classes and probabilities; the bar column holds the probability under UserRole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, float]] = []

    def show_rows(self, rows: Sequence[tuple[str, float]]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def percent(self, row: int) -> str:
        """The probability of a row, as it is written."""
        probability = self.rows[row][1]
        return probability_text(probability, sum(other for _name, other in self.rows) - probability)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """One row a class."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Name, bar, percent."""
        return 0 if parent is not None and parent.isValid() else 3

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the view asks for."""
        name, probability = self.rows[index.row()]
        name, share = wording.name_beside_numbers(name), self.percent(index.row())
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole and column != BAR:
            return name if column == NAME else share
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}: {share}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{name}: {share}")
        if role == Qt.ItemDataRole.UserRole:
            return probability
        if role == Qt.ItemDataRole.FontRole:
            return theme.tabular_font(bold=index.row() == 0 and is_clear(probability))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == PERCENT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class _BarDelegate(QStyledItemDelegate):
    """Paints the probability as a bar on a thin track."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)  # the background of a selected row
        area: QRect = option.rect.adjusted(theme.SPACE, 2 * theme.SPACE, -theme.SPACE, -2 * theme.SPACE)
        colors = theme.colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRect(area.left(), area.center().y(), area.width(), TRACK_HEIGHT)
        painter.fillRect(track, QColor(colors.border))
        width = round(area.width() * index.data(Qt.ItemDataRole.UserRole))
        if width:
            clear = index.row() == 0 and is_clear(index.data(Qt.ItemDataRole.UserRole))
            painter.setBrush(QColor(colors.accent if clear else colors.muted))
            painter.drawRoundedRect(QRect(area.left(), area.top(), width, area.height()), 2, 2)
        painter.restore()


class ProbabilityBars(QTableView):
    """Reads out, steps through by keyboard and copies as text what it draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilityBars")
        self.setAccessibleName(_("Class probabilities"))
        self.setToolTip(_("How probable each class is, the most probable first"))
        self._model = ProbabilityModel(self)
        self.setModel(self._model)
        self.setItemDelegateForColumn(BAR, _BarDelegate(self))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.copy_action = QAction(_("&Copy probabilities"), self)
        self.copy_action.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy_action.triggered.connect(self.copy_text)
        self.addAction(self.copy_action)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        theme.signals().changed.connect(self.viewport().update)

    def set_probabilities(self, rows: Sequence[tuple[str, float]]) -> None:
        """Show (class name, probability) rows, the most probable first; none to show nothing."""
        self._model.show_rows(rows)
        self.setAccessibleDescription(self.text())
        self._fit_columns()

    def rows(self) -> list[tuple[str, float]]:
        """What is shown, from the top."""
        return list(self._model.rows)

    def text(self) -> str:
        """What is shown, a class a line: name, tab, percent."""
        return "\n".join(f"{name}\t{self._model.percent(row)}" for row, (name, _share) in enumerate(self._model.rows))

    @Slot()
    def copy_text(self) -> None:
        """Put `text` on the clipboard."""
        if self._model.rows:
            QGuiApplication.clipboard().setText(self.text())

    def resizeEvent(self, event: Any) -> None:
        """Keep the names to a third of the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics = QFontMetrics(theme.tabular_font(bold=True))
        room = 4 * theme.SPACE
        shown = (wording.name_beside_numbers(name) for name, _share in self._model.rows)
        names = max(map(metrics.horizontalAdvance, shown), default=0)
        self.setColumnWidth(NAME, min(names + room, self.viewport().width() * 2 // 5))
        self.setColumnWidth(PERCENT, max(map(metrics.horizontalAdvance, (wording.percent(1.0), MOST))) + room)
