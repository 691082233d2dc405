"""The large area that takes images: dropped, browsed for, a folder, or pasted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nn_trainer.ui import theme
from nn_trainer.ui.predict.sources import ImageSource, holds_images, sources_in, why_refused
from nn_trainer.ui.widgets.images import ImageView

REFUSAL_MILLISECONDS = 4000
FILTER = "Images (*.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff *.ppm *.pgm);;All files (*)"
INVITATION = "Drop images or folders here"


class DropArea(QWidget):
    """Shows the picture beside what the network sees of it, and takes more pictures.

    `sources_added` carries a list of ImageSource and of folders (Path).
    """

    sources_added = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dropArea")
        self.setAccessibleName("Images to predict")
        self.setAccessibleDescription("Drop image files or folders here, or use the buttons below.")
        self.setAcceptDrops(True)
        self._look = "idle"  # or "welcome", "refused"
        self._folder = ""
        self._forget = QTimer(self, singleShot=True, interval=REFUSAL_MILLISECONDS)
        self._forget.timeout.connect(self._be_idle)
        self._picture, self._picture_text = ImageView(), QLabel()
        self._pixels, self._pixels_text = ImageView(), QLabel()
        self._picture.setAccessibleName("The picture")
        self._pixels.setAccessibleName("The pixels as the network sees them")
        self._hint, self._symbol = QLabel(INVITATION), QLabel()
        self._above, self._below = QWidget(), QWidget()
        self._hint.setObjectName("dropHint")
        self._build()
        self.show_nothing()
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self._symbol.setPixmap(theme.icon("image", theme.colors().muted).pixmap(12 * theme.SPACE, 12 * theme.SPACE))
        self.update()

    def _build(self) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(4 * theme.SPACE)
        for view, text, share in ((self._picture, self._picture_text, 3), (self._pixels, self._pixels_text, 2)):
            text.setProperty("role", "muted")
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setMinimumWidth(1)
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column = QVBoxLayout()
            column.setSpacing(theme.SPACE)
            column.addWidget(view, 1)
            column.addWidget(text)
            pictures.addLayout(column, share)
        self._pictures = QWidget()
        pictures.setContentsMargins(0, 0, 0, 0)
        self._pictures.setLayout(pictures)
        self._symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * theme.SPACE] * 4)
        layout.setSpacing(3 * theme.SPACE)
        layout.addWidget(self._pictures, 8)
        layout.addWidget(self._above, 1)
        layout.addWidget(self._symbol)
        layout.addWidget(self._hint)
        layout.addLayout(self._build_buttons())
        layout.addWidget(self._below, 1)

    def _build_buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * theme.SPACE)
        buttons.addStretch()
        rows = (
            ("&Browse…", "browseButton", "image", "Choose image files", self.browse),
            (
                "Fol&der…",
                "folderButton",
                "folder",
                "Choose a folder; every image in it is predicted",
                self.browse_folder,
            ),
            ("&Paste", "pasteButton", "paste", "Take the image that was copied (Ctrl+V)", self.paste),
        )
        for label, name, icon, tip, act in rows:
            button = QPushButton(label)
            button.setObjectName(name)
            button.setToolTip(tip)
            theme.set_icon(button, icon)
            button.clicked.connect(act)
            buttons.addWidget(button)
        buttons.addStretch()
        return buttons

    # what is shown

    def show_nothing(self) -> None:
        """Invite to drop something."""
        self._picture.set_image(None)
        self._pixels.set_image(None)
        self._set_empty(True)
        self._be_idle()

    def _set_empty(self, empty: bool) -> None:
        """Put invitation and buttons into the middle, or below the pictures."""
        self._pictures.setVisible(not empty)
        for widget in (self._above, self._symbol, self._below):
            widget.setVisible(empty)
        self._set_look(self._look, self._hint.text())

    def show_picture(self, picture: QImage | None, text: str) -> None:
        """Show the picture with its name; None when it cannot be read."""
        self._picture.set_image(picture, text, "" if picture is not None else "This file cannot be shown.")
        self._picture_text.setText(text)
        self._set_empty(False)

    def show_pixels(self, pixels: QImage | None, text: str) -> None:
        """Show what the network sees; None while it is not known."""
        self._pixels.set_image(pixels, text)
        self._pixels_text.setText(text)

    # what the user does

    @Slot()
    def browse(self) -> None:
        """Ask for image files."""
        names, _ = QFileDialog.getOpenFileNames(self, "Choose images", self._folder, FILTER)
        if names:
            self._folder = str(Path(names[0]).parent)
            self.sources_added.emit([ImageSource.of_file(Path(name)) for name in names])

    @Slot()
    def browse_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, "Choose a folder of images", self._folder)
        if name:
            self._folder = name
            self.sources_added.emit([Path(name)])

    @Slot()
    def paste(self) -> None:
        """Take what is on the clipboard."""
        sources = sources_in(QGuiApplication.clipboard().mimeData())
        if sources:
            self._be_idle()
            self.sources_added.emit(sources)
        else:
            self._refuse("There is no image on the clipboard. Copy an image or an image file first.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome images, refuse anything else."""
        self._consider(event, event.mimeData())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Stay with what the drag was told when it came."""
        if self._look == "welcome":
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Forget the drag."""
        self._be_idle()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the images."""
        if not self._consider(event, event.mimeData()):
            return
        sources = sources_in(event.mimeData())
        self._be_idle()
        if sources:
            self.sources_added.emit(sources)

    def _consider(self, event: QDropEvent, mime: QMimeData) -> bool:
        welcome = holds_images(mime)
        if welcome:
            event.acceptProposedAction()
            self._set_look("welcome", "Let go to predict")
        else:
            event.ignore()
            self._refuse(why_refused(mime))
        return welcome

    def _refuse(self, sentence: str) -> None:
        self._set_look("refused", sentence)
        self._forget.start()  # a drag that was refused never tells when it leaves

    @Slot()
    def _be_idle(self) -> None:
        self._forget.stop()
        self._set_look("idle", INVITATION)

    def _set_look(self, look: str, sentence: str) -> None:
        self._look = look
        self._hint.setText(sentence)
        empty = self._pictures.isHidden() and look == "idle"
        role = "error" if look == "refused" else "title" if empty else "muted"
        if self._hint.property("role") != role:
            self._hint.setProperty("role", role)
            self._hint.style().polish(self._hint)
        self.update()

    def is_refusing(self) -> bool:
        """Whether the last thing offered was no image and that is still shown."""
        return self._look == "refused"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the border that says where to drop and whether it is welcome."""
        colors = theme.colors()
        color = {"idle": colors.muted, "welcome": colors.accent, "refused": colors.error}[self._look]
        pen = QPen(QColor(color), 1 if self._look == "idle" else 2)
        pen.setStyle(Qt.PenStyle.DashLine if self._look == "idle" else Qt.PenStyle.SolidLine)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(QColor(colors.panel))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)
