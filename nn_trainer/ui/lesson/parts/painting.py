"""What the pictures of the lesson are painted with, and from values to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import set_tooltip


@dataclass(frozen=True, slots=True)
class Scale:
    """A rectangle on the screen that shows x from left to right and y from bottom to top."""

    room: QRectF
    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Pixels from the left of the widget."""
        return self.room.left() + (value - self.left) / (self.right - self.left) * self.room.width()

    def y(self, value: float) -> float:
        """Pixels from the top of the widget."""
        return self.room.bottom() - (value - self.bottom) / (self.top - self.bottom) * self.room.height()

    def point(self, x: float, y: float) -> QPointF:
        """The pixel of a point."""
        return QPointF(self.x(x), self.y(y))

    def value_at(self, place: QPointF) -> tuple[float, float]:
        """The point at a pixel."""
        across = (place.x() - self.room.left()) / self.room.width()
        up = (self.room.bottom() - place.y()) / self.room.height()
        return self.left + across * (self.right - self.left), self.bottom + up * (self.top - self.bottom)


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that divides `span` into no more than `most` parts."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`."""
    step = round_step(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
HEAD = 9.0  # pixels; the head of an arrow


class PaintedPanel(QWidget):
    """A painted part of a step; grows with the window, repaints with the theme and the font."""

    def __init__(self, name: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(description)
        set_tooltip(self, description)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as formulas and axes are, in every language
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
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # else it takes that of the program
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
    """Write text; what does not fit gets an ellipsis, of which only one line makes sense."""
    if font is not None:
        painter.setFont(font)
    painter.setPen(QColor(color))
    if elide:
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, math.ceil(room.width()) + 1))
    painter.drawText(room, int(align), text)


def fitted(font: QFont, text: str, width: float) -> QFont:
    """`font`, or a smaller one with which the longest line of the text is no wider than `width`."""
    while (needed := max(map(QFontMetricsF(font).horizontalAdvance, text.split("\n")))) > width > 0:
        if font.pointSizeF() < 1:
            break
        font = scaled(font, width / (1.02 * needed))  # again where a hinted font did not shrink as much
    return font


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
