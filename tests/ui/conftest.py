import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from nn_trainer.app import create_window
from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.paths import settings_dir
from nn_trainer.ui.lesson.tab import LessonTab
from nn_trainer.ui.plots import panel as plot_panel
from nn_trainer.ui.plots.panel import PlotPanel
from nn_trainer.ui.predict.tab import PredictTab
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.workers.threads import join_all
from tests.helpers.images import class_folders, picture, save
from tests.helpers.lesson import PATIENCE, shown_lesson

CLASSES = {"blue": 6, "green": 6, "red": 6}


@pytest.fixture
def folder(tmp_path):
    """A data set of three classes that differ in colour."""
    return class_folders(tmp_path / "colours", CLASSES)


@pytest.fixture(scope="session")
def make_classifier(tmp_path_factory):
    """Untrained classifiers, another for each seed."""
    dataset = load_dataset(class_folders(tmp_path_factory.mktemp("data") / "colours", CLASSES), image_size=16)

    def make(seed=0):
        return Fitting(dataset, make_config(preset="linear", image_size=16, seed=seed)).classifier

    return make


@pytest.fixture(autouse=True)
def _no_dialog_that_blocks(monkeypatch):
    """A file dialog that a test does not answer would wait for ever."""
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, _fail)


def _fail(*_):
    pytest.fail("a file dialog that the test did not expect")


@pytest.fixture
def window(qtbot):
    """The window as it opens for a new user."""
    (settings_dir() / "window.ini").unlink(missing_ok=True)
    _, window = create_window([])
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield window
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)  # a training ends after its iteration


@pytest.fixture
def find(window):
    """A widget of the window by the name that scripts know it by."""

    def find(name, kind=QWidget):
        found = window.findChildren(kind, name)
        assert len(found) == 1, f"{len(found)} widgets named {name}"
        return found[0]

    return find


@pytest.fixture(scope="session")
def sample():
    """The sample, read once: nothing changes a data set."""
    return load_dataset("sample")


@pytest.fixture
def lesson(qtbot, sample):
    """The Lesson tab by itself, on the sample."""
    with shown_lesson(qtbot, sample, None, "") as tab:
        yield tab


@pytest.fixture(scope="session")
def other_subject(sample):
    """The subject made a second time: the lesson's own may not be what is compared with."""
    return make_subject(sample, None)


@pytest.fixture
def network_state(other_subject):
    """The arrays of the network, which nothing in the lesson can change."""
    return other_subject.network.state()


@pytest.fixture
def make_lesson(qtbot, sample):
    """Lesson tabs by themselves, on the sample; their threads are ended at the end of the test."""
    tabs = []

    def make(settings=None, size=(1280, 720)):
        tab = LessonTab(settings or WindowSettings())
        tab.set_source(sample, None, "")
        qtbot.addWidget(tab)
        tab.resize(*size)
        with qtbot.waitExposed(tab):
            tab.show()
        tab.activateWindow()
        tabs.append(tab)
        qtbot.waitUntil(lambda: tab.subject is not None, timeout=PATIENCE)
        return tab

    (settings_dir() / "window.ini").unlink(missing_ok=True)
    yield make
    for tab in tabs:
        tab.shutdown()
    join_all(PATIENCE)


@pytest.fixture
def predict_tab(qtbot):
    """The Predict tab by itself, without a classifier."""
    tab = PredictTab()
    qtbot.addWidget(tab)
    tab.resize(1000, 700)
    with qtbot.waitExposed(tab):
        tab.show()
    yield tab
    tab.cancel()
    join_all(10_000)  # the tab is closed already and goes when events are processed: never wait for those here


@pytest.fixture
def ready_tab(predict_tab, make_classifier):
    """The Predict tab with a classifier."""
    predict_tab.set_classifier(make_classifier(), "Just trained")
    return predict_tab


@pytest.fixture
def image_files(tmp_path):
    """Three images, all different."""
    return [save(picture(seed), tmp_path / "in" / f"{seed}.png") for seed in range(3)]


@pytest.fixture
def plots(qtbot, monkeypatch):
    """The plots by themselves."""
    monkeypatch.setattr(plot_panel, "FRAME_MILLISECONDS", 8)  # nobody looks
    panel = PlotPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel
