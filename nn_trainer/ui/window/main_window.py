"""The window: joins the pages, the classifier, the menus and what is remembered; computes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QIcon, QSessionManager
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from nn_trainer.i18n import _
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.paths import resources_dir
from nn_trainer.ui.help.help_window import HelpMenu
from nn_trainer.ui.model.current_model import CurrentModel
from nn_trainer.ui.model.model_files import TRAINING, ModelFiles
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import ImageSource, is_image_file
from nn_trainer.ui.widgets.message_bar import Notice
from nn_trainer.ui.window.actions import Actions
from nn_trainer.ui.window.appearance import Appearance
from nn_trainer.ui.window.cache_menu import CacheMenu
from nn_trainer.ui.window.closing import Ask, Closing, ask_about_unsaved
from nn_trainer.ui.window.commands import Commands
from nn_trainer.ui.window.geometry import fit_to_screen, geometry_of
from nn_trainer.ui.window.page import Page, Situation
from nn_trainer.ui.window.pages import LESSON, PAGES, PREDICT, TRAIN, PageHost
from nn_trainer.ui.window.run_status_bar import RunStatusBar
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.ui.window.tabs import Tabs
from nn_trainer.ui.window.titles import described, rescued_text, window_title
from nn_trainer.workers.garbage import give_back_memory
from nn_trainer.workers.threads import join_all

if TYPE_CHECKING:
    from nn_trainer.ui.lesson.tab import LessonTab
    from nn_trainer.ui.predict.tab import PredictTab
    from nn_trainer.ui.train.tab import TrainTab

JOIN_MILLISECONDS = 10_000  # for what still runs to end, once the window is no longer seen
SET_ASIDE = "set-aside"  # the cause of a message


class MainWindow(QMainWindow):
    """`ask` puts the question about an unsaved classifier when the user closes the window."""

    def __init__(self, settings: WindowSettings, ask: Ask = ask_about_unsaved) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        theme.style_window(self)
        self.setWindowIcon(QIcon(str(resources_dir() / "icons" / "nn-trainer.svg")))
        self._settings = settings
        self._situation = Situation()
        self.actions_ = actions = Actions(self)
        self.tabs = Tabs((actions.open_data, actions.sample), (actions.open_model, actions.save_model))
        self.message_bar = self.tabs.message_bar
        self.current_model = CurrentModel(self)
        self.model_files = ModelFiles(self, self.current_model, settings, self.message_bar, self._stop)
        self.help_menu = HelpMenu(self)
        self.hosts = {row.key: PageHost(row, settings) for row in PAGES}
        for row in PAGES:
            host = self.hosts[row.key]
            host.made.connect(self._on_page_made)
            if not row.late:
                host.page()
            self.tabs.add_page(host, actions.add_page(row).toolTip())
        self.closing = Closing(
            self, self.current_model, self.train_tab.session, self.model_files, self.message_bar, ask
        )
        self.appearance = Appearance(self, actions, settings)
        self.run_status = RunStatusBar(self.train_tab.session, lambda: self.train_tab.run_bar.stats)
        self._lay_out()
        self._connect()
        self.commands = Commands(self, settings)
        self.cache_menu = CacheMenu(self, actions, self.message_bar)
        fit_to_screen(self, settings.geometry)
        self._tell_rescued()
        self.train_tab.setFocus()  # Tab then goes to the first control of the page
        self._update()

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.run_status)
        self.setCentralWidget(middle)

    # the pages

    @property
    def train_tab(self) -> TrainTab:
        """The page that trains."""
        return cast("TrainTab", self.hosts[TRAIN].page())

    @property
    def predict_tab(self) -> PredictTab:
        """The page that predicts."""
        return cast("PredictTab", self.hosts[PREDICT].page())

    @property
    def lesson_tab(self) -> LessonTab:
        """The page that explains; made now if nobody has looked at it yet."""
        return cast("LessonTab", self.hosts[LESSON].page())

    def pages(self) -> tuple[Page, ...]:
        """Those that were made, in the order of the tabs."""
        return tuple(page for host in self.hosts.values() if (page := host.made_page) is not None)

    @Slot(object)
    def _on_page_made(self, page: Page) -> None:
        page.message.connect(self.message_bar.show_message)
        page.notice.connect(self.message_bar.show_notice)
        page.path_requested.connect(self.open_path)
        page.images_requested.connect(self.predict)
        page.model_requested.connect(self.model_files.browse)
        page.page_requested.connect(self.go_to)
        page.help_requested.connect(self.help_menu.show_page)
        self._settings.restore_splitters(page.splitters)
        page.show_situation(self._situation)

    def _connect(self) -> None:
        train, model = self.train_tab, self.current_model
        train.changed.connect(self._update)
        train.classifier_ready.connect(self._on_trained)
        train.training_ended.connect(model.end_training)
        train.session.finished.connect(self._on_training_ended)
        model.changed.connect(self._update)
        self.appearance.text_size_changed.connect(self._update)
        self.run_status.stop_requested.connect(self._stop)
        self.tabs.currentChanged.connect(self._on_tab)
        self.model_files.opened.connect(self._go_to_predict)

    # what the user wants

    @Slot(str)
    def go_to(self, key: str) -> None:
        """Bring a page to the front."""
        self.tabs.setCurrentWidget(self.hosts[key])

    @Slot(object)
    def open_path(self, path: Path | str) -> None:
        """Open a folder as data set, a model file, or an image to predict; the word "sample" opens the sample."""
        if path == "sample":
            self.go_to(TRAIN)
            self.train_tab.open_sample()
            return
        path = Path(path)
        if path.suffix.lower() == SUFFIX:
            self.model_files.open(path)
        elif is_image_file(path):
            self.predict([ImageSource.from_file(path)])
        else:
            self.go_to(TRAIN)
            self.train_tab.open_data(path)

    @Slot(object)
    def predict(self, sources: Sequence[ImageSource | Path]) -> None:
        """Go to Predict with these images and folders."""
        self.go_to(PREDICT)
        self.predict_tab.add_sources(sources)

    @Slot()
    def save_model(self) -> bool:
        """Ask for a file and save the classifier to it; False if there is none or the user does not want to."""
        return self.model_files.save()

    @Slot()
    def _stop(self) -> None:
        self.train_tab.stop()

    @Slot()
    def _go_to_predict(self) -> None:
        self.go_to(PREDICT)

    @Slot()
    def _on_tab(self) -> None:
        self.run_status.set_wanted(self.tabs.host is not self.hosts[TRAIN])

    # what is shown

    @Slot()
    def _update(self) -> None:
        """Bring pages, title and actions up to date."""
        train, model = self.train_tab, self.current_model
        phase = train.session.state
        model.set_locked(phase.locks_data)
        self._situation = Situation(
            train.dataset, model.classifier, model.origin, model.in_training, phase, train.epochs_under_way
        )
        for page in self.pages():
            page.show_situation(self._situation)
        self.actions_.unsaved.show_entries([(described(held), held) for held in reversed(model.set_aside)])
        self.commands.list_recent()
        self.actions_.enable(phase, can_train=not train.why_not_ready(), has_data=train.dataset is not None)
        self.actions_.show_classifier(there=model.classifier is not None, unsaved=model.unsaved)
        self.setWindowTitle(window_title(train.dataset.name if train.dataset is not None else "", model.held))
        self.setWindowModified(model.unsaved)

    @Slot(object)
    def _on_trained(self, classifier: Classifier) -> None:
        dataset = self.train_tab.dataset
        self.current_model.take_trained(classifier, dataset.name if dataset is not None else "")

    @Slot()
    def _on_training_ended(self) -> None:
        """What was said of the training is no longer true; say once that an earlier classifier is not saved."""
        self.message_bar.withdraw(TRAINING)
        give_back_memory()
        model = self.current_model
        if model.unsaved and model.set_aside and not self.message_bar.text:
            text = _("The classifier that was trained before is not saved; it is kept until you close the program.")
            self.message_bar.show_notice(Notice("info", text, _("&Go back to it"), model.take_back, SET_ASIDE))

    # when nobody can be asked

    @Slot()
    def keep_for_next_start(self) -> None:
        """Save what is not saved to a place of the program's own, which the next start tells of."""
        paths = self.closing.rescue_all()
        if paths:
            self._settings.rescued = paths
            self._settings.save()

    @Slot(QSessionManager)
    def on_log_out(self, _manager: QSessionManager) -> None:
        """The session ends: windows are then closed without an event that could ask."""
        self.keep_for_next_start()

    def _tell_rescued(self) -> None:
        if paths := self._settings.rescued:
            notice = Notice("warning", rescued_text(paths), _("&Open it"), lambda: self.model_files.open(paths[-1]))
            self.message_bar.show_notice(notice)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if it is the user who closes; then end all work, join its threads and remember the sizes."""
        if event.spontaneous() and self.closing.must_ask():
            event.ignore()
            self.closing.close_window()
            return
        if not self.closing.is_ready():
            event.ignore()
            return
        self._settings.geometry = geometry_of(self)
        self.help_menu.close()
        self.hide()
        for page in self.pages():
            page.shutdown()
        self.current_model.shutdown()
        join_all(JOIN_MILLISECONDS)
        for page in self.pages():
            self._settings.keep_splitters(page.splitters)
        self._settings.save()
        super().closeEvent(event)
