"""The buttons that take images: browse for files, for a folder, or paste."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from nn_trainer.data.filetypes import image_extensions
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.ui.widgets.flow import FlowLayout


def image_filter() -> str:
    """What a file dialog shows: every ending that is read, in small and capital letters."""
    endings = " ".join(f"*{ending} *{ending.upper()}" for ending in sorted(image_extensions()))
    return _("Images ({endings});;All files (*)").format(endings=endings)


class SourceButtons(QWidget):
    """Asks for files and folders; `sources_added` carries a list of ImageSource and of folders (Path)."""

    sources_added = Signal(object)
    paste_requested = Signal()
    test_image_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data_folder = ""  # where a dialog begins until one has ended somewhere
        self._folder = ""  # where a dialog ended last
        browse = _button(_("&Browse…"), "browseButton", "image", _("Choose image files"))
        folder = _button(_("Fol&der…"), "folderButton", "folder", _("Choose a folder; every image in it is predicted"))
        paste = _button(_("&Paste"), "pasteButton", "paste", _("Take the image on the clipboard (Ctrl+V)"))
        self._test_image = _button(
            _("Try a test &image"),
            "testImageButton",
            "sample",
            _("Take an image of the data set that training never saw, another each time"),
        )
        self._test_image.clicked.connect(self.test_image_requested)
        self._test_image.hide()
        browse.clicked.connect(self.browse)
        folder.clicked.connect(self.browse_folder)
        paste.clicked.connect(self.paste_requested)
        row = FlowLayout(self, across=2 * theme.SPACE, down=2 * theme.SPACE, centered=True)
        for button in (self._test_image, browse, folder, paste):
            row.addWidget(button)

    def offer_test_image(self, there: bool) -> None:
        """Show or hide the button for test images of the data set."""
        self._test_image.setVisible(there)

    @Slot()
    def browse(self) -> None:
        """Ask for image files."""
        begin = self._folder or self.data_folder
        names, _filter = QFileDialog.getOpenFileNames(self, _("Choose images"), begin, image_filter())
        if names:
            self._folder = str(Path(names[0]).parent)
            self.sources_added.emit([ImageSource.from_file(Path(name)) for name in names])

    @Slot()
    def browse_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, _("Choose a folder of images"), self._folder or self.data_folder)
        if name:
            self._folder = name
            self.sources_added.emit([Path(name)])


def _button(label: str, name: str, icon: str, tip: str) -> QPushButton:
    button = QPushButton(label)
    button.setObjectName(name)
    button.setToolTip(tip)
    theme.set_icon(button, icon)
    return button
