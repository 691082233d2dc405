"""One row a class: what the network says (y'), drawn as a bar, and what the label says (y)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits, number


class ClassBars(QWidget):
    """All classes in label order where there is room, else the most probable and the true one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("y' and y of every class"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._names: Sequence[str] = ()
        self._predicted: NDArray[np.float64] = np.zeros(0)
        self._label: int | None = None
        theme.signals().changed.connect(self.update)

    def show_probabilities(self, names: Sequence[str], predicted: NDArray[np.float64], label: int | None) -> None:
        """`predicted` (classes,); `label` is the true class, None where nobody knows."""
        self._names, self._predicted, self._label = names, predicted, label
        self.setAccessibleDescription("\n".join(self.lines()))
        self.update()

    def rows(self) -> list[tuple[str, float, int | None]]:
        """Name, y' and y of every class."""
        return [
            (name, float(p), None if self._label is None else int(k == self._label))
            for k, (name, p) in enumerate(zip(self._names, self._predicted, strict=True))
        ]

    def lines(self) -> list[str]:
        """The rows as text, one line for each class below a heading."""
        heading = [_("class\ty'") if self._label is None else _("class\ty'\ty")] if len(self._names) else []
        return heading + ["\t".join([name, digits(p), *([] if y is None else [str(y)])]) for name, p, y in self.rows()]

    def sizeHint(self) -> QSize:
        """Some rows; the layout decides."""
        return QSize(56 * theme.SPACE, 40 * theme.SPACE)

    def _shown(self, room: int) -> list[int]:
        """The classes that are drawn, in label order."""
        if len(self._names) <= room:
            return list(range(len(self._names)))
        best = list(np.argsort(-self._predicted, kind="stable")[: room - 1])
        if self._label is not None and self._label not in best:
            best[-1] = self._label
        return sorted(int(k) for k in best)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a heading and the rows."""
        if not len(self._names):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(scaled(self.font(), 1, bold=True))
        line = metrics.height()
        shown = self._shown(max(2, int(self.height() / (line + 1)) - 1))
        height = min(line + theme.SPACE, self.height() / (len(shown) + (2 if len(shown) < len(self._names) else 1)))
        self._paint_row(painter, 0.0, height, "", "y'", "y" if self._label is not None else "", None)
        top = int(self._predicted.argmax())
        for place, k in enumerate(shown, 1):
            y = "" if self._label is None else str(int(k == self._label))
            bold = k in (top, self._label)
            painter.setFont(scaled(self.font(), 1, bold=bold))
            value = float(self._predicted[k])
            self._paint_row(painter, place * height, height, self._names[k], digits(value), y, value, best=k == top)
        if len(shown) < len(self._names):
            more = len(self._names) - len(shown)
            rest = ngettext("and {count} more class", "and {count} more classes", more).format(count=number(more))
            painter.setFont(self.font())
            self._paint_row(painter, (len(shown) + 1) * height, height, rest, "", "", None)

    def _paint_row(
        self,
        painter: QPainter,
        top: float,
        height: float,
        name: str,
        number: str,
        y: str,
        share: float | None,
        *,
        best: bool = False,
    ) -> None:
        colors = theme.colors()
        metrics = QFontMetricsF(scaled(self.font(), 1, bold=True))
        y_width = metrics.horizontalAdvance("0") + 2 * theme.SPACE if self._label is not None else 0.0
        number_width = metrics.horizontalAdvance("0.0000e−00") + theme.SPACE
        name_width = min(
            max((metrics.horizontalAdvance(text) for text in self._names), default=0.0) + theme.SPACE,
            self.width() * 0.38,
        )
        if share is None and name:
            name_width = float(self.width())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.text if share is not None and self.isEnabled() else colors.muted))
        elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, name_width - theme.SPACE)
        painter.drawText(QRectF(0, top, name_width, height), middle | Qt.AlignmentFlag.AlignLeft, elided)
        right = self.width() - y_width
        painter.drawText(
            QRectF(right - number_width, top, number_width, height), middle | Qt.AlignmentFlag.AlignRight, number
        )
        painter.drawText(QRectF(right, top, y_width, height), middle | Qt.AlignmentFlag.AlignRight, y)
        if share is None:
            return
        bar = QRectF(name_width, top + height * 0.22, max(right - number_width - name_width, 0.0), height * 0.56)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.border))
        painter.drawRect(QRectF(bar.left(), bar.center().y(), bar.width(), 1))
        painter.setBrush(QColor(colors.accent if best else colors.muted))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), 2, 2)
