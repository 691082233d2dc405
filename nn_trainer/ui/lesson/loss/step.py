"""Step 2: the loss of one image with every digit, and the mean over a batch."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.formulas import EXAMPLE_CLASSES, OneSample, example, sample_losses
from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loss.batch_strip import BatchStrip
from nn_trainer.ui.lesson.loss.loss_of_image import LossOfImage, add, sum_of_others
from nn_trainer.ui.lesson.loss.loss_table import LossTable
from nn_trainer.ui.lesson.loss.pull_plot import PullPlot
from nn_trainer.ui.lesson.loss.question import check_answer, question_about
from nn_trainer.ui.lesson.parts.buttons import Choice
from nn_trainer.ui.lesson.parts.formula_label import FormulaLabel
from nn_trainer.ui.lesson.parts.worked import Formula, decimals_of, shared_decimals, written
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.wording import MINUS, fixed, plain
from nn_trainer.workers.latest_job import LatestJob

LOSS_NAMES = ("mse", "cross-entropy")
BATCH_SIZES = (4, 8, 16, 32)
MINE, EXAMPLE = 0, 1
AT_ONCE = 300_000_000  # multiply-adds that take no longer than a frame; more are done off the GUI thread
DECIMALS = 6  # of the losses of a batch, at least
LINES_FOR_BOTH = 30  # as wide as so many lines are high, table and plot stand beside each other
LARGEST = 3  # losses of the batch that are written out, at most; the others are one term


class LossStep(LessonStep):
    """The chosen image is the first of the batch."""

    title = _("The loss")
    help_page = "lesson-2-loss.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._image = 0
        self._loss: LossOfImage | None = None
        self._losses: Array = np.zeros(0)
        self._loss_texts: list[str] = []  # as they are written everywhere
        self._mean_text = ""
        self._batch: Array = np.zeros(0, np.int64)  # whose losses they are
        self.which = Choice(
            (
                (_("My image"), "lessonMyImage", _("The loss of the chosen image")),
                (_("The lesson's example"), "lessonExample", _("y = 1, 0, 0 and y' = 0.37, 0.50, 0.13")),
            )
        )
        self.losses = Choice(
            (
                (_("Squared errors"), "lessonSquaredErrors", _("SSE: the sum of (y − y')² over the classes")),
                (_("Cross-entropy"), "lessonCrossEntropy", _("−ln of the y' of the true class")),
            )
        )
        self.sizes = QComboBox()
        self.sizes.setObjectName("lessonBatchSize")
        self.sizes.setAccessibleName(_("Images in the batch"))
        self.sizes.setToolTip(_("How many images the mean is taken over"))
        self.sizes.addItems([str(size) for size in BATCH_SIZES])
        self.sizes.setCurrentIndex(BATCH_SIZES.index(8))
        self._job = LatestJob(self)
        self._job.done.connect(self._show_batch)
        self.table, self.pull, self.strip = LossTable(), PullPlot(), BatchStrip()
        self.formula = FormulaLabel("lessonLossFormula", _("The loss, calculated"))
        self.mean = FormulaLabel("lessonBatchFormula", _("The loss of the batch, calculated"))
        self._lay_out()
        self.which.chosen.connect(self._show)
        self.losses.chosen.connect(self._show)
        self.sizes.currentIndexChanged.connect(self._show)

    def _lay_out(self) -> None:
        choices = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        choices.addWidget(self.which)
        choices.addWidget(self.losses)
        self._upper = upper = QHBoxLayout()
        upper.setSpacing(2 * theme.SPACE)
        upper.addWidget(self.table, 5)
        upper.addWidget(self.pull, 2)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        self._row = together = QHBoxLayout()
        together.setContentsMargins(0, 0, 0, 0)
        size = QLabel(_("Images in the batch"))
        size.setBuddy(self.sizes)
        row.addWidget(size)
        row.addWidget(self.sizes)
        row.addStretch(1)
        together.addLayout(row)
        together.addWidget(self.mean, 1)
        self.batch_row = QWidget()
        self.batch_row.setLayout(together)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(choices)
        layout.addLayout(upper, 5)
        layout.addWidget(self.formula)
        layout.addWidget(self.batch_row)
        layout.addWidget(self.strip, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plot below the table, and the mean below the size, where they do not fit beside each other."""
        super().resizeEvent(event)
        narrow = self.width() < LINES_FOR_BOTH * self.fontMetrics().height()
        direction = QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight
        for row in (self._upper, self._row):
            if row.direction() != direction:
                row.setDirection(direction)

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
            self._loss = LossOfImage(example(), EXAMPLE_CLASSES, self.loss_name, input_decimals=2, term_decimals=4)
            self.table.show_loss(self._loss, None, "")
        else:
            sample = OneSample(np.eye(len(subject.class_names))[label], probabilities[0])
            self._loss = LossOfImage(sample, subject.class_names, self.loss_name)
            caption = _("label {label}: {name}").format(label=label, name=subject.class_names[label])
            self.table.show_loss(self._loss, array_to_qimage(subject.pictures[batch[0]]), caption)
        self.formula.set_formula(self._loss.formula())
        self.pull.show_sample(self._loss.sample, self.loss_name)
        self._losses = sample_losses(probabilities, subject.labels[batch], self.loss_name)
        self._write_batch([array_to_qimage(subject.pictures[i]) for i in batch])
        self.question_changed.emit()

    def _write_batch(self, images: list[QImage]) -> None:
        """The mean is that of the losses as they are written; the lesson's example is not a batch."""
        for widget in (self.batch_row, self.strip):
            widget.setVisible(self.which.current != EXAMPLE)
        losses = self._losses.tolist()
        mean = Formula(_mean, losses, decimals_of(float(self._losses.mean())))
        decimals = shared_decimals([mean], DECIMALS)
        self._loss_texts = [written(loss, decimals) for loss in losses]
        self._mean_text = written(mean.result(), mean.result_decimals)
        self.strip.show_batch(images, losses, self._loss_texts, self._mean_text)
        self.mean.set_formula(self._batch_formula())

    def _batch_formula(self) -> str:
        """The loss of the chosen image first, then the largest of the others, then the sum of the rest."""
        texts, count = self._loss_texts, len(self._losses)
        name = "MSE" if self.loss_name == "mse" else _("mean")
        chosen = list(range(count))
        if count > LARGEST + 1:
            chosen = [0, *(1 + np.argsort(-self._losses[1:], kind="stable")[: LARGEST - 1])]
        terms = [texts[k] for k in chosen]
        others = [Decimal(texts[k].replace(MINUS, "-")) for k in range(count) if k not in chosen]
        if others:
            terms.append(sum_of_others(str(add(*others)), len(others)))
        return f"{name} = ({' + '.join(terms)}) / {count} = {self._mean_text}"

    def question(self) -> str:
        """The loss of another image than the one that is written out, or of the example."""
        return "" if self._loss is None else question_about(self.loss_name)

    def check(self, answer: str) -> Feedback:
        """Compare with the value of the engine's formula."""
        return check_answer(self.loss_name, answer)

    def copy_text(self) -> str:
        """The table, the formula, the pulls and the batch."""
        assert self._loss is not None
        assert self._subject is not None
        lines = ["\t".join(self._loss.header())]
        lines += ["\t".join(row) for row in self._loss.rows]
        lines += [self._loss.formula(), f"{_('loss')}\t{self._loss.total_text}"]
        lines += [
            _("pull, {loss}\t{pull}").format(loss=name, pull=fixed(pull)) for name, pull in self.pull.pulls().items()
        ]
        if self.which.current != EXAMPLE:
            lines.append("\t".join((_("image of the batch"), _("label"), _("loss"))))
            for index, loss in zip(self._batch, self._loss_texts, strict=True):
                lines.append(f"{index + 1}\t{self._subject.labels[index]}\t{loss}")
            lines.append(f"{_('mean')}\t\t{self._mean_text}")
        return plain("\n".join(lines))

    def is_busy(self) -> bool:
        """Whether the probabilities are being computed."""
        return self._job.is_busy()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()


def _mean(*losses: Decimal) -> Decimal:
    return add(*losses) / len(losses)
