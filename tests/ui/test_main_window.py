import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTabWidget,
)

from nn_trainer.app import create_window
from nn_trainer.errors import CancelledError, TrainingDivergedError
from nn_trainer.models.classifier import load_classifier
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.run import session as training_session
from nn_trainer.workers.threads import unjoined_threads
from tests.helpers.images import class_folders, picture, save
from tests.helpers.qt_events import drop_on, mime_of

LONG = 20_000
NAMES = (
    *("datasetPanel", "openDatasetButton", "sampleDatasetButton", "classTable", "datasetProblems"),
    *("hyperparameterPanel", "presetBox", "epochsBox", "batchSizeBox", "learningRateBox", "optimizerBox", "lossBox"),
    *("imageSizeBox", "channelsBox", "validationBox", "seedBox", "trainButton", "stopButton", "trainingProgress"),
    *("plotPanel", "lossPlot", "accuracyPlot", "statusMessage", "tabs", "inferenceTab", "dropArea", "probabilityBars"),
    "lessonTab",
)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def set_up(window, **settings):
    boxes = window.train_tab.hyperparameters._boxes
    for name, value in {"preset": "linear", "epochs": 2, "batch_size": 4, **settings}.items():
        boxes[name].set_setting(value)


def open_data(qtbot, window, folder):
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)


def wait_idle(qtbot, window):
    qtbot.waitUntil(lambda: window.train_tab.session.state == "idle", timeout=LONG)


def train(qtbot, window, **settings):
    set_up(window, **settings)
    click(qtbot, window.findChild(QPushButton, "trainButton"))
    wait_idle(qtbot, window)


def status(window):
    return window.findChild(QLabel, "statusMessage").text()


def test_every_name_that_scripts_rely_on_is_there_once(find):
    for name in NAMES:
        find(name)
    for name in ("runEpoch", "runIteration", "runLoss", "runAccuracy", "runSpeed", "runTimeLeft"):
        assert find(name, QLabel).text() == "–"  # no caption with nothing under it
    for name in ("saveModelAction", "openModelAction"):
        find(name, QAction)
    tabs = find("tabs", QTabWidget)
    assert [tabs.tabText(index) for index in range(tabs.count())] == ["Train", "Predict", "Lesson"]


def test_train_is_grey_and_says_what_is_missing_until_there_is_data(qtbot, window, find, folder):
    button = find("trainButton")
    assert not button.isEnabled()
    assert "Open a data set first" in button.toolTip()
    assert "Open a data set first" in status(window)
    open_data(qtbot, window, folder)
    assert button.isEnabled()
    assert status(window).startswith("Ready to train on colours: 3 classes, 18 images")
    assert "colours" in window.windowTitle()


def test_train_to_the_end(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    assert status(window).startswith("All 2 epochs done. ")
    assert "alidation " in status(window)
    progress = find("trainingProgress", QProgressBar)
    assert progress.value() == progress.maximum() == 2 * 4  # 15 training images in batches of 4
    iterations, _ = window.train_tab.plots.series("train loss")
    assert list(iterations) == list(range(1, 9))
    texts = {name: find(name, QLabel).text() for name in ("runEpoch", "runIteration", "runState")}
    assert texts == {"runEpoch": "2 of 2", "runIteration": "8 of 8", "runState": "Finished"}
    assert find("runAccuracy", QLabel).text().endswith(" %")
    assert find("trainButton").isEnabled()
    assert not find("stopButton").isEnabled()
    assert window.isWindowModified()
    assert "Just trained, 2 epochs" in window.windowTitle()


def test_train_stop_and_what_was_learned_stays(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(
        lambda: find("stopButton").isEnabled() and window.current_model.classifier is not None, timeout=LONG
    )
    assert not find("trainButton").isEnabled()
    assert "running" in find("trainButton").toolTip()
    assert not find("epochsBox").isEnabled()
    click(qtbot, find("stopButton"))
    wait_idle(qtbot, window)
    assert status(window).startswith("Stopped after ")
    assert find("runState", QLabel).text() == "Stopped"
    assert find("runTimeLeft", QLabel).text() == "–"
    assert window.current_model.origin.startswith("Just trained")
    assert find("epochsBox").isEnabled()
    train(qtbot, window)
    assert status(window).startswith("All 2 epochs done.")


def test_another_image_size_reads_the_pictures_again(qtbot, window, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window, image_size=12, channels="grey")
    assert window.train_tab.dataset.images.shape[1:] == (12, 12, 1)
    assert window.current_model.classifier.preprocessing.image_size == 12


def test_stop_while_the_pictures_are_read_again(qtbot, window, find, folder, monkeypatch):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    reading = threading.Event()

    def slow(_root, _size, _channels, task):
        reading.set()
        while not task.cancelled():
            pass
        raise CancelledError

    monkeypatch.setattr(training_session, "load_dataset", slow)
    set_up(window, image_size=12)
    click(qtbot, find("trainButton"))
    assert reading.wait(10)
    click(qtbot, find("stopButton"))
    wait_idle(qtbot, window)
    assert window.train_tab.dataset is before
    assert status(window) == "Cancelled. Nothing was changed."
    assert find("trainButton").isEnabled()


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (TrainingDivergedError(3, 0.5), "Try a smaller learning rate, such as 0.05"),
        (ZeroDivisionError("broken on purpose"), "broken on purpose"),
    ],
)
def test_a_training_that_fails_is_shown_and_the_window_is_usable_again(
    qtbot, window, find, folder, monkeypatch, caplog, error, shown
):
    open_data(qtbot, window, folder)
    run = Fitting._train

    def fail(self, should_stop):
        for number, record in enumerate(run(self, should_stop)):
            if number == 3:
                raise error
            yield record

    monkeypatch.setattr(Fitting, "_train", fail)
    train(qtbot, window)
    assert window.message_bar.isVisible()
    assert window.message_bar.kind == "error"
    assert shown in window.message_bar.text
    assert find("runState", QLabel).text() == "Failed"
    assert any(record.exc_info for record in caplog.records) is isinstance(error, ZeroDivisionError)
    monkeypatch.setattr(Fitting, "_train", run)
    train(qtbot, window)
    assert window.message_bar.isHidden()
    assert status(window).startswith("All 2 epochs done.")


