"""Step 4: one update by hand, first the lesson's own, then one of your network."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from nn_trainer.engine.inspection import WeightIndex
from nn_trainer.engine.lesson.formulas import EXAMPLE_GRADIENT, EXAMPLE_RATE, EXAMPLE_WEIGHT
from nn_trainer.engine.lesson.one_iteration import OneIteration, one_iteration
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.parts.answers import NO_NUMBER, read_number
from nn_trainer.ui.lesson.parts.buttons import Choice, focus_kept
from nn_trainer.ui.lesson.parts.image_row import ImageRow
from nn_trainer.ui.lesson.parts.weight_chooser import WeightChooser
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.lesson.update.picture import Update, UpdatePicture
from nn_trainer.ui.lesson.update.question import check_answer, question_about
from nn_trainer.ui.lesson.update.text import result_text, update_lines
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.ui.widgets.text_labels import selectable
from nn_trainer.wording import error_message, number, plain
from nn_trainer.work import Task
from nn_trainer.workers.latest_job import LatestJob

EXAMPLE, MINE = 0, 1
BATCH = 8  # images; few enough to go through the network in one piece
RATES = (0.01, 0.1, 0.5)
DECIMALS = 6


class UpdateStep(LessonStep):
    """The result stays hidden until it is typed in or asked for."""

    title = _("The update")
    help_page = "lesson-4-update.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._iteration: OneIteration | None = None
        self._shown: set[tuple[object, ...]] = set()  # the updates whose result was found or asked for
        self._trained = False  # whether the real iteration was run
        self._job = LatestJob(self)
        self.which = Choice(
            (
                (_("The lesson's example"), "lessonUpdateExample", _("W₁ = 0.38, learning rate 0.01, gradient −0.55")),
                (_("My network"), "lessonUpdateMine", _("A weight of your network and one real iteration")),
            )
        )
        self.rates = Choice(
            [
                (
                    _("rate {rate}").format(rate=f"{rate:g}"),
                    f"lessonUpdateRate{place}",
                    _("Learning rate {rate}").format(rate=f"{rate:g}"),
                )
                for place, rate in enumerate(RATES)
            ]
        )
        self.rates.choose(1)
        self.chooser = WeightChooser("lessonUpdate")
        self.picture = UpdatePicture()
        self.batch = ImageRow("lessonUpdateBatch", _("The images whose loss has this gradient"))
        self.run_button = QPushButton(_("Run o&ne iteration"))
        self.run_button.setObjectName("lessonRunIteration")
        self.run_button.setToolTip(_("Train a copy of the network for one batch, and see what became of the weight"))
        self.show_button = QPushButton(_("Sho&w the result"))
        self.show_button.setObjectName("lessonShowResult")
        self.show_button.setToolTip(_("Show W₂ without calculating it"))
        self.result = selectable("lessonUpdateResult", _("What one iteration made of the weight"))
        self._lay_out()
        self.which.chosen.connect(self._show)
        self.rates.chosen.connect(self._compute)
        self.chooser.weight_chosen.connect(self._show)
        self.chooser.important_requested.connect(self._choose_important)
        self.run_button.clicked.connect(self.run_iteration)
        self.show_button.clicked.connect(self.show_result)
        self._job.done.connect(self._on_computed)
        self._job.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        choices = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        choices.addWidget(self.which)
        choices.addWidget(self.rates)
        below = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        below.addWidget(self.show_button)
        below.addWidget(self.run_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(choices)
        layout.addWidget(self.chooser)
        layout.addWidget(self.batch)
        layout.addWidget(self.picture, 1)
        layout.addLayout(below)
        layout.addWidget(self.result)

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Take the network; the batch is the same whatever image is chosen."""
        if subject is not self._subject:
            self._subject = subject
            self._shown &= {(EXAMPLE,)}  # what was found of another network is not known of this one
            self._iteration = None
            self.chooser.set_network(subject.network)
            self._compute()
        self._show()

    @property
    def rate(self) -> float:
        """The learning rate of the iteration."""
        return RATES[self.rates.current]

    @Slot()
    def _compute(self) -> None:
        """Run the iteration off the GUI thread; what it did to the weight is shown when the user wants it."""
        subject, rate = self._subject, self.rate
        if subject is None:
            return
        batch = subject.batch(BATCH)
        caption = ngettext("{n} image", "{n} images", len(batch)).format(n=number(len(batch)))
        self.batch.show_images(caption, [array_to_qimage(subject.pictures[image]) for image in batch])
        inputs, labels, loss = subject.inputs[batch], subject.labels[batch], subject.config.loss
        self._trained = False

        def work(_task: Task) -> OneIteration:
            with single_threaded_blas():
                return one_iteration(subject.network, inputs, labels, loss, rate)

        self._job.ask(work)

    @Slot(object)
    def _on_computed(self, iteration: OneIteration) -> None:
        first = self._iteration is None
        self._iteration = iteration
        if first:
            self._choose_important()
        self._show()

    @Slot()
    def _choose_important(self) -> None:
        if self._iteration is not None:
            name, index = self._iteration.gradient.strongest(self.chooser.name)[0]
            self.chooser.choose(name, index)
            self._show()

    @property
    def update_shown(self) -> Update | None:
        """The three numbers on the picture; None while they are computed."""
        if self.which.current == EXAMPLE:
            key: tuple[object, ...] = (EXAMPLE,)
            shown = key in self._shown
            return Update(EXAMPLE_WEIGHT, EXAMPLE_GRADIENT, EXAMPLE_RATE, is_shown=shown)
        iteration = self._iteration
        if iteration is None:
            return None
        name, index = self._weight
        return Update(
            float(iteration.before[name][index]),
            float(iteration.gradient.gradients[name][index]),
            iteration.rate,
            DECIMALS,
            DECIMALS,
            self._key in self._shown,
            float(iteration.after[name][index]) if self._trained else None,
        )

    @property
    def _weight(self) -> tuple[str, WeightIndex]:
        return self.chooser.name, self.chooser.index

    @property
    def _key(self) -> tuple[object, ...]:
        """What tells one update of this network from another."""
        if self.which.current == EXAMPLE:
            return (EXAMPLE,)
        return MINE, *self._weight, self.rate

    @Slot()
    def run_iteration(self) -> None:
        """Show what one iteration of training made of the weight."""
        self._trained = True
        self.show_result()

    @Slot()
    def show_result(self) -> None:
        """Show W2."""
        if self.update_shown is not None:
            self._shown.add(self._key)
            self._show()

    @Slot()
    def _show(self) -> None:
        update = self.update_shown
        mine = self.which.current == MINE
        with focus_kept(self, self.which.button):
            for widget in (self.chooser, self.rates, self.batch, self.run_button):
                widget.setVisible(mine)
            for button in (self.run_button, self.show_button):
                button.setEnabled(update is not None)
        self.picture.show_update(update)
        self.result.setText(_("Computing the gradient…") if update is None else result_text(update))
        self.question_changed.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.result.setText(error_message(error))

    def question(self) -> str:
        """W2."""
        update = self.update_shown
        return "" if update is None else question_about(update)

    def question_about(self) -> Hashable:
        """The numbers, and of which weight they are."""
        return self._key, self.question()

    def check(self, answer: str) -> Feedback:
        """Compare with W1 - gradient * learning rate."""
        update = self.update_shown
        given = read_number(answer)
        if update is None or given is None:
            return Feedback(False, NO_NUMBER)
        feedback = check_answer(update, given)
        if feedback.right:
            self._shown.add(self._key)
            self._show()
        return feedback

    def copy_text(self) -> str:
        """The numbers of the update."""
        update = self.update_shown
        if update is None:
            return ""
        return plain("\n".join(update_lines(update)))

    def is_busy(self) -> bool:
        """Whether the iteration is being computed."""
        return self._job.is_busy()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()
