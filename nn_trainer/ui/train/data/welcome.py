"""What the dataset panel shows while there is no data set: what to drop, and what the folder looks like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.data.requests import DataRequests
from nn_trainer.ui.widgets.text_labels import fixed_font, keep_font, set_tooltip

LAYOUT = _("pets\n├─ cat\n│   ├─ 001.jpg\n│   └─ 002.png\n└─ dog\n    └─ 001.jpg")
MOST_RECENT = 5


class WelcomePage(DataRequests):
    """The invitation to drop a folder, two buttons and the data sets opened last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target = QFrame()
        self._target.setObjectName("dropTarget")
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        invitation = QLabel(_("Drop a folder of class folders here"), wordWrap=True)
        invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        invitation.setProperty("role", "title")
        open_button = QPushButton(_("Open data…"))
        open_button.setObjectName("openDatasetButton")
        open_button.setToolTip(_("Choose a folder that holds one folder of images for each class (Ctrl+O)"))
        open_button.clicked.connect(self.open_requested)
        sample_button = QPushButton(_("Try the sample"))
        sample_button.setObjectName("sampleDatasetButton")
        sample_button.setToolTip(_("Open the 1,000 images of clothes that come with the program: ten classes of 100"))
        sample_button.clicked.connect(self.sample_requested)
        inside = QVBoxLayout(self._target)
        inside.setContentsMargins(4 * theme.SPACE, 4 * theme.SPACE, 4 * theme.SPACE, 4 * theme.SPACE)
        inside.setSpacing(2 * theme.SPACE)
        for widget in (self._icon, invitation, open_button, sample_button):
            inside.addWidget(widget)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * theme.SPACE)
        layout.addWidget(self._target)
        layout.addLayout(self._recent)
        layout.addWidget(self._make_example())
        layout.addStretch(1)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    def _make_example(self) -> QWidget:
        example = QFrame()
        example.setProperty("role", "panel")
        layout = QVBoxLayout(example)
        layout.setSpacing(2 * theme.SPACE)
        above = QLabel(_("One folder for each class, named like the class:"), wordWrap=True)
        tree = QLabel(LAYOUT)
        keep_font(tree, fixed_font)
        tree.setAccessibleName(_("pets holds cat and dog, which hold the images"))
        below = QLabel(
            _("train/ with val/ or test/ beside it, each with such folders, is understood too."), wordWrap=True
        )
        packed = QLabel(_("A zip or tar of such a folder is opened as it is: drop it too."), wordWrap=True)
        for label in (above, below, packed):
            label.setProperty("role", "muted")
        for label in (above, tree, below, packed):
            layout.addWidget(label)
        return example

    def show_recent(self, recent: Sequence[Path]) -> None:
        """List the data sets that were opened last, the latest first."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None  # the list holds nothing but labels and buttons
            widget.deleteLater()
        if recent:
            heading = QLabel(_("RECENT"))
            heading.setProperty("role", "heading")
            self._recent.addWidget(heading)
        for path in recent[:MOST_RECENT]:
            button = QPushButton()
            button.setProperty("role", "link")
            button.setProperty("path", str(path))
            set_tooltip(button, display_path(path))
            button.setAccessibleName(_("Open {path}").format(path=display_path(path)))
            room = 60 * theme.SPACE
            text = _("{name}  in {folder}").format(name=path.name, folder=path.parent)
            elided = button.fontMetrics().elidedText(display_path(text), Qt.TextElideMode.ElideMiddle, room)
            button.setText(elided.replace("&", "&&"))
            button.clicked.connect(self._open_recent)
            self._recent.addWidget(button)

    @Slot()
    def _open_recent(self) -> None:
        self.recent_requested.emit(Path(self.sender().property("path")))

    @Slot()
    def _restyle(self) -> None:
        colors = theme.colors()
        line = f"2px dashed {colors.faint}"
        self._target.setStyleSheet(f"#dropTarget {{ background: {colors.panel}; border: {line}; border-radius: 8px; }}")
        self._icon.setPixmap(theme.icon("folder", colors.muted).pixmap(32, 32))
