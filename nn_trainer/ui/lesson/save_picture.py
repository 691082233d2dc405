"""A step as a picture file, sharp enough for a slide."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.text_size import scaled
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.save_dialog import ask_where_to_save
from nn_trainer.ui.window.settings import WindowSettings

SHARPNESS = 2  # pixels of the picture for one of the screen
MARGIN = 4 * theme.SPACE


def ask_for_picture_file(parent: QWidget, settings: WindowSettings, name: str) -> Path | None:
    """Where to save a picture, at first in the folder of the one before; None if the user cancels."""
    suggested = Path(settings.folder("picture")) / name
    path = ask_where_to_save(parent, _("Save the picture"), suggested, _("Picture (*.png)"), "png")
    if path is not None:
        settings.set_folder("picture", path.parent)
    return path


def save_picture(widget: QWidget, heading: str, origin: str, path: Path) -> tuple[str, str]:
    """Write `widget` as PNG, with a heading above and where the figures come from below.

    Returns the kind of the message that says how it went, and its text.
    """
    font, small = scaled(widget.font(), 1.3, bold=True), scaled(widget.font(), 0.9)
    line = 2 * widget.fontMetrics().height()
    size = widget.size() + QSize(2 * MARGIN, 2 * MARGIN + 2 * line)
    picture = QPixmap(size * SHARPNESS)
    picture.setDevicePixelRatio(SHARPNESS)
    picture.fill(QColor(theme.colors().window))
    painter = QPainter(picture)
    room = QRect(MARGIN, MARGIN, widget.width(), line)
    painter.setFont(font)
    painter.setPen(QColor(theme.colors().text))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), heading)
    widget.render(painter, QPoint(MARGIN, MARGIN + line))
    painter.setFont(small)
    painter.setPen(QColor(theme.colors().muted))
    room.moveTop(MARGIN + line + widget.height())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), origin)
    painter.end()
    if picture.save(str(path), "PNG"):
        return "info", _("The picture {name} is saved.").format(name=display_path(path.name))
    return "error", _("{path} cannot be written. Choose another folder.").format(path=display_path(path))
