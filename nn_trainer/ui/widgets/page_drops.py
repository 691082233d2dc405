"""A page that takes drops anywhere on it, and says across itself what would come of the one that hovers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import Offer, look_at

REFUSAL_MILLISECONDS = 5_000  # a drag that was refused never tells when it leaves

#: Takes an offer; gives whether it would be taken, and a sentence: what would come of it, or why not.
DropAnswer = Callable[[Offer], tuple[bool, str]]


class DropHint(QWidget):
    """A frame around the whole page, and a sentence in its middle; it moves nothing and takes no mouse."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.text, self.welcome = "", False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("dropHintOverlay")
        self.hide()

    def show_hint(self, welcome: bool, text: str) -> None:
        """Say what would come of a drop; the frame tells at a glance whether it is welcome."""
        self.welcome, self.text = welcome, text
        self.setAccessibleName(text)
        self.fit()
        self.show()
        self.raise_()
        self.update()

    def fit(self) -> None:
        """Cover the page."""
        self.setGeometry(self._page.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame and, on a panel of its own, the sentence."""
        colors = theme.colors()
        line = QPen(QColor(colors.accent if self.welcome else colors.error), 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.LARGE))
        painter.setPen(line)
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), 6, 6)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = self.rect().adjusted(12 * theme.SPACE, 12 * theme.SPACE, -12 * theme.SPACE, -12 * theme.SPACE)
        text: QRect = painter.boundingRect(room, int(flags), self.text)
        painter.setBrush(QColor(colors.panel))
        around = 5 * theme.SPACE
        painter.drawRoundedRect(text.adjusted(-around, -around, around, around), 6, 6)
        painter.setPen(QColor(colors.text))
        painter.drawText(text, int(flags), self.text)


class PageDrops(QObject):
    """Takes the drags of a page for it: `answer` decides, `dropped` hands over what was let go."""

    dropped = Signal(object, object)  # Offer, QMimeData: valid while the signal is handled

    def __init__(self, page: QWidget, answer: DropAnswer) -> None:
        super().__init__(page)
        self.hint = DropHint(page)
        self._answer = answer
        self._reset_timer = QTimer(self, singleShot=True, interval=REFUSAL_MILLISECONDS)
        self._reset_timer.timeout.connect(self.hint.hide)
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, _page: QObject, event: QEvent) -> bool:
        """See the drags before the page does."""
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDropEvent):
            self._enter(event)
        elif kind == QEvent.Type.DragMove and isinstance(event, QDropEvent):
            event.setAccepted(self.hint.welcome)
        elif kind == QEvent.Type.DragLeave:
            self.end()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._drop(event)
        else:
            if kind == QEvent.Type.Resize and self.hint.isVisible():
                self.hint.fit()
            return False
        return True

    @Slot()
    def end(self) -> None:
        """Forget the drag."""
        self._reset_timer.stop()
        self.hint.hide()

    def _enter(self, event: QDropEvent) -> None:
        welcome, _offer = self._consider(event.mimeData())
        if welcome:
            self._reset_timer.stop()
            event.acceptProposedAction()
        else:
            self._reset_timer.start()
            event.ignore()

    def _drop(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        welcome, offer = self._consider(mime)
        self.end()
        if welcome:
            event.acceptProposedAction()
            self.dropped.emit(offer, mime)
        else:
            event.ignore()

    def _consider(self, mime: QMimeData) -> tuple[bool, Offer]:
        offer = look_at(mime)
        welcome, text = self._answer(offer)
        self.hint.show_hint(welcome, text)
        return welcome, offer
