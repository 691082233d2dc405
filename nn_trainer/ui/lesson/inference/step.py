"""Step 7: inference. An image without a label goes in; y' and its arg max come out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nn_trainer.data.images import load_for_screen
from nn_trainer.i18n import _
from nn_trainer.models.lesson_inference import Inference, infer, infer_own, noise, plain_grey
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.lesson.inference.question import QUESTION, check_answer
from nn_trainer.ui.lesson.inference.seen_list import SeenList
from nn_trainer.ui.lesson.inference.softmax_table import SoftmaxTable, softmax_texts
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drop_area import DropArea
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.wording import error_message, number, plain
from nn_trainer.workers.latest_job import LatestJob

SIDE_BY_SIDE = 70  # digits: from this width on, the table stands beside the image
LONGEST_SIDE = 1200  # pixels of the picture on the screen
NOISE = _("noise")
NO_FOLDER = _("A folder was dropped. Here it takes one image; the Predict tab takes whole folders.")


class InferenceStep(LessonStep):
    """Works with the copy of the network, which nothing changes here."""

    title = _("Inference")
    help_page = "lesson-7-inference.md"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: LessonSubject | None = None
        self._image = -1
        self._noise_number = 0
        self._said_of_noise: str | None = None
        self._shown = 0  # images so far
        self.inference: Inference | None = None
        self.drop_area = DropArea(_("Drop an image of your own here"))
        self.table, self.seen = SoftmaxTable(), SeenList()
        self.said = figures_label("inferenceSaid", _("Answer of the network"), role="title", wrap=True)
        self.how = figures_label("inferenceHow", _("What the answer means"), role="muted", wrap=True)
        self.message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.message.setObjectName("inferenceMessage")
        self.message.setProperty("role", "error")
        self.message.hide()
        self._job = LatestJob(self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._lay_out()
        self.drop_area.sources_added.connect(self._on_sources)

    def _lay_out(self) -> None:
        self._adapt_drop_area()
        strange = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        strange.addWidget(QLabel(_("No image at hand:")))
        for text, name, tip, slot in (
            (_("Noise"), "inferenceNoise", _("An image whose every value is drawn at random"), self._show_noise),
            (_("Plain grey"), "inferenceGrey", _("An image of one grey"), self._show_grey),
            (_("Upside down"), "inferenceUpsideDown", _("The chosen image of the data set, upside down"), self._turn),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setToolTip(tip)
            button.clicked.connect(slot)
            strange.addWidget(button)
        left = QVBoxLayout()
        left.setSpacing(2 * theme.SPACE)
        left.addWidget(self.drop_area, 3)
        left.addLayout(strange)
        left.addWidget(self.message)
        left.addWidget(self.seen, 2)
        right = QVBoxLayout()
        right.setSpacing(2 * theme.SPACE)
        right.addWidget(self.said)
        right.addWidget(self.how)
        right.addWidget(self.table, 1)
        layout = self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4 * theme.SPACE)
        layout.addLayout(left, 2)
        layout.addLayout(right, 3)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put table and image side by side where there is room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """A larger text needs more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_halves"):
            self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        wide = self.width() >= SIDE_BY_SIDE * metrics.horizontalAdvance("0")
        ways = QBoxLayout.Direction
        self._halves.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        for part, lines in ((self.drop_area, 12), (self.seen, 5), (self.table, 8)):
            part.setMinimumHeight(lines * metrics.height())

    def _adapt_drop_area(self) -> None:
        """It takes one picture here, and goes by another name than that of the Predict tab."""
        self.drop_area.setObjectName("lessonDropArea")
        self.drop_area.setAccessibleName(_("Image to predict"))
        self.drop_area.setToolTip(_("Drop an image of your own, browse for one, or paste one"))
        for button in self.drop_area.buttons.findChildren(QPushButton):
            button.setText(button.text().replace("&", ""))
            button.setVisible(button.objectName() in ("browseButton", "pasteButton"))
            button.setObjectName("lesson" + button.objectName().capitalize())

    # what the frame calls

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Predict the chosen image, unless that is what was chosen before."""
        if subject is self._subject and image == self._image:
            return
        if subject is not self._subject:
            self.seen.setRowCount(0)
            self._said_of_noise = None
        self._subject, self._image = subject, image
        self._ask(lambda: (infer_own(subject, image), None))
        self.question_changed.emit()

    def question(self) -> str:
        """Which class noise is."""
        return QUESTION

    def question_about(self) -> Hashable:
        """The sentence, and what was shown since: a verdict on other noise, or beside another image, goes away."""
        return self.question(), self._shown

    def check(self, answer: str) -> Feedback:
        """Compare with what was said of the last noise."""
        return check_answer(answer, self._said_of_noise)

    def copy_text(self) -> str:
        """The table, the sentence about it, and the pictures so far."""
        return plain("\n".join([self.said.text(), self.how.text(), *self.table.lines(), "", *self.seen.lines()]))

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()

    def paste(self) -> bool:
        """Take the picture on the clipboard."""
        self.drop_area.paste()
        return True

    def is_busy(self) -> bool:
        """Whether a picture is on its way."""
        return self._job.is_busy()

    # pictures

    @Slot(object)
    def _on_sources(self, sources: Sequence[ImageSource | Path]) -> None:
        subject = self._subject
        pictures = [source for source in sources if isinstance(source, ImageSource)]
        if subject is None or not pictures:
            self._say(NO_FOLDER)
            return
        source = pictures[0]
        self._ask(
            lambda: (
                infer(subject, source.name, source.content),
                array_to_qimage(np.asarray(load_for_screen(source.content, LONGEST_SIDE))),
            )
        )

    @Slot()
    def _show_noise(self) -> None:
        self._noise_number += 1
        number = self._noise_number
        self._show_made(NOISE, lambda subject: noise(subject, number))

    @Slot()
    def _show_grey(self) -> None:
        self._show_made(_("plain grey"), plain_grey)

    @Slot()
    def _turn(self) -> None:
        image = self._image
        self._show_made(_("upside down"), lambda subject: np.ascontiguousarray(subject.pictures[image][::-1]))

    def _show_made(self, name: str, make: Callable[[LessonSubject], np.ndarray]) -> None:
        subject = self._subject
        if subject is not None:
            self._ask(lambda: (infer(subject, name, make(subject)), None))

    def _ask(self, work: Callable[[], tuple[Inference, QImage | None]]) -> None:
        self._job.ask(lambda _task: work())

    # what came

    @Slot(object)
    def _on_done(self, result: tuple[Inference, QImage | None]) -> None:
        inference, picture = result
        assert self._subject is not None
        self.inference = inference
        self._say("")
        names = self._subject.class_names
        label = names[inference.arg_max]
        if inference.name == NOISE:
            self._said_of_noise = label
        self.drop_area.show_picture(picture or array_to_qimage(inference.pixels), inference.name)
        self.drop_area.show_pixels(Prediction(label, {}, inference.pixels))
        height, width, _channels = inference.pixels.shape
        self.drop_area.pictures.pixels_text.setText(_("{width}x{height} pixels").format(width=width, height=height))
        self.said.setText(f"{label}  {softmax_texts(inference).y[inference.arg_max]}")
        self.how.setText(
            _(
                "arg max y' = {label}, which the class label file calls {name}. No label went in, so nobody can say "
                "here whether it is right."
            ).format(label=number(inference.arg_max), name=label)
        )
        self.table.show_inference(inference, names)
        self.seen.add(inference, label)
        self._shown += 1
        self.question_changed.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._say(error_message(error))

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
