"""Events as the window system sends them: drags and drops, the wheel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget


def mime_of(paths: Sequence[Path | str]) -> QMimeData:
    """What a file manager drags; a text is taken as the address of something elsewhere."""
    data = QMimeData()
    data.setUrls([QUrl(path) if isinstance(path, str) else QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_into(widget: QWidget, data: QMimeData) -> bool:
    """Drag over the middle of `widget`; return whether it would take it."""
    event = QDragEnterEvent(
        widget.rect().center(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()  # as the window system sends it: nobody has taken it yet
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drag_out_of(widget: QWidget) -> None:
    """End a drag without a drop."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop_on(widget: QWidget, data: QMimeData) -> bool:
    """Drag to the middle of `widget` and, if it takes it, let go; return whether it took it."""
    if not drag_into(widget, data):
        return False
    event = QDropEvent(
        QPointF(widget.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def turn_wheel(widget: QWidget, notches: int, at: QPoint | None = None) -> None:
    """Turn the mouse wheel above `widget`, in its middle if no place is given; positive is away from the user."""
    place = QPointF(at or widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
