"""The table of classes: label, name, one-hot vector and number of images."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.tables.labels import one_hot
from nn_trainer.file_names import natural_key
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.cells import AnyIndex
from nn_trainer.ui.widgets.text_labels import plain_tooltip
from nn_trainer.wording import number

LABEL, NAME, ONE_HOT, IMAGES = range(4)
TITLES = ("#", _("Class"), _("One-hot"), _("Images"))
TOOLTIPS = (
    _("The integer label of the class"),
    _("The name of the class: that of its folder, or that of the class label file"),
    _("What the network is trained to answer: 1 at the label of the class, 0 elsewhere"),
    _("How many images training and validation have of the class"),
)
FEWEST_ROWS = 4  # that can be seen in a low window, with the heading
WIDEST_COUNT = "000,000"
SHORTEST_NAME = "0" * 9  # that the counts of images leave room for
BAR = 6 * theme.SPACE  # pixels of the longest
MEASURED_NAMES = 20  # the longest; those with the most letters are among the widest
LONGEST_VECTOR = 12  # classes; the vectors of more are shortened
SORT_ROLE = Qt.ItemDataRole.UserRole
SHARE_ROLE = Qt.ItemDataRole.UserRole + 1  # of the largest class, 0 to 1


def vector_text(label: int, classes: int, *, short: bool = False) -> str:
    """The one-hot vector of a label as figures; `short` leaves out most zeros when there are many classes."""
    if not short or classes <= LONGEST_VECTOR:
        return " ".join(f"{value:.0f}" for value in one_hot(label, classes))
    if label == 0:
        return "1 0 … 0"
    return "0 … 0 1" if label == classes - 1 else "0 … 1 … 0"


def _vector_font() -> QFont:
    """A small font with narrow spaces, in which ten classes fit in the column."""
    font = theme.tabular_font(theme.SMALL)
    font.setWordSpacing(-1)
    return font


class ClassTableModel(QAbstractTableModel):
    """One row for each class of a data set, in the order of the labels."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._places: list[int] = []  # of the names among all, in small letters and with digits as numbers
        self._counts: list[int] = []
        self._largest = 1
        self._fonts: dict[int, QFont] = {}  # by column; a font takes longer to make than a cell to draw
        theme.signals().changed.connect(self._fonts.clear)

    def set_dataset(self, dataset: Dataset) -> None:
        """Show the classes of `dataset`."""
        self.beginResetModel()
        self._names = dataset.class_names
        ordered = sorted(self._names, key=lambda name: natural_key(name.casefold()))
        place_of = {name: place for place, name in enumerate(ordered)}
        self._places = [place_of[name] for name in self._names]
        self._counts = dataset.counts().tolist()
        self._largest = max(*self._counts, 1) if self._counts else 1
        self._fonts.clear()
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - how Qt declares it
        """The number of classes."""
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - how Qt declares it
        """The number of columns."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        texts = {Qt.ItemDataRole.DisplayRole: TITLES, Qt.ItemDataRole.ToolTipRole: TOOLTIPS}.get(Qt.ItemDataRole(role))
        return texts[section] if texts else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows, its tooltip, or what it is sorted by."""
        label, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(label, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._tooltip(label, column))
        if role == SORT_ROLE:
            return (label, self._places[label], label, self._counts[label])[column]
        if role == SHARE_ROLE:
            return self._counts[label] / self._largest
        if role == Qt.ItemDataRole.TextAlignmentRole and column == LABEL:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column != NAME:
            if column not in self._fonts:
                self._fonts[column] = _vector_font() if column == ONE_HOT else theme.tabular_font()
            return self._fonts[column]
        return None

    def _text(self, label: int, column: int) -> str:
        if column == ONE_HOT:
            return vector_text(label, len(self._names), short=True)
        return (str(label), self._names[label], "", number(self._counts[label]))[column]

    def _tooltip(self, label: int, column: int) -> str:
        name = self._names[label]
        if column == ONE_HOT:
            return _("{name}: {vector}").format(name=name, vector=vector_text(label, len(self._names)))
        if column == IMAGES:
            return ngettext(
                "{name}: {count} of {all} image", "{name}: {count} of {all} images", sum(self._counts)
            ).format(name=name, count=number(self._counts[label]), all=number(sum(self._counts)))
        return _("{label}: {name}").format(label=label, name=name)


