"""The first four steps on photos, with the head of the preset pretrained: the same numbers as in plain NumPy."""

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.pretrained.backbone import load_backbone
from tests.helpers import plain_network
from tests.helpers.images import class_folders
from tests.helpers.lesson import PATIENCE, answer, click, copied, find, label, numbers, shown_lesson
from tests.helpers.running import records_of

CLASSES = {"blue": 4, "green": 4, "red": 4}
FOUR, SIX, NINE = 0.51e-4, 1.01e-6, 2e-8


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A data set of photos and a classifier with a trained head."""
    folder = class_folders(tmp_path_factory.mktemp("photos") / "colours", CLASSES, 120, 100)
    dataset = load_dataset(folder, image_size=96, channels="rgb")
    config = make_config(preset="pretrained", image_size=96, epochs=3, validation=0.25, batch_size=4)
    fitting = Fitting(dataset, config)
    for _ in records_of(fitting):
        pass
    return dataset, fitting.classifier


@pytest.fixture
def tab(qtbot, trained):
    with shown_lesson(qtbot, *trained, "Just trained, 3 epochs") as tab:
        yield tab


@pytest.fixture
def state(trained):
    return trained[1].network.state()


@pytest.fixture
def features(tab):
    return load_backbone().features(tab.subject.pictures).astype(np.float64)


def wait(qtbot, tab):
    qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)


def test_step_1(qtbot, tab, state, features):
    assert "Just trained" in tab.origin.text()
    click(qtbot, tab, "lessonRandomImage")
    image = tab.picker.image
    expected = plain_network.probabilities(state, features[image][None])[0]
    rows = copied(qtbot, tab)[1:]
    assert [row[1] for row in rows] == ["blue", "green", "red"]
    assert [float(row[4]) for row in rows] == pytest.approx(expected, abs=FOUR)
    click(qtbot, tab, "lessonClassShuffle")
    by_name = dict(zip(("blue", "green", "red"), expected, strict=True))
    for row in copied(qtbot, tab)[1:]:
        assert float(row[4]) == pytest.approx(by_name[row[1]], abs=FOUR)


@pytest.mark.parametrize("loss", ["mse", "cross-entropy"])
def test_step_2(qtbot, tab, state, features, loss):
    click(qtbot, tab, "lessonStep2")
    if loss == "cross-entropy":
        click(qtbot, tab, "lessonCrossEntropy")
    rows = copied(qtbot, tab)
    batch = [row for row in rows[rows.index(["image of the batch", "label", "loss"]) + 1 :] if row[0] != "mean"]
    indices = [int(row[0]) - 1 for row in batch]
    expected = plain_network.losses(state, features[indices], tab.subject.labels[indices], loss)
    assert [float(row[2]) for row in batch] == pytest.approx(expected, abs=FOUR)
    assert float(rows[-1][2]) == pytest.approx(expected.mean(), abs=FOUR)
    assert numbers(label(tab, "lessonLossFormula"))[-1] == pytest.approx(expected[0], abs=FOUR)


def test_step_3(qtbot, tab, state, features):
    click(qtbot, tab, "lessonStep3")
    wait(qtbot, tab)
    chosen = tab.subject.batch(32)
    assert len(chosen) == 9  # all that are trained on
    inputs, labels = features[chosen], tab.subject.labels[chosen]
    name, index = tab.current.page.chooser.name, tab.current.page.chooser.index
    assert name == "dense1.weight"
    click(qtbot, tab, "lessonStepButton")
    wait(qtbot, tab)
    rows = copied(qtbot, tab)
    rate = float(next(row[1] for row in rows if row[0] == "learning rate"))
    weight = float(state[name][index])
    for row in rows[1:3]:
        moved = [(name, index, weight)]
        slope = plain_network.slope(state, inputs, labels, "cross-entropy", name, index, moved)
        loss = plain_network.mean_loss(state, inputs, labels, "cross-entropy", moved)
        assert [float(cell) for cell in row[1:]] == pytest.approx([weight, loss, slope], abs=NINE)
        weight -= rate * slope
    assert numbers(label(tab, "lessonUpdate"))[-1] == pytest.approx(weight, abs=SIX)
    curve = np.array([[float(c) for c in row] for row in rows[rows.index(["weight", "loss"]) + 1 :]])
    for at, value in curve[::10]:
        expected = plain_network.mean_loss(state, inputs, labels, "cross-entropy", [(name, index, at)])
        assert value == pytest.approx(expected, abs=NINE)
    click(qtbot, tab, "lessonGradientCheckButton")
    checked = find(tab, "lessonCheck", QLabel)
    qtbot.waitUntil(checked.isVisible, timeout=PATIENCE)
    rows = copied(qtbot, tab)
    assert float(rows[-1][1]) == pytest.approx(float(rows[-2][3]), abs=1e-8)


def test_step_4(qtbot, tab, state, features):
    click(qtbot, tab, "lessonStep4")
    click(qtbot, tab, "lessonUpdateMine")
    wait(qtbot, tab)
    chosen = tab.subject.batch(8)
    name, index = tab.current.chooser.name, tab.current.chooser.index
    before = float(state[name][index])
    slope = plain_network.slope(state, features[chosen], tab.subject.labels[chosen], "cross-entropy", name, index)
    after = before - slope * tab.current.rate
    assert answer(qtbot, tab, f"{after:.6f}")[0]
    click(qtbot, tab, "lessonRunIteration")
    rows = dict(row for row in copied(qtbot, tab) if len(row) == 2)
    shown = [float(rows[key]) for key in ("weight W1", "gradient", "weight W2", "after one iteration")]
    assert shown == pytest.approx([before, slope, after, after], abs=NINE)
