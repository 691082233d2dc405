"""What the two kinds of curves are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme

TEXTS = (_("training"), _("validation"))
LINE = 6 * theme.SPACE


class Legend(QWidget):
    """A piece of each line with its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Training: blue line. Validation: orange line with diamonds."))
        self.setToolTip(_("The circle marks the lowest validation loss"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.signals().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for both."""
        metrics = QFontMetrics(self.font())
        width = sum(metrics.horizontalAdvance(text) + LINE + 4 * theme.SPACE for text in TEXTS)
        return QSize(width, metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        colors = theme.colors()
        x, middle = 0.0, self.height() / 2
        for text, color, diamond in zip(TEXTS, (colors.train, colors.validation), (False, True), strict=True):
            painter.setPen(QPen(QColor(color), 2))
            painter.drawLine(QPointF(x, middle), QPointF(x + LINE, middle))
            if diamond:
                painter.setBrush(QColor(color))
                center = QPointF(x + LINE / 2, middle)
                corners = (QPointF(0, -4.5), QPointF(4.5, 0), QPointF(0, 4.5), QPointF(-4.5, 0))
                painter.drawPolygon(QPolygonF([center + corner for corner in corners]))
            painter.setPen(QColor(colors.text))
            painter.drawText(QPointF(x + LINE + theme.SPACE, middle + metrics.ascent() / 2 - 1), text)
            x += LINE + metrics.horizontalAdvance(text) + 4 * theme.SPACE
