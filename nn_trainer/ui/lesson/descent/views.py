"""What the plots of step 3 draw, and the numbers that can be copied from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nn_trainer.engine.inspection import GradientCheck
from nn_trainer.engine.lesson.formulas import Bowl, updated
from nn_trainer.engine.lesson.landscape import Landscape, Point
from nn_trainer.ui.lesson.descent.jobs import CurveMade, SurfaceMade
from nn_trainer.ui.lesson.descent.plot import DescentView
from nn_trainer.ui.lesson.descent.surface_plot import SurfaceView
from nn_trainer.ui.lesson.descent.text import check_rows, weight_name
from nn_trainer.wording import fixed

BOWL_START, BOWL_RATE = -1.0, 0.2
BOWL_REACH, BOWL_POINTS = 2.0, 81  # to each side of the optimum


@dataclass
class Walk:
    """The way so far on one of the three pictures, and the learning rate there."""

    points: list[Point] = field(default_factory=list)
    rate: float = 1.0

    @property
    def here(self) -> Point | None:
        """Where one stands."""
        return self.points[-1] if self.points else None

    @property
    def target(self) -> tuple[float, ...]:
        """Where the next step leads."""
        here = self.points[-1]
        return tuple(updated(w, g, self.rate) for w, g in zip(here.weights, here.gradients, strict=True))


def bowl_point(bowl: Bowl, weight: float) -> Point:
    """Where one stands in the textbook's bowl."""
    return Point((weight,), bowl.loss(weight), (bowl.gradient(weight),))


def names_of(landscape: Landscape | None) -> list[str]:
    """What the weights are called; W in the bowl."""
    return ["W"] if landscape is None else [weight_name(landscape.name, index) for index in landscape.indices]


def curve_view(made: CurveMade, walk: Walk) -> DescentView:
    """The curve of a real weight."""
    return _view(walk, made.slice.weights, made.slice.losses, None, names_of(made.landscape)[0])


def bowl_view(bowl: Bowl, walk: Walk) -> DescentView:
    """The bowl, as wide as the way needs it."""
    far = max(abs(point.weights[0] - bowl.optimum) for point in walk.points)
    reach = max(BOWL_REACH, 1.15 * far)
    weights = np.linspace(bowl.optimum - reach, bowl.optimum + reach, BOWL_POINTS)
    return _view(walk, weights, np.array([bowl.loss(float(w)) for w in weights]), bowl.optimum, "weight W")


def _view(walk: Walk, weights: np.ndarray, losses: np.ndarray, optimum: float | None, axis: str) -> DescentView:
    here = walk.points[-1]
    trail = tuple((point.weights[0], point.loss) for point in walk.points[:-1])
    return DescentView(weights, losses, here.weights[0], here.loss, here.gradients[0], walk.rate, trail, optimum, axis)


def surface_view(made: SurfaceMade, walk: Walk) -> SurfaceView:
    """The map of two real weights."""
    path = tuple((point.weights[0], point.weights[1]) for point in walk.points)
    names = names_of(made.landscape)
    return SurfaceView(made.surface, path, (walk.target[0], walk.target[1]), (names[0], names[1]))


def way_lines(walk: Walk, names: list[str]) -> list[str]:
    """Each place of the way, with tabs between the columns."""
    lines = ["\t".join(["step", *names, "loss", *(f"gradient of {name}" for name in names)])]
    for number, point in enumerate(walk.points):
        values = [*point.weights, point.loss, *point.gradients]
        lines.append("\t".join([str(number), *(fixed(value, 9) for value in values)]))
    return [*lines, f"learning rate\t{walk.rate:g}"]


def curve_lines(view: DescentView) -> list[str]:
    """The points of the curve."""
    points = zip(view.weights, view.losses, strict=True)
    return ["weight\tloss", *(f"{fixed(w, 9)}\t{fixed(v, 9)}" for w, v in points)]


def surface_lines(view: SurfaceView) -> list[str]:
    """The points of the map: a row for each value of the second weight, a column for each of the first."""
    surface = view.surface
    lines = ["\t".join(["loss", *(fixed(value, 6) for value in surface.first)])]
    for value, row in zip(surface.second, surface.losses, strict=True):
        lines.append("\t".join([fixed(value, 6), *(fixed(loss, 9) for loss in row)]))
    return lines


def check_lines(check: GradientCheck) -> list[str]:
    """The finite differences, and backpropagation below."""
    rows = ["\t".join(row) for row in check_rows(check)]
    return ["width\tloss left\tloss right\tslope", *rows, f"backpropagation\t{fixed(check.backpropagation, 12)}"]
