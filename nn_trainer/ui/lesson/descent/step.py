"""Step 3: gradient descent on one weight, with the real loss of a real batch."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from nn_trainer.engine.inspection import GradientCheck, WeightIndex, comfortable_size
from nn_trainer.engine.lesson.landscape import Landscape, Point
from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent.descent_page import DescentPage
from nn_trainer.ui.lesson.descent.descent_state import BOWL, TWO, DescentPath, DescentState, bowl_point
from nn_trainer.ui.lesson.descent.jobs import Batch, CurveMade, DescentJobs, SurfaceMade
from nn_trainer.ui.lesson.descent.question import check_answer, question_about
from nn_trainer.ui.lesson.step import Feedback, LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.wording import plain


class DescentStep(LessonStep):
    """Choosing a weight, moving and checking; what takes long is a job."""

    title = _("Gradient descent")
    help_page = "lesson-3-gradient-descent.md"

    def __init__(self) -> None:
        super().__init__()
        self.page = DescentPage()
        self._state = DescentState()
        self._subject: LessonSubject | None = None
        self._index: WeightIndex | None = None  # the weight that is wanted; None: the steepest of its parameter
        self._restarts = False  # whether the point to come begins a new path
        self._jobs = DescentJobs(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        self._connect()

    def _connect(self) -> None:
        page, jobs = self.page, self._jobs
        page.which.chosen.connect(self._on_mode)
        page.losses.chosen.connect(self._on_loss)
        page.chooser.weight_chosen.connect(self._on_weight)
        page.chooser.important_requested.connect(self._on_important)
        page.rate.rate_changed.connect(self._on_rate)
        page.step_button.clicked.connect(self.make_step)
        page.reset_button.clicked.connect(self.reset)
        page.check_button.clicked.connect(self.check_gradient)
        page.wider.clicked.connect(self.widen)
        page.narrower.clicked.connect(self.narrow)
        page.hills.clicked.connect(self.find_hills)
        page.plot.weight_requested.connect(self._stand_at)
        page.map.point_requested.connect(self._stand_at)
        jobs.made.connect(self._on_made)
        jobs.moved.connect(self._on_moved)
        jobs.checked.connect(self._on_checked)
        jobs.progress.connect(page.show_progress)
        jobs.failed.connect(page.show_error)
        theme.signals().changed.connect(self._show_check)

    # what is looked at

    @property
    def path(self) -> DescentPath:
        """The path on the picture at hand."""
        return self._state.path

    @property
    def landscape(self) -> Landscape | None:
        """What the picture at hand is made of; None for the bowl, and while it is computed."""
        return self._state.landscape

    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return self._jobs.is_making() or self._jobs.is_moving()

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Take the network; the batch is the same whatever image is chosen."""
        if subject is not self._subject:
            self._subject = subject
            if not self.page.chooser.set_network(subject.network):
                self._index = None  # there may be no such weight
            self._on_loss()
        else:
            self._show()

    def _show(self) -> None:
        """Bring everything up to date."""
        self._state.check = None
        self.page.show_all(self._state, self._subject, busy=self._jobs.is_making())
        self.question_changed.emit()

    @Slot()
    def _on_loss(self) -> None:
        """Take the batch and the loss, and make the picture of the chosen weight."""
        subject = self._subject
        if subject is None:
            return
        chosen = subject.batch(comfortable_size(subject.network))
        self._jobs.batch = Batch(subject.network, subject.inputs[chosen], subject.labels[chosen], self.page.loss)
        self.page.show_batch_size(len(chosen))
        self._make(self._index)

    def _make(self, index: WeightIndex | None) -> None:
        """Compute the picture of a weight, of the steepest of its parameter if `index` is None."""
        self._index = index
        self._state.forget()
        self._ask_for_picture()
        self._show()

    def _ask_for_picture(self) -> None:
        """Compute the surface where that is looked at, the curve otherwise."""
        ask = self._jobs.make_surface if self._state.mode == TWO else self._jobs.make_curve
        ask(self.page.chooser.name, self._index)

    @Slot(object)
    def _on_made(self, made: CurveMade | SurfaceMade | None) -> None:
        if made is None:
            self.page.show_no_hills()
            if self._state.surface is None:  # hills were asked for before there was any picture
                self._jobs.make_surface(self.page.chooser.name, self._index)
            return
        self._state.take(made)
        self._index = made.landscape.indices[0]
        self.page.chooser.choose(made.landscape.name, self._index)
        self._show()

    @Slot(int)
    def _on_mode(self, mode: int) -> None:
        self._state.mode = mode
        if mode != BOWL and self._state.made is None and self._subject is not None:
            self._ask_for_picture()
        self._show()

    @Slot()
    def _on_weight(self) -> None:
        self._make(self.page.chooser.index)

    @Slot()
    def _on_important(self) -> None:
        self._make(None)

    @Slot()
    def widen(self) -> None:
        """Show twice as much."""
        if self._state.made is not None:
            self._jobs.scale(self._state.made, 2.0)

    @Slot()
    def narrow(self) -> None:
        """Show half as much."""
        if self._state.made is not None:
            self._jobs.scale(self._state.made, 0.5)

    @Slot()
    def find_hills(self) -> None:
        """Look for two weights with more than one valley, in the last layers first."""
        parameters = self.page.chooser.parameters
        names = [parameters.itemText(i) for i in range(parameters.count())]
        self._jobs.find_hills([name for name in names if name.endswith("weight")][::-1])

    # moving

    @Slot()
    def make_step(self) -> None:
        """W2 = W1 - gradient * learning rate, for each weight of the picture."""
        if self.path.here is not None and not self._jobs.is_moving():
            self._go(self.path.target, restarts=False)

    @Slot()
    def reset(self) -> None:
        """Stand where the network's own weight is."""
        self._state.reset()
        self._show()

    @Slot(float)
    @Slot(float, float)
    def _stand_at(self, *weights: float) -> None:
        self._go(weights, restarts=True)

    def _go(self, weights: tuple[float, ...], *, restarts: bool) -> None:
        """Move to other weights, as a step or as the beginning of a new path."""
        self._restarts = restarts
        made = self._state.made
        if self._state.mode == BOWL:
            self._on_moved((bowl_point(self._state.bowl, weights[0]), None))
        elif made is not None:
            self._jobs.move(made.landscape, weights, made if isinstance(made, CurveMade) else None)

    @Slot(object)
    def _on_moved(self, result: tuple[Point, CurveMade | None]) -> None:
        self._state.move_to(*result, restarts=self._restarts)
        self._show()

    @Slot()
    def _on_rate(self) -> None:
        self.path.rate = self.page.rate.rate
        self.page.show_rate(self._state, self._subject, busy=self._jobs.is_making())

    # checking

    @Slot()
    def check_gradient(self) -> None:
        """Compare backpropagation with finite differences where one stands."""
        here, landscape = self.path.here, self.landscape
        if here is not None and landscape is not None:
            self._jobs.check(landscape.name, landscape.indices[0], here.weights[0])

    @Slot(object)
    def _on_checked(self, check: GradientCheck) -> None:
        self._state.check = check
        self._show_check()

    @Slot()
    def _show_check(self) -> None:
        self.page.show_check(self._state)

    # question and numbers

    def question(self) -> str:
        """Which way the weight must go."""
        here = self.path.here
        if here is None:
            return ""
        return question_about(here)

    def question_about(self) -> Hashable:
        """Where one stands, and on which picture."""
        here, landscape = self.path.here, self.landscape
        which = None if landscape is None else (landscape.name, landscape.indices)
        return self._state.mode, self.page.losses.current, which, None if here is None else here.weights

    def check(self, answer: str) -> Feedback:
        """Compare with the sign of the gradient."""
        here = self.path.here
        assert here is not None
        return check_answer(answer, here.gradients[0])

    def copy_text(self) -> str:
        """The path, the formulas, the curve or the map, and the check."""
        return plain("\n".join(self.page.copy_lines(self._state)))

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._jobs.shutdown()
