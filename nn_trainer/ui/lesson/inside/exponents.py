"""Exponents, which stand high on the screen: "e^(−z₁)" in plain text, as it is copied and read out."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.widgets.cells import AnyIndex

SMALLER, RAISED = 0.8, 0.3  # the size of an exponent, and how far it is raised, as shares of the size of the text
MARK = "^("


def split_exponents(text: str) -> list[tuple[str, bool]]:
    """The pieces of a formula, each with whether it is an exponent."""
    pieces: list[tuple[str, bool]] = []
    while MARK in text:
        before, _mark, text = text.partition(MARK)
        depth, end = 1, 0
        while end < len(text) and depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        pieces += [(before, False), (text[: end - 1], True)]
        text = text[end:]
    return [(piece, high) for piece, high in (*pieces, (text, False)) if piece]


def with_exponents(text: str) -> str:
    """The formula as rich text."""
    pieces = split_exponents(text)
    return "".join(f"<sup>{escape(piece)}</sup>" if high else escape(piece) for piece, high in pieces)  # not shown


class ExponentDelegate(QStyledItemDelegate):
    """Paints the cells of a table, with exponents where they have any."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """As any cell, but for the text."""
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if MARK not in text:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        style = cell.widget.style() if cell.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, cell, cell.widget)
        chosen = bool(cell.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(cell.rect)
        painter.setPen(cell.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text))
        metrics = QFontMetricsF(cell.font)
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, cell, cell.widget) + 1
        x = max(float(room.left()), cell.rect.left() + margin)
        baseline = cell.rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
        for piece, high in split_exponents(text):
            font = scaled(cell.font, SMALLER) if high else cell.font
            painter.setFont(font)
            painter.drawText(QPointF(x, baseline - (RAISED * metrics.ascent() if high else 0.0)), piece)
            x += QFontMetricsF(font).horizontalAdvance(piece)
        painter.restore()