def test_a_data_set_that_cannot_be_opened_leaves_the_one_that_was_there(qtbot, window, folder, tmp_path):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    (tmp_path / "empty").mkdir()
    assert drop_on(window.train_tab, mime_of([tmp_path / "empty"]))
    qtbot.waitUntil(lambda: "could not be opened" in status(window), timeout=LONG)
    assert window.train_tab.dataset is before
    assert not window.train_tab.why_not_ready()


def test_predict_while_training_with_the_weights_of_the_last_epoch(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert find("inferenceTab").isVisible()
    qtbot.waitUntil(lambda: window.current_model.held is not None, timeout=LONG)
    image = next((folder / "red").glob("*.png"))
    assert drop_on(find("dropArea"), mime_of([image]))
    qtbot.waitUntil(lambda: bool(find("probabilityBars").rows()), timeout=LONG)
    assert window.train_tab.session.state == "running"
    assert find("classifierOrigin", QLabel).text().startswith("Weights of epoch ")
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)
    assert dict(find("probabilityBars").rows()) == window.current_model.classifier.predict(image).probabilities


def test_save_and_open_again(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    train(qtbot, window)
    trained = window.current_model.classifier
    path = tmp_path / "colours.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "colours"), ""))
    find("saveModelAction", QAction).trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=LONG)
    assert "colours.safetensors" in window.message_bar.text
    image = next((folder / "red").glob("*.png"))
    assert load_classifier(path).predict(image).probabilities == trained.predict(image).probabilities
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    find("openModelAction", QAction).trigger()
    qtbot.waitUntil(lambda: window.tabs.currentIndex() == 1, timeout=LONG)
    assert window.current_model.origin == "colours.safetensors"
    assert window.message_bar.isHidden()


def test_a_name_without_its_ending_does_not_silently_replace_a_file(
    qtbot, window, make_classifier, tmp_path, monkeypatch
):
    window.current_model.take_trained(make_classifier())
    (tmp_path / "a.safetensors").write_text("precious")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    window.save_model()
    assert unjoined_threads() == ()
    assert (tmp_path / "a.safetensors").read_text() == "precious"


def test_a_foreign_model_file_is_refused_with_a_reason(qtbot, window, tmp_path):
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(b"not a model")
    assert drop_on(window.train_tab, mime_of([path]))
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert window.message_bar.kind == "error"
    assert "foreign.safetensors" in window.message_bar.text
    assert window.current_model.classifier is None


def test_an_opened_model_does_not_lose_the_unsaved_one(qtbot, window, make_classifier, tmp_path):
    make_classifier(1).save(tmp_path / "other.safetensors")
    unsaved = make_classifier()
    window.current_model.take_trained(unsaved)
    window.open_path(tmp_path / "other.safetensors")
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert not window.current_model.unsaved
    click(qtbot, window.message_bar.findChild(QPushButton, "messageAction"))
    assert window.current_model.classifier is unsaved
    assert window.isWindowModified()


