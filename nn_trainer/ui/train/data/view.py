"""What the dataset panel shows of a data set: figures, classes, images, and what was skipped."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.data.class_table import ClassTable, vector_text
from nn_trainer.ui.train.data.problem_list import ProblemList
from nn_trainer.ui.train.data.thumbnails import Thumbnails
from nn_trainer.ui.widgets.labels import ElidedLabel, set_tooltip


class DatasetView(QWidget):
    """The data set that training uses."""

    open_requested = Signal()
    sample_requested = Signal()
    write_label_file_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._name = ElidedLabel()
        self._name.setFont(theme.font(bold=True))
        self._summary = QLabel(wordWrap=True)
        self._summary.setObjectName("datasetSummary")
        self._splits = QLabel(wordWrap=True)
        self._splits.setObjectName("splitCounts")
        self._splits.setProperty("role", "muted")
        self._classes = ClassTable()
        self._classes.class_selected.connect(self._show_class)
        self._vector = QLineEdit()
        self._vector.setObjectName("oneHotVector")
        self._vector.setReadOnly(True)
        self._vector.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._shown = ElidedLabel()
        self._shown.setProperty("role", "muted")
        self._thumbnails = Thumbnails()
        self._thumbnails.shown.connect(self._say_which)
        self._problems = ProblemList()
        self._problems.opened.connect(self._make_room)
        self._build()

    def _build(self) -> None:
        menu = QMenu(self)
        menu.addAction("Open another folder…", self.open_requested.emit)
        menu.addAction("Open the sample", self.sample_requested.emit)
        menu.addSeparator()
        menu.addAction("Write the class label file…", self.write_label_file_requested.emit)
        more = QToolButton()
        more.setObjectName("datasetMenuButton")
        more.setText("Folder ▾")
        more.setToolTip("Open another data set, or write the class label file")
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(more)
        self._pictures = QWidget()
        pictures = QVBoxLayout(self._pictures)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(theme.SPACE)
        for widget in (self._vector, self._shown, self._thumbnails):
            pictures.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(top)
        layout.addWidget(self._summary)
        layout.addWidget(self._splits)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(self._classes, 4)
        layout.addWidget(self._pictures, 3)
        layout.addWidget(self._problems)

    def show_dataset(self, dataset: Dataset) -> None:
        """Show `dataset`."""
        self._dataset = dataset
        self._name.set_text(dataset.name, display_path(dataset.root))
        self._summary.setText(dataset.summary)
        self._splits.setText(_split_text(dataset))
        self._problems.show_problems(dataset.problems, dataset.root)
        self._classes.set_dataset(dataset)

    @Slot(int)
    def _show_class(self, label: int) -> None:
        """Show the vector and the images of one class."""
        if self._dataset is None:
            return
        name = self._dataset.class_names[label]
        self._vector.setText(vector_text(label, len(self._dataset.class_names)))
        self._vector.setCursorPosition(0)
        set_tooltip(self._vector, f"The one-hot vector of {name}: what the network is trained to answer")
        self._vector.setAccessibleName(f"One-hot vector of {name}")
        self._thumbnails.show_class(self._dataset, label)

    @Slot(int, int)
    def _say_which(self, shown: int, count: int) -> None:
        """Say which images of the class are shown."""
        which = f"First {shown} of {count:,}" if shown < count else f"All {count:,}"
        self._shown.set_text(f"{which}, as the network sees them")

    @Slot(bool)
    def _make_room(self, problems: bool) -> None:
        """Let the list of problems take the place of the images while it is open."""
        self._pictures.setVisible(not problems)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretchFactor(self._problems, 4 if problems else 0)


def _split_text(dataset: Dataset) -> str:
    """For what the folders mean the images, such as "train 800 · validation 200 · test 200"."""
    counts = {split: int((dataset.splits == split).sum()) for split in ("train", "validation", "test")}
    text = " · ".join(f"{split} {count:,}" for split, count in counts.items() if count)
    return text if counts["validation"] else f"{text} · validation is split off"
