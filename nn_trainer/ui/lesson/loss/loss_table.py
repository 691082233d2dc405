"""The loss of one image with every digit: a row for each class, the sum below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.loss.loss_of_image import MSE, LossOfImage
from nn_trainer.ui.lesson.parts.painting import LEFT, RIGHT, PaintedPanel, draw_image, write
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import number


class LossTable(PaintedPanel):
    """The image at the left, the table beside it."""

    def __init__(self) -> None:
        super().__init__("lessonLossTable", _("The loss of the image: a row for each class, the sum below"))
        self._image: QImage | None = None
        self._caption = ""
        self._loss: LossOfImage | None = None

    def show_loss(self, loss: LossOfImage, image: QImage | None, caption: str) -> None:
        """Take the numbers, and the image they belong to if there is one."""
        self._loss, self._image, self._caption = loss, image, caption
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """High enough for a row for each class."""
        rows = 2 if self._loss is None else len(self._loss.shown) + 3
        return QSize(super().minimumSizeHint().width(), round(1.1 * rows * self.line) + 6 * theme.SPACE)

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint the image, then the rows."""
        loss, colors = self._loss, theme.colors()
        if loss is None:
            return
        shown = loss.shown
        rest = len(loss.names) - len(shown)
        left = room.left()
        if self._image is not None:
            side = min(0.22 * room.width(), 7 * self.line, room.height() - 2 * self.line)
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
        label, likely = int(loss.sample.y.argmax()), int(loss.sample.predicted.argmax())
        lines = [(loss.header(), colors.muted, False)]
        lines += [
            (loss.rows[k], colors.text if k in (label, likely) else colors.muted, k in (label, likely)) for k in shown
        ]
        if rest:
            others = ngettext("{n} other class", "{n} other classes", rest).format(n=number(rest))
            lines.append(((others, "0", "…", "…", loss.rest(shown)), colors.muted, False))
        if label in shown:
            top = table.top() + (shown.index(label) + 1) * height
            painter.fillRect(QRectF(table.left() - 4, top, table.width() + 4, height), QColor(colors.band))
        regular, bold, ends = self._fit_columns([cells for cells, _color, _bold in lines], table.width())
        for place, (cells, color, is_bold) in enumerate(lines):
            self._paint_row(painter, table, ends, (place, height), cells, (color, bold if is_bold else regular))
        y = table.top() + len(lines) * height
        painter.fillRect(QRectF(table.left(), y, table.width(), 1), QColor(colors.muted))
        name = _("SSE, the sum") if loss.loss == MSE else _("Cross-entropy, the sum")
        left = QRectF(table.left(), y, ends[3], height)
        write(painter, left, name, colors.accent, font=bold, align=RIGHT)
        right = QRectF(table.left() + ends[3], y, ends[4] - ends[3], height)
        write(painter, right, loss.total_text, colors.accent, font=bold, align=RIGHT)

    def _fit_columns(self, rows: list[tuple[str, ...]], width: float) -> tuple[QFont, QFont, list[float]]:
        """A font and a bold one small enough for all the digits, and where each column ends; names get the rest."""
        bold = self.bold_font()
        gap = 4.0 * theme.SPACE
        metrics = QFontMetricsF(bold)
        widths = [max(metrics.horizontalAdvance(row[column]) for row in rows) + gap for column in range(1, 5)]
        names = max(metrics.horizontalAdvance(row[0]) for row in rows)
        room = width - min(names, 0.3 * width)  # of a long name the beginning is enough; of a number it is not
        factor = min(1.0, room / sum(widths))
        widths = [each * factor for each in widths]
        ends = [width - sum(widths[column:]) for column in range(5)]
        return scaled(self.font(), factor), scaled(self.font(), factor, bold=True), ends

    def _paint_row(
        self,
        painter: QPainter,
        table: QRectF,
        ends: list[float],
        place: tuple[int, float],
        cells: tuple[str, ...],
        look: tuple[str, QFont],
    ) -> None:
        """The row at `place` (number, height): the name at the left, numbers to the right of their columns."""
        (number_of_row, height), (color, font) = place, look
        start = 0.0
        for column, (text, end) in enumerate(zip(cells, ends, strict=True)):
            room = QRectF(table.left() + start, table.top() + number_of_row * height, end - start, height)
            write(painter, room, text, color, font=font, align=RIGHT if column else LEFT)
            start = end
