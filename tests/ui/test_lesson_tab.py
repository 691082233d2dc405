"""The frame of the lesson: steps, keys, letters, files, and that no training feels it."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMessageBox, QTableWidget, QWidget

from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.handbook import read_page
from nn_trainer.models.fitting import Fitting
from nn_trainer.paths import settings_dir
from nn_trainer.ui.lesson.parts.answers import is_close, read_number, same_name
from nn_trainer.ui.lesson.parts.painting import PaintedPanel, round_step, ticks
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.lesson.subject_loader import origin_words
from nn_trainer.ui.lesson.tab import LessonTab
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.wording import figure, fixed
from nn_trainer.workers.threads import join_all
from tests.helpers.images import class_folders
from tests.helpers.lesson import PATIENCE, answer, choose, click, copied, find, label
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.running import records_of

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TITLES = (
    *("Step 1: Labelled data", "Step 2: The loss", "Step 3: Gradient descent", "Step 4: The update by hand"),
    *("Step 5: The training loop", "Step 6: The plots", "Step 7: Inference", "Step 8: Inside the network"),
)


@pytest.fixture
def make_tab(qtbot, sample):
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
def lesson(window):
    window.tabs.setCurrentWidget(window.lesson_tab.parentWidget())
    return window.lesson_tab


def title(tab):
    return find(tab, "lessonText").toPlainText().split("\n")[0]


def test_each_step_has_its_text_and_any_order_will_do(qtbot, make_tab):
    tab = make_tab()
    for place in (5, 0, 7, 2, 1, 4, 3, 6):
        click(qtbot, tab, f"lessonStep{place + 1}")
        assert title(tab) == TITLES[place]
        assert tab.picture.currentWidget() is tab.step(place)


def test_back_and_next_by_click_and_by_key(qtbot, make_tab):
    tab = make_tab()
    assert not find(tab, "lessonBackButton").isEnabled()
    for place in range(1, 8):
        if place % 2:
            click(qtbot, tab, "lessonNextButton")
        else:
            qtbot.keyClick(find(tab, "lessonText"), Qt.Key.Key_Right, ALT)
        assert title(tab) == TITLES[place]
    assert not find(tab, "lessonNextButton").isEnabled()
    qtbot.keyClick(find(tab, "lessonText"), Qt.Key.Key_Right, ALT)
    assert title(tab) == TITLES[7]
    qtbot.keyClick(find(tab, "lessonClassBox"), Qt.Key.Key_Left, ALT)
    assert title(tab) == TITLES[6]


def test_tab_comes_to_what_is_chosen_and_the_arrows_choose(qtbot, make_tab):
    tab = make_tab()
    click(qtbot, tab, "lessonStep2")
    find(tab, "lessonBackButton").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is find(tab, "lessonStep2")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert QApplication.focusWidget() is find(tab, "lessonStep1")
    assert title(tab) == TITLES[0]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert title(tab) == TITLES[1]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is find(tab, "lessonNextButton")
    find(tab, "lessonSquaredErrors").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert label(tab, "lessonLossFormula").startswith("cross-entropy")


@pytest.mark.parametrize("place", range(8))
def test_every_page_can_be_read_outside_the_program(make_tab, place):
    page = make_tab().step(place).help_page
    text = read_page(page)
    assert text.startswith(f"# {TITLES[place]}\n")
    assert text.index("\n## What to notice\n") < text.index("\n## Try this\n")


def choose_file(monkeypatch, path):
    """Let the next file dialog be left with this name."""

    def leave(dialog):
        dialog.selectFile(str(path))
        return True

    monkeypatch.setattr(QFileDialog, "exec", leave)


def test_every_number_can_be_copied_and_every_page_saved(qtbot, make_tab, tmp_path, monkeypatch):
    tab = make_tab()
    for place in range(4):
        click(qtbot, tab, f"lessonStep{place + 1}")
        qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
        assert any(any(c.isdigit() for c in cell) for row in copied(qtbot, tab) for cell in row)
        assert "−" not in QGuiApplication.clipboard().text()  # other programs take only the hyphen for a minus
        path = tmp_path / f"{place}"
        choose_file(monkeypatch, path)
        click(qtbot, tab, "lessonSaveButton")
        image = QImage(f"{path}.png")
        assert image.width() > 2 * tab.current.width()
        assert image.height() > 2 * tab.current.height()
    heard = []
    tab.message.connect(lambda *message: heard.append(message))
    choose_file(monkeypatch, tmp_path / "no" / "folder.png")
    click(qtbot, tab, "lessonSaveButton")
    assert heard[-1][0] == "error"
    assert "Choose another folder" in heard[-1][1]


def test_letters_scale_and_are_remembered(qtbot, make_tab):
    settings = WindowSettings()
    tab = make_tab(settings)

    def size():
        return [w.fontMetrics().height() for w in (tab.text, tab.current.bars, tab.question_box.question, tab.stepper)]

    normal = size()
    click(qtbot, tab, "lessonLargerButton")
    larger = size()
    assert all(a > b for a, b in zip(larger, normal, strict=True))
    qtbot.keyClick(tab.text, Qt.Key.Key_Plus, CONTROL)
    assert all(a > b for a, b in zip(size(), larger, strict=True))
    again = make_tab(settings)
    assert again.text.fontMetrics().height() == tab.text.fontMetrics().height()
    again.close()
    tab.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is tab)
    qtbot.keyClick(tab.text, Qt.Key.Key_Minus, CONTROL)
    assert size() == larger
    qtbot.keyClick(tab.text, Qt.Key.Key_0, CONTROL)
    assert size() == normal
    assert tab.styleSheet() == ""  # of which every widget would be styled again with each theme
    for _ in range(10):
        qtbot.keyClick(tab.text, Qt.Key.Key_Plus, CONTROL)
    assert not find(tab, "lessonLargerButton").isEnabled()


@pytest.mark.parametrize("step", range(1, 9))
def test_it_fits_into_a_small_window(qtbot, make_tab, step):
    tab = make_tab(size=(1280, 690))
    click(qtbot, tab, f"lessonStep{step}")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    assert tab.minimumSizeHint().width() <= 1280
    assert tab.minimumSizeHint().height() <= 690
    room = tab.rect()
    for widget in tab.current.findChildren(QWidget):
        if widget.isVisibleTo(tab):
            corner = widget.mapTo(tab, widget.rect().bottomRight())
            assert room.contains(corner), widget.objectName()


@pytest.mark.parametrize("percent", [100, 200])
def test_no_step_makes_the_window_wider_than_a_small_screen(qtbot, make_tab, percent):
    settings = WindowSettings()
    settings.lesson_text_size = percent
    tab = make_tab(settings, size=(1024, 600))
    for place in range(8):
        click(qtbot, tab, f"lessonStep{place + 1}")
        qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
        assert tab.minimumSizeHint().width() <= 1000
        assert tab.minimumSizeHint().height() <= 560
        assert tab.width() == 1024
        assert 240 <= tab.text.width() <= 0.4 * tab.width()
        assert tab.text.width() + find(tab, "lessonScroll").width() > 0.95 * tab.width()  # no gap between the two


def test_a_step_is_as_high_as_it_needs_whatever_others_need(qtbot, make_tab):
    settings = WindowSettings()
    settings.lesson_text_size = 200
    tab = make_tab(settings, size=(1024, 600))
    click(qtbot, tab, "lessonStep4")
    QApplication.sendPostedEvents()
    alone = tab.picture.height()
    click(qtbot, tab, "lessonStep2")
    qtbot.waitUntil(lambda: tab.picture.height() > alone)
    click(qtbot, tab, "lessonStep4")
    qtbot.waitUntil(lambda: tab.picture.height() == alone)


def test_the_lesson_begins_with_the_image_that_the_network_is_least_sure_of(qtbot, make_tab):
    tab = make_tab()
    highest = tab.subject.probabilities(np.arange(len(tab.subject.labels))).max(axis=1)
    assert highest[tab.picker.image] <= np.quantile(highest, 0.05)  # of a large network only some are looked at
    assert tab.current.bars.shown()[0].probability < 0.5
    click(qtbot, tab, "lessonNextImage")
    chosen = tab.picker.image
    tab.picker.set_subject(tab.subject, 0)
    assert tab.picker.image == chosen  # what a person has chosen stays


def test_only_looked_at_steps_are_made(qtbot, make_tab):
    tab = make_tab()
    assert tab.findChild(QWidget, "lessonSurfacePlot") is None
    click(qtbot, tab, "lessonStep3")
    assert tab.findChild(QWidget, "lessonSurfacePlot") is not None
    assert tab.findChild(QWidget, "lessonUpdatePicture") is None


def test_links_lead_to_steps_and_to_the_handbook(qtbot, make_tab):
    tab = make_tab()
    tab.text.anchorClicked.emit(QUrl("lesson-4-update.md"))
    assert title(tab) == TITLES[3]
    with qtbot.waitSignal(tab.help_requested) as asked:
        tab.text.anchorClicked.emit(QUrl("training.md"))
    assert asked.args == ["training.md"]
    assert title(tab) == TITLES[3]


def test_a_picture_is_never_replaced_unasked(qtbot, make_tab, tmp_path):
    tab = make_tab()
    there = tmp_path / "mine.png"
    there.write_bytes(b"precious")
    seen = []

    def type_the_name_without_ending():
        dialog = QApplication.activeModalWidget()
        field = dialog.findChild(QLineEdit)
        field.setText(str(tmp_path / "mine"))
        QTimer.singleShot(0, refuse)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    def refuse():
        box = QApplication.activeModalWidget()
        seen.append(type(box).__name__)
        if isinstance(box, QMessageBox):
            box.button(QMessageBox.StandardButton.No).click()
            QApplication.activeModalWidget().reject()

    QTimer.singleShot(0, type_the_name_without_ending)
    click(qtbot, tab, "lessonSaveButton")
    assert seen == ["QMessageBox"]
    assert there.read_bytes() == b"precious"


def test_a_larger_text_fills_the_table_once(qtbot, make_tab, monkeypatch):
    tab = make_tab()
    classes = tab.current.classes
    fills, vectors = [], classes.vectors
    monkeypatch.setattr(classes, "vectors", lambda: fills.append(1) or vectors())
    height = find(tab, "lessonClassTable", QTableWidget).rowHeight(0)
    click(qtbot, tab, "lessonLargerButton")
    QApplication.sendPostedEvents()
    assert len(fills) == 1
    assert find(tab, "lessonClassTable", QTableWidget).rowHeight(0) > height


def test_painted_parts_run_from_left_to_right_in_every_language(make_tab):
    tab = make_tab()
    tab.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    for place in range(4):
        panels = tab.step(place).findChildren(PaintedPanel)
        assert panels
        assert all(panel.layoutDirection() == Qt.LayoutDirection.LeftToRight for panel in panels)
    assert find(tab.step(0), "lessonClassTable").layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_a_painted_part_looks_the_same_where_the_program_runs_from_right_to_left(qtbot, make_tab):
    tab = make_tab()
    click(qtbot, tab, "lessonStep4")
    picture = tab.current.picture
    before = picture.grab().toImage()
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert picture.grab().toImage() == before
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_every_label_that_takes_the_focus_has_a_name(make_tab):
    tab = make_tab()
    for place in range(4):
        for each in [*tab.step(place).findChildren(QLabel), tab.question_box.question, tab.question_box.feedback]:
            assert each.focusPolicy() == Qt.FocusPolicy.NoFocus or each.accessibleName() or each.buddy(), (
                each.objectName()
            )


def test_what_is_said_to_an_answer_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Feedback(True, "why").right = False


def test_images_are_picked_by_class_in_turn_and_at_random(qtbot, make_tab):
    tab = make_tab()
    labels = tab.subject.labels
    choose(qtbot, tab, "lessonClassBox", "Trouser")
    trousers = np.flatnonzero(labels == tab.subject.class_names.index("Trouser"))
    assert tab.picker.image == trousers[0]
    click(qtbot, tab, "lessonPreviousImage")
    assert tab.picker.image == trousers[-1]
    click(qtbot, tab, "lessonNextImage")
    click(qtbot, tab, "lessonNextImage")
    assert tab.picker.image == trousers[1]
    assert label(tab, "lessonImagePlace") == f"2 of {len(trousers)}"
    click(qtbot, tab, "lessonRandomImage")
    assert tab.picker.image in trousers
    assert tab.picker.image != trousers[1]
    chosen = tab.picker.image
    click(qtbot, tab, "lessonStep2")
    assert "Trouser" in copied(qtbot, tab)[1 + tab.subject.class_names.index("Trouser")][0]
    assert (
        int(copied(qtbot, tab)[copied(qtbot, tab).index(["image of the batch", "label", "loss"]) + 1][0]) == chosen + 1
    )


def test_an_empty_answer_asks_for_one_and_enter_checks(qtbot, make_tab):
    tab = make_tab()
    click(qtbot, tab, "lessonCheckButton")
    assert label(tab, "lessonFeedback") == "Type an answer first."
    click(qtbot, tab, "lessonStep2")
    field = find(tab, "lessonAnswer", QLineEdit)
    qtbot.keyClicks(field, "0.14")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert label(tab, "lessonFeedback").startswith("✓")


def test_what_became_of_the_other_images_is_said(make_tab):
    subject = make_tab().subject
    assert "all 1,000 images" in origin_words(subject)
    some = replace(subject, whole=4_000)
    assert "1,000 of its 4,000 images, as many of each class" in origin_words(some)


# in the window


def test_nothing_is_made_before_the_tab_is_opened(qtbot, window):
    assert window.lesson_tab.subject is None
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    lesson = window.lesson_tab
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=PATIENCE)
    assert "a new cnn network, not trained yet" in lesson.origin.text()
    assert lesson.subject.name == "fashion"
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.help_menu.handbook.pages.currentItem().text() == TITLES[0]


def test_it_copies_the_open_data_and_the_classifier_at_hand(qtbot, window, lesson, folder, make_classifier):
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=PATIENCE)
    newer = find(lesson, "lessonNewerButton")
    assert not newer.isVisible()
    window.train_tab.open_data(folder)
    qtbot.waitUntil(lambda: window.train_tab.dataset is not None, timeout=PATIENCE)
    assert lesson.subject.name == "fashion"  # what a person calculates with does not change under their hands
    click(qtbot, lesson, "lessonNewerButton")
    qtbot.waitUntil(lambda: lesson.subject.name == "colours", timeout=PATIENCE)
    assert not newer.isVisible()
    classifier = make_classifier(7)
    window.current_model.take_trained(classifier)
    window.tabs.setCurrentIndex(0)
    window.tabs.setCurrentWidget(lesson.parentWidget())  # coming back takes the newest by itself
    qtbot.waitUntil(lambda: "Weights before" in lesson.origin.text(), timeout=PATIENCE)
    subject = lesson.subject
    assert subject.network.weights == pytest.approx(classifier.network.weights)
    assert not np.shares_memory(subject.network.weights, classifier.network.weights)


def test_another_network_with_other_weights_is_taken_at_step_3(qtbot, make_tab, folder, make_classifier):
    tab = make_tab()
    click(qtbot, tab, "lessonStep3")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
    tab.set_source(load_dataset(folder, image_size=16), make_classifier(), "here")
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: tab.subject.name == "colours" and not tab.current.is_busy(), timeout=PATIENCE)
    assert tab.current.landscape.loss.values[0] in tab.subject.network.weights
    assert tab.current.page.chooser.number.maximum() + 1 == 16 * 16 * 3 * 3
    click(qtbot, tab, "lessonStep4")
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)


def test_a_training_gives_the_same_weights_with_the_lesson_at_work(qtbot, window, lesson, folder):
    boxes = window.train_tab.hyperparameters._boxes
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=PATIENCE)
    for name, value in {"preset": "linear", "epochs": 400, "batch_size": 4, "image_size": 16}.items():
        boxes[name].set_setting(value)
    config = window.train_tab.hyperparameters.config()
    window.train_tab.train()
    qtbot.waitUntil(lambda: window.current_model.in_training, timeout=PATIENCE)
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    qtbot.waitUntil(lambda: lesson.subject is not None and lesson.subject.name == "colours", timeout=PATIENCE)
    click(qtbot, lesson, "lessonStep3")
    qtbot.waitUntil(lambda: not lesson.current.is_busy() and lesson.current.path.here is not None, timeout=PATIENCE)
    click(qtbot, lesson, "lessonStepButton")
    click(qtbot, lesson, "lessonStep4")
    click(qtbot, lesson, "lessonUpdateMine")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    click(qtbot, lesson, "lessonRunIteration")
    qtbot.waitUntil(lambda: window.train_tab.session.state == "idle", timeout=PATIENCE)
    fitting = Fitting(window.train_tab.dataset, make_config(**config.as_dict()))
    for _ in records_of(fitting):
        pass
    assert (window.current_model.classifier.network.weights == fitting.network.weights).all()


def test_a_data_set_that_is_gone_is_said_and_can_be_tried_again(qtbot, make_tab, make_classifier, tmp_path):
    tab = make_tab()
    root = class_folders(tmp_path / "gone", {"blue": 3, "green": 3, "red": 3})
    dataset = load_dataset(root)
    for path in dataset.paths:
        path.unlink()
    tab.set_source(dataset, make_classifier(), "here")  # of another image size, so the pictures are read again
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: ".png" in tab.origin.text(), timeout=PATIENCE)
    assert tab.subject.name == "fashion"  # what was there stays
    assert find(tab, "lessonNewerButton").isVisible()


# small parts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0,25", 0.25),
        (" 1 000.5 ", 1000.5),
        ("−3", -3),
        ("-3e-2", -0.03),
        ("12 %", 12),
        ("", None),
        ("x", None),
        ("nan", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert read_number(text) == number


def test_tolerance():
    assert is_close(0.38, 0.3849, 2)
    assert not is_close(0.36, 0.3849, 2)
    assert is_close(1010, 1000, 0, relative=0.01)
    assert same_name(" ankle  Boot", "Ankle boot")


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5000"), (-0.00001, "0.0000"), (-2.5, "−2.5000"), (float("inf"), "∞"), (-0.0, "0.0000")]
)
def test_fixed(value, text):
    assert fixed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0"),
        (1234.5, "1234" if round(1234.5) == 1234 else "1235"),
        (0.00123456, "0.001235"),
        (-1.5e-9, "−1.500e−09"),
    ],
)
def test_figure(value, text):
    assert figure(value) == text


def test_round_numbers_on_the_axes():
    assert round_step(10, 5) == 2
    assert round_step(0.7, 7) == pytest.approx(0.1)
    assert ticks(-0.1, 1.0, 5) == [0.0, 0.5, 1.0] or ticks(-0.1, 1.0, 5) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(-1, 1, 4) == [-1.0, -0.5, 0.0, 0.5, 1.0]


def test_many_classes_are_shortened_but_copied_whole(qtbot, make_tab, tmp_path):
    tab = make_tab()
    names = [f"class{k:02}" for k in range(25)]
    for k, name in enumerate(names):
        for image in range(2):
            path = tmp_path / "many" / name / f"{image}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((9, 9, 3), 10 * k + image, np.uint8)).save(path)
    tab.set_source(load_dataset(tmp_path / "many"), None, "")
    click(qtbot, tab, "lessonNewerButton")
    qtbot.waitUntil(lambda: tab.subject.name == "many", timeout=PATIENCE)
    rows = copied(qtbot, tab)
    assert [row[1] for row in rows[1:]] == names
    shown = tab.current.bars.shown()
    assert len(shown) in (11, 12)
    assert [output.is_true for output in shown].count(True) == 1
    assert max(float(row[4]) for row in rows[1:]) == pytest.approx(max(o.probability for o in shown), abs=1e-4)
    place = next(int(row[0]) for row in rows[1:] if row[3] == "1")
    assert "Count from 0" in label(tab, "lessonQuestion")
    assert answer(qtbot, tab, str(place))[0]
    assert not answer(qtbot, tab, str(place + 1))[0]
    click(qtbot, tab, "lessonStep2")
    rows = copied(qtbot, tab)
    assert [row[0] for row in rows[1:26]] == names
    total = sum(float(row[4]) for row in rows[1:26])
    assert float(next(row[1] for row in rows if row[0] == "loss")) == pytest.approx(total, abs=25 * 5e-5)
