"""Step 2: the loss of one image with every digit, and the mean over a batch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.formulas import EXAMPLE_CLASSES, OneSample, example, sample_losses
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loss.batch_strip import BatchStrip
from nn_trainer.ui.lesson.loss.loss_table import LossOfImage, LossTable
from nn_trainer.ui.lesson.loss.pull_plot import PullPlot
from nn_trainer.ui.lesson.parts.answers import NO_NUMBER, is_close, read_number
from nn_trainer.ui.lesson.parts.buttons import Choice
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.images import array_to_qimage
from nn_trainer.ui.widgets.labels import selectable
from nn_trainer.wording import fixed, plain
from nn_trainer.workers.latest_job import LatestJob

LOSS_NAMES = ("mse", "cross-entropy")
BATCH_SIZES = (4, 8, 16, 32)
MINE, EXAMPLE = 0, 1
AT_ONCE = 300_000_000  # multiply-adds that take no longer than a frame; more are done off the GUI thread
LOG_HINT = "log is the natural logarithm (ln on a calculator)"


class LossStep(LessonStep):
    """The chosen image is the first of the batch."""

    title = "The loss"
    help_page = "lesson-2-loss.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._image = 0
        self._loss: LossOfImage | None = None
        self._losses: Array = np.zeros(0)
        self._batch: Array = np.zeros(0, np.int64)  # whose losses they are
        self.which = Choice(
            (
                ("My image", "lessonMyImage", "The loss of the chosen image"),
                ("The lesson's example", "lessonExample", "y = 1, 0, 0 and y' = 0.37, 0.50, 0.13"),
            )
        )
        self.losses = Choice(
            (
                ("Squared errors", "lessonSquaredErrors", "SSE: the sum of (y − y')² over the classes"),
                ("Cross-entropy", "lessonCrossEntropy", "−log of the y' of the true class"),
            )
        )
        self.sizes = QComboBox()
        self.sizes.setObjectName("lessonBatchSize")
        self.sizes.setAccessibleName("Images in the batch")
        self.sizes.setToolTip("How many images the mean is taken over")
        self.sizes.addItems([str(size) for size in BATCH_SIZES])
        self.sizes.setCurrentIndex(BATCH_SIZES.index(8))
        self._job = LatestJob(self)
        self._job.done.connect(self._show_batch)
        self.table, self.pull, self.strip = LossTable(), PullPlot(), BatchStrip()
        self.formula, self.mean = selectable("lessonLossFormula"), selectable("lessonBatchFormula")
        self._lay_out()
        self.which.chosen.connect(self._show)
        self.losses.chosen.connect(self._show)
        self.sizes.currentIndexChanged.connect(self._show)

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.addWidget(self.which)
        choices.addStretch()
        choices.addWidget(self.losses)
        upper = QHBoxLayout()
        upper.setSpacing(2 * theme.SPACE)
        upper.addWidget(self.table, 5)
        upper.addWidget(self.pull, 2)
        batch = QHBoxLayout()
        batch.addWidget(QLabel("A batch of"))
        batch.addWidget(self.sizes)
        batch.addWidget(self.mean, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(choices)
        layout.addLayout(upper, 5)
        layout.addWidget(self.formula)
        layout.addLayout(batch)
        layout.addWidget(self.strip, 2)

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Show the loss of an image and of a batch that begins with it."""
        self._subject, self._image = subject, image
        self._show()

    @property
    def loss_name(self) -> str:
        """ "mse" or "cross-entropy"."""
        return LOSS_NAMES[self.losses.current]

    def batch(self) -> Array:
        """The indices of the batch."""
        assert self._subject is not None
        others = self._subject.batch(BATCH_SIZES[self.sizes.currentIndex()], seed=1)
        return np.array([self._image, *others[others != self._image]])[: len(others)]

    @Slot()
    def _show(self) -> None:
        subject = self._subject
        if subject is None:
            return
        batch = self.batch()
        if subject.network.multiplications * len(batch) <= AT_ONCE:
            self._job.drop()
            self._show_batch((batch, subject.probabilities(batch)))
        else:
            self._job.ask(lambda _task: (batch, subject.probabilities(batch)))

    @Slot(object)
    def _show_batch(self, result: tuple[Array, Array]) -> None:
        subject = self._subject
        assert subject is not None
        batch, probabilities = result
        self._batch = batch
        label = int(subject.labels[batch[0]])
        if self.which.current == EXAMPLE:
            self._loss = LossOfImage(example(), EXAMPLE_CLASSES, self.loss_name, input_decimals=2)
            self.table.show_loss(self._loss, None, "")
        else:
            sample = OneSample(np.eye(len(subject.class_names))[label], probabilities[0])
            self._loss = LossOfImage(sample, subject.class_names, self.loss_name)
            caption = f"label {label}: {subject.class_names[label]}"
            self.table.show_loss(self._loss, array_to_qimage(subject.pictures[batch[0]]), caption)
        self.formula.setText(self._loss.formula())
        self.pull.show_sample(self._loss.sample, self.loss_name)
        self._losses = sample_losses(probabilities, subject.labels[batch], self.loss_name)
        self.strip.show_batch([array_to_qimage(subject.pictures[i]) for i in batch], self._losses.tolist())
        self.mean.setText(self._batch_formula())
        self.question_changed.emit()

    def _batch_formula(self) -> str:
        count = len(self._losses)
        terms = [fixed(loss) for loss in self._losses]
        shown = " + ".join(terms if count <= 4 else [*terms[:2], "…", terms[-1]])
        name = "MSE" if self.loss_name == "mse" else "mean"
        return f"images:  {name} = ({shown}) / {count} = {fixed(float(self._losses.mean()))}"

    def question(self) -> str:
        """The loss of another image than the one that is written out, or of the example."""
        if self._loss is None:
            return ""
        if self.loss_name == "mse":
            y = ", ".join(fixed(v, 0) for v in ASKED.y)
            p = ", ".join(fixed(v, 2) for v in ASKED.predicted)
            return f"Another image has y = {y} and y' = {p}. What is its SSE?"
        p = fixed(float(ASKED.predicted[int(ASKED.y.argmax())]), 2)
        return f"Another image's true class gets y' = {p}. What is its cross-entropy? ({LOG_HINT})"

    def check(self, answer: str) -> Feedback:
        """Compare with the value of the engine's formula."""
        given = read_number(answer)
        if given is None:
            return Feedback(False, NO_NUMBER)
        if self.loss_name == "mse":
            right = ASKED.sse
            terms = " + ".join(fixed(square) for square in ASKED.squares)
            if is_close(given, right, 4):
                return Feedback(True, f"{terms} = {fixed(right)}.")
            if is_close(given, float(ASKED.differences.sum()), 4) or is_close(
                given, float(np.abs(ASKED.differences).sum()), 4
            ):
                return Feedback(False, "Square each difference before you add.")
            if is_close(given, right / len(ASKED.y), 4):
                return Feedback(False, "SSE is the sum; do not divide by the number of classes.")
            return Feedback(False, "Take y − y' for each class, square each of them, then add the squares.")
        right = ASKED.cross_entropy
        if is_close(given, right, 2):
            p = fixed(float(ASKED.predicted[int(ASKED.y.argmax())]), 2)
            return Feedback(True, f"−log {p} = {fixed(right)}. The other classes' y is 0, so they add nothing.")
        if is_close(-given, right, 2):
            return Feedback(False, "The logarithm of a number below 1 is negative: the loss is minus that.")
        if is_close(given, right / np.log(10), 2):
            return Feedback(False, f"That is the logarithm to base 10. {LOG_HINT.capitalize()}.")
        return Feedback(False, f"Only the true class counts: minus the logarithm of its y'. {LOG_HINT.capitalize()}.")

    def copy_text(self) -> str:
        """The table, the formula, the pulls and the batch."""
        assert self._loss is not None
        assert self._subject is not None
        lines = ["\t".join(self._loss.header())]
        lines += ["\t".join(row) for row in self._loss.rows()]
        lines += [self._loss.formula(), f"loss\t{fixed(self._loss.total)}"]
        lines += [f"pull, {name}\t{fixed(pull)}" for name, pull in self.pull.pulls().items()]
        lines += ["image of the batch\tlabel\tloss"]
        for index, loss in zip(self._batch, self._losses, strict=True):
            lines.append(f"{index + 1}\t{self._subject.labels[index]}\t{fixed(float(loss))}")
        lines.append(f"mean\t\t{fixed(float(self._losses.mean()))}")
        return plain("\n".join(lines))

    def is_busy(self) -> bool:
        """Whether the probabilities are being computed."""
        return self._job.is_busy()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()


ASKED = OneSample(np.array([0.0, 1.0, 0.0]), np.array([0.20, 0.70, 0.10]))
