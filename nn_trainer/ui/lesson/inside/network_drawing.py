"""The small network as a drawing: neurons with their numbers, and a weight on each line."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.inside.iteration_lines import RANGE, index
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme

ROWS = (0.29, 0.76)  # where the two neurons of a layer stand, in shares of the height
BOX_TEXT, WEIGHT_TEXT = "δ(u₁) −0.00000", "w₁₁ −0.00000"  # not shown: the widest that are expected
CROSSING = 0.34  # where the weight of a line that crosses another stands on it, as a share of its length
EDGE = 2 * theme.SPACE  # between the boxes and the edge


class NetworkDrawing(QWidget):
    """What takes part in the chosen line is drawn in the accent colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("handDrawing")
        self.setAccessibleName(_("The small network"))
        self.setToolTip(_("Forward from left to right; the gradients, in orange, come back from right to left"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._numbers: Mapping[str, str] = {}
        self._chosen: frozenset[str] = frozenset()
        theme.signals().changed.connect(self.update)

    def show_numbers(self, numbers: Mapping[str, str]) -> None:
        """Show the numbers of an iteration, by name."""
        self._numbers = numbers
        self.setAccessibleDescription("\n".join(f"{name} {value}" for name, value in numbers.items()))
        self.update()

    def mark(self, parts: frozenset[str]) -> None:
        """Mark the numbers of these names."""
        self._chosen = parts
        self.update()

    def sizeHint(self) -> QSize:
        """No higher than it must be; the layout gives more."""
        return QSize(100 * theme.SPACE, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw neurons and lines, then the weights on the lines."""
        if not self._numbers:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._fitting_font())
        colors = theme.colors()
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        for letter, column in (("w", 0), ("v", 1)):
            for i in RANGE:
                for j in RANGE:
                    self._paint_weight(painter, letter, column, i, j)
        for i in RANGE:
            self._paint_neuron(painter, 0, i, [f"x{index(i)}"], "")
            self._paint_neuron(painter, 1, i, [f"b{index(i)}", f"z{index(i)}", f"h{index(i)}"], f"δ(z{index(i)})")
            names = [f"c{index(i)}", f"u{index(i)}", f"y'{index(i)}", f"y{index(i)}"]
            self._paint_neuron(painter, 2, i, names, f"δ(u{index(i)})")
        self._paint_loss(painter)

    def _centre(self, column: int, row: int) -> QPointF:
        side = EDGE + self._box_width() / 2
        return QPointF(side + column / 2 * (self.width() - 2 * side), ROWS[row] * self.height())

    def _fitting_font(self) -> QFont:
        """The font of the tab, or a smaller one where boxes and weights would lie over each other."""
        metrics = QFontMetricsF(self.font())
        box, weight = (metrics.horizontalAdvance(text) for text in (BOX_TEXT, WEIGHT_TEXT))
        across = 3 * box + 2 * weight / (2 * CROSSING) + 2 * EDGE + 6 * theme.SPACE
        down = 14.5 * metrics.height() + 6 * theme.SPACE
        return scaled(self.font(), max(0.3, min(0.9, self.width() / across, self.height() / down)))

    def _box_width(self) -> float:
        return QFontMetricsF(self._fitting_font()).horizontalAdvance(BOX_TEXT) + theme.SPACE

    def box(self, column: int, row: int) -> QRectF:
        """The box of a neuron: a line for each of its numbers."""
        lines = (1, 4, 5)[column]
        height = QFontMetricsF(self._fitting_font()).height() * lines + 2 * theme.SPACE
        room = QRectF(0, 0, self._box_width(), height)
        room.moveCenter(self._centre(column, row))
        return room

    def weight_room(self, letter: str, i: int, j: int) -> QRectF:
        """Where the weight from value i to neuron j stands, with its gradient below: on its line, beside the boxes."""
        column = 0 if letter == "w" else 1
        name = f"{letter}{index(i, j)}"
        half = QPointF(self._box_width() / 2, 0)
        start, end = self._centre(column, i) + half, self._centre(column + 1, j) - half
        metrics = QFontMetricsF(self._fitting_font())
        texts = (f"{name} {self._numbers[name]}", self._numbers[f"dL/d{name}"])
        width = max(metrics.horizontalAdvance(text) for text in texts) + 4
        at = start + (end - start) * (0.5 if i == j else CROSSING)
        room = QRectF(at.x() - width / 2, at.y() - metrics.height(), width, 2 * metrics.height())
        room.moveLeft(min(max(room.left(), start.x() + 2), end.x() - 2 - width))
        return room

    def _paint_weight(self, painter: QPainter, letter: str, column: int, i: int, j: int) -> None:
        """A line, and on it the weight and its gradient, nearer to where it begins."""
        colors = theme.colors()
        name = f"{letter}{index(i, j)}"
        marked = bool(self._chosen & {name, f"dL/d{name}"})
        half = QPointF(self._box_width() / 2, 0)
        start, end = self._centre(column, i) + half, self._centre(column + 1, j) - half
        painter.setPen(QPen(QColor(colors.accent if marked else colors.faint), 2.5 if marked else 1))
        painter.drawLine(start, end)
        room = self.weight_room(letter, i, j)
        width = room.width()
        texts = (f"{name} {self._numbers[name]}", self._numbers[f"dL/d{name}"])
        metrics = painter.fontMetrics()
        painter.fillRect(room, QColor(colors.panel))
        for line, (text, color) in enumerate(zip(texts, (colors.text, colors.validation), strict=True)):
            painter.setPen(QColor(colors.accent if marked and line == 0 else color))
            place = QRectF(room.left(), room.top() + line * metrics.height(), width, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_neuron(self, painter: QPainter, column: int, row: int, names: list[str], delta: str) -> None:
        """A box with a line for each number, and the delta in the colour of the gradients."""
        colors = theme.colors()
        metrics = painter.fontMetrics()
        shown = [*names, delta] if delta else names
        box = self.box(column, row)
        marked = bool(self._chosen & set(shown))
        painter.setPen(QPen(QColor(colors.accent if marked else colors.muted), 2 if marked else 1))
        painter.setBrush(QColor(colors.window))
        painter.drawRoundedRect(box, 8, 8)
        for line, name in enumerate(shown):
            place = QRectF(box.left(), box.top() + theme.SPACE + line * metrics.height(), box.width(), metrics.height())
            color = colors.validation if name == delta else colors.text
            painter.setPen(QColor(colors.accent if name in self._chosen and name != delta else color))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{name} {self._numbers[name]}")

    def _paint_loss(self, painter: QPainter) -> None:
        """The loss, below the outputs."""
        colors = theme.colors()
        painter.setFont(scaled(self.font(), 1, bold=True))
        painter.setPen(QColor(colors.accent if "L" in self._chosen else colors.text))
        place = QRectF(0, 0, self.width() - 3 * theme.SPACE, painter.fontMetrics().height() + theme.SPACE)
        place.moveTop(theme.SPACE / 2)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, _("loss L = {loss}").format(loss=self._numbers["L"]))
