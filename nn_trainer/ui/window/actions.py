"""Every action of the window: label, shortcut, icon, tooltip, menu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.theme.theme import ThemeMode
from nn_trainer.ui.widgets.text_labels import set_tooltip
from nn_trainer.ui.window.pages import PageRow
from nn_trainer.workers.training_worker import Phase

_THEMES: tuple[tuple[ThemeMode, str, str], ...] = (
    ("system", _("Follow the s&ystem"), _("Colours that follow the system")),
    ("light", _("&Light"), _("Light colours")),
    ("dark", _("&Dark"), _("Dark colours")),
)


class ListMenu(QMenu):
    """A menu of things, such as folders; `chosen` carries the one that was chosen."""

    chosen = Signal(object)

    def __init__(self, title: str, name: str, tip: str, window: QMainWindow) -> None:
        super().__init__(title, window)  # whose style sheet its tips take
        self.setObjectName(name)
        self.setToolTipsVisible(True)
        self.menuAction().setToolTip(tip)
        self.menuAction().setEnabled(False)
        self.triggered.connect(self._on_triggered)

    def show_entries(self, entries: Sequence[tuple[str, object]]) -> None:
        """List things with what is written for each; an empty menu cannot be opened."""
        self.clear()
        for text, thing in entries:
            action = self.addAction(text.replace("&", "&&"))
            action.setData(thing)
            set_tooltip(action, text)
        self.menuAction().setEnabled(bool(entries))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


class Actions:
    """Makes the actions and puts them into the menu bar; the window connects them by name."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        make = partial(_make, window)
        tip = _("Open a folder with one folder of images for each class")
        self.open_data = make("openData", _("&Open data…"), tip, "Ctrl+O", "open-data")  # not shown
        tip = _("Open a zip or tar archive of such a folder as it is, without unpacking it")
        self.open_archive = make("openArchive", _("Open archi&ve…"), tip, "Ctrl+Shift+O")  # not shown
        tip = _("Open the data set that ships with the program")
        self.sample = make("sample", _("Try the samp&le"), tip, "Ctrl+Shift+D", "sample")  # not shown
        tip = _("Read the data set again, with what has changed in its folder")
        self.reload = make("reloadData", _("&Reload data"), tip, "F5")
        tip = _("Show the folder of the data set in the file manager")
        self.show_folder = make("showFolder", _("Show in &file manager"), tip)
        tip = _("Remove the images that are kept so that a data set opens at once the next time")
        self.clear_cache = make("clearCache", _("Clear the image cac&he…"), tip)
        tip = _("Keep the images of data sets in the image cache, so that a data set opens at once the next time")
        self.keep_images = make("keepImages", _("&Keep images for the next time"), tip)
        self.keep_images.setCheckable(True)
        tip = _("Open a classifier that was saved before")
        self.open_model = make("openModel", _("Open &model…"), tip, "Ctrl+M", "open-model")  # not shown
        tip = _("Save the classifier to a file")
        self.save_model = make("saveModel", _("&Save model…"), tip, "Ctrl+S", "save")  # not shown
        tip = _("Choose image files and predict them")
        self.predict_files = make("predictFiles", _("&Predict images…"), tip, "Ctrl+I", "image")  # not shown
        tip = _("Take the image on the clipboard")
        self.paste = make("paste", _("P&aste image"), tip, "Ctrl+V", "paste")  # not shown
        self.quit = make("quit", _("&Quit"), _("Close the window"), "Ctrl+Q")  # not shown
        self.train = make("train", _("&Train"), _("Train a classifier on the data set"), "Ctrl+R", "train")  # not shown
        tip = _("End after this iteration and keep what was learned")
        self.stop = make("stop", _("&Stop"), tip, "Ctrl+.", "stop")  # not shown
        self.full_screen = make("fullScreen", _("F&ull screen"), _("Fill the whole screen, or leave it again"), "F11")
        self.full_screen.setCheckable(True)
        tip = _("Write everything in the program larger")
        self.larger = make("largerText", _("Lar&ger text"), tip, "Ctrl+Alt++")  # not shown
        tip = _("Write everything in the program smaller")
        self.smaller = make("smallerText", _("S&maller text"), tip, "Ctrl+Alt+-")  # not shown
        tip = _("Write everything as large as the system does")
        self.normal = make("normalText", _("&Normal text"), tip, "Ctrl+Alt+0")  # not shown
        self.handbook = make("handbook", _("&Handbook"), _("How to use the program"), "F1", "help")
        self.show_log = make("showLog", _("Show the &log folder"), _("Open the folder with the log of the program"))
        self.about = make("about", _("&About NN Trainer"), _("Version and licence"))
        tip = _("Data sets that were opened last")
        self.recent = ListMenu(_("R&ecent data"), "recentMenu", tip, window)
        tip = _("Classifiers that were trained before and are not saved: go back to one")
        self.unsaved = ListMenu(_("&Unsaved classifiers"), "unsavedMenu", tip, window)
        self.themes = QActionGroup(window)
        self.tabs = QActionGroup(window)
        self.tabs.setExclusive(False)
        self._fill_menus()

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        self.file_menu = file = bar.addMenu(_("&File"))
        file.addActions(
            [self.open_data, self.open_archive, self.recent.menuAction(), self.sample, self.reload, self.show_folder]
        )
        file.addSeparator()
        file.addActions([self.open_model, self.save_model, self.unsaved.menuAction()])
        file.addSeparator()
        file.addActions([self.predict_files, self.paste])
        file.addSeparator()
        file.addActions([self.keep_images, self.clear_cache])
        file.addSeparator()
        file.addAction(self.quit)
        bar.addMenu(_("T&raining")).addActions([self.train, self.stop])
        self._view = bar.addMenu(_("&View"))
        self._view_end = self._view.addSeparator()  # the pages come before it
        self._view.addActions([self.larger, self.smaller, self.normal])
        self._view.addSeparator()
        for mode, label, tip in _THEMES:
            action = _make(self._window, f"theme{mode.capitalize()}", label, tip)
            action.setCheckable(True)
            action.setData(mode)
            self.themes.addAction(action)
            self._view.addAction(action)
        self._view.addSeparator()
        self._view.addAction(self.full_screen)
        self._help = bar.addMenu(_("&Help"))
        self._help.addAction(self.handbook)
        self._help.addSeparator()
        self._help.addActions([self.show_log, self.about])

    def add_page(self, row: PageRow) -> QAction:
        """An action that goes to a page; its data is the key of the page."""
        keys = f"Ctrl+{row.number}"  # not shown: Qt shows it in the language of the person
        action = _make(self._window, f"tab{row.key.capitalize()}", row.title, row.tip, keys)
        action.setData(row.key)
        self.tabs.addAction(action)
        self._view.insertAction(self._view_end, action)
        return action

    def enable(self, phase: Phase, *, can_train: bool, has_data: bool) -> None:
        """Offer what can be done in this phase of the training."""
        self.train.setEnabled(can_train)
        self.stop.setEnabled(phase.can_stop)
        free = not phase.locks_data
        for action in (self.open_data, self.open_archive, self.sample, self.open_model):
            action.setEnabled(free)
        self.reload.setEnabled(free and has_data)
        self.show_folder.setEnabled(has_data)
        for menu in (self.recent, self.unsaved):
            menu.menuAction().setEnabled(free and not menu.isEmpty())

    def show_classifier(self, *, there: bool, unsaved: bool) -> None:
        """Offer to save a classifier, with a mark while it is not saved."""
        self.save_model.setEnabled(there)
        theme.set_icon(self.save_model, "save-unsaved" if unsaved else "save")

    def check_theme(self, mode: ThemeMode) -> None:
        """Show which colours are chosen."""
        for action in self.themes.actions():
            action.setChecked(action.data() == mode)


def _make(window: QMainWindow, name: str, label: str, tip: str, shortcut: str = "", icon: str = "") -> QAction:
    action = QAction(label, window)
    action.setObjectName(f"{name}Action")
    if shortcut:
        keys = QKeySequence(shortcut)
        action.setShortcut(keys)
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
        tip = _("{what} ({shortcut})").format(what=tip, shortcut=shown)
    action.setToolTip(tip)
    if icon:
        theme.set_icon(action, icon)
    window.addAction(action)
    return action
