"""The images of a batch in a row, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy

from nn_trainer.ui.lesson.parts.painting import PaintedPanel, draw_image, write
from nn_trainer.ui.theme import theme

LINES = 3.0  # the height of an image, in lines of text


class ImageRow(PaintedPanel):
    """A caption, then the images."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, description)
        self._caption = ""
        self.images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_images(self, caption: str, images: Sequence[QImage]) -> None:
        """Take the images and what they are."""
        self._caption, self.images = caption, list(images)
        self.update()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(super().sizeHint().width(), round(LINES * self.line) + 6 * theme.SPACE)

    def minimumSizeHint(self) -> QSize:
        """No lower than the hint."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """From left to right."""
        if not self.images:
            return
        painter.setFont(self.font())
        caption = min(painter.fontMetrics().horizontalAdvance(self._caption) + 4.0 * theme.SPACE, 0.4 * room.width())
        text = QRectF(room.left(), room.top(), caption - 2 * theme.SPACE, room.height())
        write(painter, text, self._caption, theme.colors().muted)
        gap = 1.0 * theme.SPACE
        side = min(room.height(), (room.width() - caption) / len(self.images) - gap)
        for place, image in enumerate(self.images):
            left = room.left() + caption + place * (side + gap)
            draw_image(painter, QRectF(left, room.center().y() - side / 2, side, side), image)
