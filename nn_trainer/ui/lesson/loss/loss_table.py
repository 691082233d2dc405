"""The loss of one image with every digit: a row for each class, the sum below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nn_trainer.engine.lesson.formulas import OneSample
from nn_trainer.ui.lesson.parts.painting import LEFT, RIGHT, PaintedPanel, draw_image, write
from nn_trainer.ui.theme import theme
from nn_trainer.wording import MINUS, fixed, in_brackets

MOST_ROWS = 12
MOST_TERMS = 4  # written out in the formula


@dataclass(frozen=True, slots=True, eq=False)
class LossOfImage:
    """What is shown: the numbers, the names of the classes, and how many decimals they are written with."""

    sample: OneSample
    names: tuple[str, ...]
    loss: str  # "mse" or "cross-entropy"
    decimals: int = 4
    input_decimals: int = 4  # of y', which the lesson's own example gives with two

    @property
    def total(self) -> float:
        """The loss."""
        return self.sample.sse if self.loss == "mse" else self.sample.cross_entropy

    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        if self.loss == "mse":
            return ("Class", "y", "y'", f"y {MINUS} y'", f"(y {MINUS} y')²")
        return ("Class", "y", "y'", "log y'", f"{MINUS}y log y'")

    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each class."""
        sample, d = self.sample, self.decimals
        if self.loss == "mse":
            third, fourth = sample.differences, sample.squares
        else:
            with np.errstate(divide="ignore"):
                third, fourth = np.log(sample.predicted), sample.terms
        third_decimals = self.input_decimals if self.loss == "mse" else d
        return [
            (
                name,
                fixed(sample.y[k], 0),
                fixed(sample.predicted[k], self.input_decimals),
                fixed(third[k], third_decimals),
                fixed(fourth[k], d),
            )
            for k, name in enumerate(self.names)
        ]

    def shown(self) -> list[int]:
        """The rows there is room for: all, or the true class and those with the largest terms."""
        count = len(self.names)
        if count <= MOST_ROWS:
            return list(range(count))
        terms = self.sample.predicted + 2 * self.sample.y
        return sorted(int(k) for k in np.argsort(-terms)[: MOST_ROWS - 1])

    def formula(self) -> str:
        """The loss written out."""
        sample, d, i = self.sample, self.decimals, self.input_decimals
        if self.loss == "cross-entropy":
            label = int(sample.y.argmax())
            return f"cross-entropy = {MINUS}log {fixed(sample.predicted[label], i)} = {fixed(self.total, d)}"
        order = range(len(self.names))
        chosen = list(order) if len(order) <= MOST_TERMS else sorted(np.argsort(-sample.squares)[:3].tolist())
        rest = "" if len(chosen) == len(order) else " + …"
        terms = [f"({fixed(sample.y[k], 0)} {MINUS} {fixed(sample.predicted[k], i)})²" for k in chosen]
        squares = [in_brackets(fixed(sample.squares[k], d)) for k in chosen]
        left, right = " + ".join(terms) + rest, " + ".join(squares) + rest
        return f"SSE = {left}\n= {right} = {fixed(self.total, d)}"


class LossTable(PaintedPanel):
    """The image at the left, the table beside it."""

    def __init__(self) -> None:
        super().__init__("lessonLossTable", "The loss of the image: a row for each class, the sum below")
        self._image: QImage | None = None
        self._caption = ""
        self._loss: LossOfImage | None = None

    def show_loss(self, loss: LossOfImage, image: QImage | None, caption: str) -> None:
        """Take the numbers, and the image they belong to if there is one."""
        self._loss, self._image, self._caption = loss, image, caption
        self.update()

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint the image, then the rows."""
        loss, colors = self._loss, theme.colors()
        if loss is None:
            return
        shown = loss.shown()
        rest = len(loss.names) - len(shown)
        left = room.left()
        if self._image is not None:
            side = min(0.22 * room.width(), room.height() - 2 * self.line)
            picture = QRectF(left, room.top() + 1.5 * self.line, side, side)
            draw_image(painter, picture, self._image)
            caption = QRectF(left, picture.bottom(), side + 3 * theme.SPACE, 1.5 * self.line)
            write(painter, caption, self._caption, colors.text, font=self.small_font())
            left = picture.right() + 6 * theme.SPACE
        table = QRectF(left, room.top(), room.right() - left, room.height())
        lines = len(shown) + 2 + (1 if rest else 0)
        height = min(2.2 * self.line, table.height() / lines)
        self._paint_rows(painter, table, height, loss, shown, rest)

    def _paint_rows(
        self, painter: QPainter, table: QRectF, height: float, loss: LossOfImage, shown: list[int], rest: int
    ) -> None:
        colors = theme.colors()
        rows = loss.rows()
        label = int(loss.sample.y.argmax())
        self._paint_row(painter, table, 0, height, loss.header(), colors.muted)
        for place, k in enumerate(shown, 1):
            if k == label:
                band = QRectF(table.left() - 4, table.top() + place * height, table.width() + 4, height)
                painter.fillRect(band, QColor(colors.band))
            bold = k == label or (k == int(loss.sample.predicted.argmax()))
            self._paint_row(painter, table, place, height, rows[k], colors.text if bold else colors.muted, bold=bold)
        place = len(shown) + 1
        if rest:
            cells = (f"{rest} other classes", "0", "…", "…", "…")
            self._paint_row(painter, table, place, height, cells, colors.muted)
            place += 1
        y = table.top() + place * height
        painter.fillRect(QRectF(table.left(), y, table.width(), 1), QColor(colors.muted))
        name = "SSE, the sum" if loss.loss == "mse" else "Cross-entropy, the sum"
        last = ("", "", "", name, fixed(loss.total, loss.decimals))
        self._paint_row(painter, table, place, height, last, colors.accent, bold=True)

    def _paint_row(
        self,
        painter: QPainter,
        table: QRectF,
        place: int,
        height: float,
        cells: tuple[str, ...],
        color: str,
        *,
        bold: bool = False,
    ) -> None:
        """One row: the name at the left, numbers to the right of their columns."""
        font = self.bold_font() if bold else self.font()
        shares = (0.30, 0.40, 0.58, 0.78, 1.0)  # the right ends of the columns
        start = table.left()
        for column, (text, share) in enumerate(zip(cells, shares, strict=True)):
            end = table.left() + share * table.width()
            room = QRectF(start, table.top() + place * height, end - start - (0 if column else 8), height)
            if column == 3 and cells[0] == "":  # the sum's name may run to the left
                room.setLeft(table.left())
            write(painter, room, text, color, font=font, align=RIGHT if column else LEFT)
            start = end
