"""The large area that takes images: dropped, pasted, or by its buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.models.prediction import Prediction
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import DragKind, Offer, look_at, sources_in
from nn_trainer.ui.widgets.image_views import PicturePair
from nn_trainer.ui.widgets.source_buttons import SourceButtons

MARGIN, GAP = 4 * theme.SPACE, 3 * theme.SPACE
LOWEST_PICTURES = 32 * theme.SPACE  # pixels, below which they need the room of the invitation
REFUSAL_MILLISECONDS = 4000
INVITATION = _("Drop images or folders here")
NO_MODELS_HERE = _("This is a model file. Drop it on the Predict tab to open it.")
NOTHING_TO_PASTE = _("There is no image on the clipboard. Copy an image or an image file first.")


def step_of_key(widget: QWidget, event: QKeyEvent) -> int:
    """1 for the arrow key that points to the next one in the direction of reading, -1 for the other, else 0."""
    step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
    return -step if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft else step


class DropArea(QWidget):
    """Shows the picture beside what the network sees of it, and takes more pictures.

    `sources_added` carries a list of ImageSource and of folders (Path).  With `model_refusal` empty, model files are
    taken, too, and go out by `model_dropped`; else it is the sentence why they are not.
    """

    sources_added = Signal(object)
    model_dropped = Signal(object)  # Path
    step_requested = Signal(int)  # so many images on

    def __init__(self, invitation: str = INVITATION, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._invitation = invitation
        self.model_refusal = NO_MODELS_HERE
        self.setObjectName("dropArea")
        self.setAccessibleName(_("Images to predict"))
        self.setAccessibleDescription(_("Drop image files or folders here, or use the buttons below."))
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = "idle"  # or "welcome", "refused"
        self._reset_timer = QTimer(self, singleShot=True, interval=REFUSAL_MILLISECONDS)
        self._reset_timer.timeout.connect(self._reset)
        self.pictures = PicturePair()
        self.buttons = SourceButtons()
        self._hint, self._symbol = QLabel(invitation), QLabel()
        self._hint.setObjectName("dropHint")
        self._above, self._below = QWidget(), QWidget()
        self._build()
        self.show_nothing()
        self.buttons.sources_added.connect(self.sources_added)
        self.buttons.paste_requested.connect(self.paste)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        size = QSize(12 * theme.SPACE, 12 * theme.SPACE)
        icon = theme.icon("image", theme.colors().muted)
        self._symbol.setPixmap(icon.pixmap(size, self.devicePixelRatioF()))
        self.update()

    def _build(self) -> None:
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[MARGIN] * 4)
        layout.setSpacing(GAP)
        layout.addWidget(self.pictures, 8)
        layout.addWidget(self._above, 1)
        layout.addWidget(self._symbol)
        layout.addWidget(self._hint)
        layout.addWidget(self.buttons)
        layout.addWidget(self._below, 1)

    # what is shown

    def show_nothing(self) -> None:
        """Invite to drop something."""
        self.pictures.clear()
        self._set_empty(True)
        self._reset()

    def show_picture(self, picture: QImage | None, name: str) -> None:
        """Show the picture with its name; None when it cannot be read."""
        self.pictures.show_picture(picture, name)
        self._set_empty(False)

    def show_pixels(self, prediction: Prediction | None) -> None:
        """Show what the network saw; None while nothing is predicted."""
        self.pictures.show_pixels(prediction)

    def _set_empty(self, empty: bool) -> None:
        """Put invitation and buttons into the middle, or below the pictures."""
        self.pictures.setVisible(not empty)
        for widget in (self._above, self._symbol, self._below):
            widget.setVisible(empty)
        self._set_state(self._state, self._hint.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the invitation give way to the pictures."""
        super().resizeEvent(event)
        self._choose_hint()

    def _choose_hint(self) -> None:
        """Leave out the invitation beside the pictures in a low window; anything else that is said there stays."""
        inviting = self._state == "idle" and not self.pictures.isHidden()
        buttons = self.buttons.heightForWidth(self.width() - 2 * MARGIN)
        used = 2 * (MARGIN + GAP) + buttons + self._hint.sizeHint().height()
        self._hint.setVisible(not inviting or self.height() - used >= LOWEST_PICTURES)

    # what the user does

    @Slot()
    def paste(self) -> None:
        """Take what is on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        offer = look_at(mime)
        if not self._take(offer, mime):
            self._refuse(NOTHING_TO_PASTE if offer.kind is DragKind.NOTHING else self._answer(offer)[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step through the images."""
        step = step_of_key(self, event)
        if step:
            self.step_requested.emit(step)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome images, refuse anything else."""
        self._consider(event, look_at(event.mimeData()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Stay with what the drag was told when it came."""
        if self._state == "welcome":
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Forget the drag."""
        self._reset()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the images."""
        mime = event.mimeData()
        offer = look_at(mime)
        if self._consider(event, offer) and not self._take(offer, mime):
            self._refuse(_("The image cannot be read from what was dropped. Save it to a file and drop the file."))

    def take_drags_over(self, page: QWidget) -> None:
        """Let a drag anywhere over the page be one over this area."""
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the drags of the page."""
        if isinstance(event, QDragEnterEvent):
            self.dragEnterEvent(event)
        elif isinstance(event, QDragMoveEvent):
            self.dragMoveEvent(event)
        elif isinstance(event, QDragLeaveEvent):
            self.dragLeaveEvent(event)
        elif isinstance(event, QDropEvent):
            self.dropEvent(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def _consider(self, event: QDropEvent, offer: Offer) -> bool:
        welcome, sentence = self._answer(offer)
        if welcome:
            event.acceptProposedAction()
            self._reset_timer.stop()
            self._set_state("welcome", sentence)
        else:
            event.ignore()
            self._refuse(sentence)
        return welcome

    def _answer(self, offer: Offer) -> tuple[bool, str]:
        if offer.kind is DragKind.NOTHING:
            return False, offer.why
        if offer.kind is not DragKind.MODEL:
            return True, _("Release to predict")
        if self.model_refusal:
            return False, self.model_refusal
        return True, _("Release to open the model {name}").format(name=offer.name)

    def _take(self, offer: Offer, mime: QMimeData | None) -> bool:
        """Hand on what was dropped or pasted; False if there is nothing of use in it."""
        if not self._answer(offer)[0]:
            return False
        if offer.kind is DragKind.MODEL:
            self._reset()
            self.model_dropped.emit(offer.paths[0])
            return True
        sources = sources_in(mime, offer)
        if sources:
            self._reset()
            self.sources_added.emit(sources)
        return bool(sources)

    def _refuse(self, sentence: str) -> None:
        self._set_state("refused", sentence)
        self._reset_timer.start()  # a drag that was refused never tells when it leaves

    @Slot()
    def _reset(self) -> None:
        self._reset_timer.stop()
        self._set_state("idle", self._invitation)

    def _set_state(self, state: str, sentence: str) -> None:
        self._state = state
        self._hint.setText(sentence)
        empty = self.pictures.isHidden() and state == "idle"
        role = "error" if state == "refused" else "title" if empty else "muted"
        self._choose_hint()
        if self._hint.property("role") != role:
            self._hint.setProperty("role", role)
            self._hint.style().polish(self._hint)
        self.update()

    def is_refusing(self) -> bool:
        """Whether the last thing offered was no image and that is still shown."""
        return self._state == "refused"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the border that says where to drop and whether it is welcome, and the ring of the focus inside of it."""
        colors = theme.colors()
        idle, welcome = self._state == "idle", self._state == "welcome"
        color = colors.muted if idle else colors.accent if welcome else colors.error
        pen = QPen(QColor(color), 1 if idle else 2)
        pen.setStyle(Qt.PenStyle.DashLine if idle else Qt.PenStyle.SolidLine)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(QColor(colors.band if welcome else colors.panel))  # filled: unlike the ring of the focus
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)
        if self.hasFocus() and idle:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(5, 5, -6, -6), 4, 4)
