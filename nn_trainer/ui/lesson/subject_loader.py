"""Makes what the lesson works on, off the GUI thread, when it is first looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.data.dataset import Dataset
from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.lesson_subject import LessonSubject, least_sure, make_subject
from nn_trainer.wording import error_message, number, progress_text
from nn_trainer.work import Task
from nn_trainer.workers.latest_job import LatestJob

Made = tuple[Dataset | None, Classifier | None]


class SubjectLoader(QObject):
    """Holds the subject at hand, and knows whether the window has something newer.

    A newer classifier does not come by itself: the figures that a person calculates with stay until others are wanted.
    """

    made = Signal(object, int)  # LessonSubject and the image to begin with
    status = Signal(str)  # how the making goes, or why it failed
    newer_changed = Signal(bool)  # whether the window has something newer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.subject: LessonSubject | None = None
        self._source: tuple[Dataset | None, Classifier | None, str] = (None, None, "")
        self._shown: Made | None = None  # what the subject is, or will be, made of
        self._made_of: Made | None = None  # that of the subject while another is made
        self._job = LatestJob(self)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._job.progress.connect(self._on_progress)

    @property
    def is_newer(self) -> bool:
        """Whether the window has another data set or classifier than the subject is made of."""
        return self._shown is not None and self._shown != self._source[:2]

    def set_source(self, dataset: Dataset | None, classifier: Classifier | None, origin: str) -> None:
        """Tell what the window has."""
        self._source = (dataset, classifier, origin)
        self.newer_changed.emit(self.is_newer)

    def update(self) -> None:
        """Make the subject of what the window has, unless it is made of that."""
        if self._shown == self._source[:2]:
            return
        dataset, classifier, origin = self._source
        if not self._job.is_busy():
            self._made_of = self._shown
        self._shown = (dataset, classifier)
        self._on_progress(0, 0, _("Making the lesson ready"))

        def work(task: Task) -> tuple[LessonSubject, int]:
            subject = make_subject(dataset, classifier, origin, task)
            return subject, least_sure(subject)

        self._job.ask(work)
        self.newer_changed.emit(self.is_newer)

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._job.drop()

    @Slot(object)
    def _on_done(self, result: tuple[LessonSubject, int]) -> None:
        self.subject, first = result
        self.made.emit(self.subject, first)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._shown = self._made_of  # what there was stays
        self.status.emit(error_message(error))
        self.newer_changed.emit(self.is_newer)

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.status.emit(progress_text(done, total, what))


def origin_words(subject: LessonSubject) -> str:
    """The data set, how many of its images, their size, and the network."""
    size, count = subject.preprocessing.image_size, len(subject.labels)
    whole = subject.whole
    pixels = _("{size}x{size} grey") if subject.preprocessing.channels == "grey" else _("{size}x{size} colour")
    images = _("all {whole} images") if whole == count else _("{count} of its {whole} images, as many of each class")
    return "  ·  ".join(
        (
            subject.name,
            images.format(count=number(count), whole=number(whole)),
            pixels.format(size=size),
            _("a copy of: {network}").format(network=subject.origin),
        )
    )
