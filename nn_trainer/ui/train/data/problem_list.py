"""What was skipped, and why: one line that opens into a list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nn_trainer.data.problems import Problem, display_path
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import plain_tooltip

PROBLEM_ROLE = Qt.ItemDataRole.UserRole
PATH_ROLE = Qt.ItemDataRole.UserRole + 1  # relative to the data set


class ProblemDelegate(QStyledItemDelegate):
    """The path, then in as many lines as it takes the reason and what to do."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height that the wrapped text needs."""
        view: QListWidget = self.parent()  # type: ignore[assignment]
        width = view.viewport().width()
        text = self._text_room(QRect(0, 0, width, 10_000))
        lines = view.fontMetrics().boundingRect(text, int(Qt.TextFlag.TextWordWrap), _explanation(index))
        return QSize(width, view.fontMetrics().height() + lines.height() + 3 * theme.SPACE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the entry."""
        colors = theme.colors()
        cell: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        problem: Problem = index.data(PROBLEM_ROLE)
        painter.save()
        if selected:
            painter.fillRect(cell, QColor(colors.accent))
        room = self._text_room(cell)
        first = QRect(room.left(), room.top(), room.width(), painter.fontMetrics().height())
        painter.setPen(QColor(colors.accent_text if selected else colors.warning if problem.skipped else colors.text))
        path = painter.fontMetrics().elidedText(index.data(PATH_ROLE), Qt.TextElideMode.ElideLeft, first.width())
        painter.drawText(first, 0, path)
        painter.setPen(QColor(colors.accent_text if selected else colors.muted))
        painter.drawText(room.adjusted(0, first.height(), 0, 0), int(Qt.TextFlag.TextWordWrap), _explanation(index))
        painter.restore()

    def _text_room(self, cell: QRect) -> QRect:
        return cell.adjusted(2 * theme.SPACE, theme.SPACE, -2 * theme.SPACE, -theme.SPACE)


class ProblemList(QWidget):
    """Counts the files that were skipped, and apart from them the notes; a click lists them.

    Hidden while there is nothing to tell.
    """

    opened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetProblems")
        self._button = QToolButton()
        self._button.setObjectName("problemsButton")
        self._button.setCheckable(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.toggled.connect(self._open)
        self._copy = QToolButton()
        self._copy.setObjectName("copyProblemsButton")
        self._copy.setText("Copy")
        self._copy.setToolTip("Copy the list, or what is selected in it, as a table")
        self._copy.clicked.connect(self.copy)
        self.list = QListWidget()
        self.list.setAccessibleName("Files that were skipped, and notes")
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setItemDelegate(ProblemDelegate(self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        copy = QAction("Copy", self.list)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        self.list.addAction(copy)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        row = QHBoxLayout()
        row.addWidget(self._button)
        row.addStretch(1)
        row.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(row)
        layout.addWidget(self.list, 1)
        self._open(False)

    def show_problems(self, problems: Sequence[Problem], root: Path) -> None:
        """List `problems`, those of skipped files first; paths are shown relative to `root`."""
        self.list.clear()
        for problem in sorted(problems, key=lambda problem: not problem.skipped):
            inside = problem.path.is_relative_to(root) and problem.path != root
            path = display_path(problem.path.relative_to(root) if inside else problem.path)
            item = QListWidgetItem(path)
            item.setData(PROBLEM_ROLE, problem)
            item.setData(PATH_ROLE, path)
            item.setToolTip(plain_tooltip(f"{display_path(problem.path)}\n{problem.reason}.\n{problem.action}."))
            self.list.addItem(item)
        skipped = sum(problem.skipped for problem in problems)
        self._button.setText(_count_text(skipped, len(problems) - skipped))
        theme.set_icon(self._button, "warning" if skipped else "info")
        self._button.setChecked(False)
        self.setVisible(bool(problems))

    @property
    def summary(self) -> str:
        """The line that is always seen, such as "3 files skipped, 1 note"."""
        return self._button.text().removesuffix(" ▸").removesuffix(" ▾")

    @Slot()
    def copy(self) -> None:
        """Put the selected entries, or all, on the clipboard: path, reason and action between tabs."""
        items = self.list.selectedItems() or [self.list.item(row) for row in range(self.list.count())]
        lines = ["path\treason\taction"]
        for item in items:
            problem: Problem = item.data(PROBLEM_ROLE)
            lines.append("\t".join((display_path(problem.path), problem.reason, problem.action)))
        QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot(bool)
    def _open(self, on: bool) -> None:
        self.list.setVisible(on)
        self._copy.setVisible(on)
        self._button.setText(f"{self.summary} {'▾' if on else '▸'}")
        self._button.setAccessibleName(self.summary)
        self.opened.emit(on)

    def changeEvent(self, event: QEvent) -> None:
        """Wrap the texts again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.list.scheduleDelayedItemsLayout()


def _explanation(index: QModelIndex | QPersistentModelIndex) -> str:
    problem: Problem = index.data(PROBLEM_ROLE)
    return f"{problem.reason[:1].upper()}{problem.reason[1:]}. {problem.action}."


def _count_text(skipped: int, notes: int) -> str:
    parts = []
    if skipped:
        parts.append(f"{skipped:,} file{'' if skipped == 1 else 's'} skipped")
    if notes:
        parts.append(f"{notes:,} note{'' if notes == 1 else 's'}")
    return ", ".join(parts) + " ▸"
