"""The diagram of the training loop: six stations, arrows between them, and a light that goes round."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.loop.backward_stations import GradientStation, UpdateStation
from nn_trainer.ui.lesson.loop.forward_stations import ImageStation, LossStation, NetworkStation, PredictionStation
from nn_trainer.ui.lesson.loop.history import LossHistory
from nn_trainer.ui.lesson.loop.station import Station
from nn_trainer.ui.theme import theme

GAP = 7 * theme.SPACE
HEAD = 5.0  # half the width of an arrow's head in pixels


class LoopDiagram(QWidget):
    """Shows iterations whole, or one station after the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images, self.network, self.prediction = ImageStation(), NetworkStation(), PredictionStation()
        self.history = LossHistory()
        self.loss, self.gradient, self.update_ = LossStation(self.history), GradientStation(), UpdateStation()
        self.stations: tuple[Station, ...] = (
            self.images,
            self.network,
            self.prediction,
            self.loss,
            self.gradient,
            self.update_,
        )
        self.light: int | None = None  # the station the light is at; None: the iteration is shown whole
        self._iteration: Iteration | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        places = ((0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0))
        for station, (row, column) in zip(self.stations, places, strict=True):
            grid.addWidget(station, row, column)
        for column, share in enumerate((5, 7, 6)):
            grid.setColumnStretch(column, share)
            grid.setColumnMinimumWidth(column, 1)
        grid.setRowStretch(0, 5)
        grid.setRowStretch(1, 4)
        theme.signals().changed.connect(self.update)

    def set_subject(self, subject: LessonSubject) -> None:
        """Forget the iteration that was shown."""
        self.images.set_subject(subject)
        self.prediction.set_subject(subject)
        self.loss.set_loss(subject.config.loss)
        self.clear()

    def clear(self) -> None:
        """Nothing has run yet."""
        self._iteration = None
        self.history.clear()
        for station in self.stations:
            station.clear()
        self.set_light(None)

    def show_iteration(self, iteration: Iteration, light: int | None = None) -> None:
        """Show an iteration: all of it, or with the light at a station only what has happened until there."""
        self._iteration = iteration
        for station in self.stations[: None if light is None else light + 1]:
            station.show_iteration(iteration)
        self.set_light(light)

    def move_light(self) -> bool:
        """Let the light go on by one station; False if it stood at the last one, and the iteration is over."""
        if self._iteration is None or self.light is None or self.light + 1 == len(self.stations):
            return False
        self.stations[self.light + 1].show_iteration(self._iteration)
        self.set_light(self.light + 1)
        return True

    def finish(self) -> None:
        """Show the rest of the iteration at hand."""
        if self._iteration is not None and self.light is not None:
            self.show_iteration(self._iteration)

    def set_light(self, light: int | None) -> None:
        """Put the light to a station; None lights none."""
        self.light = light
        for place, station in enumerate(self.stations):
            station.set_look(
                "done" if light is None or place < light else "lit" if place == light else "waiting",
            )
        self.update()

    def lines(self) -> list[str]:
        """Every number that is shown."""
        lines = []
        for number, station in enumerate(self.stations, 1):
            lines += [f"{number} {station.accessibleName()}", *station.lines()]
        return lines

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the arrows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, points in enumerate(self._arrows()):
            lit = self.light is not None and place == self.light - 1
            self._paint_arrow(painter, points, lit=lit)

    def _arrows(self) -> list[list[QPointF]]:
        """The corners of each arrow; arrow i leads to station i + 1, the last from the update to the network."""
        rects = [QRectF(station.geometry()) for station in self.stations]
        image, network, prediction, loss, gradient, update = rects
        between = (network.bottom() + gradient.top()) / 2 + 1
        target = network.left() + network.width() * 0.12
        out = update.left() + update.width() * 0.8
        return [
            [_right(image), _left(network)],
            [_right(network), _left(prediction)],
            [QPointF(prediction.center().x(), prediction.bottom()), QPointF(prediction.center().x(), loss.top())],
            [_left(loss), _right(gradient)],
            [_left(gradient), _right(update)],
            [
                QPointF(out, update.top()),
                QPointF(out, between),
                QPointF(target, between),
                QPointF(target, network.bottom()),
            ],
        ]

    def _paint_arrow(self, painter: QPainter, points: list[QPointF], *, lit: bool) -> None:
        colors = theme.colors()
        color = QColor(colors.accent if lit else colors.muted)
        painter.setPen(QPen(color, 2.5 if lit else 1.5))
        painter.setBrush(QColor(0, 0, 0, 0))
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.drawPath(path)
        end, before = points[-1] + QPointF(0.5, 0), points[-2]
        along = end - before
        length = max(abs(along.x()) + abs(along.y()), 1.0)
        along /= length
        across = QPointF(-along.y(), along.x())
        base = end - along * 2 * HEAD
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([end, base + across * HEAD, base - across * HEAD]))


def _right(rect: QRectF) -> QPointF:
    return QPointF(rect.right(), rect.center().y())


def _left(rect: QRectF) -> QPointF:
    return QPointF(rect.left(), rect.center().y())
