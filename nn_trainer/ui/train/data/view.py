"""What the dataset panel shows of a data set: figures, classes, images, and what was skipped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.data.class_table import ClassTable, vector_text
from nn_trainer.ui.train.data.problem_list import ProblemList
from nn_trainer.ui.train.data.requests import DataRequests
from nn_trainer.ui.train.data.thumbnails import Thumbnails
from nn_trainer.ui.widgets.text_labels import ElidedLabel, fixed_font, keep_font, set_tooltip
from nn_trainer.wording import number

#: What a reading that was chosen says of the classes; its codes are those of the readings.
READ_AS = {
    "classes": _("Classes taken from the folders"),
    "splits": _("Classes taken from the folders in the splits"),
    "inner": _("Classes taken from the folders in the folders"),
    "names": _("Classes taken from the names of the files"),
    "table": _("Classes taken from the table"),
    "joined": _("Names that look alike are one class"),
    "apart": _("Names that look alike are classes of their own"),
}
SPLITS = {"train": _("train {count}"), "validation": _("validation {count}"), "test": _("test {count}")}


class DatasetView(DataRequests):
    """The data set that training uses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._name = ElidedLabel()
        keep_font(self._name, partial(theme.font, bold=True))
        self._summary = QLabel(wordWrap=True)
        self._summary.setObjectName("datasetSummary")
        self._splits = QLabel(wordWrap=True)
        self._splits.setObjectName("splitCounts")
        self._splits.setProperty("role", "muted")
        self._read_as = QLabel(wordWrap=True)
        self._read_as.setObjectName("readAs")
        self._read_as.setProperty("role", "muted")
        self._ask_again = QPushButton(_("Ask again"))
        self._ask_again.setProperty("role", "link")
        self._ask_again.setObjectName("askAgainButton")
        self._ask_again.setToolTip(_("Choose anew how the folder is to be read"))
        self._ask_again.clicked.connect(self.ask_again_requested)
        self._classes = ClassTable()
        self._classes.class_selected.connect(self._show_class)
        self._vector = QLineEdit()
        self._vector.setObjectName("oneHotVector")
        self._vector.setReadOnly(True)
        self._vector.setFrame(False)
        self._vector.setProperty("role", "readout")
        keep_font(self._vector, fixed_font)
        self._vector_name = QLabel(_("One-hot vector"))
        self._vector_name.setProperty("role", "muted")
        self._shown = ElidedLabel()
        self._shown.setProperty("role", "muted")
        self._thumbnails = Thumbnails()
        self._thumbnails.shown.connect(self._say_which)
        self._thumbnails.predict_requested.connect(self.predict_requested)
        self._problems = ProblemList()
        self._problems.opened.connect(self._make_room)
        self._build()

    def _build(self) -> None:
        self._more = QToolButton()
        self._more.setObjectName("datasetMenuButton")
        self._more.setText(_("Folder"))
        self._more.setToolTip(_("Open another data set, read this one again, or write the class label file"))
        self._more.setMenu(self._make_menu())
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setProperty("role", "menu")
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(self._more)
        vector = QHBoxLayout()
        vector.addWidget(self._vector_name)
        vector.addWidget(self._vector, 1)
        self._pictures = QWidget()
        pictures = QVBoxLayout(self._pictures)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(theme.SPACE)
        pictures.addLayout(vector)
        for widget in (self._shown, self._thumbnails):
            pictures.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(top)
        layout.addWidget(self._summary)
        layout.addWidget(self._splits)
        layout.addWidget(self._read_as)
        layout.addWidget(self._ask_again)
        layout.addSpacing(theme.SPACE)
        layout.addWidget(self._classes, 4)
        layout.addWidget(self._pictures, 3)
        layout.addWidget(self._problems)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(_("Open data…"), self.open_requested.emit)
        menu.addAction(_("Open archive…"), self.archive_requested.emit)
        menu.addAction(_("Try the sample"), self.sample_requested.emit)
        self._recent = menu.addMenu(_("Recent data"))
        self._recent.triggered.connect(self._on_recent)
        menu.addSeparator()
        self._keeping = [
            menu.addAction(_("Reload data"), self.reload_requested.emit),
            menu.addAction(_("Close data"), self.close_requested.emit),
        ]
        menu.addSeparator()
        menu.addAction(_("Write the class label file…"), self.write_label_file_requested.emit)
        return menu

    def show_recent(self, recent: Sequence[Path]) -> None:
        """List the data sets that were opened last, the latest first."""
        self._recent.clear()
        for path in recent:
            action = self._recent.addAction(display_path(path).replace("&", "&&"))
            action.setData(path)
            set_tooltip(action, display_path(path))
        self._recent.setEnabled(bool(recent))

    def set_locked(self, locked: bool) -> None:
        """Offer nothing that would change the data set while a training uses it."""
        for action in (*self._more.menu().actions()[:4], *self._keeping):
            action.setEnabled(not locked)
        self._ask_again.setEnabled(not locked)
        self._recent.setEnabled(not locked and not self._recent.isEmpty())

    @Slot(QAction)
    def _on_recent(self, action: QAction) -> None:
        self.recent_requested.emit(action.data())

    def show_dataset(self, dataset: Dataset) -> None:
        """Show `dataset`."""
        self._dataset = dataset
        self._name.set_text(dataset.name, display_path(dataset.root))
        self._summary.setText(dataset.summary)
        self._splits.setText(_split_text(dataset))
        answers = dataset.choice.answers
        self._read_as.setText("\n".join(READ_AS[code] for code in answers if code in READ_AS))
        self._read_as.setVisible(bool(answers))
        self._ask_again.setVisible(bool(answers))
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
        tip = _("The one-hot vector of {name}: what the network is trained to answer").format(name=name)
        set_tooltip(self._vector, tip)
        self._vector.setAccessibleName(_("One-hot vector of {name}").format(name=name))
        self._thumbnails.show_class(self._dataset, label)

    @Slot(int, int)
    def _say_which(self, shown: int, count: int) -> None:
        """Say which images of the class are shown."""
        if shown < count:
            text = _("First {shown} of {count}, as the network sees them")
        else:
            text = ngettext("The only one, as the network sees it", "All {count}, as the network sees them", count)
        self._shown.set_text(text.format(shown=number(shown), count=number(count)))

    @Slot(bool)
    def _make_room(self, problems: bool) -> None:
        """Let the list of problems take the place of the images while it is open."""
        self._pictures.setVisible(not problems)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretchFactor(self._problems, 4 if problems else 0)


def _split_text(dataset: Dataset) -> str:
    """For what the folders mean the images, such as "train 800 · validation 200 · test 200"."""
    counts = {split: int((dataset.splits == split).sum()) for split in SPLITS}
    parts = [SPLITS[split].format(count=number(count)) for split, count in counts.items() if count]
    if not counts["validation"]:
        parts.append(_("validation is split off"))
    return " · ".join(parts)
