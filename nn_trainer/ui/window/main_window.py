"""The window: joins the pages, the classifier, the menus and what is remembered; computes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow

from nn_trainer.models.model_file import SUFFIX
from nn_trainer.paths import resources_dir
from nn_trainer.ui.help.handbook import HelpMenu
from nn_trainer.ui.model.current_model import ClassifierHolder
from nn_trainer.ui.model.model_files import ModelFiles
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.drops import ImageSource, is_image_file
from nn_trainer.ui.window.actions import Actions
from nn_trainer.ui.window.closing import CLOSE_MILLISECONDS, Ask, Closing, ask_about_unsaved
from nn_trainer.ui.window.page import Page, Situation
from nn_trainer.ui.window.pages import LESSON, PAGES, PREDICT, TRAIN, PageHost
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.ui.window.tabs import Tabs
from nn_trainer.workers.threads import join_all

if TYPE_CHECKING:
    from nn_trainer.ui.lesson.tab import LessonTab
    from nn_trainer.ui.predict.tab import PredictTab
    from nn_trainer.ui.train.tab import TrainTab

STILL_TRAINING = "The training ends after this iteration, which takes long. Close again then."


class MainWindow(QMainWindow):
    """`ask` puts the question about an unsaved classifier when the user closes the window."""

    def __init__(self, settings: WindowSettings, ask: Ask = ask_about_unsaved) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(QIcon(str(resources_dir() / "icons" / "nn-trainer.svg")))
        self._settings = settings
        self._situation = Situation()
        self.actions_ = actions = Actions(self)
        self.tabs = Tabs((actions.open_data, actions.sample), (actions.open_model, actions.save_model))
        self.message_bar = self.tabs.message_bar
        self.holder = ClassifierHolder(self)
        self.model_files = ModelFiles(self, self.holder, settings, self.message_bar)
        self.help_menu = HelpMenu(self)
        self.hosts = {row.key: PageHost(row, settings) for row in PAGES}
        for row in PAGES:
            host = self.hosts[row.key]
            host.made.connect(self._on_page_made)
            if not row.late:
                host.page()
            self.tabs.add_page(host, actions.add_page(self, row).toolTip())
        self.closing = Closing(self, self.holder, self.train_tab.session, self.save_model, ask)
        self.setCentralWidget(self.tabs)
        self._connect()
        self._connect_actions()
        self.resize(1280, 800)
        settings.restore_geometry(self)
        self.train_tab.setFocus()  # Tab then goes to the first control of the page
        self._update()

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
        train, holder = self.train_tab, self.holder
        train.changed.connect(self._update)
        train.classifier_ready.connect(holder.take_trained)
        train.training_ended.connect(holder.end_training)
        holder.changed.connect(self._update)
        self.model_files.opened.connect(self._go_to_predict)

    def _connect_actions(self) -> None:
        actions = self.actions_
        actions.open_data.triggered.connect(self._browse_data)
        actions.sample.triggered.connect(self._open_sample)
        actions.open_model.triggered.connect(self.model_files.browse)
        actions.save_model.triggered.connect(self.save_model)
        actions.predict_files.triggered.connect(self._predict_files)
        actions.paste.triggered.connect(self._paste)
        actions.quit.triggered.connect(self.closing.close_window)
        actions.train.triggered.connect(self._train)
        actions.stop.triggered.connect(self.train_tab.stop)
        actions.handbook.triggered.connect(self._show_help)
        actions.show_log.triggered.connect(self.help_menu.show_log)
        actions.about.triggered.connect(self.help_menu.show_about)
        actions.tabs.triggered.connect(self._on_tab_action)
        actions.themes.triggered.connect(self._on_theme)
        actions.check_theme(self._settings.theme)

    # what the user wants

    @Slot(str)
    def go_to(self, key: str) -> None:
        """Bring a page to the front."""
        self.tabs.setCurrentWidget(self.hosts[key])

    @Slot(object)
    def open_path(self, path: Path | str) -> None:
        """Open a folder as data set, a model file, or an image to predict; the word "sample" opens the sample."""
        if path == "sample":
            self._open_sample()
            return
        path = Path(path)
        if path.suffix.lower() == SUFFIX:
            self._open_model(path)
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

    def _open_model(self, path: Path) -> None:
        if self.actions_.open_model.isEnabled():
            self.model_files.open(path)
        else:
            self.message_bar.show_message("warning", "A training is running. Stop it before you open a model.")

    @Slot()
    def save_model(self) -> bool:
        """Ask for a file and save the classifier to it; False if there is none or the user does not want to."""
        dataset = self.train_tab.dataset
        return self.holder.classifier is not None and self.model_files.save(dataset.name if dataset else "classifier")

    @Slot()
    def _browse_data(self) -> None:
        self.go_to(TRAIN)
        self.train_tab.browse()

    @Slot()
    def _open_sample(self) -> None:
        self.go_to(TRAIN)
        self.train_tab.open_sample()

    @Slot()
    def _train(self) -> None:
        self.go_to(TRAIN)
        self.train_tab.train()

    @Slot()
    def _predict_files(self) -> None:
        self.go_to(PREDICT)
        self.predict_tab.browse()

    @Slot()
    def _paste(self) -> None:
        """Give what is on the clipboard to the page in front, or to Predict where that has no use for it."""
        if not self.tabs.host.page().paste():
            self.go_to(PREDICT)
            self.predict_tab.paste()

    @Slot()
    def _go_to_predict(self) -> None:
        self.go_to(PREDICT)

    @Slot(QAction)
    def _on_tab_action(self, action: QAction) -> None:
        self.go_to(action.data())

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self._settings.theme = action.data()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_theme(app, action.data())

    @Slot()
    def _show_help(self) -> None:
        self.help_menu.show_page(self.tabs.host.page().help_page)

    # what is shown

    @Slot()
    def _update(self) -> None:
        """Bring pages, title and actions up to date."""
        train, holder = self.train_tab, self.holder
        self._situation = Situation(
            train.dataset,
            holder.classifier,
            holder.origin,
            holder.in_training,
            train.session.state,
            train.epochs_under_way,
        )
        for page in self.pages():
            page.show_situation(self._situation)
        self.actions_.enable(train.session.state, can_train=not train.why_not_ready())
        self.actions_.show_classifier(there=holder.classifier is not None, unsaved=holder.unsaved)
        title = " · ".join(filter(None, (train.dataset.name if train.dataset else "", holder.origin)))
        self.setWindowTitle(f"{title}[*] — NN Trainer" if title else "NN Trainer")
        self.setWindowModified(holder.unsaved)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if it is the user who closes; then end all work, join its threads and remember the sizes."""
        if event.spontaneous() and self.closing.must_ask():
            event.ignore()
            self.closing.close_window()
            return
        if not self.train_tab.session.shutdown(CLOSE_MILLISECONDS):
            self.message_bar.show_message("warning", STILL_TRAINING)
            event.ignore()
            return
        for page in self.pages():
            page.shutdown()
        join_all(CLOSE_MILLISECONDS)
        self.help_menu.close()
        self._settings.keep_geometry(self)
        for page in self.pages():
            self._settings.keep_splitters(page.splitters)
        self._settings.save()
        super().closeEvent(event)
