"""The Train tab: data set left, curves in the middle, hyperparameters right, the run below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.train.data.panel import DatasetPanel
from nn_trainer.ui.train.run.bar import RunBar
from nn_trainer.ui.train.settings.panel import HyperparameterPanel

WIDTHS = (330, 670, 280)  # of 1280 pixels; a wider window gives the rest to the plots


class TrainPage(QWidget):
    """Takes a folder or a model file dropped anywhere on it."""

    path_dropped = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.dataset_panel = DatasetPanel()
        self.plots = PlotPanel()
        self.hyperparameters = HyperparameterPanel()
        self.run_bar = RunBar()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("trainSplitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for panel in (self.dataset_panel, self.plots, self.hyperparameters):
            self.splitter.addWidget(panel)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(WIDTHS)
        self.dataset_panel.path_dropped.connect(self.path_dropped)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.run_bar)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome one folder or file; the window says what to do with it."""
        if _dropped_path(event) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the path on."""
        path = _dropped_path(event)
        if path is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self.path_dropped.emit(path)


def _dropped_path(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
