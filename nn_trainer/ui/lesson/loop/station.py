"""One station of the training loop: a box with a number and a name, and what is at hand there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.ui.lesson.parts.scrolling import take_what_is_left
from nn_trainer.ui.theme import theme

Look = Literal["done", "lit", "waiting"]


class Station(QWidget):
    """Shows its part of an iteration; its look says whether the light is here, was here, or is still to come.

    Before the first iteration it says in words what will be seen here.
    """

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
        self.hint = QLabel(tip, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.hint.setObjectName(f"station{number}Hint")
        self.hint.setProperty("role", "muted")
        self.hint.setMinimumWidth(1)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.SPACE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * theme.SPACE] * 4)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._title)
        layout.addWidget(self.hint, 1)
        layout.addWidget(self.content, 1)
        self.content.hide()
        theme.signals().changed.connect(self.update)

    def add_pictures(self, *pictures: QWidget, shares: Sequence[int] = (1,)) -> None:
        """Let pictures have what room the words leave: they ask for none, so that the diagram fits a small window."""
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        for picture, share in zip(pictures, shares, strict=True):
            take_what_is_left(picture)
            row.addWidget(picture, share)
        self.body.addLayout(row, 1)

    def show_iteration(self, iteration: Iteration) -> None:
        """Show this station's part of it."""
        self.hint.hide()
        self.content.show()
        self.fill(iteration)

    def clear(self) -> None:
        """Nothing has been computed yet: say what will be seen."""
        self.empty()
        self.content.hide()
        self.hint.show()

    def fill(self, iteration: Iteration) -> None:
        """Write and draw this station's part of an iteration."""
        raise NotImplementedError

    def empty(self) -> None:
        """Forget the iteration."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """Every number that is shown, as lines with tabs between the columns."""
        raise NotImplementedError

    def set_look(self, look: Look) -> None:
        """Where the iteration is, seen from here."""
        if look != self.look:
            self.look = look
            self.content.setEnabled(look != "waiting")
            self._title.setEnabled(look != "waiting")
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
