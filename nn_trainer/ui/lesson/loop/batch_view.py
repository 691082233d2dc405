"""The images of a batch in small, the one that is shown marked."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.arrays import PixelArray
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage


class BatchView(QWidget):
    """A click or the arrow keys choose another image of the batch."""

    chosen = Signal(int)  # place in the batch

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("batchView")
        self.setAccessibleName(_("Images of the batch"))
        self.setToolTip(_("The images of this batch; click one to follow it through the network (arrow keys too)"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._images: list[QImage] = []
        self._shown = 0
        theme.signals().changed.connect(self.update)

    def show_batch(self, pictures: PixelArray, shown: int) -> None:
        """Show the pictures (n, height, width, channels) of a batch."""
        self._images = [array_to_qimage(picture) for picture in pictures]
        self._shown = shown
        self.update()

    def sizeHint(self) -> QSize:
        """Some rows of small images; the layout decides."""
        return QSize(40 * theme.SPACE, 16 * theme.SPACE)

    def cells(self) -> list[QRectF]:
        """Where each image is: in rows, as large as fits."""
        count = len(self._images)
        if not count:
            return []
        side, columns = max(
            (min(self.width() / columns, self.height() / -(-count // columns)), columns)
            for columns in range(1, count + 1)
        )
        return [QRectF(i % columns * side, i // columns * side, side, side) for i in range(count)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the images and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cells = self.cells()
        for cell, image in zip(cells, self._images, strict=True):
            painter.drawImage(cell.adjusted(1, 1, -1, -1), image)
        if cells:
            painter.setPen(QPen(QColor(theme.colors().accent), 2))
            painter.drawRect(cells[self._shown].adjusted(1, 1, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.colors().accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the image under the mouse."""
        for place, cell in enumerate(self.cells()):
            if cell.contains(event.position()):
                self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step through the batch."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._images:
            super().keyPressEvent(event)
        else:
            self._choose((self._shown + step) % len(self._images))

    def _choose(self, place: int) -> None:
        self._shown = place
        self.update()
        self.chosen.emit(place)
