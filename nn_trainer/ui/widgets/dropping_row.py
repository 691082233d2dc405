"""A row of widgets of which the least important give way, so that it never forces a width on the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nn_trainer.ui.widgets.flow import FlowLayout


class DroppingRow(QWidget):
    """Widgets side by side; those of the highest rank are left out first where there is no room, those of rank 0 never.

    Its smallest width is that of what always stays, whatever else is shown at the moment.
    """

    def __init__(self, spacing: int, *, wraps: bool = False) -> None:
        """`wraps`: what always stays goes on in the next line where it must; nothing in such a row stretches."""
        super().__init__()
        self._ranks: dict[QWidget, int] = {}
        self._unwanted: set[QWidget] = set()
        self._spacing = spacing
        self._wraps = wraps
        self._row = FlowLayout(self, across=spacing) if wraps else QHBoxLayout(self)
        if isinstance(self._row, QHBoxLayout):
            self._row.setContentsMargins(0, 0, 0, 0)
            self._row.setSpacing(spacing)

    def add(self, widget: QWidget, rank: int = 0, stretch: int = 0) -> None:
        """Add a widget at the end."""
        self._ranks[widget] = rank
        self._row.addWidget(widget)
        if isinstance(self._row, QHBoxLayout):
            self._row.setStretchFactor(widget, stretch)

    def add_stretch(self) -> None:
        """Let the rest of the row begin at the other end."""
        assert isinstance(self._row, QHBoxLayout)
        self._row.addStretch(1)

    def set_wanted(self, widget: QWidget, wanted: bool) -> None:
        """Show a widget where it has room, or leave it out in any case; what always stays keeps its room."""
        if wanted == (widget in self._unwanted):
            (self._unwanted.discard if wanted else self._unwanted.add)(widget)
            self.choose()

    def minimumSizeHint(self) -> QSize:
        """The room of what always stays."""
        if not hasattr(self, "_ranks"):  # Python has cleared it, and Qt lays out what it was part of
            return QSize(0, 0)
        staying = [widget for widget, rank in self._ranks.items() if rank == 0]
        size = self._size_of(staying)
        if self._wraps:
            size.setWidth(max(map(_width, staying), default=0))
        return size

    def sizeHint(self) -> QSize:
        """The room of everything."""
        return self._size_of(list(self._ranks)) if hasattr(self, "_ranks") else QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more or less."""
        super().resizeEvent(event)
        if hasattr(self, "_ranks"):
            self.choose()

    @Slot()
    def choose(self) -> None:
        """Show what has room, the most important first."""
        shown: list[QWidget] = []
        wanted = [widget for widget in self._ranks if widget not in self._unwanted]
        for widget in sorted(wanted, key=self._ranks.__getitem__):
            if self._ranks[widget] > 0 and self._size_of([*shown, widget]).width() > self.width():
                break
            shown.append(widget)
        for widget in self._ranks:
            widget.setVisible(widget in shown)

    def _size_of(self, widgets: list[QWidget]) -> QSize:
        width = sum(_width(widget) for widget in widgets) + self._spacing * max(len(widgets) - 1, 0)
        return QSize(width, max((max(w.sizeHint().height(), w.minimumHeight()) for w in self._ranks), default=0))


def _width(widget: QWidget) -> int:
    return min(max(widget.minimumSizeHint().width(), widget.minimumWidth()), widget.maximumWidth())
