"""What the lesson computes, against plain forward passes, plain NumPy and pencil and paper."""

import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.inspection import (
    batch_gradient,
    batch_loss,
    check_gradient,
    comfortable_size,
    lesson_copy,
    set_weight,
    weight_at,
)
from nn_trainer.engine.layers.activations import ReLU, Tanh
from nn_trainer.engine.layers.average_pooling import AveragePooling, GlobalAveragePooling
from nn_trainer.engine.layers.batch_normalization import BatchNormalization
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.depthwise_convolution import DepthwiseConvolution
from nn_trainer.engine.layers.dropout import Dropout
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.layers.residual import Residual
from nn_trainer.engine.lesson.formulas import Bowl, OneSample, example, sample_losses, updated
from nn_trainer.engine.lesson.hills import find_hills, is_parted, valleys
from nn_trainer.engine.lesson.landscape import Landscape
from nn_trainer.engine.lesson.loss_of_weights import LossOfWeights
from nn_trainer.engine.lesson.one_iteration import one_iteration
from nn_trainer.engine.lesson.permuted import with_outputs_permuted
from nn_trainer.engine.lesson.slice import RADII, loss_slice, telling_radius
from nn_trainer.engine.lesson.surface import loss_surface
from nn_trainer.engine.losses import LOSSES
from nn_trainer.engine.network import Network
from nn_trainer.work import Task
from tests.helpers import plain_network

CLASSES = 4
SHAPE = (12, 12, 2)


def network_of(*layers, dtype=np.float64):
    return Network([Pixels((120.0, 130.0), (60.0, 50.0)), *layers], SHAPE, seed=3, dtype=dtype)


NETWORKS = {
    "linear": lambda: lesson_copy(build_network("linear", SHAPE, CLASSES)),
    "mlp": lambda: lesson_copy(build_network("mlp", SHAPE, CLASSES)),
    "cnn": lambda: lesson_copy(build_network("cnn", SHAPE, CLASSES)),
    "resnet": lambda: lesson_copy(build_network("resnet", SHAPE, CLASSES)),
    "depthwise": lambda: network_of(
        *(Convolution(3), BatchNormalization(), Tanh(), DepthwiseConvolution(stride=2), AveragePooling()),
        *(Convolution(5, kernel=1, stride=1), GlobalAveragePooling(), Dense(6), Tanh(), Dense(CLASSES)),
    ),
    "stride": lambda: network_of(Convolution(3, stride=2), ReLU(), Convolution(4, stride=2), Flatten(), Dense(CLASSES)),
}


@pytest.fixture(scope="module")
def batch():
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (6, *SHAPE), dtype=np.uint8), rng.integers(0, CLASSES, 6)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", NETWORKS)
def test_the_loss_over_a_weight_is_that_of_the_whole_network(kind, loss, batch):
    network = NETWORKS[kind]()
    before = network.weights.copy()
    gradient = batch_gradient(network, *batch, LOSSES[loss]())
    for name, values in list(gradient.gradients.items())[:: 3 if kind == "resnet" else 1]:
        (_, index), (_, other) = gradient.strongest(name, 2)
        one = LossOfWeights(network, *batch, LOSSES[loss](), name, [index])
        two = LossOfWeights(network, *batch, LOSSES[loss](), name, [index, other])
        start = weight_at(network, name, index)
        assert one.values == (start,)
        assert two.at(*two.values) == pytest.approx(gradient.loss, abs=1e-13)
        for distance in (-1.7, 0.0, 0.4):
            twin = lesson_copy(network)
            set_weight(twin, name, index, start + distance)
            assert one.at(start + distance) == pytest.approx(batch_loss(twin, *batch, LOSSES[loss]()), abs=1e-12)
            set_weight(twin, name, other, 0.9)
            assert two.at(start + distance, 0.9) == pytest.approx(batch_loss(twin, *batch, LOSSES[loss]()), abs=1e-12)
        assert one.at(start) == pytest.approx(gradient.loss, abs=1e-13)  # whatever was asked before
        assert values[index] == pytest.approx((one.at(start + 1e-6) - one.at(start - 1e-6)) / 2e-6, abs=2e-3)
    assert (network.weights == before).all()


def test_a_weight_that_no_image_uses_does_not_change_the_loss():
    network = network_of(Flatten(), Dense(CLASSES))
    pixels = np.full((3, *SHAPE), 120, np.uint8)
    pixels[..., 1] = 130  # zero after standardising
    labels = np.array([0, 1, 2])
    loss = LossOfWeights(network, pixels, labels, LOSSES["mse"](), "dense1.weight", [(5, 1)])
    assert loss.at(-3.0) == loss.at(8.0) == batch_loss(network, pixels, labels, LOSSES["mse"]())


