"""The window: joins the tabs, the classifier, the menus and what is remembered; computes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QCloseEvent, QIcon
from PySide6.QtWidgets import QApplication, QMainWindow

from nn_trainer.data.dataset import Dataset
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.paths import resources_dir
from nn_trainer.ui.help.handbook import HelpMenu
from nn_trainer.ui.lesson.tab import LessonTab
from nn_trainer.ui.model.current_model import ClassifierHolder
from nn_trainer.ui.model.model_files import ModelFiles
from nn_trainer.ui.predict.tab import PredictTab
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.tab import TrainTab
from nn_trainer.ui.widgets.drops import ImageSource, is_image_file
from nn_trainer.ui.window.actions import Actions
from nn_trainer.ui.window.closing import CLOSE_MILLISECONDS, Ask, Closing, ask_about_unsaved
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.ui.window.tabs import Tabs
from nn_trainer.workers.threads import join_all

TRAIN, PREDICT, LESSON = range(3)  # the tabs
STILL_TRAINING = "The training ends after this iteration, which takes long. Close again then."


class MainWindow(QMainWindow):
    """`ask` puts the question about an unsaved classifier when the user closes the window."""

    def __init__(self, settings: WindowSettings, ask: Ask = ask_about_unsaved) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(QIcon(str(resources_dir() / "icons" / "nn-trainer.svg")))
        self._settings = settings
        self._dataset: Dataset | None = None  # that Predict was told of
        self.actions_ = actions = Actions(self)
        self.train_tab = TrainTab(settings)
        self.predict_tab = PredictTab()
        self.lesson_tab = LessonTab(settings)
        self.tabs = Tabs((actions.open_data, actions.sample), (actions.open_model, actions.save_model))
        self.message_bar = self.tabs.message_bar
        self.holder = ClassifierHolder(self)
        self.model_files = ModelFiles(self, self.holder, settings, self.message_bar)
        self.closing = Closing(self, self.holder, self.train_tab.session, self.save_model, ask)
        self.help_menu = HelpMenu(self)
        pages = (("Train", self.train_tab, 1), ("Predict", self.predict_tab, 2), ("Lesson", self.lesson_tab, 4))
        for index, (title, page, number) in enumerate(pages):
            action = actions.add_tab(self, title, index, number)
            self.tabs.add_page(title, page, action.toolTip())
        self.setCentralWidget(self.tabs)
        self._connect()
        self._connect_actions()
        self.resize(1280, 800)
        self._splitters = [self.train_tab.splitter, self.predict_tab.splitter, self.lesson_tab.splitter]
        settings.restore_geometry(self, self._splitters)
        self.train_tab.setFocus()  # Tab then goes to the first control of the page
        self._update()

    def _connect(self) -> None:
        train, predict, holder = self.train_tab, self.predict_tab, self.holder
        train.changed.connect(self._update)
        train.message.connect(self.message_bar.show_message)
        train.path_dropped.connect(self.open_path)
        train.images_dropped.connect(self.predict)
        predict.model_dropped.connect(self.open_path)
        train.classifier_ready.connect(holder.take_trained)
        train.training_ended.connect(holder.end_training)
        self.lesson_tab.message.connect(self.message_bar.show_message)
        self.lesson_tab.help_requested.connect(self.help_menu.show_page)
        predict.open_model_requested.connect(self.model_files.browse)
        predict.train_requested.connect(self._go_to_train)
        holder.changed.connect(self._on_classifier)
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
            self._go_to_train()
            self.train_tab.open_data(path)

    @Slot(object)
    def predict(self, sources: Sequence[ImageSource | Path]) -> None:
        """Go to Predict with these images and folders."""
        self._go_to_predict()
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
        self._go_to_train()
        self.train_tab.browse()

    @Slot()
    def _open_sample(self) -> None:
        self._go_to_train()
        self.train_tab.open_sample()

    @Slot()
    def _train(self) -> None:
        self._go_to_train()
        self.train_tab.train()

    @Slot()
    def _predict_files(self) -> None:
        self._go_to_predict()
        self.predict_tab.browse()

    @Slot()
    def _paste(self) -> None:
        self._go_to_predict()
        self.predict_tab.paste()

    @Slot()
    def _go_to_train(self) -> None:
        self.tabs.setCurrentIndex(TRAIN)

    @Slot()
    def _go_to_predict(self) -> None:
        self.tabs.setCurrentIndex(PREDICT)

    @Slot(QAction)
    def _on_tab_action(self, action: QAction) -> None:
        self.tabs.setCurrentIndex(action.data())

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self._settings.theme = action.data()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_theme(app, action.data())

    @Slot()
    def _show_help(self) -> None:
        pages = {TRAIN: "first-steps.md", PREDICT: "predicting.md", LESSON: self.lesson_tab.help_page}
        self.help_menu.show_page(pages[self.tabs.currentIndex()])

    # what is shown

    @Slot()
    def _on_classifier(self) -> None:
        holder = self.holder
        self.predict_tab.set_classifier(holder.classifier, holder.origin, in_training=holder.in_training)
        self._update()

    @Slot()
    def _update(self) -> None:
        """Bring title and actions up to date."""
        train, holder = self.train_tab, self.holder
        if train.dataset is not self._dataset:
            self._dataset = train.dataset
            self.predict_tab.set_dataset(train.dataset)
        self.predict_tab.set_training(train.epochs_under_way)
        self.lesson_tab.set_source(train.dataset, holder.classifier, holder.origin)
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
        if not self.train_tab.shutdown(CLOSE_MILLISECONDS):
            self.message_bar.show_message("warning", STILL_TRAINING)
            event.ignore()
            return
        self.predict_tab.shutdown()
        self.lesson_tab.shutdown()
        join_all(CLOSE_MILLISECONDS)
        self.help_menu.close()
        self._settings.keep_geometry(self, self._splitters)
        self._settings.save()
        super().closeEvent(event)