def test_an_image_dropped_on_train_goes_to_predict(qtbot, window, tmp_path):
    path = save(picture(1), tmp_path / "cat.png")
    assert drop_on(window.train_tab, mime_of([path]))
    assert window.tabs.currentIndex() == 1
    assert window.predict_tab.strip.current().source.content == path
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)


def test_shortcuts(qtbot, window, find, folder, monkeypatch):
    control = Qt.KeyboardModifier.ControlModifier
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    qtbot.keyClick(window, Qt.Key.Key_O, control)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    set_up(window, epochs=10_000)
    qtbot.keyClick(window, Qt.Key.Key_R, control)
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    qtbot.waitUntil(lambda: len(find("plotPanel").series("train loss")[0]) > 0, timeout=LONG)  # something to save
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    assert status(window).startswith("Stopped after")
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: asked.append("save") or ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: asked.append("open") or ("", ""))
    qtbot.keyClick(window, Qt.Key.Key_S, control)
    qtbot.keyClick(window, Qt.Key.Key_M, control)
    assert asked == ["save", "open"]
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB888))
    qtbot.keyClick(window, Qt.Key.Key_V, control)
    assert window.tabs.currentIndex() == 1
    assert len(window.predict_tab.strip.items()) == 1
    qtbot.keyClick(window, Qt.Key.Key_1, control)
    assert window.tabs.currentIndex() == 0
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.help_menu.handbook.isVisible()
    qtbot.waitUntil(lambda: not window.predict_tab._queue.is_busy(), timeout=LONG)


def test_no_shortcut_is_given_twice_and_every_action_stands_in_a_menu(window):
    actions = [action for action in window.actions() if action.objectName()]
    shortcuts = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]
    assert len(shortcuts) == len(set(shortcuts)) >= 12
    in_menus = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    assert set(actions) <= in_menus


def test_close_while_training_joins_the_thread(qtbot, window, find, folder):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: window.train_tab.session.state == "running", timeout=LONG)
    assert window.close()
    assert unjoined_threads() == ()
    assert window.train_tab.session.state == "idle"


def test_close_while_a_data_set_is_read(window, folder):
    window.open_path(folder)
    assert window.close()
    assert unjoined_threads() == ()


class UserCloses(QCloseEvent):
    """A close event as the window system sends it."""

    def spontaneous(self):
        return True


@pytest.mark.parametrize(
    ("answer", "closed", "saved"), [("cancel", False, False), ("discard", True, False), ("save", True, True)]
)
def test_the_user_is_asked_about_an_unsaved_classifier(
    qtbot, window, make_classifier, tmp_path, monkeypatch, answer, closed, saved
):
    asked = []
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then(answer)))
    window.current_model.take_trained(make_classifier())
    window.closeEvent(UserCloses())
    qtbot.waitUntil(lambda: window.isVisible() is not closed, timeout=LONG)
    assert len(asked) == 1
    assert path.exists() is saved


def test_no_file_is_no_answer_so_window_and_question_stay(qtbot, window, make_classifier, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: (asked.append(1), then("save")))
    window.current_model.take_trained(make_classifier())
    for times in (1, 2):
        window.closeEvent(UserCloses())
        assert len(asked) == times
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "kept"), ""))
    window.save_model()
    qtbot.waitUntil(lambda: not window.current_model.unsaved, timeout=LONG)
    assert window.isVisible()  # saving later is saving, not the rest of closing


def test_a_classifier_that_cannot_be_written_where_it_should_is_saved_beside_and_said_so_before_closing(
    qtbot, window, make_classifier, tmp_path, monkeypatch
):
    path = tmp_path / "missing" / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, _text, then: then("save"))
    window.current_model.take_trained(make_classifier())
    window.closeEvent(UserCloses())
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert "instead" in window.message_bar.text
    assert window.isVisible()
    assert not window.closing.must_ask()
    window.closeEvent(UserCloses())
    assert not window.isVisible()


def test_closing_before_the_first_iteration_has_nothing_to_save(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "never.safetensors"), ""))
    set_up(window, epochs=10_000)
    asked = []
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (asked.append(text), then("save")))
    run = Fitting._train

    def wait_for_the_stop(self, should_stop):  # however slow this machine is, no iteration comes before it
        while not should_stop():
            pass
        yield from run(self, should_stop)

    monkeypatch.setattr(Fitting, "_train", wait_for_the_stop)

    def close_at_once(state):
        if state == "running":
            window.train_tab.session.stop()
            window.closeEvent(UserCloses())

    window.train_tab.session.state_changed.connect(close_at_once)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert len(asked) == 1
    assert not (tmp_path / "never.safetensors").exists()


