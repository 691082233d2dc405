"""What the plots of step 3 draw, and the numbers that can be copied from them."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.inspection import GradientCheck
from nn_trainer.engine.lesson.formulas import Bowl
from nn_trainer.engine.lesson.landscape import Landscape
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.descent.descent_state import DescentPath
from nn_trainer.ui.lesson.descent.jobs import CurveMade, SurfaceMade
from nn_trainer.ui.lesson.descent.plot import DescentView
from nn_trainer.ui.lesson.descent.surface_plot import SurfaceView
from nn_trainer.ui.lesson.descent.text import backpropagated, check_rows
from nn_trainer.ui.lesson.parts.weight_chooser import index_words
from nn_trainer.wording import fixed

BOWL_REACH, BOWL_POINTS = 2.0, 81  # to each side of the optimum


def names_of(landscape: Landscape | None) -> list[str]:
    """What the weights are called in a table: as the model file names them; W in the bowl."""
    if landscape is None:
        return ["W"]
    return [f"{landscape.name}[{', '.join(map(str, index))}]" for index in landscape.indices]


def words_of(landscape: Landscape) -> list[str]:
    """Which weights they are, in words."""
    return [
        _("{parameter}, {place}").format(parameter=landscape.name, place=index_words(index))
        for index in landscape.indices
    ]


def curve_view(made: CurveMade, path: DescentPath) -> DescentView:
    """The curve of a real weight."""
    return _view(path, made.slice.weights, made.slice.losses, None, words_of(made.landscape)[0])


def bowl_view(bowl: Bowl, path: DescentPath) -> DescentView:
    """The bowl, as wide as the path needs it."""
    far = max(abs(point.weights[0] - bowl.optimum) for point in path.points)
    reach = max(BOWL_REACH, 1.15 * far)
    weights = np.linspace(bowl.optimum - reach, bowl.optimum + reach, BOWL_POINTS)
    return _view(path, weights, np.array([bowl.loss(float(w)) for w in weights]), bowl.optimum, _("weight W"))


def _view(path: DescentPath, weights: np.ndarray, losses: np.ndarray, optimum: float | None, axis: str) -> DescentView:
    here = path.points[-1]
    trail = tuple((point.weights[0], point.loss) for point in path.points[:-1])
    return DescentView(weights, losses, here.weights[0], here.loss, here.gradients[0], path.rate, trail, optimum, axis)


def surface_view(made: SurfaceMade, path: DescentPath) -> SurfaceView:
    """The map of two real weights."""
    points = tuple((point.weights[0], point.weights[1]) for point in path.points)
    first, second = words_of(made.landscape)
    names = _("first weight: {words}").format(words=first), _("second weight: {words}").format(words=second)
    return SurfaceView(made.surface, points, (path.target[0], path.target[1]), names)


def path_lines(path: DescentPath, names: list[str]) -> list[str]:
    """Each point of the path, with tabs between the columns."""
    lines = ["\t".join([_("step"), *names, _("loss"), *(_("gradient of {name}").format(name=name) for name in names)])]
    for number, point in enumerate(path.points):
        values = [*point.weights, point.loss, *point.gradients]
        lines.append("\t".join([str(number), *(fixed(value, 9) for value in values)]))
    return [*lines, f"{_('learning rate')}\t{path.rate:g}"]


def curve_lines(view: DescentView) -> list[str]:
    """The points of the curve."""
    points = zip(view.weights, view.losses, strict=True)
    return [f"{_('weight')}\t{_('loss')}", *(f"{fixed(w, 9)}\t{fixed(v, 9)}" for w, v in points)]


def surface_lines(view: SurfaceView) -> list[str]:
    """The points of the map: a row for each value of the second weight, a column for each of the first."""
    surface = view.surface
    lines = ["\t".join([_("loss"), *(fixed(value, 6) for value in surface.first)])]
    for value, row in zip(surface.second, surface.losses, strict=True):
        lines.append("\t".join([fixed(value, 6), *(fixed(loss, 9) for loss in row)]))
    return lines


def check_lines(check: GradientCheck) -> list[str]:
    """The finite differences, and backpropagation below."""
    rows = ["\t".join(row) for row in check_rows(check)]
    head = "\t".join((_("width"), _("loss left"), _("loss right"), _("slope")))
    return [head, *rows, f"{_('backpropagation')}\t{backpropagated(check)}"]
