"""Every number of an iteration as a table: name, formula, the same in digits, value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nn_trainer.ui.lesson.inside.formulas import Line
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.wording import digits

HEADINGS = ("number", "formula", "in digits", "value")
IN_DIGITS, VALUE = 2, 3


class StepsTable(QTableWidget):
    """The sections have a heading row each; the row at hand is reported."""

    line_chosen = Signal(object)  # Line, or None at a heading

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setObjectName("handTable")
        self.setAccessibleName("Every number of the iteration")
        self.setToolTip("Choose a row to see in the drawing which numbers take part")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(IN_DIGITS, QHeaderView.ResizeMode.Stretch)
        self._lines: list[Line | None] = []  # of each row; None for a heading
        self._fit_rows()
        self.itemSelectionChanged.connect(self._report)
        theme.signals().changed.connect(self._fill)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these; the row at hand stays."""
        rows: list[Line | None] = []
        section = ""
        for line in lines:
            if line.section != section:
                section = line.section
                rows.append(None)
            rows.append(line)
        self._lines = rows
        self._fill()

    def line(self, name: str) -> Line:
        """The line of a number; KeyError if there is none."""
        for line in self._lines:
            if line is not None and line.name == name:
                return line
        raise KeyError(name)

    def choose(self, name: str) -> None:
        """Make the line of a number the one at hand."""
        self.setCurrentCell(self._lines.index(self.line(name)), 0)

    def lines(self) -> list[str]:
        """The table as text."""
        texts = []
        for place, line in enumerate(self._lines):
            if line is None:
                following = self._lines[place + 1]
                texts.append(following.section if following is not None else "")
            else:
                texts.append("\t".join((line.name, line.formula, line.in_digits, digits(line.value))))
        return texts

    def changeEvent(self, event: QEvent) -> None:
        """Scale with the letters of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_lines"):
            self._fit_rows()
            self._fill()

    def _fit_rows(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + theme.SPACE)

    @Slot()
    def _fill(self) -> None:
        chosen = self.currentRow()
        self.setRowCount(len(self._lines))
        bold, plain = scaled(self.font(), 1, bold=True), scaled(self.font(), 1)
        for row, line in enumerate(self._lines):
            if line is None:
                following = self._lines[row + 1]
                texts = (following.section if following is not None else "", "", "", "")
            else:
                texts = (line.name, line.formula, line.in_digits, digits(line.value))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setFont(bold if line is None or column == VALUE else plain)
                if line is None:
                    item.setForeground(QColor(theme.colors().muted))
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                if column == VALUE:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
                self.setItem(row, column, item)
        if 0 <= chosen < len(self._lines):
            self.setCurrentCell(chosen, 0)
            self._report()

    @Slot()
    def _report(self) -> None:
        row = self.currentRow()
        self.line_chosen.emit(self._lines[row] if 0 <= row < len(self._lines) else None)
