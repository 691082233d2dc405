"""Step 5: the training loop, live, from one station a second to full speed."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.inspection import untrained_copy
from nn_trainer.engine.lesson.training_loop import Iteration, TrainingLoop
from nn_trainer.errors import TrainingDivergedError
from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loop.counters import Counters
from nn_trainer.ui.lesson.loop.counters_and_diagram import CountersAndDiagram
from nn_trainer.ui.lesson.loop.diagram import LoopDiagram
from nn_trainer.ui.lesson.loop.loop_controls import LoopControls
from nn_trainer.ui.lesson.loop.question import asked_batch_size, check_answer, question_about
from nn_trainer.ui.lesson.parts.scrolling import scrolled
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.wording import error_message, plain
from nn_trainer.workers.loop_runner import LoopRunner

DIVERGED = _(
    "The loss is no longer a number: the steps were too large. Set a smaller learning rate and press Start again."
)
FIRST_RATE = 0.002  # with 0.005 or more the loss of a new cnn jumps at first: its logits are large


class TrainingLoopStep(LessonStep):
    """Trains a copy of the network, with new weights or its own, one iteration at a time or many."""

    title = _("Training loop")
    help_page = "lesson-5-training-loop.md"
    uses_image = False  # it follows one of the batch

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: LessonSubject | None = None
        self._loop: TrainingLoop | None = None
        self._goes_on = False  # by itself, without a click: iteration after iteration, or in slow motion the light
        self.controls, self.counters, self.diagram = LoopControls(), Counters(), LoopDiagram()
        self.message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.message.setObjectName("loopMessage")
        self.message.setProperty("role", "error")
        self.message.hide()
        self._runner = LoopRunner(self)
        self._timer = QTimer(self, interval=1000)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * theme.SPACE)
        layout.addWidget(self.controls)
        layout.addWidget(self.message)
        layout.addWidget(scrolled(CountersAndDiagram(self.counters, self.diagram), "loopScroll"), 1)
        self._connect()

    def _connect(self) -> None:
        controls, runner = self.controls, self._runner
        controls.iteration_requested.connect(self._run_one)
        controls.station_requested.connect(self._go_on)
        controls.run_requested.connect(self._run)
        controls.pause_requested.connect(self.pause)
        controls.restart_requested.connect(self._restart)
        controls.rate_changed.connect(self._set_rate)
        controls.speed_changed.connect(self._set_speed)
        runner.iterated.connect(self._on_iterated)
        runner.failed.connect(self._on_failed)
        runner.running_changed.connect(self._on_running)
        self._timer.timeout.connect(self._go_on)
        self.diagram.images.image_chosen.connect(self._follow_image)
        self.diagram.gradient.another_requested.connect(self._watch_another)

    # what the frame calls

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Begin again with a copy of the subject's network; the image that is followed is one of the batch."""
        if subject is self._subject:
            return
        self._subject = subject
        size = min(subject.config.batch_size, len(subject.training))
        self.controls.set_batch_size(size, len(subject.training))
        self.counters.show_subject(subject)
        self.controls.rate.setValue(FIRST_RATE)
        self.diagram.set_subject(subject)
        self._restart()

    def question(self) -> str:
        """How many iterations an epoch has with another batch size."""
        if self._subject is None:
            return ""
        return question_about(len(self._subject.training), self._asked())

    def check(self, answer: str) -> Feedback:
        """Compare with ceil(images / batch size)."""
        return check_answer(answer, len(self._subject.training) if self._subject else 0, self._asked())

    def copy_text(self) -> str:
        """Counters and stations."""
        return plain("\n".join([*self.counters.lines(), *self.diagram.lines()]))

    def leave(self) -> None:
        """Stop what moves."""
        self.pause()

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._goes_on = False
        self._timer.stop()
        self._runner.shutdown()

    def hideEvent(self, event: QHideEvent) -> None:
        """Compute nothing that nobody sees."""
        super().hideEvent(event)
        self.pause()

    @property
    def loop(self) -> TrainingLoop | None:
        """The copy that is trained."""
        return self._loop

    def is_busy(self) -> bool:
        """Whether an iteration is under way or the next will come by itself."""
        return self._runner.is_running or self._goes_on

    def _asked(self) -> int:
        return asked_batch_size(self.controls.batch_size.value())

    # running

    @Slot()
    def _restart(self) -> None:
        self.pause()
        subject = self._subject
        if subject is None:
            return
        network = subject.network
        if self.controls.new_weights.isChecked():
            network = untrained_copy(network, subject.config.seed)
        self._loop = TrainingLoop(
            network,
            subject.inputs[subject.training],
            subject.labels[subject.training],
            subject.config.loss,
            self.controls.batch_size.value(),
            self.controls.rate.value(),
            subject.config.seed,
        )
        self._runner.set_loop(self._loop)
        self.message.hide()
        self.diagram.clear()
        self.counters.show_loop(self._loop)
        self.question_changed.emit()

    @Slot()
    def _run_one(self) -> None:
        """One iteration; what the light has not reached of the one before is shown first."""
        if self._runner.is_running:  # a second press while it is computed
            return
        self.diagram.finish()
        self.diagram.set_light(None)
        self._runner.run(1)

    @Slot()
    def _go_on(self) -> None:
        """The next station, or the first of the next iteration."""
        if self._runner.is_running:
            return
        if self.diagram.move_light():
            return
        self.diagram.set_light(0)
        self._runner.run(1)

    @Slot()
    def _run(self) -> None:
        """Go on by itself; while an iteration is under way, from its end."""
        speed = self.controls.current_speed()
        self._goes_on = True
        if speed.by_station:
            self._timer.start()
            self._go_on()
        else:
            self._runner.set_pace(speed.seconds)
            if not self._runner.is_running:
                self._run_on()
        self._show_running()

    def _run_on(self) -> None:
        """Iteration after iteration; what the light has not reached of the one before is shown first."""
        self.diagram.finish()
        self._runner.run()

    @Slot(bool)
    def _on_running(self, running: bool) -> None:
        if not running and self._goes_on and not self._timer.isActive():
            self._run_on()
        self._show_running()

    @Slot()
    def pause(self) -> None:
        """Stop after the iteration at hand."""
        self._goes_on = False
        self._timer.stop()
        self._runner.pause()
        self._show_running()

    @Slot()
    def _set_speed(self) -> None:
        """Go on at another speed, if it goes on at all."""
        if not self._goes_on:
            return
        speed = self.controls.current_speed()
        if speed.by_station or self._timer.isActive():
            self.pause()
            self._run()
        else:
            self._runner.set_pace(speed.seconds)

    @Slot(float)
    def _set_rate(self, rate: float) -> None:
        if self._loop is not None:
            self._loop.learning_rate = rate

    @Slot(int)
    def _follow_image(self, place: int) -> None:
        if self._loop is not None:
            self._loop.shown = place

    @Slot()
    def _watch_another(self) -> None:
        if self._loop is not None:
            self._loop.place = None

    # what came

    @Slot(object)
    def _on_iterated(self, iterations: tuple[Iteration, ...]) -> None:
        assert self._loop is not None
        self.counters.show_iteration(iterations[-1], self._loop.batch_size, len(self._loop.labels))
        self.diagram.show_iterations(iterations)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.pause()
        self.message.setText(DIVERGED if isinstance(error, TrainingDivergedError) else error_message(error))
        self.message.show()

    def _show_running(self) -> None:
        self.controls.show_running(self._goes_on)
