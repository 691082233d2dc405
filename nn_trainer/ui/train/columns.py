"""The three columns of the Train tab, and what gives way where a window is narrow or its letters are large."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.settings.panel import HyperparameterPanel

SIDES = (330, 280)  # pixels of the data set and of the settings where there is room; the plots have the rest


class TrainColumns(QSplitter):
    """Data set, plots, settings.

    Where they do not fit side by side, the labels of the settings go above their boxes, then the values above the
    plots go on in a second line. The sides have the widths that the user gave them again when there is room for them.
    """

    def __init__(self, data: QWidget, plots: PlotPanel, settings: HyperparameterPanel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._data, self._plots, self._settings = data, plots, settings
        self._wanted = SIDES
        self.setObjectName("trainSplitter")
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        for panel in (data, plots, settings):
            self.addWidget(panel)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._note_wanted)
        theme.signals().changed.connect(self._share)

    # what the user wants

    @Slot()
    def _note_wanted(self) -> None:
        self._wanted = self.sizes()[0], self.sizes()[2]

    def setSizes(self, sizes: Sequence[int]) -> None:
        """Give the columns these widths, and the sides again whenever there is room."""
        self._wanted = sizes[0], sizes[2]
        super().setSizes(sizes)

    def saveState(self) -> QByteArray:
        """The widths of the sides where there is room."""
        return QByteArray(json.dumps(self._wanted).encode())

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        """Take what `saveState` gave; False for anything else."""
        try:
            left, right = map(int, json.loads(bytes(QByteArray(state).data())))
        except (ValueError, TypeError):
            return False
        self._wanted = left, right
        self._share()
        return True

    # what there is room for

    def minimumSizeHint(self) -> QSize:
        """With everything as narrow as it can be."""
        plots, settings = self._plots.smallest_width(one_line=False), self._settings.smallest_width(stacked=True)
        width = self._smallest_data_width() + plots + settings + 2 * self.handleWidth()
        return QSize(width, super().minimumSizeHint().height())

    def _smallest_data_width(self) -> int:
        return max(self._data.minimumWidth(), self._data.minimumSizeHint().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let as little give way as possible."""
        super().resizeEvent(event)
        self._share()

    def showEvent(self, event: QShowEvent) -> None:
        """Share the width once all letters are as large as they will be."""
        super().showEvent(event)
        self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Share the width anew for larger or smaller letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._share()

    @Slot()
    def _share(self) -> None:
        width = self.width() - 2 * self.handleWidth()
        data, settings = self._smallest_data_width(), self._settings.smallest_width(stacked=False)
        room = width - self._plots.smallest_width(one_line=True)  # of both sides
        stacked = data + settings > room
        if stacked:
            settings = self._settings.smallest_width(stacked=True)
        self._settings.set_stacked(stacked)
        one_line = data + settings <= room
        self._plots.keep_in_one_line(one_line)
        # At once: what the layouts within the plots ask for comes to the splitter with later events.
        self._plots.setMinimumWidth(self._plots.smallest_width(one_line=one_line))
        spare = max(room - data - settings, 0)
        more = max(self._wanted[0] - data, 0), max(self._wanted[1] - settings, 0)
        share = min(1.0, spare / max(sum(more), 1))  # of a larger screen: both sides give up as much of what they had
        left, right = data + int(share * more[0]), settings + int(share * more[1])
        super().setSizes([left, width - left - right, right])
