"""The Predict tab's parts: drop area left, result right, the strip of images below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from nn_trainer.models.classifier import Classifier
from nn_trainer.ui.predict.result_panel import ResultPanel
from nn_trainer.ui.predict.strip import ImageStrip
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drop_area import DropArea


class PredictPage(QWidget):
    """Lays them out and names them; what they do is the tab's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inferenceTab")
        self.drop_area = DropArea()
        self.drop_area.model_refusal = ""
        self.result = ResultPanel()
        self.strip = ImageStrip()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.origin, self.state = QLabel(), QLabel()
        self.cancel_button, self.clear_button = QPushButton("&Cancel"), QToolButton()
        self._name_parts()
        self._lay_out()
        self.drop_area.step_requested.connect(self.strip.step)

    @property
    def bars(self) -> QWidget:
        """The bars of the image that is shown."""
        return self.result.bars

    def show_origin(self, classifier: Classifier | None, origin: str) -> None:
        """Say what classifier predicts; `origin` is where it comes from."""
        if classifier is None:
            self.origin.setText("No classifier")
            return
        size = classifier.preprocessing.image_size
        channels = "grey" if classifier.preprocessing.channels == "grey" else "colour"
        classes = f"{len(classifier.class_names)} classes"
        self.origin.setText("  ·  ".join((origin, classifier.config.preset, classes, f"{size}x{size} {channels}")))

    def show_count(self, note: str) -> None:
        """Say how many images there are, with a note behind it."""
        items = self.strip.items()
        text = f"{len(items):,} image{'s' if len(items) != 1 else ''}" if items else ""
        unreadable = sum(bool(item.error) for item in items)
        unlike = sum(bool(item.prediction and item.prediction.unlike_training) for item in items)
        text += f", {unlike:,} unlike the training pictures" if unlike else ""
        self.state.setText(text + (f", {unreadable:,} unreadable" if unreadable else "") + note)

    def _name_parts(self) -> None:
        self.origin.setProperty("role", "muted")
        self.origin.setObjectName("classifierOrigin")
        self.origin.setMinimumWidth(1)
        self.state.setProperty("role", "muted")
        self.state.setObjectName("predictState")
        self.state.setFont(theme.figures_font())
        self.cancel_button.setObjectName("cancelPredictButton")
        self.cancel_button.setToolTip("Stop predicting; what is done stays")
        self.clear_button.setObjectName("clearImagesButton")
        self.clear_button.setText("Clear")
        self.clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clear_button.setToolTip("Take all images away")
        theme.set_icon(self.clear_button, "clear")

    def _lay_out(self) -> None:
        splitter = self.splitter
        splitter.setObjectName("predictSplitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3 * theme.SPACE)
        splitter.addWidget(self.drop_area)
        splitter.addWidget(self.result)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([720, 480])
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.cancel_button)
        below.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[3 * theme.SPACE] * 4)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.origin)
        layout.addWidget(splitter, 1)
        layout.addLayout(below)
        layout.addWidget(self.strip)
