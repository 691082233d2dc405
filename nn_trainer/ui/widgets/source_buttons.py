"""The buttons that take images: browse for files, for a folder, or paste."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import ImageSource

FILTER = "Images (*.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff *.ppm *.pgm);;All files (*)"


class SourceButtons(QWidget):
    """Asks for files and folders; `sources_added` carries a list of ImageSource and of folders (Path)."""

    sources_added = Signal(object)
    paste_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""  # where a dialog ended last
        browse = _button("&Browse…", "browseButton", "image", "Choose image files")
        folder = _button("Fol&der…", "folderButton", "folder", "Choose a folder; every image in it is predicted")
        paste = _button("&Paste", "pasteButton", "paste", "Take the image that was copied (Ctrl+V)")
        browse.clicked.connect(self.browse)
        folder.clicked.connect(self.browse_folder)
        paste.clicked.connect(self.paste_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addStretch()
        for button in (browse, folder, paste):
            row.addWidget(button)
        row.addStretch()

    @Slot()
    def browse(self) -> None:
        """Ask for image files."""
        names, _ = QFileDialog.getOpenFileNames(self, "Choose images", self._folder, FILTER)
        if names:
            self._folder = str(Path(names[0]).parent)
            self.sources_added.emit([ImageSource.from_file(Path(name)) for name in names])

    @Slot()
    def browse_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, "Choose a folder of images", self._folder)
        if name:
            self._folder = name
            self.sources_added.emit([Path(name)])


def _button(label: str, name: str, icon: str, tip: str) -> QPushButton:
    button = QPushButton(label)
    button.setObjectName(name)
    button.setToolTip(tip)
    theme.set_icon(button, icon)
    return button
