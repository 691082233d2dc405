"""The loss over two weights as a map: the bluer the higher, lines join equal losses, dots are the path down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from nn_trainer.engine.lesson.surface import Surface
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.painting import CENTRE, RIGHT, PaintedPanel, Scale, arrow, dot, faded, ticks, write
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.image_views import array_to_qimage
from nn_trainer.wording import figure

LEVELS = 14
KEY_STEPS = 40  # that the arrow keys take from one edge to the other
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
FINE = 256  # pixels on each side of the map


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceView:
    """The map, the path so far (first weight, second weight), and where the next step leads."""

    surface: Surface
    path: tuple[tuple[float, float], ...]
    next_place: tuple[float, float]
    names: tuple[str, str]


class SurfacePlot(PaintedPanel):
    """Click, or use the arrow keys, to stand elsewhere."""

    point_requested = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(
            "lessonSurfacePlot", _("The loss over two weights, the bluer the higher. Click, or arrow keys: stand there")
        )
        self.view: SurfaceView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._drawn: tuple[object, ...] = ()  # what the map and the lines were made of
        self._map = QImage()
        self._lines: list[tuple[float, QPainterPath]] = []

    def show_view(self, view: SurfaceView | None) -> None:
        """Draw another view, or nothing."""
        self.view = view
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move the place."""
        across, up = _KEYS.get(Qt.Key(event.key()), (0, 0))
        if self.view is None or not (across or up):
            super().keyPressEvent(event)
            return
        first, second = self.view.surface.first, self.view.surface.second
        a, b = self.view.path[-1]
        a += across * float(first[-1] - first[0]) / KEY_STEPS
        b += up * float(second[-1] - second[0]) / KEY_STEPS
        self.point_requested.emit(float(np.clip(a, first[0], first[-1])), float(np.clip(b, second[0], second[-1])))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Stand where the mouse is."""
        self.setFocus()
        if self.view is not None:
            scale = self._fit(self.view.surface, self.inside)
            if scale.room.contains(event.position()):
                self.point_requested.emit(*scale.value_at(event.position()))

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """The map, the lines, the path."""
        view = self.view
        if view is None:
            return
        surface, colors, small = view.surface, theme.colors(), self.small_font()
        self._draw_map(surface)
        scale = self._fit(surface, room)
        plot = scale.room
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(plot, self._map)
        painter.save()
        painter.setClipRect(plot)
        rows, columns = surface.losses.shape
        stretch = QTransform(
            plot.width() / (columns - 1), 0, 0, -plot.height() / (rows - 1), plot.left(), plot.bottom()
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(faded(colors.text, 0.35), 1))
        for _level, path in self._lines:
            painter.drawPath(stretch.map(path))
        places = [scale.point(*place) for place in view.path]
        painter.setPen(QPen(QColor(colors.validation), 2))
        painter.drawPolyline(QPolygonF(places))
        for place in places[:-1]:
            dot(painter, place, colors.validation, 4)
        arrow(painter, places[-1], scale.point(*view.next_place), colors.validation, 2.5)
        dot(painter, places[-1], colors.validation, 7)
        painter.restore()
        for value in ticks(scale.left, scale.right, 8):
            label = QRectF(scale.x(value) - 50, plot.bottom() + 2, 100, 1.2 * self.line)
            write(painter, label, f"{value:g}".replace("-", "−"), colors.muted, font=small, align=CENTRE)
        for value in ticks(scale.bottom, scale.top, 8):
            label = QRectF(room.left(), scale.y(value) - self.line / 2, plot.left() - room.left() - 6, self.line)
            write(painter, label, f"{value:g}".replace("-", "−"), colors.muted, font=small, align=RIGHT)
        title = QRectF(room.left(), room.top() - 4, room.width(), 1.2 * self.line)
        write(painter, title, view.names[1], colors.muted, font=small)
        below = QRectF(plot.left(), room.bottom() - 1.1 * self.line, plot.width(), 1.2 * self.line)
        write(painter, below, view.names[0], colors.muted, font=small, align=RIGHT)
        self._paint_key(painter, QRectF(plot.right() + 4 * theme.SPACE, plot.top(), 4 * theme.SPACE, plot.height()))

    def _fit(self, surface: Surface, room: QRectF) -> Scale:
        left = self.fontMetrics().horizontalAdvance("−0.0000") + 2 * theme.SPACE
        key = self.fontMetrics().horizontalAdvance("0.0000") + 9.0 * theme.SPACE
        plot = room.adjusted(left, 1.4 * self.line, -key, -2.5 * self.line)
        first, second = surface.first, surface.second
        return Scale(plot, float(first[0]), float(first[-1]), float(second[0]), float(second[-1]))

    def _paint_key(self, painter: QPainter, bar: QRectF) -> None:
        """Which color is which loss."""
        assert self.view is not None
        losses = self.view.surface.losses
        low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
        steps = 64
        for k in range(steps):
            part = QRectF(
                bar.left(), bar.bottom() - (k + 1) * bar.height() / steps, bar.width(), bar.height() / steps + 1
            )
            painter.fillRect(part, _color((k / (steps - 1)) ** 0.5))
        colors, small = theme.colors(), self.small_font()
        for value, y in ((high, bar.top()), (low, bar.bottom())):
            label = QRectF(bar.right() + 6, y - self.line / 2, 100, self.line)
            write(painter, label, figure(value), colors.muted, font=small, elide=False)

    def _draw_map(self, surface: Surface) -> None:
        """Colors and lines, once for each surface and theme."""
        made_of = (surface, theme.colors())
        if self._drawn and self._drawn[0] is surface and self._drawn[1] == made_of[1]:
            return
        self._drawn = made_of
        shares = _shares(surface.losses)
        fine = _finer(shares)[::-1]
        low, high = (np.array(_rgb(_color(share))) for share in (0.0, 1.0))
        self._map = array_to_qimage(np.round(low + (high - low) * fine[:, :, None]).astype(np.uint8))
        self._lines = []
        for level in np.unique(np.quantile(shares, np.linspace(0, 1, LEVELS + 2)[1:-1])):  # spread over the map
            path = QPainterPath()
            for line in pg.functions.isocurve(shares.T, float(level), connected=True):
                path.addPolygon(QPolygonF([QPointF(float(x) - 0.5, float(y) - 0.5) for x, y in line]))
            self._lines.append((float(level), path))


def _shares(losses: np.ndarray) -> np.ndarray:
    """Losses from 0, the lowest, to 1; the valleys are drawn out, since steep walls would take all colors."""
    low, high = float(np.nanmin(losses)), float(np.nanmax(losses))
    share = (np.nan_to_num(losses, nan=high) - low) / max(high - low, 1e-12)
    return np.asarray(np.sqrt(share))


def _finer(values: np.ndarray) -> np.ndarray:
    """The grid with `FINE` points on each side, the first and last where they were."""
    for _axis in range(2):
        old, new = np.linspace(0, 1, len(values)), np.linspace(0, 1, FINE)
        values = np.array([np.interp(new, old, column) for column in values.T])
    return values


def _color(share: float) -> QColor:
    """From the panel's color, low, to the color of training, high."""
    colors = theme.colors()
    low, high = QColor(colors.panel), QColor(colors.train)
    mixed = [round(a + (b - a) * (0.04 + 0.86 * share)) for a, b in zip(_rgb(low), _rgb(high), strict=True)]
    return QColor(*mixed)


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
