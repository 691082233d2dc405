"""The images given so far and what is known of each, as a model for the strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nn_trainer.models.prediction import Prediction
from nn_trainer.ui import theme
from nn_trainer.ui.predict.probability_bars import percent
from nn_trainer.ui.widgets.sources import ImageSource

THUMBNAIL = 16 * theme.SPACE
Index = QModelIndex | QPersistentModelIndex


@dataclass(eq=False, slots=True)
class StripItem:
    """One image and what is known of it so far."""

    source: ImageSource
    thumbnail: QImage | None = None
    prediction: Prediction | None = None
    error: str = ""
    seen_by: object | None = None  # the classifier that the prediction is of

    @property
    def captions(self) -> tuple[str, str]:
        """The two lines under the thumbnail."""
        if self.error:
            return "unreadable", self.source.name
        if self.prediction is None:
            return self.source.name, ""
        label = self.prediction.label
        share = percent(self.prediction.probabilities[label])
        return label, f"{share} · unlike" if self.prediction.unlike_training else share

    @property
    def description(self) -> str:
        """Name and outcome, in a line."""
        if self.error or self.prediction is None:
            return self.error or self.source.name
        text = f"{self.source.name}: {' '.join(self.captions)}"
        return f"{text} the training pictures" if self.prediction.unlike_training else text


class StripModel(QAbstractListModel):
    """The items, in the order they came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: list[StripItem] = []

    def rowCount(self, parent: Index | None = None) -> int:
        """One row an image."""
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the view asks for."""
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(item.captions)
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
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

    def tell_changed(self, item: StripItem) -> None:
        """Draw an item again."""
        index = self.index(self.items.index(item))
        self.dataChanged.emit(index, index)
