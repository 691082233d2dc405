"""Where the window stands: never larger than its screen, and never beside it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FIRST_SIZE = QSize(1280, 800)
MOST_OF_SCREEN = 0.95  # at the first start and where it would not fit: a frame and a panel want room too


class Geometry(NamedTuple):
    """The place and the size of the window when it is not maximized, in device-independent pixels."""

    left: int
    top: int
    width: int
    height: int
    maximized: bool


def geometry_of(window: QWidget) -> Geometry:
    """Where a window is, to be kept."""
    normal = window.normalGeometry()
    return Geometry(normal.left(), normal.top(), normal.width(), normal.height(), window.isMaximized())


def fit_to_screen(window: QWidget, kept: Geometry | None) -> None:
    """Give a window that is not shown yet the place that was kept, as far as it lies on a screen of today."""
    if kept is None:
        window.resize(FIRST_SIZE.boundedTo(window.screen().availableSize() * MOST_OF_SCREEN))
        return
    rect = QRect(kept.left, kept.top, kept.width, kept.height)
    screen = QGuiApplication.screenAt(rect.center()) or QGuiApplication.primaryScreen()
    window.setGeometry(clamped(rect, screen.availableGeometry()))
    if kept.maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def clamped(rect: QRect, room: QRect) -> QRect:
    """The rectangle, moved into the room; a side that is too long is made short enough for a frame as well."""
    size = QSize(_bounded(rect.width(), room.width()), _bounded(rect.height(), room.height()))
    left = max(room.left(), min(rect.left(), room.right() + 1 - size.width()))
    top = max(room.top(), min(rect.top(), room.bottom() + 1 - size.height()))
    return QRect(QPoint(left, top), size)


def _bounded(length: int, room: int) -> int:
    return length if length <= room else round(room * MOST_OF_SCREEN)
