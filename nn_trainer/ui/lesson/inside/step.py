"""Step 8: inside of a network. Backpropagation by hand, and what a convolution does to an image."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.inspection import lesson_copy
from nn_trainer.engine.lesson.filter_maps import ConvolutionBlock, convolution_blocks, convolution_names
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.channel_statistics import channel_statistics
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.inside.by_hand import ByHand
from nn_trainer.ui.lesson.inside.convolution_page import ConvolutionPage
from nn_trainer.ui.lesson.inside.iteration_lines import update_in_digits
from nn_trainer.ui.lesson.parts.answers import is_close, read_number
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.lesson.parts.scrolling import scrolled
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.wording import calculated, error_message, exact, number, plain
from nn_trainer.workers.latest_job import LatestJob

HAND, CONVOLUTION = range(2)
ASKED_RATES = (1.0, 2.0)  # the question takes the one that the box does not show


def compute_blocks(subject: LessonSubject, image: int) -> tuple[tuple[ConvolutionBlock, ...], str]:
    """The convolutions at work on an image of the subject, and what network they belong to."""
    with single_threaded_blas():
        if convolution_names(subject.network):
            return convolution_blocks(subject.network, subject.inputs[image]), _("The network: {origin}.").format(
                origin=subject.origin
            )
        picture = subject.pictures[image]
        if subject.backbone is not None:
            note = _("The first convolution of {name}, the pretrained network that finds the features.").format(
                name=subject.backbone.name
            )
            return convolution_blocks(subject.backbone.stem(picture.shape[0]), picture), note
        statistics = channel_statistics(subject.pictures)
        fresh = lesson_copy(build_network("cnn", picture.shape, len(subject.class_names), 0.0, 0, *statistics))
        note = _(
            "Your network has no convolution to look into ({preset}). Here is a new cnn, with its first weights."
        ).format(preset=subject.config.preset)
        return convolution_blocks(fresh, picture), note


class InsideStep(LessonStep):
    """Two pages, chosen by two buttons."""

    title = _("Inside")
    help_page = "lesson-8-inside.md"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: LessonSubject | None = None
        self._image = -1
        self.hand, self.convolution = ByHand(), ConvolutionPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(scrolled(self.hand, "handScroll"))
        self.pages.addWidget(scrolled(self.convolution, "convolutionScroll"))
        self._group = QButtonGroup(self)
        row = FlowLayout(across=theme.SPACE)
        for place, button in enumerate(self._page_buttons()):
            self._group.addButton(button, place)
            row.addWidget(button)
        self._fit_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(row)
        layout.addWidget(self.pages, 1)
        self._job = LatestJob(self)
        self._job.done.connect(self._on_blocks)
        self._job.failed.connect(self._on_failed)
        self._group.idClicked.connect(self._on_page)
        self.hand.changed.connect(self.question_changed)
        self.convolution.block_changed.connect(self.question_changed)

    @staticmethod
    def _page_buttons() -> tuple[QToolButton, QToolButton]:
        hand = tool_button(
            _("Backpropagation by hand"), "insideHand", "", _("A small network with every number of an iteration")
        )
        maps = tool_button(
            _("What a convolution does"), "insideConvolution", "", _("Your image and the filters of a convolution")
        )
        for button in (hand, maps):
            button.setCheckable(True)
            button.setProperty("role", "step")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        hand.setChecked(True)
        return hand, maps

    # what the frame calls

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Send the chosen image through the convolutions; the small network has numbers of its own."""
        if subject is self._subject and image == self._image:
            return
        self._subject, self._image = subject, image
        self._job.ask(lambda _task: compute_blocks(subject, image))

    def question(self) -> str:
        """About the page at hand."""
        if self.pages.currentIndex() == HAND:
            return _("If the learning rate were {rate}, what would v₁₁ be after one update?").format(
                rate=exact(self._asked_rate())
            )
        block = self.convolution.block
        if block is None:
            return ""
        return _("How many numbers do all kernels of {layer} hold together?").format(layer=block.layer)

    def question_about(self) -> Hashable:
        """On the first page also the numbers that the answer is made of."""
        if self.pages.currentIndex() != HAND:
            return self.question()
        n = self.hand.numbers
        return self.question(), float(n.w2[0, 0]), float(n.dw2[0, 0])

    def check(self, answer: str) -> Feedback:
        """Compare with the small network, or with the size of the kernels."""
        given = read_number(answer)
        if self.pages.currentIndex() == HAND:
            n, rate = self.hand.numbers, self._asked_rate()
            before, gradient = float(n.w2[0, 0]), float(n.dw2[0, 0])
            right = before - gradient * rate
            if given is not None and is_close(given, right, 3):
                written, after = update_in_digits(before, gradient, rate)
                return Feedback(True, f"{written} = {calculated(after)}.")
            return Feedback(False, _("Take v₁₁ and dL/dv₁₁ from the table: new v₁₁ = v₁₁ − dL/dv₁₁ × rate."))
        block = self.convolution.block
        if block is None:
            return Feedback(False, _("The image is still on its way."))
        filters, channels, k, _columns = block.kernels.shape
        fields = {"filters": number(filters), "channels": number(channels), "side": number(k)}
        if given is not None and is_close(given, block.kernels.size, 3):
            text = ngettext(
                "{filters} filters × {channels} channel × {side} × {side} = {numbers}. The size of the image does not "
                "matter: the same kernel goes over all of it.",
                "{filters} filters × {channels} channels × {side} × {side} = {numbers}. The size of the image does not "
                "matter: the same kernel goes over all of it.",
                channels,
            )
            return Feedback(True, text.format(**fields, numbers=number(block.kernels.size)))
        text = _("Each of the {filters} filters has a kernel of {side} × {side} for each channel of its input.")
        return Feedback(False, text.format(**fields))

    def copy_text(self) -> str:
        """Every number of the page at hand."""
        page = self.hand if self.pages.currentIndex() == HAND else self.convolution
        return plain("\n".join(page.lines()))

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()

    def is_busy(self) -> bool:
        """Whether the image is still on its way."""
        return self._job.is_busy()

    def _asked_rate(self) -> float:
        first, second = ASKED_RATES
        return second if self.hand.rate.value() == first else first

    def changeEvent(self, event: QEvent) -> None:
        """Scale the buttons with the text of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_group"):
            self._fit_buttons()

    def _fit_buttons(self) -> None:
        """The button of the page at hand is bold, which needs more room than Qt leaves it."""
        metrics = QFontMetrics(scaled(self.font(), 1, bold=True))
        for button in self._group.buttons():
            button.setMinimumWidth(metrics.horizontalAdvance(button.text()) + 8 * theme.SPACE)

    @Slot(int)
    def _on_page(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        self.question_changed.emit()
        self.section_requested.emit(page)  # the sections of the page are in this order

    @Slot(object)
    def _on_blocks(self, result: tuple[tuple[ConvolutionBlock, ...], str]) -> None:
        self.convolution.show_blocks(*result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.convolution.note.setText(error_message(error))
