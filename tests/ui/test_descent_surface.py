"""Step 3 with two weights: the surface, the way on it, and where there are hills."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSpinBox

from tests.helpers import by_hand, plain_network
from tests.helpers.descent import descent, learning_rate, steps_of, wait
from tests.helpers.lesson import PATIENCE, click, copied, find, go_to, label, numbers


def test_step_3_the_surface_and_the_way_on_it(qtbot, lesson, network_state):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonDescentSquaredErrors")
    wait(qtbot, lesson)
    click(qtbot, lesson, "lessonTwoWeights")
    wait(qtbot, lesson)
    pixels, labels, name, _ = descent(lesson)
    first, second = lesson.current.landscape.indices
    click(qtbot, lesson, "lessonStepButton")
    qtbot.waitUntil(lambda: len(lesson.current.path.points) == 2, timeout=PATIENCE)
    rows = copied(qtbot, lesson)
    rate = float(learning_rate(rows)[1])
    weights = [float(network_state[name][first]), float(network_state[name][second])]
    for row in steps_of(rows):
        moved = [(name, first, weights[0]), (name, second, weights[1])]
        slopes = [plain_network.slope(network_state, pixels, labels, "mse", name, i, moved) for i in (first, second)]
        loss = plain_network.mean_loss(network_state, pixels, labels, "mse", moved)
        assert row[1:] == pytest.approx([*weights, loss, *slopes], abs=2e-8)
        weights = [w - rate * g for w, g in zip(weights, slopes, strict=True)]
    header = next(k for k, row in enumerate(rows) if row[0] == "loss" and len(row) > 2)
    grid = rows[header:]
    for j, i in ((1, 1), (9, 30), (33, 2)):
        moved = [(name, first, float(grid[0][i])), (name, second, float(grid[j][0]))]
        assert float(grid[j][i]) == pytest.approx(
            plain_network.mean_loss(network_state, pixels, labels, "mse", moved), abs=3e-6
        )
    written = label(lesson, "lessonUpdate").split("\n")
    for line in written:
        by_hand.check(line)
    assert [numbers(line)[-1] for line in written] == pytest.approx(weights, abs=1e-6)


def test_step_3_another_place_on_the_map_by_mouse_and_key(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonTwoWeights")
    wait(qtbot, lesson)
    plot = find(lesson, "lessonSurfacePlot")
    a, b = lesson.current.path.here.weights
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() * 2 // 3, plot.height() // 4))
    wait(qtbot, lesson)
    here = lesson.current.path.here.weights
    assert here[0] > a
    assert here[1] > b
    for key, place, larger in ((Qt.Key.Key_Left, 0, False), (Qt.Key.Key_Up, 1, True)):
        before = lesson.current.path.here.weights
        qtbot.keyClick(plot, key)
        wait(qtbot, lesson)
        after = lesson.current.path.here.weights
        assert (after[place] > before[place]) is larger
        assert after[1 - place] == before[1 - place]


def test_step_3_hills_are_found(qtbot, lesson):
    go_to(qtbot, lesson, 3)
    click(qtbot, lesson, "lessonDescentSquaredErrors")
    wait(qtbot, lesson)
    number = find(lesson, "lessonWeightBox", QSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, "12")  # hardly one of the pair that is found
    qtbot.keyClick(number, Qt.Key.Key_Return)
    wait(qtbot, lesson)
    click(qtbot, lesson, "lessonTwoWeights")
    wait(qtbot, lesson)
    before = lesson.current.landscape
    click(qtbot, lesson, "lessonHills")
    qtbot.waitUntil(lambda: not lesson.current.is_busy(), timeout=PATIENCE)
    assert lesson.current.landscape is not before
    found = lesson.current.landscape
    assert lesson.current.page.chooser.index == found.indices[0]
    assert (found.name, found.indices[0]) != (before.name, before.indices[0])  # else this asks for nothing
    click(qtbot, lesson, "lessonOneWeight")  # the curve that was there is of another weight
    assert lesson.current.page.plot.view is None
    assert label(lesson, "lessonSlope") == ""
    wait(qtbot, lesson)
    assert (lesson.current.landscape.name, lesson.current.landscape.indices[0]) == (found.name, found.indices[0])
