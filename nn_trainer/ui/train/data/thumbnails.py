"""The first images of a class, as the network sees them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QToolTip, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.images import array_to_qimage
from nn_trainer.ui.widgets.labels import plain_tooltip

MOST = 200  # more are made in no time, but nobody looks at them
SIDE = 10 * theme.SPACE  # pixels


class Thumbnails(QListWidget):
    """Small pictures, as many whole rows as there is room for; the tooltip of each, and a click on it, names its file.

    They are made of the pixels that the data set holds: nothing is read from disk, so that stepping through the
    classes never waits, and what is seen is what is trained with.
    """

    shown = Signal(int, int)  # how many images of the class are shown, and how many there are

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._wanted: NDArray[np.int64] = np.empty(0, np.int64)  # indices of the images of the class
        self.setObjectName("thumbnails")
        self.setAccessibleName("Images of the selected class")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + theme.SPACE, SIDE + theme.SPACE))
        self.setMinimumHeight(SIDE + 3 * theme.SPACE)
        self.itemClicked.connect(self._name_file)

    def show_class(self, dataset: Dataset, label: int) -> None:
        """Show the first images of a class."""
        self._dataset = dataset
        self._wanted = np.flatnonzero((dataset.labels == label) & (dataset.splits != "test"))
        self.clear()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more images, or fewer."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        """Add or take away images until those that fit are there."""
        if self._dataset is None:
            return
        room, grid = self.viewport().size(), self.gridSize()
        fitting = (room.width() // grid.width()) * (room.height() // grid.height())
        count = min(fitting, MOST, len(self._wanted))
        while self.count() > count:
            self.takeItem(self.count() - 1)
        for index in self._wanted[self.count() : count]:
            item = QListWidgetItem(QIcon(self._scaled(array_to_qimage(self._dataset.images[index]))), "")
            item.setToolTip(plain_tooltip(display_path(self._dataset.paths[index])))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addItem(item)
        self.shown.emit(count, len(self._wanted))

    def _scaled(self, image: QImage) -> QPixmap:
        """Enlarge an image with its pixels still to be seen, or make it smaller without losing thin lines."""
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        mode = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    @Slot(QListWidgetItem)
    def _name_file(self, item: QListWidgetItem) -> None:
        QToolTip.showText(QCursor.pos(), item.toolTip(), self)
