"""Chooses the image that the steps of the lesson share."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.theme import theme
from nn_trainer.wording import number

SHORTEST = 8  # letters of a class that there is always room for


class ImagePicker(QWidget):
    """Previous, next and random, among the images of one class or of all."""

    picked = Signal(int)  # index of an image of the subject

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: LessonSubject | None = None
        self._rng = np.random.default_rng(0)  # the same images each time
        self.image = 0
        self._is_chosen = False  # by the user
        self._classes = QComboBox()
        self._classes.setObjectName("lessonClassBox")
        self._classes.setAccessibleName(_("Class of the image"))
        self._classes.setToolTip(_("Choose among the images of one class, or of all"))
        self._classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._classes.setMinimumContentsLength(SHORTEST)
        self._place = QLabel()
        self._place.setObjectName("lessonImagePlace")
        previous = tool_button("", "lessonPreviousImage", "previous", _("The image before"))
        previous.setAccessibleName(_("Previous image"))
        following = tool_button("", "lessonNextImage", "next", _("The next image"))
        following.setAccessibleName(_("Next image"))
        random = tool_button(_("Random"), "lessonRandomImage", "", _("Any image of the class"))
        self._buttons: tuple[QToolButton, ...] = (previous, following, random)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self._classes, previous, self._place, following, random):
            row.addWidget(widget)
        self._classes.currentIndexChanged.connect(self._on_class)
        previous.clicked.connect(self.go_back)
        following.clicked.connect(self.go_on)
        random.clicked.connect(self.go_anywhere)
        self.setEnabled(False)

    def set_subject(self, subject: LessonSubject, first: int) -> None:
        """Offer the images of a subject, from `first` on; an image that the user has chosen stays, if it is there."""
        before = self._subject
        self._subject = subject
        if before is None or before.paths != subject.paths or not self._is_chosen:
            self.image, self._is_chosen = first, False
        if before is None or before.class_names != subject.class_names:
            self._classes.blockSignals(True)
            self._classes.clear()
            self._classes.addItems([_("all classes"), *subject.class_names])
            self._classes.blockSignals(False)
        self.setEnabled(True)
        self._show_place()

    @Slot()
    def go_back(self) -> None:
        """Pick the image before; from the first the last."""
        self._step(-1)

    @Slot()
    def go_on(self) -> None:
        """Pick the next image; from the last the first."""
        self._step(1)

    @Slot()
    def go_anywhere(self) -> None:
        """Pick another image at random."""
        others = self._offered()
        others = others[others != self.image]
        if len(others):
            self._pick(int(self._rng.choice(others)))

    def _step(self, by: int) -> None:
        offered = self._offered()
        if len(offered):
            place = int(np.searchsorted(offered, self.image))
            self._pick(int(offered[(place + by) % len(offered)]))

    def _offered(self) -> np.ndarray:
        if self._subject is None:
            return np.empty(0, np.int64)
        row = self._classes.currentIndex()
        return self._subject.of_class(row - 1 if row > 0 else None)

    def _pick(self, image: int) -> None:
        self.image, self._is_chosen = image, True
        self._show_place()
        self.picked.emit(image)

    @Slot()
    def _on_class(self) -> None:
        offered = self._offered()
        if len(offered) and self.image not in offered:
            self._pick(int(offered[0]))
        self._show_place()

    def _show_place(self) -> None:
        offered = self._offered()
        place = int(np.searchsorted(offered, self.image)) + 1 if self.image in offered else 0
        self._place.setText(_("{place} of {count}").format(place=number(place), count=number(len(offered))))
        for button in self._buttons:
            button.setEnabled(len(offered) > 1)
