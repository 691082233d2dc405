"""One image goes in, one probability a class comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.painting import CENTRE, RIGHT, PaintedPanel, arrow, draw_image, fitted, write
from nn_trainer.ui.theme import theme
from nn_trainer.wording import fixed, number

MOST_BARS = 12
LINES_FOR_NETWORK = 28  # as wide as so many lines are high, there is room for the network too


@dataclass(frozen=True, slots=True)
class ClassOutput:
    """One output of the network: the label that stands for it now, the name shown, and its probability."""

    label: int
    name: str
    probability: float
    is_highest: bool
    is_true: bool


class OutputBars(PaintedPanel):
    """The image at the left, the network in the middle, a bar for each output at the right."""

    def __init__(self) -> None:
        super().__init__("lessonOutputs", _("The image, the network and the probability of each class"))
        self._image = QImage()
        self._caption = ""
        self._network = ""
        self._verdict, self._is_right = "", False
        self._outputs: tuple[ClassOutput, ...] = ()

    def show_image(self, image: QImage, caption: str, network: str) -> None:
        """Take an image and the words below it and on the network."""
        self._image, self._caption, self._network = image, caption, network
        self.update()

    def show_outputs(self, outputs: Sequence[ClassOutput], verdict: str, *, is_right: bool) -> None:
        """Take the bars, in the order of their labels, and what follows from them."""
        if len(outputs) != len(self._outputs):
            self.updateGeometry()
        self._outputs = tuple(outputs)
        self._verdict, self._is_right = verdict, is_right
        self.update()

    def shown(self) -> list[ClassOutput]:
        """Those there is room for: all, or the most probable ones, in the order of their labels."""
        if len(self._outputs) <= MOST_BARS:
            return list(self._outputs)
        best = sorted(self._outputs, key=lambda output: -output.probability)[: MOST_BARS - 1]
        return sorted({*best, *(o for o in self._outputs if o.is_true)}, key=lambda output: output.label)

    def minimumSizeHint(self) -> QSize:
        """High enough for a row for each bar."""
        rows = min(len(self._outputs), MOST_BARS) + 3
        return QSize(super().minimumSizeHint().width(), round(1.15 * rows * self.line) + 6 * theme.SPACE)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint from left to right; where there is little room, without the network between image and bars."""
        colors = theme.colors()
        below = 1.6 * self.line
        body = room.adjusted(0, 0, 0, -below)
        gap = 8.0 * theme.SPACE
        side = max(20.0, min(body.height() - 1.3 * self.line, 0.24 * room.width()))
        picture = QRectF(room.left(), body.center().y() - (side + 1.3 * self.line) / 2, side, side)
        draw_image(painter, picture, self._image)
        caption = QRectF(picture.left(), picture.bottom(), picture.width() + gap / 2, 1.4 * self.line)
        write(painter, caption, self._caption, colors.text, font=self.small_font())
        middle = picture.center().y()
        if room.width() >= LINES_FOR_NETWORK * self.line:
            box = QRectF(picture.right() + gap, middle - 2.2 * self.line, 0.16 * room.width(), 4.4 * self.line)
            arrow(painter, QPointF(picture.right() + 6, middle), QPointF(box.left() - 4, middle), colors.muted)
            self._paint_network(painter, box)
        else:
            box = QRectF(picture.right(), middle, 0, 0)
        bars = QRectF(box.right() + gap, body.top(), room.right() - box.right() - gap, body.height())
        arrow(painter, QPointF(box.right() + 4, middle), QPointF(bars.left() - 6, middle), colors.muted)
        self._paint_bars(painter, bars)
        last = QRectF(room.left(), room.bottom() - below, room.width(), below)
        verdict = ("✓ " if self._is_right else "✗ ") + self._verdict
        color = colors.ok if self._is_right else colors.error
        font = fitted(self.bold_font(), verdict, room.width())
        write(painter, last, verdict, color, font=font, align=RIGHT, elide=False)

    def _paint_network(self, painter: QPainter, box: QRectF) -> None:
        colors, lines = theme.colors(), self._network.split("\n")
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        painter.setBrush(QColor(colors.band))
        painter.drawRoundedRect(box, 6, 6)
        widest = max(lines, key=QFontMetricsF(self.bold_font()).horizontalAdvance)
        painter.setFont(fitted(self.bold_font(), widest, box.width() - 2 * theme.SPACE))
        painter.setPen(QColor(colors.text))
        painter.drawText(box, int(CENTRE), self._network)

    def _paint_bars(self, painter: QPainter, room: QRectF) -> None:
        colors = theme.colors()
        outputs = self.shown()
        if not outputs:
            return
        rest = len(self._outputs) - len(outputs)
        height = min(1.9 * self.line, room.height() / (len(outputs) + (1 if rest else 0)))
        top = room.center().y() - height * (len(outputs) + (1 if rest else 0)) / 2
        metrics = self.fontMetrics()
        labels = max(metrics.horizontalAdvance(f"{output.label} ") for output in outputs) + 2 * theme.SPACE
        names = min(0.42 * room.width(), max(metrics.horizontalAdvance(o.name) for o in outputs) * 1.12 + 12)
        numbers = metrics.horizontalAdvance("0.0000") * 1.15 + 2 * theme.SPACE
        marks = metrics.horizontalAdvance("◂ y = 1") + 2 * theme.SPACE
        for place, output in enumerate(outputs):
            row = QRectF(room.left(), top + place * height, room.width(), height)
            font = self.bold_font() if output.is_highest else self.font()
            color = colors.text if output.is_highest or output.is_true else colors.muted
            write(
                painter,
                QRectF(row.left(), row.top(), labels - 8, height),
                str(output.label),
                color,
                font=font,
                align=RIGHT,
            )
            name = QRectF(row.left() + labels, row.top(), names, height)
            write(painter, name, output.name, color, font=font)
            width = row.width() - labels - names - numbers - marks
            bar = QRectF(name.right(), row.center().y() - 0.3 * height, max(10.0, width), 0.6 * height)
            painter.fillRect(QRectF(bar.left(), bar.bottom(), bar.width(), 1), QColor(colors.border))
            painter.fillRect(
                QRectF(bar.left(), bar.top(), max(1.0, bar.width() * output.probability), bar.height()),
                QColor(colors.accent if output.is_highest else colors.faint),
            )
            digits = QRectF(bar.right(), row.top(), numbers, height)
            write(painter, digits, fixed(output.probability), color, font=font, align=RIGHT)
            painter.setFont(self.font())
            if output.is_true:
                mark = QRectF(digits.right() + 6, row.top(), marks, height)
                write(painter, mark, "◂ y = 1", colors.validation)
        if rest:
            others = 1 - sum(round(output.probability, 4) for output in outputs)  # of what is written
            words = ngettext("{n} other class: {probability}", "{n} other classes, together {probability}", rest)
            row = QRectF(room.left() + labels, top + len(outputs) * height, room.width() - labels, height)
            painter.setFont(self.font())
            write(painter, row, words.format(n=number(rest), probability=fixed(others)), colors.muted)
