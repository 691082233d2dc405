"""Step 3: gradient descent on one weight, with the real loss of a real batch."""

from __future__ import annotations

from PySide6.QtCore import Slot

from nn_trainer.engine.inspection import GradientCheck, Index, comfortable_size
from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent import views
from nn_trainer.ui.lesson.descent.jobs import Batch, CurveMade, DescentMaker, SurfaceMade
from nn_trainer.ui.lesson.descent.page import BOWL, ONE, TWO
from nn_trainer.ui.lesson.descent.pictures import DescentPictures
from nn_trainer.ui.lesson.descent.views import Walk
from nn_trainer.wording import progress_text, sentence_of

LOSS_NAMES = ("cross-entropy", "mse")
FIRST_STEP = 0.2  # of what is shown to one side: how far the first rate steps
NO_HILLS = "No two of the weights that were tried have more than one valley. Try the other loss."


class DescentStep(DescentPictures):
    """Choosing a weight, moving and checking; what is long goes through `descent_maker.py`."""

    title = "Gradient descent"
    page = "lesson-3-gradient-descent.md"

    def __init__(self) -> None:
        super().__init__()
        self._index: Index | None = None  # the weight that is wanted; None: the steepest of its parameter
        self._restarts = False  # whether the place to come begins a new way
        self._maker = DescentMaker(self)
        self._connect()

    def _connect(self) -> None:
        self.which.chosen.connect(self._on_mode)
        self.losses.chosen.connect(self._on_loss)
        self.chooser.weight_chosen.connect(self._on_weight)
        self.chooser.important_wanted.connect(self._on_important)
        self.rate.rate_changed.connect(self._on_rate)
        self.step_button.clicked.connect(self.make_step)
        self.reset_button.clicked.connect(self.reset)
        self.check_button.clicked.connect(self.check_gradient)
        self.wider.clicked.connect(self.widen)
        self.narrower.clicked.connect(self.narrow)
        self.hills.clicked.connect(self.find_hills)
        self.plot.weight_wanted.connect(self._stand_at)
        self.map.place_wanted.connect(self._stand_at)
        maker = self._maker
        maker.made.connect(self._on_made)
        maker.moved.connect(self._on_moved)
        maker.checked.connect(self._on_checked)
        maker.progress.connect(self._on_progress)
        maker.failed.connect(self._on_failed)

    # what is looked at

    def is_making(self) -> bool:
        """Whether a picture is being computed."""
        return self._maker.is_making()

    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return self._maker.is_making() or self._maker.is_moving()

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Take the network; the batch is the same whatever image is chosen."""
        if subject is not self._subject:
            self._subject = subject
            if not self.chooser.set_network(subject.network):
                self._index = None  # there may be no such weight
            self._on_loss()
        else:
            self._show()

    @Slot()
    def _on_loss(self) -> None:
        """Take the batch and the loss, and make the picture of the chosen weight."""
        subject = self._subject
        if subject is None:
            return
        chosen = subject.batch(comfortable_size(subject.network))
        name = LOSS_NAMES[self.losses.current]
        self._maker.batch = Batch(subject.network, subject.inputs[chosen], subject.labels[chosen], name)
        self.batch_size.set_text(f"{len(chosen)} images")
        self._make(self._index)

    def _make(self, index: Index | None) -> None:
        """Compute the picture of a weight, of the steepest of its parameter if `index` is None."""
        self._index = index
        self._made.clear()
        self._walks[ONE], self._walks[TWO] = Walk(), Walk()
        if self.mode == TWO:
            self._maker.make_surface(self.chooser.name, index)
        else:
            self._maker.make_curve(self.chooser.name, index)
        self._show()

    @Slot(object)
    def _on_made(self, made: CurveMade | SurfaceMade | None) -> None:
        if made is None:
            self.note.setText(NO_HILLS)
            if TWO not in self._made:  # hills were asked for before there was any picture
                self._maker.make_surface(self.chooser.name, self._index)
            return
        mode = ONE if isinstance(made, CurveMade) else TWO
        landscape = made.landscape
        if self.chooser.name != landscape.name or self.chooser.index != landscape.indices[0]:
            self._made.clear()  # of another weight
            self.chooser.choose(landscape.name, landscape.indices[0])
        self._index = landscape.indices[0]
        self._made[mode] = made
        steepest = max(map(abs, landscape.start.gradients))
        rate = FIRST_STEP * made.radius / steepest if steepest > 0 else 1.0
        self._walks[mode] = Walk([landscape.start], float(f"{min(max(rate, 1e-4), 1e4):.1g}"))
        self._show()

    @Slot()
    def _on_mode(self) -> None:
        if self.mode != BOWL and self.mode not in self._made and self._subject is not None:
            if self.mode == ONE:
                self._maker.make_curve(self.chooser.name, self._index)
            else:
                self._maker.make_surface(self.chooser.name, self._index)
        self._show()

    @Slot()
    def _on_weight(self) -> None:
        self._make(self.chooser.index)

    @Slot()
    def _on_important(self) -> None:
        self._make(None)

    @Slot()
    def widen(self) -> None:
        """Show twice as much."""
        if self.mode in self._made:
            self._maker.scale(self._made[self.mode], 2.0)

    @Slot()
    def narrow(self) -> None:
        """Show half as much."""
        if self.mode in self._made:
            self._maker.scale(self._made[self.mode], 0.5)

    @Slot()
    def find_hills(self) -> None:
        """Look for two weights with more than one valley, in the last layers first."""
        names = [self.chooser.parameters.itemText(i) for i in range(self.chooser.parameters.count())]
        self._maker.find_hills([name for name in names if name.endswith("weight")][::-1])

    # moving

    @Slot()
    def make_step(self) -> None:
        """W2 = W1 - gradient * learning rate, for each weight of the picture."""
        if self.walk.here is not None and not self._maker.is_moving():
            self._go(self.walk.target, restarts=False)

    @Slot()
    def reset(self) -> None:
        """Stand where the network's own weight is."""
        landscape = self.landscape
        start = views.bowl_point(self._bowl, views.BOWL_START) if landscape is None else landscape.start
        self.walk.points[:] = [start]
        self._show()

    @Slot(float)
    @Slot(float, float)
    def _stand_at(self, *weights: float) -> None:
        self._go(weights, restarts=True)

    def _go(self, weights: tuple[float, ...], *, restarts: bool) -> None:
        """Move to other weights, as a step or as the beginning of a new way."""
        self._restarts = restarts
        made = self._made.get(self.mode)
        if self.mode == BOWL:
            self._on_moved((views.bowl_point(self._bowl, weights[0]), None))
        elif made is not None:
            self._maker.move(made.landscape, weights, made if isinstance(made, CurveMade) else None)

    @Slot(object)
    def _on_moved(self, result: tuple[Point, CurveMade | None]) -> None:
        point, curve = result
        mode = self.mode
        if mode != BOWL:
            mode = ONE if len(point.weights) == 1 else TWO  # another picture may be looked at meanwhile
        if curve is not None:
            self._made[ONE] = curve
        if self._restarts:
            self._walks[mode].points.clear()
        self._walks[mode].points.append(point)
        self._show()

    @Slot()
    def _on_rate(self) -> None:
        self.walk.rate = self.rate.rate
        self.plot.set_rate(self.rate.rate)
        self._show_map()
        self._write()

    # checking

    @Slot()
    def check_gradient(self) -> None:
        """Compare backpropagation with finite differences where one stands."""
        here, landscape = self.walk.here, self.landscape
        if here is not None and landscape is not None:
            self._maker.check(landscape.name, landscape.indices[0], here.weights[0])

    @Slot(object)
    def _on_checked(self, check: GradientCheck) -> None:
        self._check = check
        self._show_check()

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.note.setText(progress_text(done, total, what))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.note.setText(sentence_of(error))

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._maker.shutdown()
