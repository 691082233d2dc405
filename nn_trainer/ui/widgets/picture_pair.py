"""A picture, and beside it the pixels that the network sees of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nn_trainer.models.prediction import Prediction
from nn_trainer.ui import theme
from nn_trainer.ui.widgets.images import ImageView, array_to_qimage


class PicturePair(QWidget):
    """Two views, each with a line under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture, self.picture_text = ImageView(), QLabel()
        self.pixels, self.pixels_text = ImageView(), QLabel()
        self.picture.setAccessibleName("The picture")
        self.pixels.setAccessibleName("The pixels as the network sees them")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 * theme.SPACE)
        for view, text, share in ((self.picture, self.picture_text, 3), (self.pixels, self.pixels_text, 2)):
            text.setProperty("role", "muted")
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setMinimumWidth(1)
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column = QVBoxLayout()
            column.setSpacing(theme.SPACE)
            column.addWidget(view, 1)
            column.addWidget(text)
            row.addLayout(column, share)

    def clear(self) -> None:
        """Show nothing."""
        self.picture.set_image(None)
        self.picture_text.clear()
        self.show_pixels(None)

    def show_picture(self, picture: QImage | None, name: str) -> None:
        """Show the picture with its name; None when it cannot be read."""
        self.picture.set_image(picture, name, "" if picture is not None else "This file cannot be shown.")
        self.picture_text.setText(name)

    def show_pixels(self, prediction: Prediction | None) -> None:
        """Show what the network saw; None while nothing is predicted."""
        if prediction is None:
            self.pixels.set_image(None)
            self.pixels_text.clear()
            return
        height, width, channels = prediction.pixels.shape
        text = f"as the network sees it, {width}x{height} {'colour' if channels == 3 else 'grey'}"
        self.pixels.set_image(array_to_qimage(prediction.pixels), text)
        self.pixels_text.setText(text)
