"""The Lesson tab: the row of steps above, text and question left, the live picture of the step right."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.help.page_browser import PageBrowser
from nn_trainer.ui.lesson.origin_row import OriginRow
from nn_trainer.ui.lesson.parts.scrolling import scrolled
from nn_trainer.ui.lesson.parts.text_size import text_size_sheet
from nn_trainer.ui.lesson.question_box import QuestionBox
from nn_trainer.ui.lesson.save_picture import ask_for_picture_file, save_picture
from nn_trainer.ui.lesson.shortcuts import connect_keys
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.step_stack import StepStack
from nn_trainer.ui.lesson.stepper import Stepper
from nn_trainer.ui.lesson.steps import STEPS
from nn_trainer.ui.lesson.subject_loader import SubjectLoader, origin_words
from nn_trainer.ui.lesson.text_and_picture import TextAndPicture
from nn_trainer.ui.lesson.tool_row import ToolRow
from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.page import Page, Situation
from nn_trainer.ui.window.settings import WindowSettings


class LessonTab(Page):
    """Shows one step at a time; the steps share the subject and the chosen image."""

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonTab")
        self._settings = settings
        self._loader = SubjectLoader(self)
        self.stepper = Stepper([step.title for step in STEPS])
        self.text = PageBrowser(4 * theme.SPACE)
        self.text.setObjectName("lessonText")
        self.question_box = QuestionBox()
        self.origin_row = OriginRow()
        self.origin, self.newer_button = self.origin_row.origin, self.origin_row.newer_button
        self.tools = ToolRow(settings.lesson_text_size)
        self.picker, self.text_size = self.tools.picker, self.tools.text_size
        self.picture = StepStack()
        self.splitter = TextAndPicture()
        self._lay_out()
        self._connect()
        self._on_text_size()
        self.go_to(0)

    def _lay_out(self) -> None:
        picture = scrolled(self.picture, "lessonScroll")
        self.splitter.set_halves(self.text, self.question_box, self.tools, picture, self.origin_row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.stepper)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        loader, size = self._loader, self.text_size
        loader.made.connect(self._on_subject)
        loader.status.connect(self._show_status)
        loader.newer_changed.connect(self.newer_button.setVisible)
        self.newer_button.clicked.connect(loader.update)
        self.picture.question_changed.connect(self._ask)
        self.picture.section_requested.connect(self.text.show_section)
        self.stepper.step_requested.connect(self.go_to)
        self.text.page_requested.connect(self._follow_link)
        self.picker.picked.connect(self._show_current)
        self.question_box.check_requested.connect(self._check)
        self.tools.copy_button.clicked.connect(self.copy_numbers)
        self.tools.save_button.clicked.connect(self.save_picture)
        size.changed.connect(self._on_text_size)
        theme.signals().changed.connect(self._scale_text)
        self.splitter.splitterMoved.connect(self._fit_tools)
        connect_keys(self, self.stepper, size)

    # what the window calls

    @property
    def splitters(self) -> tuple[QSplitter, ...]:
        """Between text and picture."""
        return (self.splitter,)

    def show_situation(self, situation: Situation) -> None:
        """Take note of what is open."""
        self.set_source(situation.dataset, situation.classifier, situation.origin)

    def set_source(self, dataset: Dataset | None, classifier: Classifier | None, origin: str) -> None:
        """Tell what is open; the lesson copies it when it is next looked at, or when its user wants that."""
        self._loader.set_source(dataset, classifier, origin)

    @property
    def current(self) -> LessonStep:
        """The step at hand."""
        return self.step(self.stepper.current)

    @property
    def help_page(self) -> str:
        """The page of the handbook that is the text of the step at hand."""
        return STEPS[self.stepper.current].help_page

    @property
    def subject(self) -> LessonSubject | None:
        """What the steps work on; None while it is made."""
        return self._loader.subject

    def paste(self) -> bool:
        """Give the picture on the clipboard to the step at hand, if it takes one."""
        return self.current.paste()

    def is_busy(self) -> bool:
        """Whether the step at hand is computing."""
        return self.picture.is_made(self.stepper.current) and self.current.is_busy()

    def shutdown(self) -> None:
        """End what runs."""
        self._loader.shutdown()
        self.picture.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the subject of what the window has now."""
        super().showEvent(event)
        self._bound_text()
        self._loader.update()
        self._show_current()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop what moves."""
        super().hideEvent(event)
        self._leave()

    # steps

    def step(self, place: int) -> LessonStep:
        """A step by its place, from 0; made when it is first asked for."""
        return self.picture.step(place)

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Bring a step to the front, from 0."""
        if place != self.stepper.current:
            self._leave()
        self.stepper.show_step(place)
        self.text.show_page(self.help_page)
        self._show_current()

    def _leave(self) -> None:
        """Stop what moves on the step at hand, if it was looked at."""
        if self.picture.is_made(self.stepper.current):
            self.current.leave()

    @Slot(str)
    def _follow_link(self, page: str) -> None:
        """Go to the step whose text a link leads to; another page is for the window of the handbook."""
        place = next((place for place, step in enumerate(STEPS) if step.help_page == page), None)
        if place is None:
            self.help_requested.emit(page)
        else:
            self.go_to(place)

    @Slot()
    def _show_current(self) -> None:
        subject = self._loader.subject
        self.picker.setVisible(STEPS[self.stepper.current].uses_image)
        for button in self.tools.buttons:
            button.setEnabled(subject is not None)
        if subject is None:
            self.picture.show_busy()
        elif self.isVisible():
            self.picture.show_step(self.stepper.current)
            self.current.set_subject(subject, self.picker.image)
        self._ask()

    @Slot(object, int)
    def _on_subject(self, subject: LessonSubject, first: int) -> None:
        self.picker.set_subject(subject, first)
        self.origin.set_text(origin_words(subject))
        self._show_current()

    @Slot(str)
    def _show_status(self, text: str) -> None:
        self.picture.busy.setText(text)
        self.origin.set_text(text)

    # question

    @Slot()
    def _ask(self) -> None:
        if self._loader.subject is None or not self.picture.is_made(self.stepper.current):
            self.question_box.ask("", None)
            return
        step = self.current
        self.question_box.ask(step.question(), (self.stepper.current, step.question_about()))

    @Slot(str)
    def _check(self, answer: str) -> None:
        self.question_box.show_feedback(self.current.check(answer))

    # numbers, picture and text size

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers of the step on the clipboard."""
        QGuiApplication.clipboard().setText(self.current.copy_text())
        self.message.emit("info", _("The numbers are copied."))

    @Slot()
    def save_picture(self) -> None:
        """Ask for a file and save the picture of the step."""
        number = self.stepper.current + 1
        name = f"lesson-{number}.png"  # not shown: a name of a file
        path = ask_for_picture_file(self, self._settings, name)
        if path is not None:
            heading = f"{number}  {self.current.title}"
            self.message.emit(*save_picture(self.current, heading, self.origin.text(), path))

    @Slot()
    def _scale_text(self) -> None:
        self._settings.lesson_text_size = self.text_size.percent
        sheet = text_size_sheet(self.text_size.percent)
        if sheet != self.styleSheet():  # Qt would style every widget of the lesson again, also for the same sheet
            self.setStyleSheet(sheet)

    @Slot()
    def _on_text_size(self) -> None:
        """Give the text the room that its size needs."""
        self._scale_text()
        self.splitter.share_room(self.text_size.percent)
        self._bound_text()

    def _bound_text(self) -> None:
        """Keep room for the picture beside the text, once the two have a size."""
        self.splitter.bound_text(self.width())
        self._fit_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the picture, and words on the buttons where there is room for them."""
        super().resizeEvent(event)
        self._bound_text()

    @Slot()
    def _fit_tools(self) -> None:
        self.tools.fit(self.splitter.sizes()[1])
