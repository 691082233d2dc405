"""The jobs of step 3: pictures of weights, points on them, checks; each off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from nn_trainer.engine.inspection import BatchGradient, GradientCheck, WeightIndex, batch_gradient, check_gradient
from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.hills import find_hills
from nn_trainer.engine.lesson.landscape import Landscape, Point
from nn_trainer.engine.lesson.slice import Slice, loss_slice, telling_radius
from nn_trainer.engine.lesson.surface import Surface, loss_surface
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.work import Task
from nn_trainer.workers.background import Work
from nn_trainer.workers.latest_job import LatestJob

SURFACE_RADIUS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What the loss is the loss of."""

    network: Network
    inputs: Array
    labels: Array
    loss: str


@dataclass(frozen=True, slots=True, eq=False)
class CurveMade:
    """A weight, its curve, and where one stands on it."""

    landscape: Landscape
    slice: Slice
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceMade:
    """Two weights, their surface, and where one stands."""

    landscape: Landscape
    surface: Surface
    radius: float


def curve_work(batch: Batch, name: str, index: WeightIndex | None, radius: float | None = None) -> Work:
    """The curve of a weight, of the steepest where `index` is None; wide enough to see it turn, or `radius` wide."""

    def work(_task: Task) -> CurveMade:
        with single_threaded_blas():
            gradient = gradient_of(batch)
            chosen = index if index is not None else gradient.strongest(name)[0][1]
            landscape = Landscape(batch.network, batch.inputs, batch.labels, batch.loss, name, [chosen], gradient)
            centre = landscape.start.weights[0]
            reach = radius if radius is not None else telling_radius(landscape.loss, centre)
            return CurveMade(landscape, loss_slice(landscape.loss, centre, reach), reach)

    return work


def move_work(landscape: Landscape, weights: tuple[float, ...], curve: CurveMade | None) -> Work:
    """Loss and slope elsewhere; with a wider curve if that is beyond the edge of the one at hand."""

    def work(_task: Task) -> tuple[Point, CurveMade | None]:
        with single_threaded_blas():
            point = landscape.point(weights)
            if curve is None or curve.slice.weights[0] <= weights[0] <= curve.slice.weights[-1]:
                return point, curve
            centre = landscape.start.weights[0]
            radius = 1.25 * abs(weights[0] - centre)
            return point, CurveMade(landscape, loss_slice(landscape.loss, centre, radius), radius)

    return work


def surface_work(batch: Batch, name: str, index: WeightIndex | None, radius: float) -> Work:
    """Choose a second weight of the same parameter, the steepest other one, and compute the surface of both."""

    def work(task: Task) -> SurfaceMade:
        with single_threaded_blas():
            strong = [other for _, other in gradient_of(batch).strongest(name, 2)]
            first = index if index is not None else strong[0]
            second = next((other for other in strong if other != first), first)
            return _surface(batch, name, (first, second), radius, task)

    return work


def pair_work(batch: Batch, name: str, indices: tuple[WeightIndex, ...], radius: float) -> Work:
    """The surface of two weights."""

    def work(task: Task) -> SurfaceMade:
        with single_threaded_blas():
            return _surface(batch, name, (indices[0], indices[1]), radius, task)

    return work


def hills_work(batch: Batch, names: list[str]) -> Work:
    """Look for two weights over which there is more than one valley; None if none are found."""

    def work(task: Task) -> SurfaceMade | None:
        with single_threaded_blas():
            found = find_hills(batch.network, batch.inputs, batch.labels, batch.loss, names, task)
            if found is None:
                return None
            name, pair, radius = found
            return _surface(batch, name, pair, radius, task)

    return work


def check_work(batch: Batch, name: str, index: WeightIndex, weight: float) -> Work:
    """Backpropagation against finite differences, at another value of the weight than the network has."""

    def work(_task: Task) -> GradientCheck:
        with single_threaded_blas():
            return check_gradient(batch.network, batch.inputs, batch.labels, LOSSES[batch.loss](), name, index, weight)

    return work


def gradient_of(batch: Batch) -> BatchGradient:
    """The gradient of the batch with the network as it is."""
    return batch_gradient(batch.network, batch.inputs, batch.labels, LOSSES[batch.loss]())


def _surface(batch: Batch, name: str, pair: tuple[WeightIndex, WeightIndex], radius: float, task: Task) -> SurfaceMade:
    landscape = Landscape(batch.network, batch.inputs, batch.labels, batch.loss, name, pair)
    a, b = landscape.start.weights
    surface = loss_surface(landscape.loss, (a, b), radius, task)
    return SurfaceMade(landscape, surface, radius)


class DescentJobs(QObject):
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
        """Whether a point is still to come."""
        return self._moving.is_busy()

    def is_making(self) -> bool:
        """Whether a picture is still to come."""
        return self._making.is_busy()

    def make_curve(self, name: str, index: WeightIndex | None) -> None:
        """The curve of a weight, or of the steepest of the parameter."""
        self._start()
        if self.batch is not None:
            self._making.ask(curve_work(self.batch, name, index))

    def make_surface(self, name: str, index: WeightIndex | None) -> None:
        """The surface of a weight and another one of the parameter."""
        self._start()
        if self.batch is not None:
            self._making.ask(surface_work(self.batch, name, index, SURFACE_RADIUS))

    def find_hills(self, names: list[str]) -> None:
        """A surface with more than one valley."""
        if self.batch is not None:
            self._making.ask(hills_work(self.batch, names))

    def scale(self, made: CurveMade | SurfaceMade, factor: float) -> None:
        """Show a wider or narrower range of the weights."""
        if self.batch is None or self.is_moving():
            return
        landscape = made.landscape
        if isinstance(made, CurveMade):
            self._making.ask(curve_work(self.batch, landscape.name, landscape.indices[0], made.radius * factor))
        else:
            self._making.ask(pair_work(self.batch, landscape.name, landscape.indices, made.radius * factor))

    def move(self, landscape: Landscape, weights: tuple[float, ...], curve: CurveMade | None) -> None:
        """Loss and slope at other values; with a wider curve if they are beyond it."""
        self._moving.ask(move_work(landscape, weights, curve))

    def check(self, name: str, index: WeightIndex, weight: float) -> None:
        """Backpropagation against finite differences."""
        if self.batch is not None:
            self._checking.ask(check_work(self.batch, name, index, weight))

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
