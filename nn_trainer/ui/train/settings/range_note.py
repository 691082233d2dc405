"""Says beside a box for a moment which values it takes, where something else was typed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QWidget

from nn_trainer.ui.theme import theme

MILLISECONDS = 6_000  # long enough to be read


class RangeNote(QLabel):
    """Lies over the label of the box, so that nothing moves; also a screen reader says it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = parent
        self.hide()
        self.setObjectName("rangeNote")
        self.setProperty("role", "note")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(theme.SPACE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.timer = QTimer(self, interval=MILLISECONDS, singleShot=True)
        self.timer.timeout.connect(self.hide)

    def show_beside(self, box: QWidget, text: str) -> None:
        """Show `text` where the line begins in which the box stands."""
        if not box.isVisible():
            return
        self.setText(text)
        self.adjustSize()
        place = box.geometry()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            x = min(place.right() + theme.SPACE, self._form.width() - self.width())
        else:
            x = max(place.left() - theme.SPACE - self.width(), 0)
        self.move(QPoint(x, place.center().y() - self.height() // 2))
        self.raise_()
        self.show()
        self.timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(box, text))
