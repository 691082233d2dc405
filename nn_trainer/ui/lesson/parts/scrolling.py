"""Scrolling what does not fit: where the text is too large for the window, which never grows because of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QWidget


class CurrentStack(QStackedWidget):
    """Asks for the room that the widget in front needs, whatever the others would."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """That of the widget in front."""
        current = self.currentWidget()
        return super().sizeHint() if current is None else current.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """That of the widget in front."""
        current = self.currentWidget()
        return super().minimumSizeHint() if current is None else current.minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        """That of the widget in front."""
        current = self.currentWidget()
        return -1 if current is None else current.heightForWidth(width)


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """The content in an area that is as large as the room there is; bars come where its least size is larger."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def take_what_is_left(picture: QWidget) -> None:
    """Let a picture have the height that the words leave: it asks for none."""
    picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
