"""Step 1: classes, integer labels, one-hot vectors, and what the network gives for one image."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.permuted import with_outputs_permuted
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.labelled_data.class_order import ClassOrder
from nn_trainer.ui.lesson.labelled_data.output_bars import Output, OutputBars
from nn_trainer.ui.lesson.parts.answers import same_name
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.images import array_to_qimage
from nn_trainer.wording import fixed, plain


class LabelledDataStep(LessonStep):
    """`order[label]` is the class, by its place in the network's own order, that has this label now."""

    title = "Labelled data"
    help_page = "lesson-1-labelled-data.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._image = 0
        self._probabilities: Array = np.zeros(0)  # in the order of the network's outputs
        self._outputs: list[Output] = []
        self.bars = OutputBars()
        self.outputs_follow = QCheckBox("The network's outputs move along")
        self.outputs_follow.setObjectName("lessonOutputsFollow")
        self.outputs_follow.setChecked(True)
        self.outputs_follow.setToolTip(
            "On: the same order everywhere, so the prediction stays. Off: only the table is reordered, as by a wrong "
            "class label file"
        )
        self.classes = ClassOrder(self.outputs_follow)
        self.outputs_follow.toggled.connect(self._show)
        self.classes.order_changed.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.bars, 5)
        layout.addWidget(self.classes, 4)

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Show an image and what the network gives for it."""
        if subject is not self._subject:
            if self._subject is None or self._subject.class_names != subject.class_names:
                self.classes.set_names(subject.class_names)
            self._subject = subject
        self._image = image
        self._show()

    @property
    def label(self) -> int:
        """The label of the image in the order of the table."""
        assert self._subject is not None
        return self.classes.order.index(int(self._subject.labels[self._image]))

    @Slot()
    def _show(self) -> None:
        subject = self._subject
        if subject is None:
            return
        order = self.classes.order
        follow = self.outputs_follow.isChecked()
        network = with_outputs_permuted(subject.network, order) if follow else subject.network
        self._probabilities = predict_probabilities(network, subject.inputs[self._image : self._image + 1])[0]
        highest = int(self._probabilities.argmax())
        self._outputs = [
            Output(label, subject.class_names[order[label]], float(p), label == highest, label == self.label)
            for label, p in enumerate(self._probabilities)
        ]
        self.classes.mark(self.label)
        name = subject.class_names[order[self.label]]
        self.bars.show_image(
            array_to_qimage(subject.pictures[self._image]),
            f"label {self.label}: {name}",
            _network_words(subject),
        )
        is_right = highest == self.label
        predicted = self._outputs[highest].name
        verdict = f"highest: {fixed(self._probabilities[highest])} · predicted label {highest}: {predicted} · "
        verdict += "right" if is_right else f"wrong, it is {self.label}: {name}"
        self.bars.show_outputs(self._outputs, verdict, is_right=is_right)
        self.question_changed.emit()

    def question(self) -> str:
        """What the one-hot vector is, for the class of the image."""
        if self._subject is None:
            return ""
        name = self._subject.class_names[self.classes.order[self.label]]
        count = len(self._subject.class_names)
        if count > 12:
            return f"The image shows: {name}. Which number of its one-hot vector is 1? Count from 0."
        return f"The image shows: {name}. Write its one-hot vector, as {count} digits."

    def question_about(self) -> Hashable:
        """The same image may have another label after the classes were moved."""
        return self.question(), self._image, None if self._subject is None else self.label

    def check(self, answer: str) -> Feedback:
        """Compare digits with the one-hot vector of the label."""
        assert self._subject is not None
        count = len(self._subject.class_names)
        if count > 12:
            right = same_name(answer, str(self.label))
            why = f"The label is {self.label}, so the 1 stands at place {self.label}."
            return Feedback(right, why if right else "The place of the 1 is the integer label of the class.")
        digits = [character for character in answer if character.isdigit()]
        wanted = [str(int(place == self.label)) for place in range(count)]
        if digits == wanted:
            return Feedback(True, f"The label is {self.label}, so the 1 stands at place {self.label}, counted from 0.")
        if len(digits) != count:
            return Feedback(False, f"There are {count} classes, so the vector has {count} digits, not {len(digits)}.")
        if digits.count("1") != 1 or set(digits) - {"0", "1"}:
            return Feedback(False, "Exactly one of the digits is 1; all others are 0.")
        return Feedback(False, f"Look up the label in the table: the 1 stands there. Yours is at {digits.index('1')}.")

    def copy_text(self) -> str:
        """The table of classes with the probabilities."""
        assert self._subject is not None
        rows = ["label\tclass\tone-hot\ty\tprobability"]
        for output, vector in zip(self._outputs, self.classes.vectors(), strict=True):
            y = int(output.is_true)
            rows.append(f"{output.label}\t{output.name}\t{vector}\t{y}\t{fixed(output.probability)}")
        return plain("\n".join(rows))


def _network_words(subject: LessonSubject) -> str:
    """What stands on the network."""
    weights = f"{subject.network.weight_count:,} weights"
    if subject.backbone is None:
        return f"network\n{weights}"
    return f"backbone:\n{subject.inputs.shape[1]:,} features\nhead: {weights}"
