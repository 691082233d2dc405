"""What becomes of a drag over the Train tab."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from nn_trainer.data.archives.archive_kinds import has_archive_name
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.widgets.drops import DragKind, Offer, sources_in
from nn_trainer.ui.widgets.page_drops import PageDrops
from nn_trainer.wording import number


class TrainDrops(QObject):
    """Takes a folder, a model file or images dropped anywhere on the tab."""

    path_dropped = Signal(object)  # Path of a folder or a model file
    images_dropped = Signal(object)  # list of ImageSource and Path

    def __init__(self, tab: QWidget) -> None:
        super().__init__(tab)
        self.locked = False  # while a training uses the data set
        self._drops = PageDrops(tab, self.answer)
        self.hint = self._drops.hint
        self._drops.dropped.connect(self._on_dropped)

    def answer(self, offer: Offer) -> tuple[bool, str]:
        """Whether what hovers over the tab would be taken, and what is said about it."""
        if offer.kind is DragKind.NOTHING:
            return False, offer.why
        if offer.kind is DragKind.FOLDERS and any(has_archive_name(path.name) for path in offer.paths):
            text = _("These are {n} folders or archives. Drop one of them, or a folder that holds the class folders.")
            return False, text.format(n=number(offer.folders))
        if offer.kind is DragKind.FOLDERS:
            text = ngettext(
                "This is {n} folder.", "These are {n} folders. Drop the one folder that holds them.", offer.folders
            )
            return False, text.format(n=number(offer.folders))
        if offer.kind is DragKind.IMAGES:
            if offer.folders:
                return False, _("Drop one folder that holds one folder of images for each class, or images to predict.")
            return True, _("Release to predict")
        if self.locked:
            return False, _("A training is running. Stop it before you open something else.")
        if offer.kind is DragKind.MODEL:
            return True, _("Release to open the model {name}").format(name=offer.name)
        return True, _("Release to open {name}").format(name=offer.name)

    @Slot(object, object)
    def _on_dropped(self, offer: Offer, mime: QMimeData) -> None:
        if offer.kind is DragKind.IMAGES:
            self.images_dropped.emit(sources_in(mime, offer))
        else:
            self.path_dropped.emit(offer.paths[0])
