"""The classes in an order that can be changed: labels, one-hot vectors and the class label file follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.wording import number

LABEL, NAME, ONE_HOT = range(3)
ASKED = "?"  # in place of the vector that is asked for
LONGEST_VECTOR = 20  # classes; of more only the place of the 1 is written


class ClassOrder(QWidget):
    """`order[label]` is the place, in the order at first, of the class that has this label now."""

    order_changed = Signal()

    def __init__(self, beside: QWidget, parent: QWidget | None = None) -> None:
        """`beside` is what stands in the row of the buttons."""
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self.order: list[int] = []
        self._marked = -1
        self._is_hidden = False
        self._filled: tuple[object, ...] = ()  # what the table was filled with
        self._rng = np.random.default_rng(1)
        self.table = QTableWidget(0, 3)
        self.table.setObjectName("lessonClassTable")
        self.table.setAccessibleName(_("Classes, their labels and one-hot vectors"))
        self.table.setToolTip(_("Choose a class and move it up or down: every label and vector follows"))
        self.file = QPlainTextEdit()
        self.file.setObjectName("lessonLabelFile")
        self.file.setAccessibleName(_("The class label file"))
        self.file.setToolTip(_("The class label file of this order: it gives the integers their names back"))
        self.file.setReadOnly(True)
        self._set_up_table()
        self._lay_out(beside)

    def set_names(self, names: Sequence[str]) -> None:
        """Show other classes, in their own order."""
        self._names = tuple(names)
        self.order = list(range(len(names)))
        self._fill()

    def vectors(self) -> list[str]:
        """The one-hot vector of each label as text."""
        count = len(self.order)
        if count > LONGEST_VECTOR:
            zeros = ngettext("1 at {label}, {n} zero", "1 at {label}, {n} zeros", count - 1)
            return [zeros.format(label=label, n=number(count - 1)) for label in range(count)]
        return [" ".join(str(int(place == label)) for place in range(count)) for label in range(count)]

    def mark(self, label: int, *, is_hidden: bool) -> None:
        """Mark the class of the image; its one-hot vector `is_hidden` while that is asked for."""
        self._marked, self._is_hidden = label, is_hidden
        self._fill()

    @Slot()
    def move_up(self) -> None:
        """Exchange the chosen class with the one above."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """Exchange the chosen class with the one below."""
        self._move(1)

    @Slot()
    def shuffle(self) -> None:
        """Take any order."""
        self._take([self.order[i] for i in self._rng.permutation(len(self.order))])

    @Slot()
    def reset(self) -> None:
        """Take the order of the data set."""
        self._take(sorted(self.order))

    def changeEvent(self, event: QEvent) -> None:
        """Rows are as high as the text asks for."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._names:
            self._fill()

    def _move(self, by: int) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.order) and 0 <= row + by < len(self.order):
            order = list(self.order)
            order[row], order[row + by] = order[row + by], order[row]
            self.table.setCurrentCell(row + by, NAME)
            self._take(order)

    def _take(self, order: list[int]) -> None:
        self.order = order
        self._fill()
        self.order_changed.emit()

    def _fill(self) -> None:
        """Fill the table, if there is anything new: a theme or a text size comes as several changes of the font."""
        fill = (self._names, tuple(self.order), self._marked, self._is_hidden, self.font().key())
        if fill == self._filled:
            return
        self._filled = fill
        table, vectors = self.table, self.vectors()
        row_before = max(0, table.currentRow())
        table.setRowCount(len(self.order))
        height = round(1.4 * self.fontMetrics().height())
        regular, bold = scaled(self.font(), 1.0), scaled(self.font(), 1.0, bold=True)
        table.blockSignals(True)
        for label, place in enumerate(self.order):
            table.setRowHeight(label, height)
            vector = ASKED if self._is_hidden and label == self._marked else vectors[label]
            for column, text in enumerate((str(label), self._names[place], vector)):
                item = table.item(label, column) or self._new_item(label, column)
                item.setText(text)
                strong = label == self._marked and column != ONE_HOT  # in bold the ones would form no diagonal
                item.setFont(bold if strong else regular)
        table.blockSignals(False)
        table.setCurrentCell(min(row_before, len(self.order) - 1), NAME)
        table.resizeColumnToContents(LABEL)
        table.resizeColumnToContents(NAME)
        self.file.setPlainText("\n".join(["label,name", *(f"{k},{self._names[p]}" for k, p in enumerate(self.order))]))

    def _new_item(self, row: int, column: int) -> QTableWidgetItem:
        item = QTableWidgetItem()
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if column == LABEL:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)
        return item

    def _set_up_table(self) -> None:
        table = self.table
        table.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a vector read backwards would be another one
        table.setHorizontalHeaderLabels([_("Label"), _("Class"), _("One-hot y")])
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setMinimumSectionSize(1)
        table.horizontalHeader().setSectionResizeMode(ONE_HOT, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _lay_out(self, beside: QWidget) -> None:
        up = tool_button(_("Up"), "lessonClassUp", "", _("Give the chosen class the label before"))
        down = tool_button(_("Down"), "lessonClassDown", "", _("Give the chosen class the label after"))
        shuffle = tool_button(_("Shuffle"), "lessonClassShuffle", "", _("Give the classes their labels in any order"))
        reset = tool_button(_("Reset"), "lessonClassReset", "", _("Go back to the order of the data set"))
        slots = (self.move_up, self.move_down, self.shuffle, self.reset)
        buttons = FlowLayout(across=theme.SPACE, down=theme.SPACE)
        for button, slot in zip((up, down, shuffle, reset), slots, strict=True):
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addWidget(beside)
        caption = QLabel(_("Class label file"))
        caption.setProperty("role", "muted")
        caption.setBuddy(self.file)
        file = QVBoxLayout()
        file.addWidget(caption)
        file.addWidget(self.file, 1)
        below = QHBoxLayout()
        below.setSpacing(2 * theme.SPACE)
        below.addWidget(self.table, 3)
        below.addLayout(file, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(buttons)
        layout.addLayout(below, 1)