def test_closing_while_training_asks_and_saves_the_last_weights(qtbot, window, find, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, folder)
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    qtbot.waitUntil(lambda: len(window.train_tab.plots.series("train loss")[0]) > 0, timeout=LONG)
    texts = []
    path = tmp_path / "kept.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(window.closing, "_ask", lambda _parent, text, then: (texts.append(text), then("save")))
    window.closeEvent(UserCloses())
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)
    assert texts[0].startswith("Training is still running")
    image = next((folder / "red").glob("*.png"))
    assert (
        load_classifier(path).predict(image).probabilities
        == window.current_model.classifier.predict(image).probabilities
    )


def test_a_mark_says_that_the_classifier_is_not_saved(qtbot, window, make_classifier, tmp_path):
    def accented():
        shown = window.actions_.save_model.icon().pixmap(32, 32).toImage()
        colours = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
        return theme.colors().accent in colours

    assert not accented()
    window.current_model.take_trained(make_classifier())
    assert accented()
    window.model_files.open(tmp_path / "nothing.safetensors")
    qtbot.waitUntil(window.message_bar.isVisible, timeout=LONG)
    assert accented()
    window.current_model.save(tmp_path / "kept.safetensors")
    qtbot.waitUntil(lambda: not window.current_model.unsaved, timeout=LONG)
    assert not accented()


def test_another_data_set_is_refused_while_a_training_runs(qtbot, window, find, folder, tmp_path):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    set_up(window, epochs=10_000)
    click(qtbot, find("trainButton"))
    other = class_folders(tmp_path / "two", {"cat": 2, "dog": 2})
    assert not drop_on(window.train_tab.dataset_panel, mime_of([other]))  # said while it hovers, and not taken
    window.open_path(other)
    assert "Stop it before you open another data set" in window.message_bar.text
    window.train_tab.dataset_panel.sample_requested.emit()
    window.train_tab.stop()
    wait_idle(qtbot, window)
    assert window.train_tab.dataset is before


def test_the_question_is_a_dialog_that_does_not_block(qtbot, window, make_classifier):
    window.current_model.take_trained(make_classifier())
    window.actions_.quit.trigger()
    box = window.findChild(QMessageBox, "unsavedQuestion")
    assert box.isVisible()
    click(qtbot, box.button(QMessageBox.StandardButton.Discard))
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG)


def test_what_is_remembered(qtbot, window, folder):
    open_data(qtbot, window, folder)
    train(qtbot, window, batch_size=7)
    window.train_tab.splitter.setSizes([500, 400, 300])
    sizes = window.train_tab.splitter.saveState()
    window.actions_.themes.actions()[2].trigger()
    assert theme.colors().dark
    window.close()
    _, again = create_window([])
    qtbot.addWidget(again)
    try:
        assert again.train_tab.hyperparameters.config().batch_size == 7
        assert again.train_tab.splitter.saveState() == sizes
        assert theme.colors().dark
        assert again._settings.recent == [folder]
    finally:
        again.actions_.themes.actions()[0].trigger()
        again.close()


def test_theme_can_be_set(window):
    window.actions_.themes.actions()[2].trigger()
    assert QApplication.palette().window().color().lightness() < 60
    window.actions_.themes.actions()[1].trigger()
    assert QApplication.palette().window().color().lightness() > 200
    window.actions_.themes.actions()[0].trigger()


def test_nothing_is_cut_off_at_1280_by_800(qtbot, window, folder):
    open_data(qtbot, window, folder)
    window.resize(1280, 800)
    assert (window.width(), window.height()) == (1280, 800)
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 800
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert window.rect().contains(button.mapTo(window, button.rect().bottomRight())), button.text()


@pytest.mark.parametrize(("argv", "dataset"), [([], None), (["nn-trainer"], None), (["{folder}"], "colours")])
def test_create_window_opens_the_path(qtbot, folder, argv, dataset):
    _, window = create_window([argument.format(folder=folder) for argument in argv])
    qtbot.addWidget(window)
    if dataset is not None:
        qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=LONG)
        assert window.train_tab.dataset.name == dataset
    else:
        assert window.train_tab.why_not_ready()
    window.close()


def test_the_class_label_file_is_written(qtbot, window, folder, tmp_path, monkeypatch):
    open_data(qtbot, window, class_folders(tmp_path / "two", {"cat": 2, "dog": 2}))
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: dialog.selectFile(str(tmp_path / "labels")) or True)
    actions = [action for menu in window.train_tab.dataset_panel.findChildren(QMenu) for action in menu.actions()]
    next(action for action in actions if action.text().startswith("Write the class label file")).trigger()
    assert (tmp_path / "labels.csv").read_text().split() == ["label,name", "0,cat", "1,dog"]
    assert "labels.csv" in window.message_bar.text
