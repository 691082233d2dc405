"""One picture of the network, with a frame around some of its pixels."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import fitted_rect

STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MapView(QWidget):
    """`pixel_chosen` tells the row and column of a click, and of the arrow keys."""

    pixel_chosen = Signal(int, int)

    def __init__(self, name: str, *, choosable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._choosable = choosable
        self._image = QImage()
        self._frame = QRect()
        self._place = (0, 0)
        self._stride = 1
        if choosable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(16 * theme.SPACE)
        self.setMinimumWidth(8 * theme.SPACE)
        theme.signals().changed.connect(self.update)

    def show_image(self, image: QImage) -> None:
        """Show another picture; the frame stays."""
        self._image = image
        self.update()

    def set_frame(self, frame: QRect, row: int, column: int, stride: int = 1) -> None:
        """Frame pixels of the picture; from (row, column) the arrow keys go on by `stride` pixels."""
        self._frame, self._place, self._stride = frame, (row, column), stride
        self.update()

    def sizeHint(self) -> QSize:
        """No higher than it must be; the layout gives more."""
        return QSize(40 * theme.SPACE, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture with sharp pixels, and the frame."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        target = self._target()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._image.width() > target.width())
        painter.drawImage(target, self._image)
        painter.setPen(QPen(QColor(theme.colors().border), 1))
        painter.drawRect(target)
        if not self._frame.isEmpty():
            across, down = target.width() / self._image.width(), target.height() / self._image.height()
            frame = QRectF(
                target.x() + self._frame.x() * across,
                target.y() + self._frame.y() * down,
                max(self._frame.width() * across, 4),
                max(self._frame.height() * down, 4),
            )
            for color, width in ((theme.colors().panel, 4), (theme.colors().accent, 2)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawRect(frame)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.colors().accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _target(self) -> QRectF:
        return QRectF(fitted_rect(self._image.size(), self.rect().adjusted(1, 1, -1, -1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the pixel under the mouse."""
        self._choose_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose the pixel under the mouse while the button is held."""
        self._choose_at(event)

    def _choose_at(self, event: QMouseEvent) -> None:
        target = self._target()
        if self._choosable and not self._image.isNull() and target.contains(event.position()):
            at = event.position() - target.topLeft()
            self._choose(
                int(at.y() * self._image.height() / target.height()), int(at.x() * self._image.width() / target.width())
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go to the neighbours."""
        step = STEPS.get(Qt.Key(event.key()))
        if step is None or not self._choosable:
            super().keyPressEvent(event)
        else:
            self._choose(*(at + self._stride * by for at, by in zip(self._place, step, strict=True)))

    def _choose(self, row: int, column: int) -> None:
        if 0 <= row < self._image.height() and 0 <= column < self._image.width():
            self.pixel_chosen.emit(row, column)
