"""Step 1: classes, integer labels, one-hot vectors, and what the network gives for one image."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from nn_trainer.engine.inference import predict_probabilities
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.permuted import with_outputs_permuted
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.labelled_data.class_order import ClassOrder
from nn_trainer.ui.lesson.labelled_data.output_bars import ClassOutput, OutputBars
from nn_trainer.ui.lesson.labelled_data.question import check_vector, question_about_vector
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.wording import fixed, number, plain


class LabelledDataStep(LessonStep):
    """`order[label]` is the class, by its place in the network's own order, that has this label now."""

    title = _("Labelled data")
    help_page = "lesson-1-labelled-data.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._image = 0
        self._probabilities: Array = np.zeros(0)  # in the order of the network's outputs
        self._outputs: list[ClassOutput] = []
        self._found: tuple[object, ...] = ()  # the question whose answer was found
        self.bars = OutputBars()
        self.outputs_follow = QCheckBox(_("The network's outputs move along"))
        self.outputs_follow.setObjectName("lessonOutputsFollow")
        self.outputs_follow.setChecked(True)
        self.outputs_follow.setToolTip(
            _(
                "On: the same order everywhere, so the prediction stays. Off: only the table is reordered, as by a "
                "wrong class label file"
            )
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

    @property
    def _asked(self) -> tuple[object, ...]:
        """What the question is about: the same image may have another label after the classes were moved."""
        return self.question(), self._image, self.label

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
            ClassOutput(label, subject.class_names[order[label]], float(p), label == highest, label == self.label)
            for label, p in enumerate(self._probabilities)
        ]
        self.classes.mark(self.label, is_hidden=self._found != self._asked)
        name = subject.class_names[order[self.label]]
        self.bars.show_image(
            array_to_qimage(subject.pictures[self._image]),
            _("label {label}: {name}").format(label=self.label, name=name),
            _network_words(subject),
        )
        is_right = highest == self.label
        predicted = self._outputs[highest].name
        if is_right:
            verdict = _("highest: {p} · predicted label {predicted}: {name} · right")
        else:
            verdict = _("highest: {p} · predicted label {predicted}: {name} · wrong, it is {label}: {truth}")
        words = verdict.format(
            p=fixed(self._probabilities[highest]), predicted=highest, name=predicted, label=self.label, truth=name
        )
        self.bars.show_outputs(self._outputs, words, is_right=is_right)
        self.question_changed.emit()

    def question(self) -> str:
        """What the one-hot vector is, for the class of the image."""
        if self._subject is None:
            return ""
        name = self._subject.class_names[self.classes.order[self.label]]
        return question_about_vector(name, len(self._subject.class_names))

    def question_about(self) -> Hashable:
        """The image and its label."""
        return None if self._subject is None else self._asked

    def check(self, answer: str) -> Feedback:
        """Compare digits with the one-hot vector of the label, which the table shows from then on."""
        assert self._subject is not None
        feedback = check_vector(answer, self.label, len(self._subject.class_names))
        if feedback.right:
            self._found = self._asked
            self._show()
        return feedback

    def copy_text(self) -> str:
        """The table of classes with the probabilities."""
        assert self._subject is not None
        rows = ["\t".join((_("label"), _("class"), _("one-hot"), "y", _("probability")))]
        for output, vector in zip(self._outputs, self.classes.vectors(), strict=True):
            y = int(output.is_true)
            rows.append(f"{output.label}\t{output.name}\t{vector}\t{y}\t{fixed(output.probability)}")
        return plain("\n".join(rows))


def _network_words(subject: LessonSubject) -> str:
    """What stands on the network."""
    count = subject.network.weight_count
    weights = ngettext("{n} weight", "{n} weights", count).format(n=number(count))
    if subject.backbone is None:
        return _("network\n{weights}").format(weights=weights)
    features = number(subject.inputs.shape[1])
    return _("backbone:\n{features} features\nhead: {weights}").format(features=features, weights=weights)
