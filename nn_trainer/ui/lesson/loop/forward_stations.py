"""The stations on the way from the image to the loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loop.batch_view import BatchView
from nn_trainer.ui.lesson.loop.class_bars import ClassBars
from nn_trainer.ui.lesson.loop.stage_strip import StageStrip, range_text
from nn_trainer.ui.lesson.loop.station import Station
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.images import ImageView, array_to_qimage
from nn_trainer.ui.widgets.labels import figures_label, set_tooltip
from nn_trainer.wording import digits


class ImageStation(Station):
    """The image that is followed, and the batch it belongs to."""

    image_chosen = Signal(int)  # place in the batch

    def __init__(self) -> None:
        super().__init__(1, "Images", "A batch of images goes in; only images, no labels")
        self._subject: LessonSubject | None = None
        self._numbers: list[str] = []
        self.view, self.batch = ImageView(), BatchView()
        self.view.setAccessibleName("The image that is followed")
        self.caption = figures_label("loopImageCaption", role="muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.view, 2)
        row.addWidget(self.batch, 3)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.caption)
        self.batch.chosen.connect(self.image_chosen)

    def set_subject(self, subject: LessonSubject) -> None:
        """Take the pictures from there."""
        self._subject = subject

    def show_iteration(self, iteration: Iteration) -> None:
        """Show the pictures of the batch."""
        assert self._subject is not None
        pictures: NDArray[np.uint8] = self._subject.pictures[iteration.batch]
        self.batch.show_batch(pictures, iteration.shown)
        self.view.set_image(array_to_qimage(pictures[iteration.shown]))
        path = self._subject.paths[iteration.batch[iteration.shown]]
        text = f"Image {iteration.shown + 1} of the {len(iteration.batch)} in this batch"
        self.caption.setText(text)
        set_tooltip(self.caption, path.name)
        self._numbers = [f"{text}\t{path.name}"]

    def clear(self) -> None:
        """No batch yet."""
        self.batch.show_batch(np.zeros((0, 1, 1, 1), np.uint8), 0)
        self.view.set_image(None, placeholder="The first batch comes with the first iteration.")
        self.caption.clear()
        self._numbers = []

    def lines(self) -> list[str]:
        """Which image it is."""
        return self._numbers


class NetworkStation(Station):
    """The activations of the image, stage by stage."""

    def __init__(self) -> None:
        super().__init__(
            2,
            "Network",
            "What each stage of the network makes of the image: blue above zero, orange below, "
            "the strongest colour is the largest size in that picture",
        )
        self.strip = StageStrip()
        self.body.addWidget(self.strip, 1)

    def show_iteration(self, iteration: Iteration) -> None:
        """Show the stages."""
        self.strip.show_stages(iteration.stages)

    def clear(self) -> None:
        """No activations yet."""
        self.strip.show_stages(())

    def lines(self) -> list[str]:
        """The range of each stage."""
        return [range_text(stage) for stage in self.strip.stages]


class PredictionStation(Station):
    """y' of the image, and beside it y."""

    def __init__(self) -> None:
        super().__init__(
            3, "Prediction y'", "One probability a class; beside each the label y, which the network never sees"
        )
        self._names: tuple[str, ...] = ()
        self.bars = ClassBars()
        self.bars.setObjectName("loopBars")
        self.body.addWidget(self.bars, 1)

    def set_subject(self, subject: LessonSubject) -> None:
        """Take the names of the classes."""
        self._names = subject.class_names

    def show_iteration(self, iteration: Iteration) -> None:
        """Show the probabilities."""
        shown = iteration.shown
        self.bars.show_probabilities(self._names, iteration.probabilities[shown], int(iteration.labels[shown]))

    def clear(self) -> None:
        """No probabilities yet."""
        self.bars.show_probabilities((), np.zeros(0), None)

    def lines(self) -> list[str]:
        """y' and y of every class."""
        return self.bars.lines()


def loss_formula(loss: str, y: NDArray[np.int64], predicted: NDArray[np.float64], value: float) -> str:
    """The loss of one image written out, for the classes that count most where there are many."""
    label = int(y.argmax())
    if loss == "cross-entropy":
        return f"{MINUS_LOG} {digits(predicted[label])} = {digits(value)}"
    order = range(len(y)) if len(y) <= MOST_TERMS else [label, *_largest(predicted, label)]
    terms = " + ".join(f"({y[k]} − {digits(predicted[k])})²" for k in order)
    return f"{terms}{'' if len(y) <= MOST_TERMS else ' + …'} = {digits(value)}"


MINUS_LOG = "−log"
MOST_TERMS = 3


def _largest(predicted: NDArray[np.float64], label: int) -> list[int]:
    return [int(k) for k in np.argsort(-predicted, kind="stable") if k != label][: MOST_TERMS - 1]


class LossStation(Station):
    """The loss of the image, that of the batch, and how it went so far."""

    def __init__(self, history: QWidget) -> None:
        super().__init__(4, "Loss", "y' and y give one number: how wrong the network is")
        self._loss = "cross-entropy"
        self._numbers: list[str] = []
        self.one = figures_label("loopLossOfImage", wrap=True)
        self.batch = figures_label("loopLossOfBatch", bold=True, wrap=True)
        self.body.addWidget(self.one)
        self.body.addWidget(self.batch)
        self.body.addWidget(history, 1)

    def set_loss(self, name: str) -> None:
        """Which loss it is."""
        self._loss = name

    def show_iteration(self, iteration: Iteration) -> None:
        """Show the loss of the image that is followed and the mean."""
        shown = iteration.shown
        predicted = iteration.probabilities[shown]
        y = np.zeros(len(predicted), np.int64)
        y[iteration.labels[shown]] = 1
        self.one.setText("This image: " + loss_formula(self._loss, y, predicted, float(iteration.losses[shown])))
        self.batch.setText(f"Mean of the {len(iteration.batch)} images: {digits(iteration.loss)}")
        self._numbers = [
            f"loss of this image\t{digits(iteration.losses[shown])}",
            f"loss of the batch\t{digits(iteration.loss)}",
            f"accuracy of the batch\t{digits(iteration.accuracy)}",
        ]

    def clear(self) -> None:
        """No loss yet."""
        self.one.clear()
        self.batch.clear()
        self._numbers = []

    def lines(self) -> list[str]:
        """Loss and accuracy."""
        return self._numbers
