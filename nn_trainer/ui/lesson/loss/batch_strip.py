"""A batch: its images in a row, the loss of each below, and the mean."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.painting import CENTRE, PaintedPanel, draw_image, write
from nn_trainer.ui.theme import theme


class BatchStrip(PaintedPanel):
    """The tallest bar is the image with the largest loss; a line marks the mean."""

    def __init__(self) -> None:
        super().__init__("lessonBatchStrip", _("The images of a batch, the loss of each, and the mean"))
        self._images: list[QImage] = []
        self._losses: list[float] = []
        self._texts: list[str] = []
        self._mean = ""

    def show_batch(self, images: Sequence[QImage], losses: Sequence[float], texts: Sequence[str], mean: str) -> None:
        """Take the images, the loss of each, and how the losses and their mean are written."""
        self._images, self._losses, self._texts, self._mean = list(images), list(losses), list(texts), mean
        self.update()

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """A column for each image."""
        if not self._images:
            return
        colors = theme.colors()
        count = len(self._images)
        highest = max(self._losses) or 1.0
        mean = sum(self._losses) / count
        words = _("mean {loss}").format(loss=self._mean)
        margin = 1.15 * self.fontMetrics().horizontalAdvance(words) + 2 * theme.SPACE
        column = min((room.width() - margin) / count, 22 * theme.SPACE)
        widest = max(map(QFontMetricsF(self.small_font()).horizontalAdvance, self._texts))
        written = widest + theme.SPACE <= column  # numbers that touch each other cannot be read
        text = 1.3 * self.line if written else 0.0
        side = min(column - theme.SPACE, 0.55 * (room.height() - text))
        left = room.left() + (room.width() - margin - count * column) / 2
        bars = QRectF(room.left(), room.top(), room.width(), room.height() - text - side - theme.SPACE)
        for place, (image, loss, loss_text) in enumerate(zip(self._images, self._losses, self._texts, strict=True)):
            middle = left + (place + 0.5) * column
            height = max(1.0, loss / highest * bars.height())
            painter.fillRect(QRectF(middle - side / 4, bars.bottom() - height, side / 2, height), QColor(colors.train))
            draw_image(painter, QRectF(middle - side / 2, bars.bottom() + theme.SPACE, side, side), image)
            if written:
                cell = QRectF(middle - column / 2, room.bottom() - text, column, text)
                write(painter, cell, loss_text, colors.text, font=self.small_font(), align=CENTRE, elide=False)
        y = bars.bottom() - mean / highest * bars.height()
        right = left + count * column
        painter.fillRect(QRectF(left, y - 0.75, right - left, 1.5), QColor(colors.validation))
        label = QRectF(right + theme.SPACE, y - 0.65 * self.line, margin, 1.3 * self.line)
        write(painter, label, words, colors.validation, font=self.small_font(bold=True))
