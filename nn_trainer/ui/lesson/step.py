"""What every step of the lesson is."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nn_trainer.models.lesson_subject import LessonSubject


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to an answer: why it is right, or a hint."""

    right: bool
    text: str


class LessonStep(QWidget):
    """The live picture of one step, with a question about it.

    Its font is that of the tab, which the user can scale: take sizes from `self.font()` and `fontMetrics()`.  What
    takes longer than a frame goes through `workers.latest_job.LatestJob`.
    """

    title: ClassVar[str]  # as short as a button
    help_page: ClassVar[str]  # file under resources/help
    uses_image: ClassVar[bool] = True  # False: no image is chosen above the picture

    question_changed = Signal()  # what `question` or `question_about` give may be another
    section_requested = Signal(int)  # the section of the page, from 0, that is about what is shown now

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Show the image of that index; called when the step comes to the front, and when one of the two changes."""
        raise NotImplementedError

    def question(self) -> str:
        """The question below the text, with the figures of what is shown."""
        raise NotImplementedError

    def question_about(self) -> Hashable:
        """What the answer depends on; while it is equal, what was typed and what was said to it stay.

        By default the sentence alone: enough where all that the answer depends on stands in it.
        """
        return self.question()

    def check(self, answer: str) -> Feedback:
        """Compare an answer with what the engine computes."""
        raise NotImplementedError

    def copy_text(self) -> str:
        """Every number that is shown, as lines of text with tabs between the columns."""
        raise NotImplementedError

    def paste(self) -> bool:
        """Take the picture on the clipboard; False where the step has no use for one."""
        return False

    def is_busy(self) -> bool:
        """Whether something is being computed, so that the picture is not the last word yet."""
        return False

    def leave(self) -> None:
        """Another step comes to the front, or the tab is left: stop what moves."""

    def shutdown(self) -> None:
        """The window closes: begin nothing more."""
