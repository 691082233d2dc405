"""The first images of a class, as the network sees them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCursor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QToolTip, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.ui import theme
from nn_trainer.ui.widgets.images import array_to_qimage

MOST = 48
SIDE = 10 * theme.SPACE  # pixels


class Thumbnails(QListWidget):
    """Small pictures in rows; the tooltip of each, and a click on it, names its file.

    They are made of the pixels that the data set holds: nothing is read from disk, so that stepping through the
    classes never waits, and what is seen is what is trained with.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("thumbnails")
        self.setAccessibleName("Images of the selected class")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + theme.SPACE, SIDE + theme.SPACE))
        self.setMinimumHeight(SIDE + 3 * theme.SPACE)
        self.itemClicked.connect(self._name_file)

    def show_class(self, dataset: Dataset, label: int) -> tuple[int, int]:
        """Show the first images of a class and return how many are shown and how many there are."""
        self.clear()
        wanted = np.flatnonzero((dataset.labels == label) & (dataset.splits != "test"))
        for index in wanted[:MOST]:
            item = QListWidgetItem(QIcon(self._scaled(array_to_qimage(dataset.images[index]))), "")
            item.setToolTip(display_path(dataset.paths[index]))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addItem(item)
        return min(len(wanted), MOST), len(wanted)

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