class CountDelegate(QStyledItemDelegate):
    """A number with a bar behind it, as long as the class is large."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw the bar, then the number."""
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colors = theme.colors()
        cell: QRect = option.rect
        painter.save()
        if selected:
            painter.fillRect(cell, QColor(colors.accent))
        room = cell.adjusted(theme.SPACE, 0, -theme.SPACE, 0)
        figures = painter.fontMetrics().horizontalAdvance(WIDEST_COUNT)
        bar = QRect(room.left(), room.center().y() - theme.SPACE, 0, 2 * theme.SPACE)
        longest = room.width() - figures
        bar.setWidth(max(1, round(longest * index.data(SHARE_ROLE))) if longest > 0 else 0)
        bar = QStyle.visualRect(option.direction, room, bar)  # from the side where a line begins
        painter.fillRect(bar, QColor(colors.accent_text if selected else colors.train))
        painter.setPen(QColor(colors.accent_text if selected else colors.text))
        painter.setFont(index.data(Qt.ItemDataRole.FontRole))
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignAbsolute), index.data())
        painter.restore()


class ClassTable(QTableView):
    """Shows the classes; one is always selected."""

    class_selected = Signal(int)  # its label

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names_width = self._vector_width = self._count_width = self._title_width = 0  # that the columns need
        self._names: list[str] = []  # the longest
        self._class_count = 0
        self.setObjectName("classTable")
        self.setAccessibleName(_("Classes"))
        self._classes = ClassTableModel()
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self._classes)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setItemDelegateForColumn(IMAGES, CountDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(50)  # rows that are measured: hundreds take long, and are as wide
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setMinimumSectionSize(6 * theme.SPACE)
        header.setSectionResizeMode(LABEL, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(ONE_HOT, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(IMAGES, QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(self._report)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        """Give rows and columns the room of the letters, and a few rows their place in a low window."""
        metrics = QFontMetrics(theme.tabular_font())
        self._count_width = metrics.horizontalAdvance(WIDEST_COUNT) + 2 * theme.SPACE
        self.setColumnWidth(IMAGES, self._count_width + BAR)
        row = max(6 * theme.SPACE, metrics.height() + theme.SPACE)
        self.verticalHeader().setDefaultSectionSize(row)
        if self._class_count:
            self._measure()

    def set_dataset(self, dataset: Dataset) -> None:
        """Show the classes of `dataset` in the order of their labels, the first one selected."""
        self._classes.set_dataset(dataset)
        self._names = sorted(dataset.class_names, key=len)[-MEASURED_NAMES:]
        self._class_count = len(dataset.class_names)
        self.sortByColumn(LABEL, Qt.SortOrder.AscendingOrder)
        self._measure()
        self.setCurrentIndex(self._sorted.index(0, NAME))  # selects the row also from right to left

    def _measure(self) -> None:
        """Find the room that names and vectors need, and all rows."""
        metrics = QFontMetrics(_vector_font())
        vector = metrics.horizontalAdvance(vector_text(1, self._class_count, short=True)) + 3 * theme.SPACE
        for column in (ONE_HOT, IMAGES):  # a hidden column has no width
            self.setColumnHidden(column, False)
        self._vector_width = max(vector, self.horizontalHeader().sectionSizeHint(ONE_HOT))
        self._title_width = self.horizontalHeader().sectionSizeHint(IMAGES)
        self.setColumnWidth(ONE_HOT, self._vector_width)
        width = QFontMetrics(theme.font()).horizontalAdvance
        self._names_width = max(map(width, self._names), default=0) + 3 * theme.SPACE
        rows = self.verticalHeader().length() + self.horizontalHeader().sizeHint().height()
        height = rows + 2 * self.frameWidth()
        self.setMaximumHeight(height)  # the rest of the room is for the images
        self.setMinimumHeight(min(FEWEST_ROWS * self.verticalHeader().defaultSectionSize(), height))
        self._share_width()

    def sizeHint(self) -> QSize:
        """No higher than it must be; it takes what room there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Where names would be cut, leave out one-hot vectors, as there is one below the table, bars, and counts."""
        room = self.viewport().width() - self.columnWidth(LABEL)
        with_bars, without = self._count_width + BAR, self._title_width
        width = with_bars if room - with_bars >= self._names_width else without
        letters = QFontMetrics(theme.font()).horizontalAdvance(SHORTEST_NAME)
        shown = room - width >= min(self._names_width, letters)
        self.setColumnHidden(IMAGES, not shown)
        if shown:
            self.setColumnWidth(IMAGES, width)
            room -= width
        self.setColumnHidden(ONE_HOT, room - self._vector_width < min(self._names_width, room))

    @Slot(QModelIndex, QModelIndex)
    def _report(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.class_selected.emit(self._sorted.mapToSource(current).row())
