"""The images given so far, in one row to step through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nn_trainer.i18n import _
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import AnyIndex
from nn_trainer.ui.widgets.drop_area import step_of_key
from nn_trainer.ui.widgets.image_views import fitted_rect
from nn_trainer.ui.widgets.text_labels import plain_tooltip

THUMBNAIL = 16 * theme.SPACE  # of a screen at 100 %
LINES = 3  # of text under a thumbnail
WAITING_OPACITY = 0.5


class StripModel(QAbstractListModel):
    """The items, in the order they came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: list[StripItem] = []

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """One row an image."""
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the view asks for."""
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(filter(None, item.captions))
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(item.description)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return item.description
        return None

    def append(self, items: Sequence[StripItem]) -> None:
        """Add items at the end."""
        first = len(self.items)
        self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
        self.items.extend(items)
        self.endInsertRows()

    def clear(self) -> None:
        """Take every item away."""
        self.beginResetModel()
        self.items.clear()
        self.endResetModel()

    def refresh_item(self, item: StripItem) -> None:
        """Draw an item again."""
        index = self.index(self.items.index(item))
        self.dataChanged.emit(index, index)

    def refresh_all(self) -> None:
        """Draw all items again."""
        if self.items:
            self.dataChanged.emit(self.index(0), self.index(len(self.items) - 1))


def _cell_size() -> QSize:
    lines = LINES * QFontMetrics(theme.tabular_font(theme.SMALL)).height()
    return QSize(26 * theme.SPACE, THUMBNAIL + lines + 4 * theme.SPACE)


class _CellDelegate(QStyledItemDelegate):
    """Paints a thumbnail above two lines of text, the current one in a frame."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """All cells are alike."""
        return _cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        item: StripItem = index.data(Qt.ItemDataRole.UserRole)
        cell: QRect = option.rect.adjusted(2, 2, -2, -2)
        colors = theme.colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(QColor(colors.band))
            painter.drawRoundedRect(cell, 4, 4)
        self._paint_thumbnail(painter, item, QRect(cell.left(), cell.top() + theme.SPACE, cell.width(), THUMBNAIL))
        self._paint_captions(painter, item, cell.adjusted(theme.SPACE, 0, -theme.SPACE, -theme.SPACE))
        painter.restore()

    def _paint_captions(self, painter: QPainter, item: StripItem, room: QRect) -> None:
        colors = theme.colors()
        first = colors.error if item.error else colors.text if item.prediction else colors.muted
        tints = (first, first if item.prediction else colors.muted, colors.muted)
        painter.setFont(theme.tabular_font(theme.SMALL))
        metrics = painter.fontMetrics()
        room.setTop(room.bottom() - LINES * metrics.height())
        for line, tint in zip(item.captions, tints, strict=True):
            painter.setPen(QColor(tint))
            text = metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
            room.translate(0, metrics.height())

    def _paint_thumbnail(self, painter: QPainter, item: StripItem, area: QRect) -> None:
        if item.thumbnail is not None:
            target = fitted_rect(item.thumbnail.size(), area)
            # Enlarged, pixels stay sharp squares; made smaller, they are smoothed.
            smaller = target.width() < item.thumbnail.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.setOpacity(1.0 if item.prediction or not item.waits else WAITING_OPACITY)
            painter.drawImage(target, item.thumbnail)
            painter.setOpacity(1.0)
            return
        color = theme.colors().error if item.error else theme.colors().muted
        icon = theme.icon("error" if item.error else "image", color)
        icon.paint(painter, area.adjusted(0, 4 * theme.SPACE, 0, -4 * theme.SPACE))


class ImageStrip(QListView):
    """One row of thumbnails; Left and Right step through them."""

    current_changed = Signal(object)  # the StripItem, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageStrip")
        self.setAccessibleName(_("Images given so far"))
        self.setToolTip(_("The images given so far; Left and Right step through them"))
        self._model = StripModel(self)
        self.setModel(self._model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_CellDelegate(self))
        self.setGridSize(_cell_size())
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFixedHeight(_cell_size().height() + self.horizontalScrollBar().sizeHint().height() + theme.SPACE)
        self.selectionModel().currentChanged.connect(self._on_current)
        theme.signals().changed.connect(self.viewport().update)

    def items(self) -> list[StripItem]:
        """Every item; do not change the list."""
        return self._model.items

    def current(self) -> StripItem | None:
        """The item that is shown."""
        row = self.currentIndex().row()
        return self._model.items[row] if 0 <= row < len(self._model.items) else None

    def add(self, items: Sequence[StripItem]) -> None:
        """Add items and go to the first of them."""
        if items:
            first = len(self._model.items)
            self._model.append(items)
            self.setCurrentIndex(self._model.index(first))

    def clear(self) -> None:
        """Take every item away."""
        self._model.clear()
        self.current_changed.emit(None)

    def refresh_item(self, item: StripItem) -> None:
        """Draw an item again."""
        if item in self._model.items:
            self._model.refresh_item(item)

    def forget_predictions(self, classifier: object | None) -> None:
        """Show nothing any more that another classifier than this one said."""
        for item in self._model.items:
            if item.predicted_by is not classifier:
                item.forget_prediction()
        self._model.refresh_all()

    @Slot(int)
    def step(self, by: int) -> None:
        """Go `by` items on, and stay at the ends."""
        row = min(max(self.currentIndex().row() + by, 0), len(self._model.items) - 1)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step; from right to left, a list of one row does not do so by itself."""
        step = step_of_key(self, event)
        if step:
            self.step(step)
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.current_changed.emit(self.current())
