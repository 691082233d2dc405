"""The place of a step whose picture is not there yet."""

from __future__ import annotations

from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.step import Feedback, LessonStep


class StepToCome(LessonStep):
    """Has a text and no picture."""

    def __init__(self, title: str, page: str) -> None:
        super().__init__()
        self.title, self.page = title, page  # type: ignore[misc]

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Nothing."""

    def question(self) -> str:
        """No question."""
        return ""

    def check(self, answer: str) -> Feedback:
        """No answer."""
        return Feedback(False, "")

    def copy_text(self) -> str:
        """No numbers."""
        return ""
