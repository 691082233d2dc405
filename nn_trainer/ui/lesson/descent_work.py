"""What step 3 computes off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from nn_trainer.engine.layers import Array
from nn_trainer.engine.lesson.batch import BatchGradient, Index, batch_gradient
from nn_trainer.engine.lesson.finite_differences import GradientCheck, check_gradient
from nn_trainer.engine.lesson.hills import find_hills
from nn_trainer.engine.lesson.landscape import Landscape, Point
from nn_trainer.engine.lesson.slice import Slice, loss_slice, telling_radius
from nn_trainer.engine.lesson.surface import Surface, loss_surface
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.models.blas import single_threaded_blas
from nn_trainer.workers.background import Cancelled, Progress, Work


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


def make_curve(batch: Batch, name: str, index: Index | None, radius: float | None = None) -> Work:
    """The curve of a weight, of the steepest where `index` is None; wide enough to see it turn, or `radius` wide."""

    def work(_progress: Progress, _cancelled: Cancelled) -> CurveMade:
        with single_threaded_blas():
            gradient = gradient_of(batch)
            chosen = index if index is not None else gradient.strongest(name)[0][1]
            landscape = Landscape(batch.network, batch.inputs, batch.labels, batch.loss, name, [chosen], gradient)
            centre = landscape.start.weights[0]
            reach = radius if radius is not None else telling_radius(landscape.loss, centre)
            return CurveMade(landscape, loss_slice(landscape.loss, centre, reach), reach)

    return work


def move_to(landscape: Landscape, weights: tuple[float, ...], curve: CurveMade | None) -> Work:
    """Loss and slope elsewhere; with a wider curve if that is beyond the edge of the one at hand."""

    def work(_progress: Progress, _cancelled: Cancelled) -> tuple[Point, CurveMade | None]:
        with single_threaded_blas():
            point = landscape.point(weights)
            if curve is None or curve.slice.weights[0] <= weights[0] <= curve.slice.weights[-1]:
                return point, curve
            centre = landscape.start.weights[0]
            radius = 1.25 * abs(weights[0] - centre)
            return point, CurveMade(landscape, loss_slice(landscape.loss, centre, radius), radius)

    return work


def make_surface(batch: Batch, name: str, index: Index | None, radius: float) -> Work:
    """Choose a second weight of the same parameter, the steepest other one, and compute the surface of both."""

    def work(progress: Progress, cancelled: Cancelled) -> SurfaceMade:
        with single_threaded_blas():
            strong = [other for _, other in gradient_of(batch).strongest(name, 2)]
            first = index if index is not None else strong[0]
            second = next((other for other in strong if other != first), first)
            return _surface(batch, name, (first, second), radius, progress, cancelled)

    return work


def make_pair(batch: Batch, name: str, indices: tuple[Index, ...], radius: float) -> Work:
    """The surface of two weights."""

    def work(progress: Progress, cancelled: Cancelled) -> SurfaceMade:
        with single_threaded_blas():
            return _surface(batch, name, (indices[0], indices[1]), radius, progress, cancelled)

    return work


def make_hills(batch: Batch, names: list[str]) -> Work:
    """Look for two weights over which there is more than one valley; None if none are found."""

    def work(progress: Progress, cancelled: Cancelled) -> SurfaceMade | None:
        with single_threaded_blas():
            found = find_hills(batch.network, batch.inputs, batch.labels, batch.loss, names, progress, cancelled)
            if found is None:
                return None
            name, pair, radius = found
            return _surface(batch, name, pair, radius, progress, cancelled)

    return work


def make_check(batch: Batch, name: str, index: Index, weight: float) -> Work:
    """Backpropagation against finite differences, at another value of the weight than the network has."""

    def work(_progress: Progress, _cancelled: Cancelled) -> GradientCheck:
        with single_threaded_blas():
            return check_gradient(batch.network, batch.inputs, batch.labels, LOSSES[batch.loss](), name, index, weight)

    return work


def gradient_of(batch: Batch) -> BatchGradient:
    """The gradient of the batch with the network as it is."""
    return batch_gradient(batch.network, batch.inputs, batch.labels, LOSSES[batch.loss]())


def _surface(
    batch: Batch, name: str, pair: tuple[Index, Index], radius: float, progress: Progress, cancelled: Cancelled
) -> SurfaceMade:
    landscape = Landscape(batch.network, batch.inputs, batch.labels, batch.loss, name, pair)
    a, b = landscape.start.weights
    surface = loss_surface(landscape.loss, (a, b), radius, progress, cancelled)
    return SurfaceMade(landscape, surface, radius)
