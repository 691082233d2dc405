"""One update of one weight: three numbers, the formula, and a line of numbers on which the weight moves."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from nn_trainer.engine.lesson.formulas import updated
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.painting import CENTRE, PaintedPanel, Scale, arrow, dot, fitted, ticks, write
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.lesson.parts.worked import Worked, given, worked
from nn_trainer.ui.theme import theme
from nn_trainer.wording import MINUS, in_brackets

FIRST, SECOND = "W₁", "W₂"  # not shown: symbols, the same in every language


@dataclass(frozen=True, slots=True)
class Update:
    """The three numbers, how many decimals they are written with at least, and whether the result is shown yet."""

    weight: float
    gradient: float
    rate: float
    decimals: int = 2  # of weight and gradient
    after_decimals: int = 4
    is_shown: bool = False
    after: float | None = None  # what training made of the weight, where it did

    @property
    def result(self) -> float:
        """W2, by the formula."""
        return updated(self.weight, self.gradient, self.rate)

    def worked(self, decimals: int | None = None, after_decimals: int | None = None) -> Worked:
        """Weight, gradient, learning rate and W2 as text."""
        operands = self.weight, self.gradient, given(self.rate)
        return worked(
            lambda w, g, rate: w - g * rate, operands, decimals or self.decimals, after_decimals or self.after_decimals
        )

    def formula(self) -> str:
        """The update with its digits."""
        shown = self.worked()
        weight, gradient, rate = shown.operands
        return _("W₂ = W₁ {minus} gradient × learning rate = {weight} {minus} {gradient} × {rate} = {result}").format(
            minus=MINUS,
            weight=weight,
            gradient=in_brackets(gradient),
            rate=rate,
            result=shown.result if self.is_shown else "?",
        )


class UpdatePicture(PaintedPanel):
    """Three cards above, the formula in the middle, the line of numbers below."""

    def __init__(self) -> None:
        super().__init__("lessonUpdatePicture", _("Weight, gradient and learning rate, and how the weight moves"))
        self._update: Update | None = None

    def show_update(self, update: Update | None) -> None:
        """Show other numbers, or none."""
        self._update = update
        self.update()

    def minimumSizeHint(self) -> QSize:
        """High enough for cards, formula and line."""
        return QSize(super().minimumSizeHint().width(), round(18 * self.line))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """From top to bottom."""
        shown = self._update
        if shown is None:
            return
        colors = theme.colors()
        names = (_("weight W₁"), _("gradient"), _("learning rate"))
        tints = (colors.validation, colors.ok, colors.accent)
        gap = 4.0 * theme.SPACE
        height = min(9 * self.line, 0.38 * room.height())
        width = (room.width() - 2 * gap) / 3
        for place, (name, number, tint) in enumerate(zip(names, shown.worked().operands, tints, strict=True)):
            card = QRectF(room.left() + place * (width + gap), room.top(), width, height)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.setBrush(QColor(colors.window))
            painter.drawRoundedRect(card, 6, 6)
            painter.fillRect(QRectF(card.left() + 6, card.top(), card.width() - 12, 3), QColor(tint))
            upper = QRectF(card.left(), card.top() + 0.12 * height, card.width(), 0.3 * height)
            write(painter, upper, name, colors.muted, font=self.font(), align=CENTRE)
            lower = QRectF(card.left(), card.top() + 0.42 * height, card.width(), 0.45 * height)
            large = fitted(scaled(self.font(), 2.2, bold=True), number, card.width() - 2 * theme.SPACE)
            write(painter, lower, number, colors.text, font=large, align=CENTRE, elide=False)
        formula = QRectF(room.left(), room.top() + height + 1.5 * self.line, room.width(), 2.5 * self.line)
        text, font = self.written_formula(room.width())
        write(painter, formula, text, colors.text, font=font, align=CENTRE, elide=False)
        self._paint_line(painter, QRectF(room.left(), formula.bottom(), room.width(), room.bottom() - formula.bottom()))

    def written_formula(self, width: float) -> tuple[str, QFont]:
        """The formula and its font: in two lines where one would need a font smaller than that of the text."""
        assert self._update is not None
        text = self._update.formula()
        large = scaled(self.font(), 1.4, bold=True)
        font = fitted(large, text, width)
        if font.pointSizeF() < self.font().pointSizeF():
            name, by, digits = text.split(" = ", 2)
            text = f"{name} = {by}\n= {digits}"  # not shown as a sentence: a formula
            font = fitted(scaled(self.font(), 1.0, bold=True), text, width)
        return text, font

    def _paint_line(self, painter: QPainter, room: QRectF) -> None:
        """The weight before and after; before the answer is shown, only the direction."""
        assert self._update is not None
        shown, colors, small = self._update, theme.colors(), self.small_font()
        step = shown.result - shown.weight
        reach = 3.0 * abs(step) or 1.0
        scale = Scale(room.adjusted(30, 0, -30, 0), shown.weight - reach, shown.weight + reach, 0, 1)
        y = room.center().y() + 0.3 * self.line
        painter.setPen(QPen(QColor(colors.muted), 1.5))
        painter.drawLine(QPointF(scale.room.left(), y), QPointF(scale.room.right(), y))
        for value in ticks(scale.left, scale.right, 7):
            x = scale.x(value)
            painter.setPen(QPen(QColor(colors.muted), 1.5))
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
            if shown.is_shown:  # before, the end of the arrow could be read off
                label = QRectF(x - 70, y + 8, 140, 1.2 * self.line)
                text = f"{value:.6g}".replace("-", MINUS)
                write(painter, label, text, colors.muted, font=small, align=CENTRE, elide=False)
        here, there = QPointF(scale.x(shown.weight), y), QPointF(scale.x(shown.result), y)
        above = QPointF(0, -0.9 * self.line)
        tip = there if shown.is_shown else QPointF((here.x() + 2 * there.x()) / 3, y)
        arrow(painter, here + above, tip + above, colors.validation, 2.5)
        dot(painter, here, colors.validation, 6)
        self._write_name(painter, here.x(), y, FIRST)
        if shown.is_shown:
            painter.setPen(QPen(QColor(colors.validation), 2))
            painter.setBrush(QColor(colors.panel))
            painter.drawEllipse(there, 6, 6)
            self._write_name(painter, there.x(), y, SECOND)
        elif step:
            self._write_name(painter, tip.x() + (2 if step > 0 else -2) * self.line, y, f"{SECOND} = ?")
        if step == 0:
            words = _("The gradient is zero: the weight stays.")
        elif step > 0:
            words = _("Against the sign of the gradient: it is negative, so the weight grows.")
        else:
            words = _("Against the sign of the gradient: it is positive, so the weight shrinks.")
        below = QRectF(room.left(), y + 2.2 * self.line, room.width(), 1.3 * self.line)
        write(painter, below, words, colors.muted, font=fitted(self.font(), words, room.width()), align=CENTRE)

    def _write_name(self, painter: QPainter, x: float, y: float, name: str) -> None:
        """A name above the line of numbers."""
        room = QRectF(x - 60, y - 2.6 * self.line, 120, 1.2 * self.line)
        write(painter, room, name, theme.colors().validation, font=self.bold_font(), align=CENTRE, elide=False)
