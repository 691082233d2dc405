"""The form of the hyperparameters: typed, stepped, wheeled and reset as a user does it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QScrollArea, QToolButton, QWidget

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.config import TrainingConfig
from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.engine.optimizers import OPTIMIZERS
from nn_trainer.models.suggestion import Suggestion
from nn_trainer.ui.train.settings import preview
from nn_trainer.ui.train.settings.panel import HyperparameterPanel
from tests.helpers.images import class_folders
from tests.helpers.qt_events import turn_wheel
from tests.helpers.tour import settle

ROWS = [row for row in HYPERPARAMETERS if row.in_form]


@pytest.fixture
def panel(qtbot):
    panel = HyperparameterPanel()
    panel.set_deep_images(True)  # with which it has a row more
    qtbot.addWidget(panel)
    panel.resize(260, 620)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def box_of(panel, name):
    found = panel.findChild(QWidget, name)
    assert found is not None, name
    return found


def type_into(qtbot, box, text):
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def choose(qtbot, box, name):
    """Go to a choice with the arrow keys."""
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(name)):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def suggestion(preset, size=32, channels="rgb"):
    return Suggestion(
        preset,
        "the pictures are photos: 64 pixels or more",
        Preprocessing(224, "rgb"),
        Preprocessing(size, channels),
    )


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest) + "Box"


def test_starts_with_the_defaults(panel):
    assert panel.config() == TrainingConfig()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_of_the_table_has_a_box_with_its_help(panel, row):
    box = box_of(panel, camel(row.name))
    for text in (row.label, row.does, row.change, row.wrong):
        assert text.replace("&", "&amp;").replace("'", "&#x27;") in box.toolTip()
    assert "Range:" in box.toolTip()
    assert "Default:" in box.toolTip()
    assert box.accessibleName() == row.label
    label = panel.findChild(QFormLayout).labelForField(box)
    assert label.buddy() is box
    assert label.text().replace("&", "") == row.label
    if isinstance(box, QComboBox):
        assert [box.itemText(index) for index in range(box.count())] == list(row.choices)


def test_no_two_boxes_share_a_letter(panel):
    texts = [label.text() for label in panel.findChildren(QLabel) if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert len(letters) == len(ROWS)
    assert len(set(letters)) == len(letters)


def test_ranges_are_shown_as_the_boxes_show_values(panel):
    assert "0.0000001 to 10." in box_of(panel, "learningRateBox").toolTip()
    assert "0 % to 90 %" in box_of(panel, "validationBox").toolTip()
    assert "1 to 4,096 images" in box_of(panel, "batchSizeBox").toolTip()


def test_every_setting_comes_back_from_the_form(panel):
    config = TrainingConfig(
        preset="mlp", epochs=7, batch_size=64, learning_rate=0.00123, optimizer="sgd", loss="mse", dropout=0.07,
        image_size=48, channels="grey", validation=0.3, seed=2**31 - 1, threads=3,
    )  # fmt: skip
    panel.set_config(config)
    assert panel.config() == config


def test_typed_figures_count_without_leaving_the_box(panel, qtbot):
    box = box_of(panel, "epochsBox")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "25")
    assert panel.config().epochs == 25


@pytest.mark.parametrize(("text", "value"), [("0.02", 0.02), ("0,02", 0.02), ("3e-4", 0.0003), ("1e-7", 1e-7)])
def test_a_learning_rate_can_be_typed_in_any_notation(panel, qtbot, text, value):
    type_into(qtbot, box_of(panel, "learningRateBox"), text)
    assert panel.config().learning_rate == value


@pytest.mark.parametrize("text", ["50", "abc", "0", "-1", "nan", "inf", "e", ""])
def test_no_text_makes_a_learning_rate_out_of_range(panel, qtbot, text):
    type_into(qtbot, box_of(panel, "learningRateBox"), text)
    assert 1e-7 <= panel.config().learning_rate <= 10


def range_note(panel):
    note = box_of(panel, "rangeNote")
    return note.text() if note.isVisible() else ""


@pytest.mark.parametrize("leave", ["return", "tab", "train"])
@pytest.mark.parametrize(
    ("box", "text", "shown", "note"),
    [
        ("epochs", "123456", "10,000", "1 to 10,000"),
        ("epochs", "0", "1", "1 to 10,000"),
        ("batchSize", "5000", "4,096", "1 to 4,096 images"),
        ("batchSize", "99999", "4,096", "1 to 4,096 images"),
        ("batchSize", "-3", "1", "1 to 4,096 images"),
        ("batchSize", "12.7", "13", "1 to 4,096 images"),
        ("batchSize", "-", "32", "1 to 4,096 images"),
        ("batchSize", "1500", "1,500", ""),
        ("batchSize", "1,500", "1,500", ""),
        ("learningRate", "100", "10", "0.0000001 to 10"),
        ("learningRate", "20", "10", "0.0000001 to 10"),
        ("learningRate", "0", "0.0000001", "0.0000001 to 10"),
        ("learningRate", "e", "0.002", "0.0000001 to 10"),
        ("learningRate", "0,5", "0.5", ""),
        ("dropout", "95", "90 %", "0 % to 90 %"),
        ("dropout", "200", "90 %", "0 % to 90 %"),
        ("validation", "99", "90 %", "0 % to 90 %"),
        ("validation", "-1", "0 %", "0 % to 90 %"),
        ("imageSize", "600", "256", "8 to 256 pixels"),
        ("seed", "99999999999", "2,147,483,647", "0 to 2,147,483,647"),
    ],
)
def test_what_is_out_of_range_goes_to_the_nearer_end_and_says_the_range(panel, qtbot, leave, box, text, shown, note):
    field = box_of(panel, f"{box}Box")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    if leave == "return":
        qtbot.keyClick(field, Qt.Key.Key_Return)
    elif leave == "tab":
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    else:
        panel.config()  # Ctrl+R asks for it while somebody still types
    assert field.text() == shown
    assert range_note(panel) == note
    assert panel.config() == panel.config()
    assert field.text() == shown


def test_the_range_goes_away_by_itself_and_moves_nothing(panel, qtbot):
    note = box_of(panel, "rangeNote")
    note.timer.setInterval(10)
    before = [box.geometry() for box in panel._boxes.values()]
    type_into(qtbot, box_of(panel, "seedBox"), "99999999999")
    assert note.isVisible()
    assert [box.geometry() for box in panel._boxes.values()] == before
    assert panel.rect().contains(note.mapTo(panel, note.rect().topLeft()))
    qtbot.waitUntil(lambda: not note.isVisible())


def test_a_size_that_the_preset_does_not_take_says_which_it_takes(panel, qtbot):
    panel.suggest(suggestion("pretrained"))
    type_into(qtbot, box_of(panel, "imageSizeBox"), "150")
    assert panel.config().image_size == 160
    assert range_note(panel) == "96, 128, 160, 192 or 224"


def test_why_a_preset_was_chosen_stands_under_it(panel):
    panel.suggest(suggestion("pretrained"))
    reason, preset, below = (box_of(panel, name) for name in ("presetReason", "presetBox", "headBox"))
    assert reason.isVisible()
    assert preset.geometry().bottom() < reason.geometry().top()
    assert reason.geometry().bottom() < below.geometry().top()


def test_settings_that_do_nothing_are_locked_and_say_why(panel, qtbot):
    validation = box_of(panel, "validationBox")
    panel.set_validation_folder(True)
    assert not validation.isEnabled()
    assert box_of(panel, "validationBoxWhy").text() == "The val/ folder of the data set is used instead."
    assert box_of(panel, "validationBoxWhy").isVisible()
    panel.set_locked(True)
    panel.set_locked(False)
    assert not validation.isEnabled()
    panel.set_validation_folder(False)
    assert validation.isEnabled()
    assert not box_of(panel, "validationBoxWhy").isVisible()
    panel.suggest(suggestion("pretrained"))
    unfold(qtbot, panel)
    assert not box_of(panel, "variantsBox").isEnabled()
    assert "without augmentation" in box_of(panel, "variantsBoxWhy").text()
    choose(qtbot, box_of(panel, "augmentBox"), "flip")
    assert box_of(panel, "variantsBox").isEnabled()
    box_of(panel, "presetBox").setCurrentText("cnn")
    assert not box_of(panel, "variantsBox").isVisible()
    assert not box_of(panel, "variantsBoxWhy").isVisible()


def test_the_help_has_its_place_beside_the_form_where_there_is_none_below(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    panel = HyperparameterPanel(window)
    panel.set_deep_images(True)
    window.resize(900, 500)
    panel.setGeometry(620, 0, 280, 500)
    with qtbot.waitExposed(window):
        window.show()
    unfold(qtbot, panel)
    for row in ROWS:
        if row.presets:
            continue
        box_of(panel, camel(row.name)).setFocus(Qt.FocusReason.TabFocusReason)
        bubble = window.findChild(QLabel, "settingHelpBubble")
        assert bubble.isVisible(), row.name
        assert row.does.replace("'", "&#x27;") in bubble.text()
        assert bubble.geometry().right() < panel.geometry().left()
        assert window.rect().contains(bubble.geometry())
    panel.findChild(QPushButton, "resetSettingsButton").setFocus()
    assert not bubble.isVisible()


@pytest.mark.parametrize("size", [1, 2])
def test_the_help_beside_the_form_is_as_large_as_its_text_and_no_larger_than_the_window(qtbot, size):
    window = QWidget()
    qtbot.addWidget(window)
    font = window.font()
    font.setPointSizeF(size * font.pointSizeF())
    window.setFont(font)
    panel = HyperparameterPanel(window)
    panel.set_deep_images(True)
    window.resize(1000, 600)
    panel.setGeometry(700, 0, 300, 600)
    with qtbot.waitExposed(window):
        window.show()
    unfold(qtbot, panel)
    heights = []
    for name in ("fitBox", "rangePercentileBox", "seedBox"):
        box_of(panel, name).setFocus(Qt.FocusReason.TabFocusReason)
        bubble = window.findChild(QLabel, "settingHelpBubble")
        assert window.rect().contains(bubble.geometry()), name
        bubble.setMinimumHeight(0)
        assert bubble.height() == bubble.heightForWidth(bubble.width())
        heights.append(bubble.height())
    assert heights[2] < heights[0]


@pytest.mark.parametrize("height", [300, 480, 900])
def test_the_scroll_bar_covers_nothing_of_the_form(panel, qtbot, height):
    panel.resize(panel.minimumSizeHint().width(), height)
    area = panel.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().isVisible() is (height < 480))
    assert area.widget().width() <= area.viewport().width()


def test_the_learning_rate_shows_no_idle_zeros_and_steps_1_2_5(panel, qtbot):
    box = box_of(panel, "learningRateBox")
    assert box.text() == "0.002"
    seen = []
    for _ in range(3):
        qtbot.keyClick(box, Qt.Key.Key_Up)
        seen.append(box.text())
    assert seen == ["0.005", "0.01", "0.02"]
    panel.set_config(TrainingConfig(learning_rate=0.0015))
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.text() == "0.001"
    panel.set_config(TrainingConfig(learning_rate=1e-7))
    assert box.text() == "0.0000001"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert panel.config().learning_rate == 1e-7


def test_shares_are_shown_in_percent(panel, qtbot):
    box = box_of(panel, "validationBox")
    assert box.text() == "20 %"
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "25 %"
    assert panel.config().validation == 0.25


def test_an_untouched_rate_follows_the_optimizer_and_a_chosen_one_stays(panel, qtbot):
    optimizer = box_of(panel, "optimizerBox")
    qtbot.keyClicks(optimizer, "sgd")
    assert panel.config().optimizer == "sgd"
    assert panel.config().learning_rate == OPTIMIZERS["sgd"].usual_learning_rate
    type_into(qtbot, box_of(panel, "learningRateBox"), "0.03")
    choose(qtbot, optimizer, "adam")
    assert panel.config().optimizer == "adam"
    assert panel.config().learning_rate == 0.03


def test_one_change_of_the_optimizer_is_one_signal(panel, qtbot):
    heard = []
    panel.changed.connect(lambda: heard.append(panel.config()))
    qtbot.keyClicks(box_of(panel, "optimizerBox"), "sgd")
    assert [(config.optimizer, config.learning_rate) for config in heard] == [
        ("sgd", OPTIMIZERS["sgd"].usual_learning_rate)
    ]


def test_the_wheel_changes_a_box_only_with_the_focus(panel, qtbot):
    for name in ("presetBox", "epochsBox", "learningRateBox", "validationBox"):
        box = box_of(panel, name)
        panel.setFocus()
        before = panel.config()
        turn_wheel(box, -1)
        assert panel.config() == before
        box.setFocus()
        turn_wheel(box, -1 if name != "presetBox" else 1)
        assert panel.config() != before


def test_reset_goes_back_to_the_defaults_and_to_what_suits_the_data(panel, qtbot):
    panel.suggest(suggestion("cnn", 28, "grey"))
    panel.set_config(TrainingConfig(epochs=3, image_size=64, channels="rgb", optimizer="sgd", learning_rate=0.1))
    qtbot.mouseClick(box_of(panel, "resetSettingsButton"), Qt.MouseButton.LeftButton)
    assert panel.config() == TrainingConfig(image_size=28, channels="grey")


def test_a_suggestion_is_held_within_the_range(panel):
    panel.suggest(suggestion("cnn", 1000, "rgb"))
    assert panel.config().image_size == 256


def test_iterations_per_epoch_follow_the_batch_size(panel, qtbot):
    label = box_of(panel, "iterationsPerEpoch")
    assert label.text() == "– iterations/epoch"
    panel.show_counts(800, 121_930)
    assert label.text() == "25 iterations/epoch"
    assert "ceil(800 / 32) = 25" in label.toolTip()
    assert box_of(panel, "weightCount").text() == "121,930 weights"
    type_into(qtbot, box_of(panel, "batchSizeBox"), "33")
    assert label.text() == "25 iterations/epoch"
    assert "ceil(800 / 33) = 25" in label.toolTip()
    type_into(qtbot, box_of(panel, "batchSizeBox"), "4096")
    assert label.text() == "1 iteration/epoch"


def test_a_locked_form_cannot_be_changed(panel, qtbot):
    panel.set_locked(True)
    before = panel.config()
    button = panel.findChild(QPushButton, "resetSettingsButton")
    panel.set_config(TrainingConfig(epochs=3))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(box_of(panel, "epochsBox"), Qt.Key.Key_Up)
    assert panel.config().epochs == 3
    assert "Locked" in button.text()
    panel.set_locked(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.config() == before


def unfold(qtbot, panel):
    qtbot.mouseClick(panel.findChild(QToolButton, "moreSettingsButton"), Qt.MouseButton.LeftButton)


def test_the_focus_shows_the_help(panel, qtbot):
    text = box_of(panel, "settingHelp")
    panel.resize(260, 900)
    unfold(qtbot, panel)
    for row in ROWS:
        box_of(panel, "presetBox").setCurrentText((row.presets or ("cnn",))[-1])
        box_of(panel, "augmentBox").setCurrentText("flip")  # so that variants matter
        box_of(panel, camel(row.name)).setFocus(Qt.FocusReason.TabFocusReason)
        assert row.does.replace("'", "&#x27;") in text.text()


def test_the_help_says_as_much_as_there_is_room_for(panel, qtbot):
    text = box_of(panel, "settingHelp")
    box_of(panel, "lossBox").setFocus()
    seen = set()
    for height in range(900, 400, -10):
        panel.resize(260, height)
        settle()
        assert text.heightForWidth(text.width()) <= text.height() or not text.text()
        seen.add(("When to change" in text.text(), "Range:" in text.text()))
    assert seen == {(True, True), (False, True), (False, False)}


def test_advanced_settings_are_folded_away_until_asked_for(panel, qtbot):
    advanced = [box_of(panel, camel(row.name)) for row in ROWS if row.advanced and not row.presets]
    assert advanced
    assert not any(box.isVisible() for box in advanced)
    unfold(qtbot, panel)
    assert all(box.isVisible() for box in advanced)
    panel.set_config(TrainingConfig())
    panel.set_locked(True)
    panel.hide()
    panel.show()
    assert all(box.isVisible() for box in advanced)
    unfold(qtbot, panel)
    assert not any(box.isVisible() for box in advanced)


def test_batches_of_one_image_are_warned_of_where_they_spoil_the_network(panel, qtbot):
    note = panel.findChild(QLabel, "batchNote")
    type_into(qtbot, box_of(panel, "batchSizeBox"), "1")
    assert not note.isVisible()
    choose(qtbot, box_of(panel, "presetBox"), "resnet")
    assert note.isVisible()
    assert "Set Batch size (--batch-size) to 8 or more" in note.text()
    type_into(qtbot, box_of(panel, "batchSizeBox"), "2")
    assert not note.isVisible()
    panel.set_config(TrainingConfig(preset="resnet", batch_size=1))
    assert note.isVisible()


def test_the_range_percentile_is_there_for_images_that_have_one_alone(panel, qtbot):
    unfold(qtbot, panel)
    box, more = box_of(panel, "rangePercentileBox"), panel.findChild(QToolButton, "moreSettingsButton")
    type_into(qtbot, box, "99.5")
    assert panel.config().range_percentile == 99.5
    assert more.text().replace("&", "") == "More (1 changed)"
    panel.set_deep_images(False)
    assert not box.isVisible()
    assert more.text().replace("&", "") == "More"
    panel.set_deep_images(True)
    assert box.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert panel.config().range_percentile == 99.6


def test_what_is_changed_among_the_folded_settings_is_counted(panel, qtbot):
    button = panel.findChild(QToolButton, "moreSettingsButton")
    assert button.text().replace("&", "") == "More"
    panel.set_config(TrainingConfig(schedule="step", weight_decay=0.01))
    assert button.text().replace("&", "") == "More (2 changed)"
    qtbot.mouseClick(box_of(panel, "resetSettingsButton"), Qt.MouseButton.LeftButton)
    assert button.text().replace("&", "") == "More"


def test_numbers_that_are_no_shares_are_not_shown_in_percent(panel, qtbot):
    unfold(qtbot, panel)
    texts = {name: box_of(panel, f"{name}Box").text() for name in ("weightDecay", "clipNorm", "labelSmoothing")}
    assert texts == {"weightDecay": "0", "clipNorm": "0", "labelSmoothing": "0 %"}
    type_into(qtbot, box_of(panel, "weightDecayBox"), "5e-4")
    type_into(qtbot, box_of(panel, "clipNormBox"), "1,5")
    type_into(qtbot, box_of(panel, "labelSmoothingBox"), "10")
    config = panel.config()
    assert (config.weight_decay, config.clip_norm, config.label_smoothing) == (0.0005, 1.5, 0.1)
    assert "0 to 1000." in box_of(panel, "clipNormBox").toolTip()


@pytest.mark.parametrize(
    ("preset", "more", "height"),
    [("cnn", False, 480), ("cnn", True, 640), ("pretrained", False, 545), ("pretrained", True, 755)],
)
def test_all_fits_in_the_column_of_a_small_window(panel, qtbot, preset, more, height):
    if preset == "pretrained":
        panel.suggest(suggestion(preset))
    if more:
        unfold(qtbot, panel)
    panel.resize(250, height)
    settle()
    assert not panel.findChild(QScrollArea).verticalScrollBar().isVisible()
    for row in ROWS:
        box = box_of(panel, camel(row.name))
        if box.isVisible():
            corner = box.mapTo(panel, box.rect().bottomRight())
            assert panel.rect().contains(corner), row.name
        else:
            assert (row.advanced and not more) or (row.presets and preset not in row.presets)


# what follows from data set and settings


def test_figures_of_one_data_set_never_stand_under_another(panel, qtbot, monkeypatch, tmp_path):
    slow = load_dataset(class_folders(tmp_path / "slow", {"a": 20, "b": 20}))
    quick = load_dataset(class_folders(tmp_path / "quick", {"a": 4, "b": 4}))
    held = threading.Event()
    count = preview.plan_training

    def plan(dataset, config):
        if dataset is slow:
            held.wait(20)
        return count(dataset, config)

    monkeypatch.setattr(preview, "plan_training", plan)
    figures = preview.ModelPreview(panel)
    shown = []
    monkeypatch.setattr(panel, "show_counts", lambda images, weights: shown.append(images))
    figures.set_dataset(slow)
    shown.clear()
    figures.set_dataset(quick)
    assert shown == [None]  # at once, not when the figures of the new one are there
    held.set()
    qtbot.waitUntil(lambda: not figures.is_busy(), timeout=20_000)
    assert shown[-1] == count(quick, panel.config()).training_images
    assert count(slow, panel.config()).training_images not in shown
