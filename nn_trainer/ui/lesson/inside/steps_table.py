"""Every number of an iteration as a table: name, formula, the same in digits, value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.inside.exponents import ExponentDelegate
from nn_trainer.ui.lesson.inside.iteration_lines import Line
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme

HEADINGS = (_("number"), _("formula"), _("in digits"), _("value"))
IN_DIGITS, VALUE = 2, 3


class StepsTable(QTableWidget):
    """The sections have a heading row each; the row at hand is reported.

    Cells are written only while they can be seen, and only those that have changed: one number that is typed changes a
    few of them, and nobody waits for the rest.
    """

    line_chosen = Signal(object)  # Line, or None at a heading

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADINGS), parent)
        self.setObjectName("handTable")
        self.setAccessibleName(_("Every number of the iteration"))
        self.setToolTip(_("Choose a row to see in the drawing which numbers take part"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # formulas
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(ExponentDelegate(self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(IN_DIGITS, QHeaderView.ResizeMode.Stretch)
        self._lines: list[Line | None] = []  # of each row; None for a heading
        self._dressed = False  # whether font and colours are those of now
        self._is_filled = False  # whether the cells say what the lines say
        self._fit_rows()
        self.itemSelectionChanged.connect(self._report)
        theme.signals().changed.connect(self._undress)

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
        self._is_filled = False
        if self.rowCount() != len(rows):
            self._make_rows()
        if self.isVisible():
            self._fill()
        self._report()

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
                texts.append(self._section(place))
            else:
                texts.append("\t".join((line.name, line.formula, line.in_digits, line.value)))
        return texts

    def sizeHint(self) -> QSize:
        """No higher than it must be; the layout gives more."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """No lower than the rows need."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def showEvent(self, event: QShowEvent) -> None:
        """Write what has changed while nobody looked."""
        super().showEvent(event)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Scale with the text of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_is_filled"):
            self._fit_rows()
            self._undress()

    @Slot()
    def _undress(self) -> None:
        """Font or colours are others: take them before the table is seen again."""
        self._dressed = False
        if self.isVisible():
            self._fill()

    def _fit_rows(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + theme.SPACE)

    def _section(self, heading: int) -> str:
        following = self._lines[heading + 1]
        return following.section if following is not None else ""

    def _texts(self, row: int) -> tuple[str, str, str, str]:
        line = self._lines[row]
        return (
            (self._section(row), "", "", "") if line is None else (line.name, line.formula, line.in_digits, line.value)
        )

    def _make_rows(self) -> None:
        self._dressed = False
        with QSignalBlocker(self):
            self.setRowCount(len(self._lines))
            for row, line in enumerate(self._lines):
                for column in range(len(HEADINGS)):
                    item = QTableWidgetItem()
                    if line is None:
                        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                    if column == VALUE:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
                    self.setItem(row, column, item)

    def _fill(self) -> None:
        if not self._dressed:
            self._dress()
        if self._is_filled:
            return
        self._is_filled = True
        for row in range(len(self._lines)):
            for column, text in enumerate(self._texts(row)):
                item = self.item(row, column)
                if item is not None and item.text() != text:
                    item.setText(text)
        self._fit_columns()

    def _dress(self) -> None:
        """Give all cells the font and the colours of now."""
        self._dressed = True
        self._is_filled = False
        bold, plain = scaled(self.font(), 1, bold=True), scaled(self.font(), 1)
        muted = QColor(theme.colors().muted)
        for row, line in enumerate(self._lines):
            for column in range(len(HEADINGS)):
                item = self.item(row, column)
                if item is not None:
                    item.setFont(bold if line is None or column == VALUE else plain)
                    if line is None:
                        item.setForeground(muted)

    def _fit_columns(self) -> None:
        """As wide as the widest text; "in digits" has the rest."""
        metrics = QFontMetrics(scaled(self.font(), 1, bold=True))
        for column in range(len(HEADINGS)):
            if column != IN_DIGITS:
                texts = (HEADINGS[column], *(self._texts(row)[column] for row in range(len(self._lines))))
                width = max(metrics.horizontalAdvance(text) for text in texts) + 4 * theme.SPACE
                if width != self.columnWidth(column):
                    self.setColumnWidth(column, width)

    @Slot()
    def _report(self) -> None:
        row = self.currentRow()
        self.line_chosen.emit(self._lines[row] if 0 <= row < len(self._lines) else None)
