"""What the pictures of the lesson are painted with."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.ui import theme
from nn_trainer.ui.lesson.letters import scaled

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
HEAD = 9.0  # pixels; the head of an arrow


class Picture(QWidget):
    """A painted part of a step; grows with the window, repaints with the theme and the font."""

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(description)
        self.setToolTip(description)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.signals().changed.connect(self.update)

    @property
    def line(self) -> float:
        """The height of a line of text."""
        return float(self.fontMetrics().height())

    @property
    def inside(self) -> QRectF:
        """The room within the panel."""
        return QRectF(self.rect()).adjusted(*[3 * theme.SPACE] * 2, *[-3 * theme.SPACE] * 2)

    def small_font(self, *, bold: bool = False) -> QFont:
        """For captions."""
        return scaled(self.font(), 0.9, bold=bold)

    def bold_font(self) -> QFont:
        """For what counts."""
        return scaled(self.font(), 1.0, bold=True)

    def large_font(self) -> QFont:
        """For figures to be read from afar."""
        return scaled(self.font(), 1.6, bold=True)

    def sizeHint(self) -> QSize:
        """A share of the window; layouts decide."""
        return QSize(100 * theme.SPACE, round(8 * self.line))

    def minimumSizeHint(self) -> QSize:
        """Enough to see something."""
        return QSize(40 * theme.SPACE, round(4 * self.line))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a panel, then the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.colors()
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self.font())
        self.paint(painter, self.inside)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint within the room."""
        raise NotImplementedError


def write(
    painter: QPainter,
    room: QRectF,
    text: str,
    color: str,
    *,
    font: QFont | None = None,
    align: Qt.AlignmentFlag = LEFT,
    elide: bool = True,
) -> None:
    """Write one line of text; what does not fit gets an ellipsis."""
    if font is not None:
        painter.setFont(font)
    painter.setPen(QColor(color))
    if elide:
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, math.ceil(room.width()) + 1))
    painter.drawText(room, int(align), text)


def arrow(painter: QPainter, start: QPointF, end: QPointF, color: str, width: float = 2.0) -> None:
    """Draw an arrow; one too short for its head is the head alone."""
    direction = end - start
    length = math.hypot(direction.x(), direction.y())
    if length < 0.5:
        return
    along = direction / length
    across = QPointF(-along.y(), along.x())
    head = min(HEAD, max(3.0, length))
    painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(start, end - along * head * 0.8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    base = end - along * head
    painter.drawPolygon(QPolygonF([end, base + across * head * 0.5, base - across * head * 0.5]))


def draw_image(painter: QPainter, room: QRectF, image: QImage) -> None:
    """Draw an image: enlarged with its pixels as sharp squares, made smaller smoothly."""
    smooth = image.width() > room.width() * painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(room, image)


def dot(painter: QPainter, place: QPointF, color: str, radius: float = 5.0) -> None:
    """Draw a point with an edge that sets it off from lines."""
    painter.setPen(QPen(QColor(theme.colors().panel), 1.5))
    painter.setBrush(QColor(color))
    painter.drawEllipse(place, radius, radius)


def faded(color: str, opacity: float) -> QColor:
    """A color that lets others through."""
    result = QColor(color)
    result.setAlphaF(opacity)
    return result
