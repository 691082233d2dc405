"""What each action of the menus and of the toolbar does: it goes to the page whose matter it is, and has it done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nn_trainer.file_names import display_path
from nn_trainer.ui.window.pages import PREDICT, TRAIN
from nn_trainer.ui.window.settings import WindowSettings

if TYPE_CHECKING:
    from nn_trainer.ui.window.main_window import MainWindow


class Commands(QObject):
    """Connects the actions of a window; those of the menu View that change its looks are with `Appearance`."""

    def __init__(self, window: MainWindow, settings: WindowSettings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        actions = window.actions_
        actions.open_data.triggered.connect(self._browse_data)
        actions.open_archive.triggered.connect(self._browse_archive)
        actions.sample.triggered.connect(self._open_sample)
        actions.open_model.triggered.connect(window.model_files.browse)
        actions.save_model.triggered.connect(window.save_model)
        actions.predict_files.triggered.connect(self._predict_files)
        actions.paste.triggered.connect(self._paste)
        actions.quit.triggered.connect(window.closing.close_window)
        actions.train.triggered.connect(self._train)
        actions.stop.triggered.connect(window.train_tab.stop)
        actions.reload.triggered.connect(window.train_tab.reload)
        actions.show_folder.triggered.connect(window.train_tab.show_folder)
        actions.recent.chosen.connect(self._open_recent)
        actions.recent.aboutToShow.connect(self.list_recent)
        actions.unsaved.chosen.connect(window.current_model.take_back)
        actions.handbook.triggered.connect(self._show_help)
        actions.show_log.triggered.connect(window.help_menu.show_log)
        actions.about.triggered.connect(window.help_menu.show_about)
        actions.tabs.triggered.connect(self._go_to_page)

    @Slot()
    def list_recent(self) -> None:
        """Write the data sets that were opened last into their menu."""
        entries = [(display_path(folder), folder) for folder in self._settings.recent]
        self._window.actions_.recent.show_entries(entries)

    @Slot()
    def _browse_data(self) -> None:
        self._window.go_to(TRAIN)
        self._window.train_tab.browse()

    @Slot()
    def _browse_archive(self) -> None:
        self._window.go_to(TRAIN)
        self._window.train_tab.browse_archive()

    @Slot()
    def _open_sample(self) -> None:
        self._window.open_path("sample")

    @Slot(object)
    def _open_recent(self, folder: Path) -> None:
        self._window.go_to(TRAIN)
        self._window.train_tab.open_data(folder)

    @Slot()
    def _train(self) -> None:
        self._window.go_to(TRAIN)
        self._window.train_tab.train()

    @Slot()
    def _predict_files(self) -> None:
        self._window.go_to(PREDICT)
        self._window.predict_tab.browse()

    @Slot()
    def _paste(self) -> None:
        """Give what is on the clipboard to the page in front, or to Predict where that has no use for it."""
        if not self._window.tabs.host.page().paste():
            self._window.go_to(PREDICT)
            self._window.predict_tab.paste()

    @Slot(QAction)
    def _go_to_page(self, action: QAction) -> None:
        self._window.go_to(action.data())

    @Slot()
    def _show_help(self) -> None:
        self._window.help_menu.show_page(self._window.tabs.host.page().help_page)
