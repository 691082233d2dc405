"""The jobs of step 3: pictures of weights, places on them, checks; each off the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.engine.lesson.batch import Index
from nn_trainer.engine.lesson.landscape import Landscape
from nn_trainer.ui.lesson import descent_work as work
from nn_trainer.ui.lesson.descent_work import Batch, CurveMade, SurfaceMade
from nn_trainer.ui.lesson.latest_job import LatestJob

SURFACE_RADIUS = 4.0


class DescentMaker(QObject):
    """Knows the batch; what it makes is reported whole."""

    made = Signal(object)  # CurveMade, SurfaceMade, or None if no hills were found
    moved = Signal(object)  # (Point, CurveMade or None)
    checked = Signal(object)  # GradientCheck
    progress = Signal(int, int, str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.batch: Batch | None = None
        self._making, self._moving, self._checking = LatestJob(self), LatestJob(self), LatestJob(self)
        self._making.done.connect(self._on_made)
        self._making.progress.connect(self.progress)
        self._moving.done.connect(self.moved)
        self._checking.done.connect(self.checked)
        for job in (self._making, self._moving, self._checking):
            job.failed.connect(self.failed)

    def is_moving(self) -> bool:
        """Whether a place is still to come."""
        return self._moving.is_busy()

    def is_making(self) -> bool:
        """Whether a picture is still to come."""
        return self._making.is_busy()

    def make_curve(self, name: str, index: Index | None) -> None:
        """The curve of a weight, or of the steepest of the parameter."""
        self._start()
        if self.batch is not None:
            self._making.ask(work.make_curve(self.batch, name, index))

    def make_surface(self, name: str, index: Index | None) -> None:
        """The surface of a weight and another one of the parameter."""
        self._start()
        if self.batch is not None:
            self._making.ask(work.make_surface(self.batch, name, index, SURFACE_RADIUS))

    def find_hills(self, names: list[str]) -> None:
        """A surface with more than one valley."""
        if self.batch is not None:
            self._making.ask(work.make_hills(self.batch, names))

    def scale(self, made: CurveMade | SurfaceMade, factor: float) -> None:
        """The same picture over more of the weights, or less."""
        if self.batch is None or self.is_moving():
            return
        landscape = made.landscape
        if isinstance(made, CurveMade):
            self._making.ask(work.make_curve(self.batch, landscape.name, landscape.indices[0], made.radius * factor))
        else:
            self._making.ask(work.make_pair(self.batch, landscape.name, landscape.indices, made.radius * factor))

    def move(self, landscape: Landscape, weights: tuple[float, ...], curve: CurveMade | None) -> None:
        """Loss and slope at other values; with a wider curve if they are beyond it."""
        self._moving.ask(work.move_to(landscape, weights, curve))

    def check(self, name: str, index: Index, weight: float) -> None:
        """Backpropagation against finite differences."""
        if self.batch is not None:
            self._checking.ask(work.make_check(self.batch, name, index, weight))

    def shutdown(self) -> None:
        """Begin nothing more."""
        for job in (self._making, self._moving, self._checking):
            job.drop()

    def _start(self) -> None:
        self._moving.drop()  # what it still does is on a landscape that nobody looks at any more
        self._checking.drop()

    @Slot(object)
    def _on_made(self, made: object) -> None:
        if made is not None:
            self._start()
        self.made.emit(made)
