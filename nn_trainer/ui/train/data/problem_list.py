"""What was skipped, and why: one line that opens into a list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nn_trainer.data.problems import Problem, display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import AnyIndex
from nn_trainer.ui.widgets.text_labels import plain_tooltip
from nn_trainer.wording import number

PROBLEM_ROLE = Qt.ItemDataRole.UserRole
BATCH = 100  # entries that are laid out at a time, so that a list of thousands opens at once


class ProblemModel(QAbstractListModel):
    """One row for each problem; nothing of a row is made before somebody looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self._root = Path()

    def set_problems(self, problems: Sequence[Problem], root: Path) -> None:
        """List problems, those of skipped files first."""
        self.beginResetModel()
        self.problems = sorted(problems, key=lambda problem: not problem.skipped)
        self._root = root
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - how Qt declares it
        """The number of problems."""
        return 0 if parent.isValid() else len(self.problems)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The path inside the data set, the tooltip, or the problem itself."""
        problem = self.problems[index.row()]
        if role == PROBLEM_ROLE:
            return problem
        if role == Qt.ItemDataRole.DisplayRole:
            inside = problem.path.is_relative_to(self._root) and problem.path != self._root
            return display_path(problem.path.relative_to(self._root) if inside else problem.path)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{display_path(problem.path)}\n{explanation(problem)}")  # not shown
        if role == Qt.ItemDataRole.AccessibleTextRole:
            path = self.data(index)
            return _("{path}: {explanation}").format(path=path, explanation=explanation(problem))
        return None


class ProblemDelegate(QStyledItemDelegate):
    """The path, then in as many lines as it takes the reason and what to do."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._heights: dict[tuple[int, str], int] = {}  # of texts in a width; most files have the same few reasons

    def forget_sizes(self) -> None:
        """Measure again, in another font."""
        self._heights.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """The height that the wrapped text needs."""
        width = self._view.viewport().width()
        text = explanation(index.data(PROBLEM_ROLE))
        height = self._heights.get((width, text))
        if height is None:
            room = self._text_room(QRect(0, 0, width, 10_000))
            metrics = self._view.fontMetrics()
            lines = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text)
            height = metrics.height() + lines.height() + 3 * theme.SPACE
            self._heights[width, text] = height
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
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
        path = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideLeft, first.width())
        painter.drawText(first, 0, path)
        painter.setPen(QColor(colors.accent_text if selected else colors.muted))
        below = room.adjusted(0, first.height(), 0, 0)
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), explanation(problem))
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
        self.summary = ""  # the line that is always seen, such as "3 files skipped, 1 note"
        self._button = QToolButton()
        self._button.setObjectName("problemsButton")
        self._button.setCheckable(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.toggled.connect(self._open)
        self._copy = QToolButton()
        self._copy.setObjectName("copyProblemsButton")
        self._copy.setText(_("Copy"))
        self._copy.setToolTip(_("Copy the list, or what is selected in it, as a table"))
        self._copy.clicked.connect(self.copy)
        self.list = QListView()
        self.model = ProblemModel()
        self._delegate = ProblemDelegate(self.list)
        self._build_list()
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

    def _build_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setAccessibleName(_("Files that were skipped, and notes"))
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setItemDelegate(self._delegate)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else all is laid out twice
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setBatchSize(BATCH)
        copy = QAction(_("Copy"), self.list)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        self.list.addAction(copy)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_problems(self, problems: Sequence[Problem], root: Path) -> None:
        """List `problems`, those of skipped files first; paths are shown relative to `root`."""
        self._button.setChecked(False)
        self.model.set_problems(problems, root)
        skipped = sum(problem.files for problem in problems if problem.skipped)
        self.summary = _count_text(skipped, sum(not problem.skipped for problem in problems))
        theme.set_icon(self._button, "warning" if skipped else "info")
        self._label_button()
        self.setVisible(bool(problems))

    @Slot()
    def copy(self) -> None:
        """Put the selected entries, or all, on the clipboard: path, reason and action between tabs."""
        rows = sorted(index.row() for index in self.list.selectedIndexes()) or range(len(self.model.problems))
        lines = ["path\treason\taction"]
        for problem in map(self.model.problems.__getitem__, rows):
            lines.append("\t".join((display_path(problem.path), problem.reason, problem.action)))
        QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot(bool)
    def _open(self, on: bool) -> None:
        self.list.setVisible(on)
        self._copy.setVisible(on)
        self._label_button()
        self.opened.emit(on)

    def _label_button(self) -> None:
        self._button.setText(f"{self.summary} {'▾' if self._button.isChecked() else '▸'}")
        self._button.setAccessibleName(self.summary)

    def changeEvent(self, event: QEvent) -> None:
        """Wrap the texts again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._delegate.forget_sizes()
            self.list.scheduleDelayedItemsLayout()


def explanation(problem: Problem) -> str:
    """What is wrong with a file and what to do about it, as sentences."""
    reason = problem.reason[:1].upper() + problem.reason[1:]
    return _("{reason}. {action}.").format(reason=reason, action=problem.action)


def _count_text(skipped: int, notes: int) -> str:
    files = ngettext("{count} file skipped", "{count} files skipped", skipped).format(count=number(skipped))
    others = ngettext("{count} note", "{count} notes", notes).format(count=number(notes))
    if skipped and notes:
        return _("{files_skipped}, {notes}").format(files_skipped=files, notes=others)
    return files if skipped else others
