"""Batch, iteration, epoch and iterations per epoch, counted while it runs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration, TrainingLoop
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.wording import number

COUNTERS = (  # (object name, name, tooltip)
    ("loopEpoch", _("Epoch"), _("How often all images have been gone through, the present time counted")),
    ("loopIterationOfThisEpoch", _("Iteration of this epoch"), _("Batches of the present epoch")),
    ("loopIterationsInAll", _("Iterations in all"), _("Batches since the start: each is one update of all weights")),
    ("loopImagesSeen", _("Images seen"), _("Images that have gone through the network since the start")),
    (
        "loopIterationsPerEpoch",
        _("Iterations per epoch"),
        _("Images divided by the batch size, rounded up (⌈ ⌉): if it does not go in evenly, the last batch is smaller"),
    ),
)


class EpochBar(QWidget):
    """One box an iteration of the epoch, filled when it has run; a plain bar where they would be too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(3 * theme.SPACE)
        self.setAccessibleName(_("Iterations of this epoch"))
        self.setToolTip(_("One box for each iteration of this epoch"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._done, self._total = 0, 1
        theme.signals().changed.connect(self.update)

    def show_place(self, done: int, total: int) -> None:
        """How many of the iterations of this epoch have run."""
        self._done, self._total = done, total
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the boxes."""
        painter = QPainter(self)
        colors = theme.colors()
        width = self.width() / self._total
        gap = 2.0 if width >= 6 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        if not gap:
            painter.fillRect(self.rect(), QColor(colors.border))
            painter.fillRect(QRectF(0, 0, self._done * width, self.height()), QColor(colors.accent))
            return
        for place in range(self._total):
            color = colors.accent if place < self._done else colors.border
            painter.fillRect(QRectF(place * width, 0, width - gap, self.height()), QColor(color))


class Counters(QWidget):
    """Large figures with their names, the epoch as a row of boxes, and on which images the loop trains."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures: dict[str, QLabel] = {}
        flow = FlowLayout(across=6 * theme.SPACE, down=theme.SPACE)
        for object_name, name, tip in COUNTERS:
            label = QLabel(name)
            label.setProperty("role", "muted")
            figure = figures_label(object_name, bold=True)
            figure.setAccessibleName(name)
            figure.setToolTip(tip)
            self.figures[object_name] = figure
            group = QWidget()
            column = QVBoxLayout(group)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.SPACE // 2)
            column.addWidget(label)
            column.addWidget(figure)
            flow.addWidget(group)
        self.images = figures_label("loopImages", role="muted", wrap=True)
        self.bar = EpochBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(flow)
        layout.addWidget(self.bar)
        layout.addWidget(self.images)

    def show_subject(self, subject: LessonSubject) -> None:
        """Say on which of its images the loop trains."""
        self.images.setText(images_text(subject))

    def show_loop(self, loop: TrainingLoop) -> None:
        """Begin to count."""
        text = _("⌈{images} / {batch_size}⌉ = {iterations}").format(
            images=number(len(loop.labels)),
            batch_size=number(loop.batch_size),
            iterations=number(loop.iterations_per_epoch),
        )
        self.figures["loopIterationsPerEpoch"].setText(text)
        self._show(0, 0, loop.iterations_per_epoch, 0, 0)

    def show_iteration(self, iteration: Iteration, batch_size: int, images: int) -> None:
        """Count an iteration."""
        seen = (iteration.epoch - 1) * images + (iteration.number_in_epoch - 1) * batch_size + len(iteration.batch)
        self._show(iteration.epoch, iteration.number_in_epoch, iteration.iterations_per_epoch, iteration.number, seen)

    def _show(self, epoch: int, in_epoch: int, per_epoch: int, count: int, seen: int) -> None:
        self.figures["loopEpoch"].setText(number(epoch))
        self.figures["loopIterationOfThisEpoch"].setText(
            _("{done} of {total}").format(done=number(in_epoch), total=number(per_epoch))
        )
        self.figures["loopIterationsInAll"].setText(number(count))
        self.figures["loopImagesSeen"].setText(number(seen))
        self.bar.show_place(in_epoch, per_epoch)

    def lines(self) -> list[str]:
        """What is counted, as text."""
        rows = [f"{name}\t{self.figures[object_name].text()}" for object_name, name, _tip in COUNTERS]
        return [*rows, self.images.text()]


def images_text(subject: LessonSubject) -> str:
    """On which images the loop trains, and what became of the others."""
    count, training = len(subject.labels), len(subject.training)
    sentences = []
    if subject.whole > count:
        sentences.append(
            _("The lesson takes {images} of the {whole} images.").format(
                images=number(count), whole=number(subject.whole)
            )
        )
    if training < count:
        sentences.append(
            ngettext(
                "Trains on {training} of {images} images; {kept} is kept for validation, as on the Train tab.",
                "Trains on {training} of {images} images; {kept} are kept for validation, as on the Train tab.",
                count - training,
            ).format(training=number(training), images=number(count), kept=number(count - training))
        )
    else:
        sentences.append(
            ngettext("Trains on {images} image.", "Trains on all {images} images.", training).format(
                images=number(training)
            )
        )
    return " ".join(sentences)
