"""Step 3: gradient descent on one weight, with the real loss of a real batch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Slot

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.batch import Index, comfortable_size
from nn_trainer.engine.lesson.finite_differences import GradientCheck
from nn_trainer.engine.lesson.formulas import Bowl, updated
from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui import theme
from nn_trainer.ui.lesson import descent_work as work
from nn_trainer.ui.lesson.check_table import check_html, check_rows
from nn_trainer.ui.lesson.descent_page import BOWL, ONE, TWO, DescentPage
from nn_trainer.ui.lesson.descent_plot import DescentView
from nn_trainer.ui.lesson.descent_text import direction_answer, slope_text, step_note, update_text, weight_name
from nn_trainer.ui.lesson.descent_work import CurveMade, SurfaceMade
from nn_trainer.ui.lesson.latest_job import LatestJob
from nn_trainer.ui.lesson.numbers import fixed, plain
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.lesson.surface_plot import SurfaceView
from nn_trainer.ui.sentences import progress_text, sentence_of

LOSS_NAMES = ("cross-entropy", "mse")
BOWL_START, BOWL_EDGES, BOWL_RATE = -1.0, (-1.5, 2.5), 0.2
SURFACE_RADIUS = 4.0
FIRST_STEP = 0.2  # of what is shown to one side: how far the first rate steps


@dataclass
class Walk:
    """The way so far on one of the three pictures."""

    points: list[Point] = field(default_factory=list)
    rate: float = BOWL_RATE

    @property
    def here(self) -> Point | None:
        """Where one stands."""
        return self.points[-1] if self.points else None


class DescentStep(DescentPage):
    """Each of the three pictures has its own way and its own learning rate."""

    title = "Gradient descent"
    page = "lesson-3-gradient-descent.md"

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._batch: work.Batch | None = None
        self._curve: CurveMade | None = None
        self._surface: SurfaceMade | None = None
        self._bowl = Bowl()
        self._walks = [Walk(), Walk([self._bowl_point(BOWL_START)]), Walk()]
        self._check: GradientCheck | None = None
        self._making, self._moving, self._checking = LatestJob(self), LatestJob(self), LatestJob(self)
        self._restarts = False  # whether the point to come begins a new way
        self._connect()

    def _connect(self) -> None:
        self.which.chosen.connect(self._on_mode)
        self.losses.chosen.connect(self._restart)
        self.chooser.weight_chosen.connect(self._on_weight)
        self.chooser.important_wanted.connect(self._on_important)
        self.rate.rate_changed.connect(self._on_rate)
        self.step_button.clicked.connect(self.make_step)
        self.reset_button.clicked.connect(self.reset)
        self.check_button.clicked.connect(self.check_gradient)
        self.wider.clicked.connect(self._widen)
        self.narrower.clicked.connect(self._narrow)
        self.hills.clicked.connect(self._find_hills)
        self.plot.weight_wanted.connect(self._stand_at)
        self.map.place_wanted.connect(self._stand_at)
        self._making.done.connect(self._on_made)
        self._making.progress.connect(self._on_progress)
        self._moving.done.connect(self._on_moved)
        self._checking.done.connect(self._on_checked)
        for job in (self._making, self._moving, self._checking):
            job.failed.connect(self._on_failed)
        theme.signals().changed.connect(self._show_check)

    # what is looked at

    @property
    def mode(self) -> int:
        """ONE, BOWL or TWO."""
        return self.which.current

    @property
    def walk(self) -> Walk:
        """That of the picture at hand."""
        return self._walks[self.mode]

    def set_subject(self, subject: LessonSubject, image: int) -> None:
        """Take the network; the batch is the same whatever image is chosen."""
        if subject is self._subject:
            self._show()
            return
        self._subject = subject
        self.chooser.set_network(subject.network)
        self._restart()

    @Slot()
    def _restart(self) -> None:
        """Take the batch and the loss anew and make the picture of the chosen weight."""
        subject = self._subject
        if subject is None:
            return
        chosen = subject.batch(comfortable_size(subject.network))
        name = LOSS_NAMES[self.losses.current]
        self._batch = work.Batch(subject.network, subject.inputs[chosen], subject.labels[chosen], name)
        self.batch_size.set_text(f"{len(chosen)} images")
        self._make(self.chooser.index if self._curve or self._surface else None)

    def _make(self, index: Index | None) -> None:
        """Compute the picture of a weight, of the steepest of its parameter if `index` is None."""
        if self._batch is None:
            return
        self._moving.drop()
        self._curve = self._surface = None
        self._walks[ONE], self._walks[TWO] = Walk(), Walk()
        if self.mode == TWO:
            self._making.ask(work.make_surface(self._batch, self.chooser.name, index, SURFACE_RADIUS))
        else:
            self._making.ask(work.make_curve(self._batch, self.chooser.name, index))
        self._show()

    @Slot(object)
    def _on_made(self, made: CurveMade | SurfaceMade | None) -> None:
        if made is None:
            self.note.setText("No two of the weights that were tried have more than one valley. Try the other loss.")
            return
        mode = ONE if isinstance(made, CurveMade) else TWO
        if isinstance(made, CurveMade):
            self._curve = made
        else:
            self._surface = made
        start = made.landscape.start
        steepest = max(map(abs, start.gradients))
        rate = FIRST_STEP * made.radius / steepest if steepest > 0 else 1.0
        self._walks[mode] = Walk([start], float(f"{min(max(rate, 1e-4), 1e4):.1g}"))
        self.chooser.choose(made.landscape.name, made.landscape.indices[0])
        self._show()

    @Slot()
    def _on_mode(self) -> None:
        missing = {ONE: self._curve is None, TWO: self._surface is None}.get(self.mode, False)
        if missing and self._batch is not None:
            self._make(self.chooser.index)
        self._show()

    @Slot()
    def _on_weight(self) -> None:
        self._make(self.chooser.index)

    @Slot()
    def _on_important(self) -> None:
        self._make(None)

    @Slot()
    def _widen(self) -> None:
        self._scale_radius(2.0)

    @Slot()
    def _narrow(self) -> None:
        self._scale_radius(0.5)

    def _scale_radius(self, factor: float) -> None:
        if self.mode == ONE and self._curve is not None:
            self._curve = None if self._moving.is_busy() else self._curve
            if self._curve is not None:
                self._making.ask(work.widen(self._curve, factor))
        elif self.mode == TWO and self._surface is not None and self._batch is not None:
            made = self._surface
            indices = made.landscape.indices
            self._making.ask(work.make_pair(self._batch, made.landscape.name, indices, made.radius * factor))

    @Slot()
    def _find_hills(self) -> None:
        if self._batch is not None:
            names = [self.chooser.parameters.itemText(i) for i in range(self.chooser.parameters.count())]
            self._making.ask(work.make_hills(self._batch, [n for n in names if n.endswith("weight")][::-1]))

    # moving

    @Slot()
    def make_step(self) -> None:
        """W2 = W1 - gradient * learning rate, for each weight of the picture."""
        here = self.walk.here
        if here is None or self._moving.is_busy():
            return
        target = tuple(updated(w, g, self.walk.rate) for w, g in zip(here.weights, here.gradients, strict=True))
        self._go(target, restarts=False)

    @Slot()
    def reset(self) -> None:
        """Stand where one stood at first."""
        del self.walk.points[1:]
        self._show()

    @Slot(float)
    @Slot(float, float)
    def _stand_at(self, *weights: float) -> None:
        """Begin a new way elsewhere."""
        self._go(weights, restarts=True)

    def _go(self, weights: tuple[float, ...], *, restarts: bool) -> None:
        self._restarts = restarts
        if self.mode == BOWL:
            self._on_moved((self._bowl_point(weights[0]), None))
            return
        made = self._curve if self.mode == ONE else self._surface
        if made is not None:
            self._moving.ask(work.move_to(made.landscape, weights, self._curve if self.mode == ONE else None))

    @Slot(object)
    def _on_moved(self, result: tuple[Point, CurveMade | None]) -> None:
        point, curve = result
        if curve is not None:
            self._curve = curve
        if self._restarts:
            self.walk.points.clear()
        self.walk.points.append(point)
        self._show()

    @Slot()
    def _on_rate(self) -> None:
        self.walk.rate = self.rate.rate
        self.plot.set_rate(self.rate.rate)
        self._show_map()
        self._write()

    def _bowl_point(self, weight: float) -> Point:
        return Point((weight,), self._bowl.loss(weight), (self._bowl.gradient(weight),))

    # checking

    @Slot()
    def check_gradient(self) -> None:
        """Compare backpropagation with finite differences where one stands."""
        here = self.walk.here
        if self.mode == BOWL or here is None or self._batch is None:
            return
        self._checking.ask(work.make_check(self._batch, self.chooser.name, self.chooser.index, here.weights[0]))

    @Slot(object)
    def _on_checked(self, check: GradientCheck) -> None:
        self._check = check
        self._show_check()

    @Slot()
    def _show_check(self) -> None:
        self.checked.setVisible(self._check is not None)
        if self._check is not None:
            self.checked.setText(check_html(self._check))

    # showing

    def _show(self) -> None:
        """Bring everything up to date."""
        mode, own = self.mode, self.mode != BOWL
        self._check = None
        self._show_check()
        for widget in (self.chooser, self.check_button, self.losses, self.batch_size, self.narrower, self.wider):
            widget.setVisible(own)
        self.hills.setVisible(mode == TWO)
        self.plots.setCurrentWidget(self.map if mode == TWO else self.plot)
        for button in (self.step_button, self.reset_button, self.check_button):
            button.setEnabled(self.walk.here is not None)
        self.rate.set_rate(self.walk.rate)
        if mode != TWO:
            self.plot.show_view(self._view())
        self._show_map()
        self._write()
        self.question_changed.emit()

    def _view(self) -> DescentView | None:
        """The curve at hand, with the way on it."""
        walk, here = self.walk, self.walk.here
        if here is None or (self.mode == ONE and self._curve is None):
            return None
        if self.mode == ONE:
            assert self._curve is not None
            weights, losses = self._curve.slice.weights, self._curve.slice.losses
        else:
            weights = self._bowl_weights(walk)
            losses = np.array([self._bowl.loss(float(w)) for w in weights])
        trail = tuple((point.weights[0], point.loss) for point in walk.points[:-1])
        optimum = self._bowl.optimum if self.mode == BOWL else None
        axis = "weight W" if self.mode == BOWL else self._names()[0]
        return DescentView(
            weights, losses, here.weights[0], here.loss, here.gradients[0], walk.rate, trail, optimum, axis
        )

    def _bowl_weights(self, walk: Walk) -> Array:
        """As wide as the way."""
        far = max(abs(point.weights[0] - self._bowl.optimum) for point in walk.points)
        reach = max(BOWL_EDGES[1] - self._bowl.optimum, 1.15 * far)
        return np.linspace(self._bowl.optimum - reach, self._bowl.optimum + reach, 81)

    def _show_map(self) -> None:
        here, made = self._walks[TWO].here, self._surface
        if self.mode != TWO or here is None or made is None:
            self.map.show_view(None)
            return
        walk = self._walks[TWO]
        path = [(p.weights[0], p.weights[1]) for p in walk.points]
        a, b = (updated(w, g, walk.rate) for w, g in zip(here.weights, here.gradients, strict=True))
        names = self._names()
        self.map.show_view(SurfaceView(made.surface, tuple(path), (a, b), (names[0], names[1])))

    def _names(self) -> list[str]:
        """What the weights of the picture are called."""
        made = self._curve if self.mode == ONE else self._surface
        if self.mode == BOWL or made is None:
            return ["W"]
        return [weight_name(made.landscape.name, index) for index in made.landscape.indices]

    def _write(self) -> None:
        here, walk = self.walk.here, self.walk
        if here is None:
            self.slope.clear()
            self.update_.clear()
            self.note.setText("Computing the loss over the weight…" if self._batch is not None else "")
            return
        run = self.plot.view.run if self.mode != TWO and self.plot.view is not None else None
        self.slope.setText(slope_text(here, run))
        self.update_.setText(update_text(here, walk.rate, self._names()))
        view = self.plot.view if self.mode != TWO else None
        self.note.setText(step_note(walk.points, walk.rate, view, self._subject if self.mode == ONE else None))

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.note.setText(progress_text(done, total, what))

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.note.setText(sentence_of(error))

    # the question

    def question(self) -> str:
        """Which way the weight must go."""
        here = self.walk.here
        if here is None:
            return ""
        return (
            f"The gradient of the (first) weight here is {fixed(here.gradients[0], 6)}. For the loss to fall, must "
            "that weight grow or shrink?"
        )

    def check(self, answer: str) -> Feedback:
        """Compare with the sign of the gradient."""
        here = self.walk.here
        assert here is not None
        return direction_answer(answer, here.gradients[0])

    def copy_text(self) -> str:
        """The way, the curve or the surface, and the check."""
        lines = ["\t".join(["step", *self._names(), "loss", *(f"gradient of {name}" for name in self._names())])]
        for number, point in enumerate(self.walk.points):
            values = [*point.weights, point.loss, *point.gradients]
            lines.append("\t".join([str(number), *(fixed(value, 9) for value in values)]))
        lines += [f"learning rate\t{self.walk.rate:g}", self.slope.text(), self.update_.text()]
        view = self.plot.view
        if self.mode != TWO and view is not None:
            points = zip(view.weights, view.losses, strict=True)
            lines += ["weight\tloss", *(f"{fixed(w, 9)}\t{fixed(v, 9)}" for w, v in points)]
        elif self._surface is not None:
            surface = self._surface.surface
            lines.append("\t".join(["loss", *(fixed(a, 6) for a in surface.first)]))
            for b, row in zip(surface.second, surface.losses, strict=True):
                lines.append("\t".join([fixed(b, 6), *(fixed(v, 9) for v in row)]))
        if self._check is not None:
            lines += ["\t".join(row) for row in check_rows(self._check)]
            lines.append(f"backpropagation\t{fixed(self._check.backpropagation, 12)}")
        return plain("\n".join(lines))

    def leave(self) -> None:
        """Nothing moves by itself."""

    def shutdown(self) -> None:
        """Begin nothing more."""
        for job in (self._making, self._moving, self._checking):
            job.drop()
