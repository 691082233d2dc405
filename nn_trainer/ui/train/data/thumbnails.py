"""The first images of a class, as the network sees them; each is also the file that it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QIcon, QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QWidget

from nn_trainer.data.archives.archive_kinds import shown_folder
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.ui.widgets.text_labels import plain_tooltip

MOST = 200  # more are made in no time, but nobody looks at them
SIDE = 10 * theme.SPACE  # pixels
PATH_ROLE = Qt.ItemDataRole.UserRole


class Thumbnails(QListWidget):
    """Small pictures, as many whole rows as there is room for.

    They are made of the pixels that the data set holds: nothing is read from disk, so that stepping through the
    classes never waits, and what is seen is what is trained with. They can be dragged out as files; a double click
    or the context menu predicts them, or shows where they are.
    """

    shown = Signal(int, int)  # how many images of the class are shown, and how many there are
    predict_requested = Signal(object)  # list of Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._wanted: NDArray[np.int64] = np.empty(0, np.int64)  # indices of the images of the class
        self.setObjectName("thumbnails")
        self.setAccessibleName(_("Images of the selected class"))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + theme.SPACE, SIDE + theme.SPACE))
        self.setMinimumHeight(SIDE + 3 * theme.SPACE)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemDoubleClicked.connect(self._predict_one)
        self.menu = QMenu(self)
        self.menu.addAction(_("Predict this image"), self._predict_selected)
        self.menu.addAction(_("Show in the file manager"), self._show_folder)

    def show_class(self, dataset: Dataset, label: int) -> None:
        """Show the first images of a class."""
        self._dataset = dataset
        self._wanted = np.flatnonzero((dataset.labels == label) & (dataset.splits != "test"))
        self.clear()
        self._fill()

    def sizeHint(self) -> QSize:
        """One row of images; it takes what room there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

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
            path = self._dataset.sources[index].path
            item = QListWidgetItem(QIcon(self._scaled(array_to_qimage(self._dataset.images[index]))), "")
            item.setData(PATH_ROLE, path)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, display_path(path.name))
            item.setToolTip(plain_tooltip(display_path(path)))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Predict what is selected with Return."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selectedItems():
            self._predict_selected()
        else:
            super().keyPressEvent(event)

    # the files

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """The files of images that are dragged out."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(item.data(PATH_ROLE))) for item in items])
        return mime

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Give copies: the files of a data set stay where they are."""
        super().startDrag(Qt.DropAction.CopyAction)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if self.selectedItems():
            self.menu.popup(self.viewport().mapToGlobal(place))

    def _paths(self) -> list[Path]:
        return [item.data(PATH_ROLE) for item in self.selectedItems()]

    @Slot(QListWidgetItem)
    def _predict_one(self, item: QListWidgetItem) -> None:
        self.predict_requested.emit([item.data(PATH_ROLE)])

    @Slot()
    def _predict_selected(self) -> None:
        self.predict_requested.emit(self._paths())

    @Slot()
    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(shown_folder(self._paths()[0].parent))))
