"""What step 3 knows: the three pictures, the path on each of them, its learning rate, and the last check."""

from __future__ import annotations

from dataclasses import dataclass, field

from nn_trainer.engine.inspection import GradientCheck
from nn_trainer.engine.lesson.formulas import Bowl, updated
from nn_trainer.engine.lesson.landscape import Landscape, Point
from nn_trainer.ui.lesson.descent.jobs import CurveMade, SurfaceMade

ONE, BOWL, TWO = range(3)  # the pictures, in the order of the buttons
BOWL_START, BOWL_RATE = -1.0, 0.2
FIRST_STEP = 0.2  # of what is shown to one side: how far the first rate steps


@dataclass
class DescentPath:
    """The points so far on one of the three pictures, and the learning rate there."""

    points: list[Point] = field(default_factory=list)
    rate: float = 1.0

    @property
    def here(self) -> Point | None:
        """Where one stands; None before there is a picture."""
        return self.points[-1] if self.points else None

    @property
    def target(self) -> tuple[float, ...]:
        """Where the next step leads."""
        here = self.points[-1]
        return tuple(updated(w, g, self.rate) for w, g in zip(here.weights, here.gradients, strict=True))


def bowl_point(bowl: Bowl, weight: float) -> Point:
    """Where one stands in the textbook's bowl."""
    return Point((weight,), bowl.loss(weight), (bowl.gradient(weight),))


class DescentState:
    """One of the three pictures is looked at, that of `mode`; pictures of real weights are those of one weight."""

    def __init__(self) -> None:
        self.mode = ONE
        self.bowl = Bowl()
        self.check: GradientCheck | None = None
        self._made: dict[int, CurveMade | SurfaceMade] = {}
        self._paths = {
            ONE: DescentPath(),
            BOWL: DescentPath([bowl_point(self.bowl, BOWL_START)], BOWL_RATE),
            TWO: DescentPath(),
        }

    @property
    def path(self) -> DescentPath:
        """That of the picture at hand."""
        return self._paths[self.mode]

    @property
    def made(self) -> CurveMade | SurfaceMade | None:
        """The picture at hand; None for the bowl, and while it is computed."""
        return self._made.get(self.mode)

    @property
    def curve(self) -> CurveMade | None:
        """The curve over one weight, once it is there."""
        made = self._made.get(ONE)
        return made if isinstance(made, CurveMade) else None

    @property
    def surface(self) -> SurfaceMade | None:
        """The surface over two weights, once it is there."""
        made = self._made.get(TWO)
        return made if isinstance(made, SurfaceMade) else None

    @property
    def landscape(self) -> Landscape | None:
        """What the picture at hand is made of; None for the bowl, and while it is computed."""
        return None if self.made is None else self.made.landscape

    def path_on(self, mode: int) -> DescentPath:
        """The path on one of the pictures."""
        return self._paths[mode]

    def forget(self) -> None:
        """Another weight or another loss: no picture of a real weight is of use any more."""
        self._made.clear()
        self._paths[ONE], self._paths[TWO] = DescentPath(), DescentPath()

    def take(self, made: CurveMade | SurfaceMade) -> None:
        """Keep a new picture, with its path at the beginning, and the other one if it is of the same weight."""
        mode = ONE if isinstance(made, CurveMade) else TWO
        landscape = made.landscape
        if any(_weight(other.landscape) != _weight(landscape) for other in self._made.values()):
            self.forget()
        self._made[mode] = made
        steepest = max(map(abs, landscape.start.gradients))
        rate = FIRST_STEP * made.radius / steepest if steepest > 0 else 1.0
        self._paths[mode] = DescentPath([landscape.start], float(f"{min(max(rate, 1e-4), 1e4):.1g}"))

    def move_to(self, point: Point, curve: CurveMade | None, *, restarts: bool) -> None:
        """Stand elsewhere, on a new path if it `restarts`; with a wider curve if there is one."""
        mode = self.mode
        if mode != BOWL:
            mode = ONE if len(point.weights) == 1 else TWO  # another picture may be looked at meanwhile
        if curve is not None:
            self._made[ONE] = curve
        if restarts:
            self._paths[mode].points.clear()
        self._paths[mode].points.append(point)

    def reset(self) -> None:
        """Stand where the network's own weight is."""
        landscape = self.landscape
        start = bowl_point(self.bowl, BOWL_START) if landscape is None else landscape.start
        self.path.points[:] = [start]


def _weight(landscape: Landscape) -> tuple[object, ...]:
    return landscape.name, landscape.indices[0]
