"""The diagram of the training loop: six stations, arrows between them, and a light that goes round."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
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
WIDE = ((0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0))  # row and column of each station: round in a ring
NARROW = ((0, 0), (0, 1), (1, 1), (2, 1), (2, 0), (1, 0))
LOSS_STATION = 3  # from 0
DIGITS, LINES = 19, 10  # the least room of a station, in the width of digits and the height of lines


class LoopDiagram(QWidget):
    """Shows iterations whole, or one station after the other.

    Three stations stand side by side, or two where the text is large; its least size is what they need to be read.
    """

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
        self._loss_to_come: float | None = None  # of that iteration, until the light is at the station of the loss
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the way round is the same in every language
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._places: tuple[tuple[int, int], ...] = ()
        self._stand(WIDE)
        theme.signals().changed.connect(self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many stations side by side as can be read."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """A larger text needs more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_places"):
            self._fit(again=True)

    def heightForWidth(self, width: int) -> int:
        """What it must have; it takes more where there is more."""
        return max(self._grid.minimumHeightForWidth(width), self.minimumHeight())

    def _fit(self, *, again: bool = False) -> None:
        places = WIDE if self.width() >= 3 * self._least_width() + 2 * GAP else NARROW
        if again or places is not self._places:
            self._stand(places)

    def _least_width(self) -> int:
        return DIGITS * self.fontMetrics().horizontalAdvance("0") + 4 * theme.SPACE

    def _stand(self, places: tuple[tuple[int, int], ...]) -> None:
        """Put the stations into these rows and columns."""
        self._places = places
        grid, height = self._grid, LINES * self.fontMetrics().height()
        rows = 1 + max(row for row, _column in places)
        for station, (row, column) in zip(self.stations, places, strict=True):
            grid.addWidget(station, row, column)
        for row in range(3):
            grid.setRowMinimumHeight(row, height if row < rows else 0)
            grid.setRowStretch(row, (5 if row == 0 and rows == 2 else 4) if row < rows else 0)
        for column, share in enumerate((5, 7, 6) if places is WIDE else (1, 1, 0)):
            grid.setColumnStretch(column, share)
            grid.setColumnMinimumWidth(column, 1)
        self.setMinimumSize(2 * self._least_width() + GAP, rows * height + (rows - 1) * GAP)
        self.update()

    def set_subject(self, subject: LessonSubject) -> None:
        """Forget the iteration that was shown."""
        self.images.set_subject(subject)
        self.prediction.set_subject(subject)
        self.loss.set_loss(subject.config.loss)
        self.clear()

    def clear(self) -> None:
        """Nothing has run yet."""
        self._iteration, self._loss_to_come = None, None
        self.history.clear()
        for station in self.stations:
            station.clear()
        self.set_light(None)

    def show_iterations(self, iterations: Sequence[Iteration]) -> None:
        """Show the last of them: all of it, or with the light at a station only what has happened until there."""
        self._take_loss()
        self.history.add(iteration.loss for iteration in iterations[:-1])
        self._loss_to_come = iterations[-1].loss
        self._show_iteration(iterations[-1], self.light)

    def _show_iteration(self, iteration: Iteration, light: int | None) -> None:
        self._iteration = iteration
        for station in self.stations[: None if light is None else light + 1]:
            station.show_iteration(iteration)
        self.set_light(light)
        if light is None or light >= LOSS_STATION:
            self._take_loss()

    def move_light(self) -> bool:
        """Let the light go on by one station; False if it stood at the last one, and the iteration is over."""
        if self._iteration is None or self.light is None or self.light + 1 == len(self.stations):
            return False
        self.stations[self.light + 1].show_iteration(self._iteration)
        self.set_light(self.light + 1)
        if self.light == LOSS_STATION:
            self._take_loss()
        return True

    def _take_loss(self) -> None:
        """Let the history have the loss of the iteration at hand."""
        if self._loss_to_come is not None:
            self.history.add([self._loss_to_come])
            self._loss_to_come = None

    def finish(self) -> None:
        """Show the rest of the iteration at hand."""
        if self._iteration is not None and self.light is not None:
            self._show_iteration(self._iteration, None)

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
        network, update = rects[1], rects[5]
        between = (network.bottom() + update.top()) / 2 + 1
        target = network.left() + network.width() * 0.12
        out = update.left() + update.width() * 0.8
        return [
            *(_from_to(before, after) for before, after in pairwise(rects)),
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


def _from_to(start: QRectF, end: QRectF) -> list[QPointF]:
    """From the edge of a station to the edge of the next one, beside it or above or below."""
    if end.left() > start.right():
        return [QPointF(start.right(), start.center().y()), QPointF(end.left(), start.center().y())]
    if end.right() < start.left():
        return [QPointF(start.left(), start.center().y()), QPointF(end.right(), start.center().y())]
    x = start.center().x()
    if end.top() > start.bottom():
        return [QPointF(x, start.bottom()), QPointF(x, end.top())]
    return [QPointF(x, start.top()), QPointF(x, end.bottom())]
