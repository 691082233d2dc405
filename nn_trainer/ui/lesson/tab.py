"""The Lesson tab: the row of steps above, text and question left, the live picture of the step right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.help.page_browser import PageBrowser
from nn_trainer.ui.lesson.parts.scrolling import CurrentStack, scrolled
from nn_trainer.ui.lesson.parts.text_size import text_size_sheet
from nn_trainer.ui.lesson.question_box import QuestionBox
from nn_trainer.ui.lesson.save_picture import ask_for_picture_file, save_picture
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.stepper import Stepper
from nn_trainer.ui.lesson.steps import STEPS
from nn_trainer.ui.lesson.subject_loader import SubjectLoader, origin_words
from nn_trainer.ui.lesson.text_and_picture import TextAndPicture
from nn_trainer.ui.lesson.tool_row import ToolRow
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import ElidedLabel
from nn_trainer.ui.window.page import Page, Situation
from nn_trainer.ui.window.settings import WindowSettings

KEYS = ("Alt+Left", "Alt+Right", "Ctrl++", "Ctrl+=", "Ctrl+-", "Ctrl+0")  # not shown


class LessonTab(Page):
    """Shows one step at a time; the steps share the subject and the chosen image.

    A step is made when it is first looked at.
    """

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonTab")
        self._settings = settings
        self._loader = SubjectLoader(self)
        self._made: dict[int, LessonStep] = {}
        self.stepper = Stepper([step.title for step in STEPS])
        self.text = PageBrowser(4 * theme.SPACE)
        self.text.setObjectName("lessonText")
        self.question_box = QuestionBox()
        self.origin = ElidedLabel()
        self.origin.setObjectName("lessonOrigin")
        self.origin.setProperty("role", "muted")
        self.newer_button = QPushButton(_("&Use newer weights"))
        self.newer_button.setObjectName("lessonNewerButton")
        self.newer_button.setToolTip(
            _("There is a newer classifier than the one whose copy is shown here: copy that one")
        )
        self.newer_button.hide()
        self.tools = ToolRow(settings.lesson_text_size)
        self.picker, self.text_size = self.tools.picker, self.tools.text_size
        self.busy = QLabel()
        self.busy.setObjectName("lessonBusy")
        self.busy.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.busy.setWordWrap(True)
        self.busy.setProperty("role", "muted")
        self.picture = CurrentStack()
        self.picture.setObjectName("lessonPicture")
        self.picture.addWidget(self.busy)
        self.splitter = TextAndPicture()
        self._lay_out()
        self._connect()
        self._scale_text()
        self._share_room()
        self.go_to(0)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.text, 1)
        column.addWidget(self.question_box)
        origin = QHBoxLayout()
        origin.addWidget(self.origin, 1)
        origin.addWidget(self.newer_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(self.tools)
        column.addWidget(scrolled(self.picture, "lessonScroll"), 1)
        column.addLayout(origin)
        self.splitter.set_halves(left, right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 3 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.stepper)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        loader, size = self._loader, self.text_size
        loader.made.connect(self._on_subject)
        loader.status.connect(self._show_status)
        loader.newer_changed.connect(self._offer_newer)
        self.newer_button.clicked.connect(loader.update)
        self.stepper.step_requested.connect(self.go_to)
        self.text.page_requested.connect(self._follow_link)
        self.picker.picked.connect(self._show_current)
        self.question_box.check_requested.connect(self._check)
        self.tools.copy_button.clicked.connect(self.copy_numbers)
        self.tools.save_button.clicked.connect(self.save_picture)
        size.changed.connect(self._scale_text)
        size.changed.connect(self._share_room)
        theme.signals().changed.connect(self._scale_text)
        self.splitter.splitterMoved.connect(self._fit_tools)
        slots = (
            *(self.stepper.go_back, self.stepper.go_on, size.make_larger, size.make_larger),
            *(size.make_smaller, size.make_normal),
        )
        for keys, slot in zip(KEYS, slots, strict=True):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

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
        return self.stepper.current in self._made and self.current.is_busy()

    def shutdown(self) -> None:
        """End what runs."""
        self._loader.shutdown()
        for step in self._made.values():
            step.shutdown()

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
        if place not in self._made:
            step = STEPS[place]()
            step.question_changed.connect(self._ask)
            step.section_requested.connect(self.text.show_section)
            self.picture.addWidget(step)
            self._made[place] = step
        return self._made[place]

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
        if self.stepper.current in self._made:
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
            self.picture.setCurrentWidget(self.busy)
        elif self.isVisible():
            self.picture.setCurrentWidget(self.current)
            self.current.set_subject(subject, self.picker.image)
        self._ask()

    @Slot(object, int)
    def _on_subject(self, subject: LessonSubject, first: int) -> None:
        self.picker.set_subject(subject, first)
        self.origin.set_text(origin_words(subject))
        self._show_current()

    @Slot(str)
    def _show_status(self, text: str) -> None:
        self.busy.setText(text)
        self.origin.set_text(text)

    @Slot()
    def _offer_newer(self) -> None:
        self.newer_button.setVisible(self._loader.is_newer)

    # question

    @Slot()
    def _ask(self) -> None:
        if self._loader.subject is None or self.stepper.current not in self._made:
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
        path = ask_for_picture_file(self, Path(self._settings.folder("picture")) / name)
        if path is not None:
            self._settings.set_folder("picture", path.parent)
            heading = f"{number}  {self.current.title}"
            self.message.emit(*save_picture(self.current, heading, self.origin.text(), path))

    @Slot()
    def _scale_text(self) -> None:
        self._settings.lesson_text_size = self.text_size.percent
        sheet = text_size_sheet(self.text_size.percent)
        if sheet != self.styleSheet():  # Qt would style every widget of the lesson again, also for the same sheet
            self.setStyleSheet(sheet)

    @Slot()
    def _share_room(self) -> None:
        """Give the text room for its letters."""
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
