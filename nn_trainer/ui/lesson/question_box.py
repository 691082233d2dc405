"""The question of a step: a field for the answer, a button that checks it, a sentence that says why."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.theme import theme


class QuestionBox(QFrame):
    """Knows what was typed, not what is right."""

    check_requested = Signal(str)  # the answer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._about: Hashable = None  # of the question at hand
        self._heading = QLabel(_("TRY THIS"))
        self._heading.setProperty("role", "heading")
        self.question, self.feedback = QLabel(), QLabel()
        self.question.setObjectName("lessonQuestion")
        self.feedback.setObjectName("lessonFeedback")
        self.question.setAccessibleName(_("Question"))
        self.feedback.setAccessibleName(_("What is said to the answer"))
        for label in (self.question, self.feedback):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer = QLineEdit()
        self.answer.setObjectName("lessonAnswer")
        self.answer.setAccessibleName(_("Answer"))
        self.answer.setPlaceholderText(_("Your answer"))
        self.answer.setToolTip(_("Type a number or a name; comma and point are both taken. Enter checks it"))
        self.button = QPushButton(_("&Check"))
        self.button.setObjectName("lessonCheckButton")
        self.button.setToolTip(_("Compare the answer with what the network computes"))
        self.answer.returnPressed.connect(self._report)
        self.button.clicked.connect(self._report)
        layout = QGridLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self._heading, 0, 0, 1, 2)
        layout.addWidget(self.question, 1, 0, 1, 2)
        layout.addWidget(self.answer, 2, 0)
        layout.addWidget(self.button, 2, 1)
        layout.addWidget(self.feedback, 3, 0, 1, 2)

    def ask(self, question: str, about: Hashable) -> None:
        """Put a question; the answer to another one, or to the same words about other things, goes away."""
        self.setVisible(bool(question))
        self.question.setText(question)
        if about != self._about:
            self._about = about
            self.answer.clear()
            self._say("", "")

    def show_feedback(self, feedback: Feedback) -> None:
        """Say whether the answer is right, and why."""
        template = _("✓ Right. {why}") if feedback.right else _("✗ Not yet. {hint}")
        self._say(template.format(why=feedback.text, hint=feedback.text), "ok" if feedback.right else "error")

    def _say(self, text: str, role: str) -> None:
        self.feedback.setText(text)
        self.feedback.setVisible(bool(text))
        self.feedback.setProperty("role", role)
        self.feedback.style().polish(self.feedback)

    @Slot()
    def _report(self) -> None:
        if self.answer.text().strip():
            self.check_requested.emit(self.answer.text().strip())
        else:
            self.answer.setFocus()
            self._say(_("Type an answer first."), "muted")
