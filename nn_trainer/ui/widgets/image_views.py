"""Pixels for the screen: arrays to QImage, a view that scales one picture, and one with the network's view beside
it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nn_trainer.arrays import PixelArray
from nn_trainer.i18n import _
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import ElidedLabel


def array_to_qimage(pixels: PixelArray) -> QImage:
    """A QImage with its own copy of (H, W), (H, W, 1) or (H, W, 3) uint8 pixels."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], kind).copy()


def fitted_rect(image: QSize, area: QRect) -> QRect:
    """The largest rectangle in the middle of `area` with the shape of `image`."""
    size = image.scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    result = QRect(0, 0, max(1, size.width()), max(1, size.height()))
    result.moveCenter(area.center())
    return result


class ImageView(QWidget):
    """Shows one picture as large as fits, in its own shape.

    An image that is enlarged keeps its pixels as sharp squares; one that is made smaller is smoothed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._scaled = QPixmap()
        self._placeholder = ""
        self.setMinimumSize(16 * theme.SPACE, 16 * theme.SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def image(self) -> QImage:
        """The picture shown, null when there is none."""
        return self._image

    def set_image(self, image: QImage | None, description: str = "", placeholder: str = "") -> None:
        """Show `image`, or `placeholder` in words; `description` is read out by screen readers."""
        self._placeholder = placeholder
        self._image = image if image is not None else QImage()
        self._scaled = QPixmap()
        self.setAccessibleDescription(description)
        self.update()

    def sizeHint(self) -> QSize:
        """A square to start from; layouts decide."""
        return QSize(60 * theme.SPACE, 60 * theme.SPACE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, scaled once for each size of the view."""
        if self._image.isNull():
            painter = QPainter(self)
            painter.setPen(QColor(theme.colors().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(flags), self._placeholder)
            return
        target = fitted_rect(self._image.size(), self.rect())
        ratio = self.devicePixelRatioF()
        wanted = target.size() * ratio
        if self._scaled.size() != wanted:
            enlarge = wanted.width() > self._image.width()
            how = Qt.TransformationMode.FastTransformation if enlarge else Qt.TransformationMode.SmoothTransformation
            scaled = self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, how)
            self._scaled = QPixmap.fromImage(scaled)
            self._scaled.setDevicePixelRatio(ratio)
        QPainter(self).drawPixmap(target.topLeft(), self._scaled)


class PicturePair(QWidget):
    """Two views, each with a line under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture, self.picture_text = ImageView(), ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.pixels, self.pixels_text = ImageView(), ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.picture.setAccessibleName(_("The image"))
        self.pixels.setAccessibleName(_("The pixels as the network sees them"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4 * theme.SPACE)
        for view, text in ((self.picture, self.picture_text), (self.pixels, self.pixels_text)):
            text.setProperty("role", "muted")
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column = QVBoxLayout()
            column.setSpacing(theme.SPACE)
            column.addWidget(view, 1)
            column.addWidget(text)
            row.addLayout(column, 1)  # both of a size, to compare them

    def clear(self) -> None:
        """Show nothing."""
        self.picture.set_image(None)
        self.picture_text.set_text("")
        self.show_pixels(None)

    def expect_picture(self, preview: QImage | None, name: str) -> None:
        """Show a small copy of the picture, or nothing, until it is read: never another picture under its name."""
        self.picture.set_image(preview, name)
        self.picture_text.set_text(name)

    def show_picture(self, picture: QImage | None, name: str) -> None:
        """Show the picture with its name; None when it cannot be read."""
        self.picture.set_image(picture, name, "" if picture is not None else _("This file cannot be shown."))
        self.picture_text.set_text(name)

    def show_pixels(self, prediction: Prediction | None) -> None:
        """Show what the network saw; None while nothing is predicted."""
        if prediction is None:
            self.pixels.set_image(None)
            self.pixels_text.set_text("")
            return
        height, width, channels = prediction.pixels.shape
        template = (
            _("as the network sees it, {width}x{height} colour")
            if channels == 3
            else _("as the network sees it, {width}x{height} grey")
        )
        text = template.format(width=width, height=height)
        self.pixels.set_image(array_to_qimage(prediction.pixels), text)
        self.pixels_text.set_text(text)