@pytest.mark.parametrize("loss", LOSSES)
def test_the_engine_and_plain_numpy_agree(loss, batch):
    network = NETWORKS["cnn"]()
    pixels, labels = batch
    state = network.state()
    gradient = batch_gradient(network, pixels, labels, LOSSES[loss]())
    assert gradient.loss == pytest.approx(plain_network.mean_loss(state, pixels, labels, loss), abs=1e-12)
    for name in gradient.gradients:
        _, index = gradient.strongest(name)[0]
        by_hand = plain_network.slope(state, pixels, labels, loss, name, index)
        assert gradient.gradients[name][index] == pytest.approx(by_hand, abs=1e-8)


def test_a_copy_is_the_same_network_without_dropout(batch):
    network = network_of(Flatten(), Dense(5), Dropout(0.5), Dense(CLASSES, initializer="glorot"), dtype=np.float32)
    twin = lesson_copy(network)
    assert [layer.kind for layer in twin.layers] == ["Pixels", "Flatten", "Dense", "Dense"]
    assert twin.weights.dtype == np.float64
    assert {name: a.tolist() for name, a in twin.state().items()} == {
        name: a.tolist() for name, a in network.state().items()
    }
    twin.weights[...] = 0
    assert network.weights.any()
    nested = network_of(Residual([Convolution(2), Dropout(0.2)]), GlobalAveragePooling(), Dense(CLASSES))
    assert [layer.kind for layer in lesson_copy(nested).layers[1].branch.layers] == ["Convolution"]


def test_finite_differences_come_nearer_as_they_shrink(batch):
    network = network_of(Convolution(3), Tanh(), Flatten(), Dense(CLASSES))
    before = network.weights.copy()
    check = check_gradient(network, *batch, LOSSES["cross-entropy"](), "convolution1.weight", (1, 0, 2, 2))
    assert check.weight == weight_at(network, "convolution1.weight", (1, 0, 2, 2))
    errors = [abs(difference.slope - check.backpropagation) for difference in check.differences]
    assert errors[0] > errors[1] > errors[2]
    assert min(errors) < 1e-9
    for difference in check.differences:
        rise = difference.loss_right - difference.loss_left
        assert difference.slope == rise / (2 * difference.width)
    elsewhere = check_gradient(network, *batch, LOSSES["mse"](), "dense1.bias", (0,), weight=2.0)
    assert elsewhere.weight == 2.0
    assert elsewhere.differences[-1].slope == pytest.approx(elsewhere.backpropagation, abs=1e-9)
    assert (network.weights == before).all()


def test_outputs_in_another_order_are_the_same_outputs(batch):
    network = NETWORKS["cnn"]()
    network.weights += np.linspace(-0.1, 0.1, network.weight_count)  # so that no bias is zero
    order = [2, 0, 3, 1]
    usual = plain_network.probabilities(network.state(), batch[0])
    moved = plain_network.probabilities(with_outputs_permuted(network, order).state(), batch[0])
    assert moved == pytest.approx(usual[:, order], abs=1e-14)
    with pytest.raises(ValueError, match="not a dense layer"):
        with_outputs_permuted(network_of(Flatten(), Dense(CLASSES), Tanh()), order)


@pytest.mark.parametrize("kind", ["mlp", "resnet"])
def test_one_iteration_moves_every_weight_as_the_formula_says(kind, batch):
    network = NETWORKS[kind]()
    before = network.weights.copy()
    done = one_iteration(network, *batch, "cross-entropy", 0.3)
    assert (network.weights == before).all()
    for name, gradient in done.gradient.gradients.items():
        assert done.after[name] == pytest.approx(done.before[name] - 0.3 * gradient, abs=1e-15)
        assert (done.after[name] != done.before[name]).any()


def test_the_slice_is_as_wide_as_it_takes_to_see_the_loss_turn(batch):
    network = NETWORKS["cnn"]()
    gradient = batch_gradient(network, *batch, LOSSES["mse"]())
    name, index = gradient.strongest()[0]
    landscape = Landscape(network, *batch, "mse", name, [index])
    centre = landscape.start.weights[0]
    radius = telling_radius(landscape.loss, centre)
    assert radius in RADII
    drawn = loss_slice(landscape.loss, centre, radius)
    assert drawn.weights[[0, -1]] == pytest.approx([centre - radius, centre + radius])
    assert radius == RADII[-1] or drawn.losses.min() < min(drawn.losses[[0, -1]])
    assert landscape.start.gradients[0] == pytest.approx(gradient.gradients[name][index], abs=1e-15)
    there = landscape.point((centre + 0.5,))
    assert there.loss == pytest.approx(landscape.loss.at(centre + 0.5), abs=1e-12)
    assert there.gradients[0] == pytest.approx(
        plain_network.slope(network.state(), *batch, "mse", name, index, [(name, index, centre + 0.5)]), abs=1e-8
    )


