"""The image cache in the menu: how large it is, clearing it after a question, and whether images are kept at all."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from nn_trainer.data.cache.cache_settings import read_settings, write_settings
from nn_trainer.data.cache.upkeep import cache_bytes, clear_cache
from nn_trainer.i18n import _
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.window.actions import Actions
from nn_trainer.wording import file_size


class CacheMenu(QObject):
    """The two entries on the image cache; `update` is for when their menu opens."""

    def __init__(self, window: QWidget, actions: Actions, message_bar: MessageBar) -> None:
        super().__init__(window)
        self._window, self._message_bar = window, message_bar
        self._clear, self._keep = actions.clear_cache, actions.keep_images
        self.dialog: QMessageBox | None = None
        actions.file_menu.aboutToShow.connect(self.update)
        self._clear.triggered.connect(self._ask)
        self._keep.triggered.connect(self._set_keep)

    @Slot()
    def update(self) -> None:
        """Say how large the cache is, and whether images are kept."""
        size = cache_bytes()
        text = _("Clear the image cac&he ({size})…") if size else _("Clear the image cac&he (empty)")
        self._clear.setText(text.format(size=file_size(size)))
        self._clear.setEnabled(size > 0)
        self._keep.setChecked(read_settings().keep)

    @Slot()
    def _ask(self) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            _("Clear the image cache"),
            _("Remove {size} of images that are kept so that a data set opens at once the next time?").format(
                size=file_size(cache_bytes())
            ),
            QMessageBox.StandardButton.Cancel,
            self._window,
        )
        box.setObjectName("clearCacheDialog")
        box.setInformativeText(
            _(
                "Your own images stay as they are, and so does what is open. "
                "Each data set is read from its folder again when it is opened the next time."
            )
        )
        box.addButton(_("&Clear"), QMessageBox.ButtonRole.AcceptRole)
        box.accepted.connect(self._clear_now)
        box.finished.connect(box.deleteLater)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.dialog = box
        box.open()

    @Slot()
    def _clear_now(self) -> None:
        freed = clear_cache()
        left = cache_bytes()
        if left:
            text = _(
                "The image cache is cleared, {freed}, but for {left} that another program has open. "
                "Close it and clear the cache again."
            )
        else:
            text = _("The image cache is cleared: {freed} are free again.")
        self._message_bar.show_message(
            "warning" if left else "info", text.format(freed=file_size(freed), left=file_size(left))
        )

    @Slot(bool)
    def _set_keep(self, keep: bool) -> None:
        try:
            write_settings(replace(read_settings(), keep=keep))
        except OSError as error:
            text = _("This cannot be remembered ({error}). Check the folder of the settings.")
            self._message_bar.show_message("error", text.format(error=error.strerror))
            return
        if not keep and cache_bytes():
            self._ask()
