"""The pictures of the steps, each made when it is first looked at, and what stands in their place before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel

from nn_trainer.ui.lesson.parts.scrolling import CurrentStack
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.lesson.steps import STEPS


class StepStack(CurrentStack):
    """One step in front, or a sentence on what is waited for."""

    question_changed = Signal()  # that of any step; the one in front may be another
    section_requested = Signal(int)  # of the page that is the text of the step, from 0

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lessonPicture")
        self._made: dict[int, LessonStep] = {}
        self.busy = QLabel()
        self.busy.setObjectName("lessonBusy")
        self.busy.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.busy.setWordWrap(True)
        self.busy.setProperty("role", "muted")
        self.addWidget(self.busy)

    def step(self, place: int) -> LessonStep:
        """A step by its place, from 0; made when it is first asked for."""
        if place not in self._made:
            step = STEPS[place]()
            step.question_changed.connect(self.question_changed)
            step.section_requested.connect(self.section_requested)
            self.addWidget(step)
            self._made[place] = step
        return self._made[place]

    def is_made(self, place: int) -> bool:
        """Whether a step was looked at already."""
        return place in self._made

    def show_step(self, place: int) -> None:
        """Bring a step to the front."""
        self.setCurrentWidget(self.step(place))

    def show_busy(self) -> None:
        """Say what is waited for, in place of a step."""
        self.setCurrentWidget(self.busy)

    def shutdown(self) -> None:
        """Let every step begin nothing more."""
        for step in self._made.values():
            step.shutdown()
