"""Batch, iteration, epoch and iterations per epoch, counted before one's eyes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration, TrainingLoop
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import figures_label

TIPS = (
    "How often all images have been gone through, the present time counted",
    "Batches of the present epoch",
    "Batches since the start: each is one update of all weights",
    "Images that have gone through the network since the start",
    "Images divided by the batch size, rounded up (⌈ ⌉): the last batch may be smaller",
)
NAMES = ("Epoch", "Iteration of this epoch", "Iterations in all", "Images seen", "Iterations per epoch")


class EpochBar(QWidget):
    """One box an iteration of the epoch, filled when it has run; a plain bar where they would be too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(3 * theme.SPACE)
        self._done, self._total = 0, 1
        theme.signals().changed.connect(self.update)

    def show_place(self, done: int, total: int) -> None:
        """So many of so many iterations of this epoch have run."""
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
    """Large figures with their names, and the epoch as a row of boxes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE)
        for column, name in enumerate(NAMES):
            label = QLabel(name)
            label.setProperty("role", "muted")
            figure = figures_label("loop" + name.title().replace(" ", ""), bold=True)
            figure.setAccessibleName(name)
            figure.setToolTip(TIPS[column])
            self.figures[name] = figure
            grid.addWidget(label, 0, column)
            grid.addWidget(figure, 1, column)
            grid.setColumnStretch(column, 2 if name == NAMES[-1] else 1)
        self.bar = EpochBar()
        self.bar.setAccessibleName("Iterations of this epoch")
        self.bar.setToolTip("One box for each iteration of this epoch")
        grid.addWidget(self.bar, 2, 0, 1, len(NAMES))

    def show_loop(self, loop: TrainingLoop) -> None:
        """Begin to count."""
        images, size = len(loop.labels), loop.batch_size
        self.figures["Iterations per epoch"].setText(f"⌈{images} / {size}⌉ = {loop.iterations_per_epoch}")
        self._show(0, 0, loop.iterations_per_epoch, 0, 0)

    def show_iteration(self, iteration: Iteration, batch_size: int, images: int) -> None:
        """Count an iteration."""
        seen = (iteration.epoch - 1) * images + (iteration.number_in_epoch - 1) * batch_size + len(iteration.batch)
        self._show(iteration.epoch, iteration.number_in_epoch, iteration.iterations_per_epoch, iteration.number, seen)

    def _show(self, epoch: int, in_epoch: int, per_epoch: int, number: int, seen: int) -> None:
        self.figures["Epoch"].setText(str(epoch))
        self.figures["Iteration of this epoch"].setText(f"{in_epoch} of {per_epoch}")
        self.figures["Iterations in all"].setText(f"{number:,}")
        self.figures["Images seen"].setText(f"{seen:,}")
        self.bar.show_place(in_epoch, per_epoch)

    def lines(self) -> list[str]:
        """What is counted, as text."""
        return [f"{name}\t{figure.text()}" for name, figure in self.figures.items()]
