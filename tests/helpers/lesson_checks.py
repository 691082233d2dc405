"""Every number of steps 5, 7 and 8 as it stands on the screen, against plain float64 NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from nn_trainer.engine.streams import Purpose, stream
from nn_trainer.wording import read
from tests.helpers.lesson_clicks import click, text_of
from tests.helpers.plain_numpy import PlainNetwork, losses_and_gradient, softmax
from tests.helpers.shown_numbers import agrees, assert_shown, numbers_in, same_as_shown


def run_one(qtbot, step):
    before = step.loop.iterations
    click(qtbot, step, "loopStep")
    qtbot.waitUntil(lambda: step.loop.iterations == before + 1 and not step.is_busy(), timeout=20_000)


class LoopReference:
    """The same training, step by step, in plain NumPy."""

    def __init__(self, step, rate):
        loop = step.loop
        self.plain = PlainNetwork(loop.network)
        self.inputs, self.labels, self.size, self.rate = loop.inputs, loop.labels, loop.batch_size, rate
        self.order = stream(0, Purpose.ORDER, 1).permutation(len(self.labels))
        self.done = 0

    def run(self):
        start = self.done * self.size
        self.batch = self.order[start : start + self.size]
        self.y = self.labels[self.batch]
        logits = self.plain.forward(self.inputs[self.batch])
        self.probabilities = softmax(logits)
        self.losses, dlogits = losses_and_gradient("cross-entropy", logits, self.y)
        self.gradients = self.plain.backward(dlogits / len(self.batch))
        self.before = {name: array.copy() for name, array in self.plain.state.items()}
        for name, gradient in self.gradients.items():
            self.plain.state[name] = self.plain.state[name] - gradient * self.rate
        self.done += 1


def check_stations(step, reference, shown, place):
    """Every number on the screen against the reference."""
    d = step.diagram
    loss = reference.losses
    assert d.images.caption.text() == f"Image {shown + 1} of the {len(reference.batch)} in this batch"
    rows = d.prediction.bars.rows()
    np.testing.assert_allclose([p for _, p, _ in rows], reference.probabilities[shown], rtol=1e-5, atol=1e-12)
    assert [y for _, _, y in rows] == list(np.eye(len(rows), dtype=int)[reference.y[shown]])
    lines = d.prediction.bars.lines()[1:]
    assert_shown([line.split("\t")[1] for line in lines], list(reference.probabilities[shown]))
    truth = reference.probabilities[shown, reference.y[shown]]
    assert_shown(numbers_in(text_of(step, "loopLossOfImage").replace("−ln", "ln")), [truth, loss[shown]])
    assert_shown(numbers_in(text_of(step, "loopLossOfBatch")), [len(loss), loss.mean()])
    squares = {name: float((g**2).sum()) for name, g in reference.gradients.items()}
    assert_shown(numbers_in(text_of(step, "loopGradientNorm")), [sum(squares.values()) ** 0.5])
    norms = [line.split("\t") for line in d.gradient.bars.lines()]
    assert len(norms) == len({name.partition(".")[0] for name in squares})
    for layer, norm in norms:
        assert agrees(norm, sum(s for name, s in squares.items() if name.startswith(f"{layer}.")) ** 0.5)
    array, index = place
    gradient, before = reference.gradients[array][index], reference.before[array][index]
    shown_gradient = text_of(step, "loopWeightGradient").rpartition(": ")[2]
    assert agrees(shown_gradient, gradient)
    assert_shown(
        numbers_in(text_of(step, "loopUpdate").replace("− (−", "* −").replace("− ", "")),
        [before, gradient, reference.rate, before - gradient * reference.rate],
    )
    for block in d.network.strip.blocks:
        expected = reference.plain.outputs[block.layer][shown]
        np.testing.assert_allclose(block.values, expected, atol=1e-4)
    for line, block in zip(d.network.lines(), d.network.strip.blocks, strict=True):
        low, high = line.split("\t")[2], line.split("\t")[4]
        expected = reference.plain.outputs[block.layer][shown]
        assert_shown([low, high], [expected.min(), expected.max()])


def watched_place(step):
    """The weight that station 6 names: (array, index)."""
    array, _, index = text_of(step, "loopWeightName").removeprefix("W is ").removesuffix("]").partition("[")
    return array, tuple(map(int, index.split(", ")))


def check_inference(step, subject, inputs):
    """Every number of step 7 on the screen for what the network takes of one image."""
    z = PlainNetwork(subject.network).forward(inputs[None])[0]
    e = np.exp(z - z.max())
    y = softmax(z)
    rows = [line.split("\t") for line in step.table.lines()[1:]]
    assert [row[1] for row in rows] == [*subject.class_names, "sum"]
    assert [row[0] for row in rows[:-1]] == [str(k) for k in range(len(z))]
    assert_shown([row[2] for row in rows[:-1]], list(z))
    for column, values in ((3, e), (4, y)):
        np.testing.assert_allclose([float(read(row[column])) for row in rows[:-1]], values, rtol=2e-6, atol=2e-6)
    check_softmax_by_hand(rows)
    best = int(y.argmax())
    name, _, probability = text_of(step, "inferenceSaid").rpartition("  ")
    assert name == subject.class_names[best]
    assert probability == rows[best][4]
    assert text_of(step, "inferenceHow").startswith(f"arg max y' = {best}, ")
    newest = step.seen.lines()[1].split("\t")
    assert newest[1] == subject.class_names[best]
    assert newest[2:] == [rows[best][4], "1.0000"]


def check_softmax_by_hand(rows):
    """Each number of the table from those before it as they are written, to its last digit."""
    z, e, y = ([read(row[column]) for row in rows[:-1]] for column in (2, 3, 4))
    for k, row in enumerate(rows[:-1]):
        assert same_as_shown((z[k] - max(z)).exp(), e[k], text=row[3])
        assert same_as_shown(e[k] / read(rows[-1][3]), y[k], text=row[4])
    assert same_as_shown(sum(e), read(rows[-1][3]), text=rows[-1][3])
    assert same_as_shown(sum(y), read(rows[-1][4]), text=rows[-1][4])


def check_convolution(page, network, image):
    """Every number of the second page of step 8 for an image (height, width, channels)."""
    plain = PlainNetwork(network)
    plain.forward(image[None])
    block, number = page.block, page.filter.value() - 1
    for place, output in enumerate(block.outputs, 1):
        values = plain.outputs[output.layer][0][number]
        assert_shown(
            numbers_in(text_of(page, f"convolutionOutput{place}").partition(": ")[2]), [values.min(), values.max()]
        )
    row, column = page.place
    x = plain.patches(block.layer)[:, row, column]
    kernel = plain.state[f"{block.layer}.weight"][number]
    channel = page.pixel.channel.value() - 1
    for name, values in (("patch", x[channel]), ("kernel", kernel[channel])):
        assert_shown(cells(page, name), list(values.ravel()))
    # what follows is computed from these digits: within a few units of the fifth decimal, and of the third for the sum
    results = [float(read(text)) for text in cells(page, "products")]
    np.testing.assert_allclose(results, (x * kernel)[channel].ravel(), atol=4e-5)
    sums = (x * kernel).sum(axis=(1, 2))
    bias = plain.state.get(f"{block.layer}.bias", np.zeros(len(block.kernels)))[number]
    terms, _, value = text_of(page, "pixelSum").rpartition(": ")[2].rpartition(" = ")
    assert float(read(value)) == pytest.approx(sums.sum() + bias, abs=8e-4)
    assert float(read(value)) == pytest.approx(plain.outputs[block.layer][0][number, row, column], abs=8e-4)
    if len(sums) > 1:
        shown = [float(read(term.split(" (")[0])) for term in terms.split(" + ")]
        np.testing.assert_allclose(shown[:3], sums[:3], atol=2e-4)
        others = [sums[3:].sum()] if len(sums) > 3 else []
        np.testing.assert_allclose(shown[3:], [*others, *([bias] if bias else [])], atol=8e-4)


def cells(page, name):
    """The numbers of one of the three grids, row by row."""
    return [text for line in page.pixel.grids[name].lines() for text in line.split("\t")]
