"""The maps of all filters side by side, to choose one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme

GAP = 2.0


class MapGrid(QWidget):
    """As large as fits, in reading order."""

    chosen = Signal(int)  # number of the filter, from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filterGrid")
        self.setAccessibleName(_("Filters"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setToolTip(_("What every filter makes of the image; click one, or use the arrow keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(16 * theme.SPACE)
        self._images: Sequence[QImage] = ()
        self._current = 0
        theme.signals().changed.connect(self.update)

    def show_maps(self, images: Sequence[QImage], current: int) -> None:
        """Show these, with a frame round one."""
        self._images, self._current = images, current
        self.update()

    def sizeHint(self) -> QSize:
        """No higher than it must be; the layout gives more."""
        return QSize(60 * theme.SPACE, self.minimumHeight())

    def _columns(self) -> tuple[int, float]:
        count = max(len(self._images), 1)
        return max(
            (
                (columns, min(self.width() / columns, self.height() / -(-count // columns)))
                for columns in range(1, count + 1)
            ),
            key=lambda grid: grid[1],
        )

    def cells(self) -> list[QRectF]:
        """The square of each map."""
        columns, side = self._columns()
        return [
            QRectF(i % columns * side, i // columns * side, side - GAP, side - GAP) for i in range(len(self._images))
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the maps and the frame."""
        painter = QPainter(self)
        colors = theme.colors()
        painter.setPen(QPen(QColor(colors.border), 1))
        cells = self.cells()
        for cell, image in zip(cells, self._images, strict=True):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > cell.width())
            painter.drawImage(cell, image)
            painter.drawRect(cell)
        if cells:
            painter.setPen(QPen(QColor(colors.accent), 3 if self.hasFocus() else 2))
            painter.drawRect(cells[self._current].adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the map under the mouse."""
        for number, cell in enumerate(self.cells()):
            if cell.contains(event.position()):
                self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go to the neighbours."""
        columns, _ = self._columns()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif 0 <= self._current + step < len(self._images):
            self.chosen.emit(self._current + step)
