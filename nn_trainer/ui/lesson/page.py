"""The Lesson tab's parts: the row of steps above, text and question left, the live picture right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nn_trainer.ui.help.page_browser import PageBrowser
from nn_trainer.ui.lesson.image_picker import ImagePicker
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.lesson.question_box import QuestionBox
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.stepper import Stepper
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import ElidedLabel


class LessonPage(QWidget):
    """Lays them out and names them; what they do is the tab's."""

    def __init__(self, steps: Sequence[LessonStep], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonTab")
        self.steps = tuple(steps)
        self.stepper = Stepper([step.title for step in steps])
        self.text = PageBrowser(4 * theme.SPACE)
        self.question_box = QuestionBox()
        self.origin = ElidedLabel()
        self.newer_button = QPushButton("&Use newer weights")
        self.picker = ImagePicker()
        self.copy_button = tool_button("Copy numbers", "lessonCopyButton", "copy", "Copy every number of the picture")
        self.save_button = tool_button("Save picture…", "lessonSaveButton", "save", "Save the picture as a PNG file")
        self.smaller_button = tool_button("A−", "lessonSmallerButton", "", "Smaller letters (Ctrl+−)")
        self.larger_button = tool_button(
            "A+", "lessonLargerButton", "", "Larger letters, to be read from afar (Ctrl++)"
        )
        self.picture = QStackedWidget()
        self.busy = QLabel()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._name_parts()
        self._lay_out()

    def _name_parts(self) -> None:
        self.text.setObjectName("lessonText")
        self.origin.setObjectName("lessonOrigin")
        self.origin.setProperty("role", "muted")
        self.newer_button.setObjectName("lessonNewerButton")
        self.newer_button.setToolTip("There is a newer classifier than the one whose copy is shown here: copy that one")
        self.newer_button.hide()
        self.smaller_button.setAccessibleName("Smaller letters")
        self.larger_button.setAccessibleName("Larger letters")
        self.picture.setObjectName("lessonPicture")
        self.busy.setObjectName("lessonBusy")
        self.busy.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.busy.setWordWrap(True)
        self.busy.setProperty("role", "muted")
        self.picture.addWidget(self.busy)
        for step in self.steps:
            self.picture.addWidget(step)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.text, 1)
        column.addWidget(self.question_box)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self._tools())
        column.addWidget(self.picture, 1)
        origin = QHBoxLayout()
        origin.addWidget(self.origin, 1)
        origin.addWidget(self.newer_button)
        column.addLayout(origin)
        splitter = self.splitter
        splitter.setObjectName("lessonSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3 * theme.SPACE)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([380, 864])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.stepper)
        layout.addWidget(splitter, 1)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.picker)
        row.addStretch()
        for button in (self.copy_button, self.save_button, self.smaller_button, self.larger_button):
            row.addWidget(button)
        return row
