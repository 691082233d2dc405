"""Step 6: the plots, of a training that overfits and of one that is kept from it, both run here and now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from nn_trainer.engine.records import Record
from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.models.overfitting import Comparison, SmallTraining, make_comparison
from nn_trainer.ui.lesson.overfitting.both_runs import BothRuns
from nn_trainer.ui.lesson.overfitting.curve_legend import Legend
from nn_trainer.ui.lesson.overfitting.run_column import RunColumn
from nn_trainer.ui.lesson.overfitting.run_settings import FewImages, RemedyBoxes
from nn_trainer.ui.lesson.parts.answers import is_close, read_number
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.wording import error_message, fixed, plain
from nn_trainer.workers.latest_job import LatestJob

FRAME_MILLISECONDS = 80


class OverfittingStep(LessonStep):
    """The images of both runs, what can be set, the curves while they run, and the question at their end."""

    title = _("The plots")
    help_page = "lesson-6-plots.md"
    uses_image = False

    finished = Signal()  # both runs have ended

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: LessonSubject | None = None
        self.comparison: Comparison | None = None
        self.trainings: tuple[SmallTraining, ...] = ()
        self._failure = ""
        self.few, self.remedies = FewImages(), RemedyBoxes()
        self.columns = (
            RunColumn("plotsFew", _("Few images, nothing against overfitting"), self.few),
            RunColumn("plotsMany", _("The same network, kept from overfitting"), self.remedies),
        )
        self.run_button, self.cancel_button = QPushButton(_("Run both")), QPushButton(_("Cancel"))
        self.progress = QProgressBar()
        self.state = figures_label("plotsState", _("How far both runs are"), role="muted")
        self._job = LatestJob(self)
        self._runs = BothRuns(self)
        self._frame = QTimer(self, interval=FRAME_MILLISECONDS, singleShot=True)
        self._name_parts()
        self._lay_out()
        self._connect()
        self._show_state()

    def _name_parts(self) -> None:
        self.run_button.setObjectName("plotsRun")
        self.run_button.setProperty("role", "primary")
        self.run_button.setToolTip(_("Train both networks now, from their first weights; it takes some seconds"))
        self.cancel_button.setObjectName("plotsCancel")
        self.cancel_button.setToolTip(_("End both trainings after the iteration at hand; the curves stay"))
        self.progress.setObjectName("plotsProgress")
        self.progress.setAccessibleName(_("How far both trainings are"))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(2 * theme.SPACE)

    def _lay_out(self) -> None:
        top = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        for widget in (self.run_button, self.cancel_button, Legend(), self.state):
            top.addWidget(widget)
        columns = QGridLayout()
        columns.setHorizontalSpacing(3 * theme.SPACE)
        columns.setVerticalSpacing(theme.SPACE)
        for place, column in enumerate(self.columns):
            column.stand_in(columns, place)
            columns.setColumnStretch(place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(top)
        layout.addWidget(self.progress)
        layout.addLayout(columns, 1)

    def _connect(self) -> None:
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self.cancel)
        self._job.done.connect(self._on_comparison)
        self._job.failed.connect(self._on_failed)
        self._runs.records_ready.connect(self._add)
        self._runs.failed.connect(self._on_failed)
        self._runs.finished.connect(self._on_finished)
        self._frame.timeout.connect(self._draw)

    # what the frame calls

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Make the images of a subject ready; all of them are used, whichever is chosen."""
        if subject is self._subject:
            return
        self._runs.let_go()
        self._subject, self.comparison = subject, None
        work = partial(make_comparison, subject.pictures, subject.labels, len(subject.class_names), subject.config.seed)
        self._job.ask(lambda _task: work())
        self._clear()

    def question(self) -> str:
        """The gap between the accuracies of the left run."""
        if not self._is_whole():
            return _("Press Run both. When both have ended, a question comes here.")
        return _(
            "Left run, at the end: by how many percentage points is the accuracy on the training images above that "
            "on the validation images?"
        )

    def check(self, answer: str) -> Feedback:
        """Compare with the last epoch of the left run."""
        summary = self.columns[0].run.summary()
        if summary is None or not self._is_whole():
            return Feedback(False, _("Run both first, to the end."))
        last, given = summary.last, read_number(answer)
        shown = [round(100 * share, 1) for share in (last.train_accuracy, last.validation_accuracy or 0.0)]
        if given is not None and is_close(given, shown[0] - shown[1], 1):
            return Feedback(
                True,
                _(
                    "{training} − {validation} = {gap}. What it can do with images it knows says nothing about others: "
                    "that is why validation images are kept out of training."
                ).format(training=fixed(shown[0], 1), validation=fixed(shown[1], 1), gap=fixed(shown[0] - shown[1], 1)),
            )
        return Feedback(
            False, _("Take the two accuracies below the left plots and subtract the second from the first.")
        )

    def copy_text(self) -> str:
        """The figures of both runs, and every epoch."""
        return plain("\n".join(line for column in self.columns for line in column.lines()))

    def leave(self) -> None:
        """Let the runs go on to their end: they take some seconds."""

    def shutdown(self) -> None:
        """Ask what runs to end; nobody waits for it here, see `workers.threads`."""
        self._job.drop()
        self._runs.let_go()

    def is_busy(self) -> bool:
        """Whether a training runs."""
        return self._runs.is_busy()

    # running

    @Slot()
    def run(self) -> None:
        """Train both from the beginning."""
        comparison = self.comparison
        if comparison is None or self.is_busy():
            return
        images = self.few.box.value()
        self.trainings = (comparison.overfitting(images), comparison.guarded(self.remedies.remedies(), images))
        self._failure = ""
        iterations = max(training.total_iterations for training in self.trainings)
        for column, training in zip(self.columns, self.trainings, strict=True):
            column.start(training, iterations)
        self._runs.start(self.trainings)
        self._draw()
        self._show_state()
        self.question_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """End both after the iteration at hand."""
        self._runs.stop()

    @Slot(object)
    def _on_comparison(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.few.offer(comparison)
        self._show_state()

    @Slot(int, object)
    def _add(self, place: int, records: tuple[Record, ...]) -> None:
        self.columns[place].run.add(records)
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._failure = error_message(error)
        self._show_state()

    @Slot()
    def _on_finished(self) -> None:
        self._draw()
        self._show_state()
        if not self.is_busy():
            for column in self.columns:
                column.say_verdict(both_whole=self._is_whole())
            self.question_changed.emit()
            self.finished.emit()

    # showing

    def _clear(self) -> None:
        self.trainings = ()
        self._failure = ""
        for column in self.columns:
            column.clear()
        self._draw()
        self._show_state()
        self.question_changed.emit()

    def _is_whole(self) -> bool:
        """Whether both runs are over and did all their epochs."""
        return not self.is_busy() and all(column.run.is_whole for column in self.columns)

    @Slot()
    def _draw(self) -> None:
        top = max(column.top_loss() for column in self.columns) or 1.0
        for column in self.columns:
            column.draw(top)
        total = sum(training.total_iterations for training in self.trainings)
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(sum(len(column.run.iterations) for column in self.columns))

    def _show_state(self) -> None:
        busy = self.is_busy()
        self.run_button.setEnabled(self.comparison is not None and not busy)
        self.cancel_button.setEnabled(busy)
        for widget in (self.few, self.remedies):
            widget.setEnabled(not busy)
        ready = "" if self.comparison is not None else _("Making the images ready…")
        self.state.setText(self._failure or (_("Training both…") if busy else ready))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self._frame.stop()