def test_a_surface_has_the_first_weight_across_and_the_second_up(batch):
    network = NETWORKS["cnn"]()
    pair = [(3, 0), (3, 1)]
    loss = LossOfWeights(network, *batch, LOSSES["mse"](), "dense1.weight", pair)
    surface = loss_surface(loss, (0.5, -1.0), 2.0, points=5)
    assert surface.first.tolist() == [-1.5, -0.5, 0.5, 1.5, 2.5]
    assert surface.second.tolist() == [-3, -2, -1, 0, 1]
    state = network.state()
    moved = [("dense1.weight", pair[0], 2.5), ("dense1.weight", pair[1], -2)]
    assert surface.losses[1, 4] == pytest.approx(plain_network.mean_loss(state, *batch, "mse", moved), abs=1e-12)
    rows = iter([False, False, True])
    cut = loss_surface(loss, (0.5, -1.0), 2.0, task=Task(cancelled=lambda: next(rows)), points=5)
    assert np.isfinite(cut.losses[:2]).all()
    assert np.isnan(cut.losses[2:]).all()


def test_valleys_are_counted():
    x, y = np.meshgrid(np.linspace(-2, 2, 21), np.linspace(-2, 2, 21))
    assert valleys(x**2 + y**2) == 1
    assert valleys((x**2 - 1) ** 2 + y**2) == 2
    assert valleys(x + y) == 0


def test_hills_are_found_where_there_are_some(batch):
    network = NETWORKS["cnn"]()
    names = ["dense1.weight", "convolution1.weight"]
    found = find_hills(network, *batch, "mse", names)
    assert found is not None
    name, pair, radius = found
    loss = LossOfWeights(network, *batch, LOSSES["mse"](), name, pair)
    assert valleys(loss_surface(loss, loss.values, radius, points=17).losses) > 1
    assert find_hills(network, *batch, "cross-entropy", ["dense1.weight"]) is None  # convex in the last layer


def test_the_lesson_s_own_numbers():
    sample = example()
    assert sample.squares == pytest.approx([0.3969, 0.25, 0.0169])
    assert sample.sse == pytest.approx(0.6638, abs=1e-12)
    assert sample.cross_entropy == pytest.approx(0.994252, abs=1e-6)
    assert updated(0.38, -0.55, 0.01) == pytest.approx(0.3855, abs=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_pull_is_minus_the_slope_at_the_true_class(loss):
    p = np.array([0.2, 0.5, 0.3])
    y = np.array([0.0, 1.0, 0.0])

    def value(shift):
        z = np.log(p) + shift * y
        q = np.exp(z) / np.exp(z).sum()
        moved = OneSample(y, q)
        return moved.sse if loss == "mse" else moved.cross_entropy

    assert OneSample(y, p).push(loss) == pytest.approx(-(value(1e-6) - value(-1e-6)) / 2e-6, abs=1e-8)


def test_no_probability_for_the_true_class_is_an_infinite_loss():
    sample = OneSample(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert sample.cross_entropy == np.inf
    assert sample.push("cross-entropy") == pytest.approx(1)
    assert sample_losses(np.array([[0.5, 0.5]]), np.array([1]), "cross-entropy") == pytest.approx([np.log(2)])


def test_the_bowl_overshoots_from_twice_its_curvature_on():
    bowl = Bowl()
    for rate, nearer in ((0.5, True), (1.9, True), (2.1, False)):
        weight = -1.0
        after = updated(weight, bowl.gradient(weight), rate)
        assert (bowl.loss(after) < bowl.loss(weight)) is nearer
    assert updated(-1.0, bowl.gradient(-1.0), 1 / bowl.curvature) == pytest.approx(bowl.optimum)


def test_large_networks_get_small_batches():
    assert comfortable_size(build_network("cnn", (28, 28, 1), 10)) == 32
    assert 4 <= comfortable_size(build_network("cnn", (128, 128, 3), 10)) < 16


def test_one_narrow_valley_askew_to_the_grid_is_not_taken_for_two():
    """A sum of two squares is convex, and yet some points of a coarse grid are lower than all around."""

    class Valley:
        def at(self, a: float, b: float) -> float:
            return (a * 0.9 + b * 0.43) ** 2 * 40 + (a * 0.43 - b * 0.9) ** 2 * 0.01

    class TwoValleys:
        def at(self, a: float, b: float) -> float:
            return (a * a - 1) ** 2 + b * b

    for loss, parted in ((Valley(), False), (TwoValleys(), True)):
        surface = loss_surface(loss, (0.0, 0.0), 2.0, points=17)
        assert valleys(surface.losses) > 1
        assert is_parted(loss, surface) is parted
