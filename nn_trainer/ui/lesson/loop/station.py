"""One station of the training loop: a box with a number and a name, and what is at hand there."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.ui.theme import theme

Look = Literal["done", "lit", "waiting"]


class Station(QWidget):
    """Shows its part of an iteration; its look says whether the light is here, was here, or is still to come."""

    def __init__(self, number: int, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"station{number}")
        self.setAccessibleName(title)
        self.setToolTip(tip)
        self._number = number
        self.look: Look = "done"
        self._title = QLabel(title)
        self._title.setContentsMargins(6 * theme.SPACE, 0, 0, 0)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*[2 * theme.SPACE] * 4)
        self.body.setSpacing(theme.SPACE)
        self.body.addWidget(self._title)
        theme.signals().changed.connect(self.update)

    def show_iteration(self, iteration: Iteration) -> None:
        """Show this station's part of it."""
        raise NotImplementedError

    def clear(self) -> None:
        """Nothing has been computed yet."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """Every number that is shown, as lines with tabs between the columns."""
        raise NotImplementedError

    def set_look(self, look: Look) -> None:
        """Where the iteration is, seen from here."""
        if look != self.look:
            self.look = look
            self.setEnabled(look != "waiting")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box and the number of the station."""
        colors = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.look == "lit"
        painter.setPen(QPen(QColor(colors.accent if lit else colors.border), 2 if lit else 1))
        painter.setBrush(QColor(colors.panel))
        edge = 1.0 if lit else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 6, 6)
        side = self._title.height()
        badge = QRectF(self._title.x(), self._title.y(), 5 * theme.SPACE, 5 * theme.SPACE)
        badge.moveTop(self._title.y() + (side - badge.height()) / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.faint if self.look == "waiting" else colors.accent))
        painter.drawEllipse(badge)
        painter.setPen(QColor(colors.accent_text))
        font = painter.font()
        font.setBold(True)
        font.setPointSizeF(theme.point_size(theme.SMALL))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._number))
