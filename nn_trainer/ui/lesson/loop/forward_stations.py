"""The stations on the way from the image to the loss."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nn_trainer.arrays import PixelArray
from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loop.batch_view import BatchView
from nn_trainer.ui.lesson.loop.block_strip import BlockStrip, range_text
from nn_trainer.ui.lesson.loop.class_bars import ClassBars
from nn_trainer.ui.lesson.loop.station import Station
from nn_trainer.ui.widgets.image_views import ImageView, array_to_qimage
from nn_trainer.ui.widgets.text_labels import figures_label, set_tooltip
from nn_trainer.wording import calculated, digits, number, read


class ImageStation(Station):
    """The image that is followed, and the batch it belongs to."""

    image_chosen = Signal(int)  # place in the batch

    def __init__(self) -> None:
        super().__init__(1, _("Images"), _("A batch of images goes in; only images, no labels"))
        self._subject: LessonSubject | None = None
        self._numbers: list[str] = []
        self.view, self.batch = ImageView(), BatchView()
        self.view.setAccessibleName(_("The image that is followed"))
        self.caption = figures_label("loopImageCaption", _("Image of the batch"), role="muted", wrap=True)
        self.add_pictures(self.view, self.batch, shares=(2, 3))
        self.body.addWidget(self.caption)
        self.batch.chosen.connect(self.image_chosen)

    def set_subject(self, subject: LessonSubject) -> None:
        """Take the pictures from there."""
        self._subject = subject

    def fill(self, iteration: Iteration) -> None:
        """Show the pictures of the batch."""
        assert self._subject is not None
        images = self._subject.training[iteration.batch]
        pictures: PixelArray = self._subject.pictures[images]
        self.batch.show_batch(pictures, iteration.shown)
        self.view.set_image(array_to_qimage(pictures[iteration.shown]))
        path = self._subject.paths[images[iteration.shown]]
        text = _("Image {place} of the {images} in this batch").format(
            place=number(iteration.shown + 1), images=number(len(iteration.batch))
        )
        self.caption.setText(text)
        name = display_path(path.name)
        set_tooltip(self.caption, name)
        self._numbers = [f"{text}\t{name}"]

    def empty(self) -> None:
        """No batch yet."""
        self.batch.show_batch(np.zeros((0, 1, 1, 1), np.uint8), 0)
        self.view.set_image(None)
        self.caption.clear()
        self._numbers = []

    def lines(self) -> list[str]:
        """Which image it is."""
        return self._numbers


class NetworkStation(Station):
    """What the network makes of the image, block by block."""

    def __init__(self) -> None:
        super().__init__(
            2,
            _("Network"),
            _(
                "What each block of the network makes of the image: blue above zero, orange below, "
                "the strongest colour is the largest size in that picture"
            ),
        )
        self.strip = BlockStrip()
        self.add_pictures(self.strip)

    def fill(self, iteration: Iteration) -> None:
        """Show the blocks."""
        self.strip.show_blocks(iteration.blocks)

    def empty(self) -> None:
        """No outputs yet."""
        self.strip.show_blocks(())

    def lines(self) -> list[str]:
        """The range of each block."""
        return [range_text(block) for block in self.strip.blocks]


class PredictionStation(Station):
    """y' of the image, and beside it y."""

    def __init__(self) -> None:
        super().__init__(
            3,
            _("Prediction y'"),
            _("One probability a class; beside each the label y, which the network never sees"),
        )
        self._names: tuple[str, ...] = ()
        self.bars = ClassBars()
        self.bars.setObjectName("loopBars")
        self.add_pictures(self.bars)

    def set_subject(self, subject: LessonSubject) -> None:
        """Take the names of the classes."""
        self._names = subject.class_names

    def fill(self, iteration: Iteration) -> None:
        """Show the probabilities."""
        shown = iteration.shown
        self.bars.show_probabilities(self._names, iteration.probabilities[shown], int(iteration.labels[shown]))

    def empty(self) -> None:
        """No probabilities yet."""
        self.bars.show_probabilities((), np.zeros(0), None)

    def lines(self) -> list[str]:
        """y' and y of every class."""
        return self.bars.lines()


SURE = 0.99  # a probability above it needs more digits: what it lacks to 1 counts
MOST_TERMS = 3


def loss_formula(loss: str, label: int, predicted: NDArray[np.float64]) -> str:
    """The loss of one image written out, for the classes that count most where there are many; see `wording.read`."""
    if loss == "cross-entropy":
        y = digits(float(predicted[label]), 6 if predicted[label] <= SURE else 9)
        return _("This image: −ln {probability} = {loss}").format(probability=y, loss=calculated(-read(y).ln()))
    written = [digits(float(value), 6) for value in predicted]
    squares = [(int(k == label) - read(text)) ** 2 for k, text in enumerate(written)]
    order = list(range(len(predicted))) if len(predicted) <= MOST_TERMS else [label, *_largest(predicted, label)]
    terms = " + ".join(f"({int(k == label)} − {written[k]})²" for k in order)
    total, rest = sum(squares, Decimal()), len(predicted) - len(order)
    if not rest:
        return _("This image: {terms} = {loss}").format(terms=terms, loss=calculated(total))
    others = digits(float(sum((square for k, square in enumerate(squares) if k not in order), Decimal())), 6)
    return ngettext(
        "This image: {terms} + {others} (the other class) = {loss}",
        "This image: {terms} + {others} (the other {count} classes) = {loss}",
        rest,
    ).format(
        terms=terms,
        others=others,
        count=number(rest),
        loss=calculated(sum((squares[k] for k in order), read(others))),
    )


def _largest(predicted: NDArray[np.float64], label: int) -> list[int]:
    return [int(k) for k in np.argsort(-predicted, kind="stable") if k != label][: MOST_TERMS - 1]


class LossStation(Station):
    """The loss of the image, that of the batch, and how it went so far."""

    def __init__(self, history: QWidget) -> None:
        super().__init__(4, _("Loss"), _("y' and y give one number: how wrong the network is"))
        self._loss = "cross-entropy"
        self._numbers: list[str] = []
        self.one = figures_label("loopLossOfImage", _("Loss of the image"), wrap=True)
        self.batch = figures_label("loopLossOfBatch", _("Loss of the batch"), bold=True, wrap=True)
        self.body.addWidget(self.one)
        self.body.addWidget(self.batch)
        self.body.addWidget(history, 1)

    def set_loss(self, name: str) -> None:
        """Which loss it is."""
        self._loss = name

    def fill(self, iteration: Iteration) -> None:
        """Show the loss of the image that is followed and the mean."""
        shown = iteration.shown
        self.one.setText(loss_formula(self._loss, int(iteration.labels[shown]), iteration.probabilities[shown]))
        count = len(iteration.batch)
        mean = ngettext("Mean of the {images} image: {loss}", "Mean of the {images} images: {loss}", count)
        self.batch.setText(mean.format(images=number(count), loss=digits(iteration.loss)))
        self._numbers = [
            self.one.text(),
            _("loss of the batch\t{loss}").format(loss=digits(iteration.loss)),
            _("accuracy of the batch\t{accuracy}").format(accuracy=digits(iteration.accuracy)),
        ]

    def empty(self) -> None:
        """No loss yet."""
        self.one.clear()
        self.batch.clear()
        self._numbers = []

    def lines(self) -> list[str]:
        """Loss and accuracy."""
        return self._numbers
