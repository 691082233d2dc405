"""The window: joins the tabs, the classifier, the menus and what is remembered; computes nothing itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import nn_trainer
from nn_trainer.data.problems import display_path
from nn_trainer.errors import NNTrainerError
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.paths import log_dir, resources_dir
from nn_trainer.ui import theme
from nn_trainer.ui.actions import Actions
from nn_trainer.ui.classifier_holder import ClassifierHolder
from nn_trainer.ui.help_window import HelpWindow
from nn_trainer.ui.predict.predict_tab import PredictTab
from nn_trainer.ui.predict.sources import ImageSource, is_image_file
from nn_trainer.ui.train_tab import TrainTab
from nn_trainer.ui.unsaved import Answer, Ask, ask_about_unsaved
from nn_trainer.ui.widgets.message_bar import MessageBar
from nn_trainer.ui.window_settings import WindowSettings
from nn_trainer.workers.threads import join_all

MODEL_FILTER = f"Models (*{SUFFIX});;All files (*)"
CLOSE_MILLISECONDS = 10_000


class MainWindow(QMainWindow):
    """`ask` puts the question about an unsaved classifier when the user closes the window."""

    def __init__(self, settings: WindowSettings, ask: Ask = ask_about_unsaved) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowIcon(QIcon(str(resources_dir() / "icons" / "nn-trainer.svg")))
        self._settings = settings
        self._ask = ask
        self._answered = False  # the question about an unsaved classifier
        self._closing = False
        self._help: HelpWindow | None = None
        self.actions_ = Actions(self)
        self.message_bar = MessageBar()
        self.train_tab = TrainTab(settings)
        self.predict_tab = PredictTab()
        self.holder = ClassifierHolder(self)
        self.tabs = QTabWidget()
        self._build()
        self._connect()
        self._connect_actions()
        self.resize(1280, 800)
        settings.restore_geometry(self, self._splitters())
        self._update()

    def _splitters(self) -> list[QSplitter]:
        return [self.train_tab.splitter, self.predict_tab.splitter]

    def _build(self) -> None:
        self.tabs.setObjectName("tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setAccessibleName("Tabs")
        pages: tuple[tuple[str, QWidget], ...] = (("Train", self.train_tab), ("Predict", self.predict_tab))
        for number, (title, page) in enumerate(pages, 1):
            host = QWidget()
            layout = QVBoxLayout(host)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
            layout.addWidget(page, 1)
            self.tabs.addTab(host, title)
            action = self.actions_.add_tab(self, title, number)
            action.setData(number - 1)
            self.tabs.setTabToolTip(number - 1, action.toolTip())
        actions = self.actions_
        self.tabs.setCornerWidget(self._bar(actions.open_data, actions.sample), Qt.Corner.TopLeftCorner)
        self.tabs.setCornerWidget(self._bar(actions.open_model, actions.save_model), Qt.Corner.TopRightCorner)
        self.setCentralWidget(self.tabs)
        self._place_message_bar()

    def _bar(self, *actions: QAction) -> QWidget:
        bar = QWidget()
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, theme.SPACE)  # level with the tabs
        layout.setSpacing(theme.SPACE)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
            layout.addWidget(button)
        return bar

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._place_message_bar)
        train, predict, holder = self.train_tab, self.predict_tab, self.holder
        train.changed.connect(self._update)
        train.message.connect(self._on_message)
        train.path_dropped.connect(self.open_path)
        train.classifier_ready.connect(holder.take_trained)
        train.training_ended.connect(holder.end_training)
        predict.open_model_requested.connect(self.browse_model)
        predict.train_requested.connect(self._go_to_train)
        holder.changed.connect(self._on_classifier)
        holder.opened.connect(self._on_opened)
        holder.saved.connect(self._on_saved)
        holder.failed.connect(self._on_model_failed)

    def _connect_actions(self) -> None:
        actions = self.actions_
        actions.open_data.triggered.connect(self._browse_data)
        actions.sample.triggered.connect(self._open_sample)
        actions.open_model.triggered.connect(self.browse_model)
        actions.save_model.triggered.connect(self.save_model)
        actions.predict_files.triggered.connect(self._predict_files)
        actions.paste.triggered.connect(self._paste)
        actions.quit.triggered.connect(self.ask_and_close)
        actions.train.triggered.connect(self._train)
        actions.stop.triggered.connect(self.train_tab.stop)
        actions.handbook.triggered.connect(self._show_help)
        actions.show_log.triggered.connect(self._show_log)
        actions.about.triggered.connect(self._show_about)
        actions.tabs.triggered.connect(self._on_tab_action)
        actions.themes.triggered.connect(self._on_theme)
        for action in actions.themes.actions():
            action.setChecked(action.data() == self._settings.theme)

    # what is opened

    @Slot(object)
    def open_path(self, path: Path | str) -> None:
        """Open a folder as data set, a model file, or an image to predict; the word "sample" opens the sample."""
        if path == "sample":
            self._open_sample()
            return
        path = Path(path)
        if path.suffix.lower() == SUFFIX:
            self.open_model(path)
        elif path.is_file() and is_image_file(path):
            self.tabs.setCurrentIndex(1)
            self.predict_tab.add_sources([ImageSource.of_file(path)])
        else:
            self.tabs.setCurrentIndex(0)
            self.train_tab.open_data(path)

    @Slot()
    def _browse_data(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.train_tab.browse()

    @Slot()
    def _open_sample(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.train_tab.open_sample()

    @Slot()
    def _train(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.train_tab.train()

    @Slot()
    def _go_to_train(self) -> None:
        self.tabs.setCurrentIndex(0)

    @Slot()
    def _predict_files(self) -> None:
        self.tabs.setCurrentIndex(1)
        self.predict_tab.drop_area.browse()

    @Slot()
    def _paste(self) -> None:
        self.tabs.setCurrentIndex(1)
        self.predict_tab.paste()

    # the classifier

    @Slot()
    def browse_model(self) -> None:
        """Ask for a model file and open it."""
        name, _ = QFileDialog.getOpenFileName(self, "Open a model", self._settings.folder("model"), MODEL_FILTER)
        if name:
            self.open_model(Path(name))

    def open_model(self, path: Path) -> None:
        """Open a model file in the background."""
        if not self.actions_.open_model.isEnabled():
            self.message_bar.show_message("warning", "A training is running. Stop it before you open a model.")
            return
        self.message_bar.clear()
        self.holder.open(path)

    @Slot()
    def save_model(self) -> None:
        """Ask for a file and save the classifier to it."""
        if self.holder.classifier is None:
            return
        dataset = self.train_tab.dataset
        folder = Path(self._settings.folder("model") or Path.home())
        suggested = folder / f"{dataset.name if dataset else 'classifier'}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self, "Save the model", str(suggested), MODEL_FILTER)
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
            if path.exists() and not self._may_replace(path):
                return
        self.holder.save(path)

    def _may_replace(self, path: Path) -> bool:
        text = f"{display_path(path.name)} is there already. Replace it?"
        return QMessageBox.question(self, "Save the model", text) == QMessageBox.StandardButton.Yes

    @Slot()
    def _on_classifier(self) -> None:
        holder = self.holder
        self.predict_tab.set_classifier(holder.classifier, holder.origin, in_training=holder.in_training)
        self._update()

    @Slot(object)
    def _on_opened(self, path: Path) -> None:
        self._settings.set_folder("model", path.parent)
        self.tabs.setCurrentIndex(1)
        if self.holder.replaced is not None:
            self.message_bar.show_message(
                "warning",
                f"{display_path(path.name)} is open. The classifier that was trained before it is not saved.",
                "Go back to it",
                self.holder.take_back,
            )

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._settings.set_folder("model", path.parent)
        self.message_bar.show_message("info", f"The model is saved as {display_path(path)}.")
        if self._closing:
            self.close()

    @Slot(object)
    def _on_model_failed(self, error: Exception) -> None:
        self._closing = self._answered = False
        expected = isinstance(error, NNTrainerError)
        self.message_bar.show_error(str(error) if expected else f"The model file failed: {error}. See the log.")

    # what is shown

    @Slot()
    def _place_message_bar(self) -> None:
        """Keep the bar under the toolbar, at the top of the page that is shown."""
        layout = self.tabs.currentWidget().layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self.message_bar)

    @Slot(str, str)
    def _on_message(self, kind: str, text: str) -> None:
        if not text:
            self.message_bar.clear()
        elif kind == "error":
            self.message_bar.show_error(text)
        else:
            self.message_bar.show_message("warning" if kind == "warning" else "info", text)

    @Slot()
    def _update(self) -> None:
        """Bring title and actions up to date."""
        train, actions = self.train_tab, self.actions_
        state = train.session.state
        idle = state == "idle"
        actions.train.setEnabled(not train.missing())
        actions.stop.setEnabled(state in ("preparing", "running"))
        actions.open_data.setEnabled(idle)
        actions.sample.setEnabled(idle)
        actions.open_model.setEnabled(idle)
        actions.save_model.setEnabled(self.holder.classifier is not None)
        names = [train.dataset.name if train.dataset else "", self.holder.origin]
        title = " · ".join(name for name in names if name)
        self.setWindowTitle(f"{title}[*] — NN Trainer" if title else "NN Trainer")
        self.setWindowModified(self.holder.unsaved)

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
        if self._help is None:
            self._help = HelpWindow(self)
        self._help.show_page("predicting.md" if self.tabs.currentIndex() == 1 else "first-steps.md")

    @Slot()
    def _show_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir())))

    @Slot()
    def _show_about(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About NN Trainer", f"NN Trainer {nn_trainer.__version__}")
        box.setParent(self, Qt.WindowType.Dialog)
        box.setInformativeText(
            "Trains an image classifier on your own pictures, on your own computer, offline.\n\nMIT licence."
        )
        box.setIconPixmap(self.windowIcon().pixmap(64, 64))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # the end

    @Slot()
    def ask_and_close(self) -> None:
        """Close, after a question if a classifier is not saved or a training runs."""
        running = self.train_tab.session.state in ("running", "stopping")
        if self._answered or not (self.holder.unsaved or running):
            self.close()
        else:
            text = "Training is still running; closing ends it. " if running else ""
            self._ask(self, text + "The classifier is not saved. Save it before closing?", self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        if answer == "cancel":
            return
        self._answered = True
        if answer == "discard":
            self.close()
            return
        self.train_tab.session.shutdown(CLOSE_MILLISECONDS)
        self._closing = True
        self.save_model()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if it is the user who closes; then end all work, join its threads and remember the sizes."""
        if event.spontaneous() and not self._answered and self.holder.unsaved:
            event.ignore()
            self.ask_and_close()
            return
        if not self.train_tab.shutdown(CLOSE_MILLISECONDS):
            self._on_message("warning", "The training ends after this iteration, which takes long. Close again then.")
            event.ignore()
            return
        self.predict_tab.shutdown()
        join_all(CLOSE_MILLISECONDS)
        if self._help is not None:
            self._help.close()
        self._settings.keep_geometry(self, self._splitters())
        self._settings.save()
        super().closeEvent(event)
