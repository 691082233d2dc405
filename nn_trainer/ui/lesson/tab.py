"""The Lesson tab at work: joins the steps, their texts and questions, and what they work on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.data.problems import display_path
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.page import LessonPage
from nn_trainer.ui.lesson.parts.text_size import NORMAL, letters_sheet, next_size
from nn_trainer.ui.lesson.save_picture import save_picture
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.steps import STEPS
from nn_trainer.ui.lesson.subject_loader import SubjectKeeper
from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.settings import WindowSettings

KEYS = ("Alt+Left", "Alt+Right", "Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+0")


class LessonTab(LessonPage):
    """Shows one step at a time; the steps share the subject and the chosen image."""

    message = Signal(str, str)  # kind and sentence for the bar under the toolbar

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__([make() for make in STEPS], parent)
        self._settings = settings
        self._keeper = SubjectKeeper(self)
        self._letters = settings.lesson_letters
        self._connect()
        self._scale_letters(self._letters)
        self.go_to(0)

    def _connect(self) -> None:
        keeper = self._keeper
        keeper.made.connect(self._on_subject)
        keeper.status.connect(self._show_status)
        keeper.newer_changed.connect(self._offer_newer)
        self.newer_button.clicked.connect(keeper.update)
        self.stepper.step_wanted.connect(self.go_to)
        self.picker.picked.connect(self._show_current)
        self.question_box.check_wanted.connect(self._check)
        self.copy_button.clicked.connect(self.copy_numbers)
        self.save_button.clicked.connect(self.save_picture)
        self.smaller_button.clicked.connect(self.make_letters_smaller)
        self.larger_button.clicked.connect(self.make_letters_larger)
        theme.signals().changed.connect(self._restyle)
        for step in self.steps:
            step.question_changed.connect(self._ask)
        slots = (
            *(self.stepper.go_back, self.stepper.go_on, self.make_letters_larger, self.make_letters_larger),
            *(self.make_letters_smaller, self.make_letters_normal),
        )
        for keys, slot in zip(KEYS, slots, strict=True):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # what the window calls

    def set_source(self, dataset: Dataset | None, classifier: Classifier | None, origin: str) -> None:
        """Tell what is open; the lesson copies it when it is next looked at, or when its user wants that."""
        self._keeper.set_source(dataset, classifier, origin)

    @property
    def current(self) -> LessonStep:
        """The step at hand."""
        return self.steps[self.stepper.current]

    @property
    def subject(self) -> LessonSubject | None:
        """What the steps work on; None while it is made."""
        return self._keeper.subject

    def shutdown(self) -> None:
        """End what runs."""
        self._keeper.shutdown()
        for step in self.steps:
            step.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the subject of what the window has now."""
        super().showEvent(event)
        self._keeper.update()
        self._show_current()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop what moves."""
        super().hideEvent(event)
        self.current.leave()

    # steps

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Bring a step to the front, from 0."""
        if place != self.stepper.current:
            self.current.leave()
        self.stepper.show_step(place)
        self.text.show_page(self.current.page)
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        subject, step = self._keeper.subject, self.current
        self.picture.setCurrentWidget(self.busy if subject is None else step)
        self.picker.setVisible(step.uses_image)
        for button in (self.copy_button, self.save_button):
            button.setEnabled(subject is not None)
        if subject is not None and self.isVisible():
            step.set_subject(subject, self.picker.image)
        self._ask()

    @Slot(object)
    def _on_subject(self, subject: LessonSubject) -> None:
        self.picker.set_subject(subject)
        size = subject.preprocessing
        colours = "grey" if size.channels == "grey" else "colour"
        self.origin.set_text(
            f"{subject.name}  ·  {size.image_size}x{size.image_size} {colours}  ·  a copy of: {subject.origin}"
        )
        self._show_current()

    @Slot(str)
    def _show_status(self, text: str) -> None:
        self.busy.setText(text)
        self.origin.set_text(text)

    @Slot()
    def _offer_newer(self) -> None:
        self.newer_button.setVisible(self._keeper.is_newer)

    # question

    @Slot()
    def _ask(self) -> None:
        self.question_box.ask(self.current.question() if self._keeper.subject is not None else "")

    @Slot(str)
    def _check(self, answer: str) -> None:
        self.question_box.show_feedback(self.current.check(answer))

    # numbers and picture

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers of the step on the clipboard."""
        QGuiApplication.clipboard().setText(self.current.copy_text())
        self.message.emit("info", "The numbers are copied.")

    @Slot()
    def save_picture(self) -> None:
        """Ask for a file and save the picture of the step."""
        place = self.stepper.current
        suggested = Path(self._settings.folder("picture")) / f"lesson-{place + 1}.png"
        name, _ = QFileDialog.getSaveFileName(self, "Save the picture", str(suggested), "Picture (*.png)")
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(name + ".png")
        self._settings.set_folder("picture", path.parent)
        heading = f"{place + 1}  {self.current.title}"
        if save_picture(self.current, heading, self.origin.text(), path):
            self.message.emit("info", f"The picture {display_path(path.name)} is saved.")
        else:
            self.message.emit("error", f"{display_path(path)} cannot be written. Choose another folder.")

    # letters

    @Slot()
    def make_letters_larger(self) -> None:
        """Scale everything up by one size."""
        self._scale_letters(next_size(self._letters, larger=True))

    @Slot()
    def make_letters_smaller(self) -> None:
        """Scale everything down by one size."""
        self._scale_letters(next_size(self._letters, larger=False))

    @Slot()
    def make_letters_normal(self) -> None:
        """Take the size of the rest of the window."""
        self._scale_letters(NORMAL)

    def _scale_letters(self, percent: int) -> None:
        self._letters = self._settings.lesson_letters = percent
        self.smaller_button.setEnabled(next_size(percent, larger=False) != percent)
        self.larger_button.setEnabled(next_size(percent, larger=True) != percent)
        self.setStyleSheet(letters_sheet(percent))

    @Slot()
    def _restyle(self) -> None:
        self._scale_letters(self._letters)
