"""One image, large, and beside it what the classifier says of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from nn_trainer.ui.predict.result_panel import ResultPanel
from nn_trainer.ui.predict.shown_picture import ShownPicture
from nn_trainer.ui.predict.strip_item import StripItem
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drop_area import DropArea


class ImageAndResult(QSplitter):
    """The drop area left, which shows the image that is looked at, and the result right."""

    def __init__(self, page: QWidget) -> None:
        """Images can be dropped anywhere on `page`."""
        super().__init__(Qt.Orientation.Horizontal)
        self.drop_area = DropArea()
        self.drop_area.take_drags_over(page)
        self.drop_area.model_refusal = ""
        self.result = ResultPanel()
        self._picture = ShownPicture(self.drop_area)
        self.setObjectName("predictSplitter")
        self.setChildrenCollapsible(False)
        self.setHandleWidth(3 * theme.SPACE)
        self.addWidget(self.drop_area)
        self.addWidget(self.result)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.setSizes([720, 480])

    def look_at(self, item: StripItem | None) -> None:
        """Read the picture of an image at its full size; None reads nothing more."""
        if item is not None:
            self.drop_area.pictures.expect_picture(item.thumbnail, item.source.name)
        self._picture.show_source(item.source if item is not None else None)

    def show_item(self, item: StripItem | None, *, can_predict: bool, waits_for: str) -> None:
        """Show what is known of the image, or what to do; `waits_for` as in `ResultPanel.show_item`."""
        if item is None:
            self.drop_area.show_nothing()
        else:
            self.drop_area.show_pixels(item.prediction)
        self.result.show_item(item, can_predict=can_predict, waits_for=waits_for)

    def is_busy(self) -> bool:
        """Whether a picture is read."""
        return self._picture.is_busy()
