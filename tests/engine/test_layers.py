"""Every layer that exists is examined; one without an example here fails the first test."""

import numpy as np
import pytest

from nn_trainer.engine.layers import LAYERS, Layer, array_shape, assign, natural_order
from nn_trainer.engine.layers.activations import GELU, LeakyReLU, ReLU, ReLU6, Sigmoid, Tanh
from nn_trainer.engine.layers.average_pooling import AveragePooling, GlobalAveragePooling
from nn_trainer.engine.layers.base import GRADIENTS, PREDICTION, TRAINING
from nn_trainer.engine.layers.batch_normalization import BatchNormalization
from nn_trainer.engine.layers.bias import Bias
from nn_trainer.engine.layers.convolution import Convolution
from nn_trainer.engine.layers.dense import Dense
from nn_trainer.engine.layers.depthwise_convolution import DepthwiseConvolution
from nn_trainer.engine.layers.dropout import Dropout
from nn_trainer.engine.layers.feature_inputs import FeatureMaps, Features, Standardization
from nn_trainer.engine.layers.flatten import Flatten
from nn_trainer.engine.layers.layer_normalization import LayerNormalization
from nn_trainer.engine.layers.max_pooling import MaxPooling
from nn_trainer.engine.layers.pixels import Pixels
from nn_trainer.engine.layers.pointwise_convolution import PointwiseConvolution
from nn_trainer.engine.layers.residual import Residual
from tests.helpers.examination import Bench, central_differences


def standardization() -> Layer:
    """One whose numbers are not those that change nothing."""
    layer = Standardization()
    layer.build((5,))
    layer.take_parameters({})
    layer.constants["mean"][...] = np.arange(5) / 4
    layer.constants["std"][...] = 0.5
    return layer


EXAMPLES = [
    (lambda: Dense(4), (6,)),
    (lambda: Dense(3, initializer="glorot"), (2,)),
    (lambda: Convolution(3), (2, 4, 5)),
    (lambda: Convolution(2, bias=False), (3, 3, 3)),
    (lambda: Convolution(3), (8, 3, 6)),
    (lambda: Convolution(9, bias=False), (9, 2, 4)),
    (lambda: Convolution(2), (8, 1, 2)),
    (lambda: Convolution(2, kernel=1), (3, 2, 3)),
    (lambda: Convolution(2, kernel=1), (3, 3, 4)),
    (lambda: Convolution(2, kernel=5), (1, 4, 3)),
    (lambda: Convolution(2, kernel=5), (2, 3, 4)),
    (lambda: Convolution(2, kernel=7), (2, 3, 2)),
    (lambda: Convolution(2, stride=2), (3, 4, 6)),
    (lambda: Convolution(2, stride=2), (1, 5, 3)),
    (lambda: Convolution(2, stride=2), (2, 3, 8)),
    (lambda: Convolution(2, stride=2), (2, 4, 7)),
    (lambda: Convolution(2, kernel=5, stride=2), (1, 3, 8)),
    (lambda: Convolution(2, kernel=1, stride=2, bias=False), (2, 4, 5)),
    (lambda: Convolution(2, stride=2, padding="same"), (3, 4, 5)),
    (lambda: Convolution(2, kernel=5, stride=2, padding="same"), (2, 5, 6)),
    (lambda: PointwiseConvolution(3), (2, 4, 5)),
    (lambda: PointwiseConvolution(2, bias=False), (3, 1, 1)),
    (lambda: DepthwiseConvolution(), (3, 4, 5)),
    (lambda: DepthwiseConvolution(), (2, 11, 3)),
    (lambda: DepthwiseConvolution(stride=2), (2, 21, 2)),
    (lambda: DepthwiseConvolution(kernel=1, stride=2), (2, 4, 3)),
    (lambda: DepthwiseConvolution(stride=2, padding="same"), (2, 4, 5)),
    (lambda: DepthwiseConvolution(kernel=5, stride=2, padding="same"), (2, 5, 6)),
    (lambda: DepthwiseConvolution(stride=2), (2, 5, 4)),
    (lambda: DepthwiseConvolution(kernel=5, bias=False), (2, 3, 3)),
    (lambda: AveragePooling(), (2, 4, 6)),
    (lambda: AveragePooling(), (2, 4, 8)),
    (lambda: AveragePooling(), (2, 2, 9)),
    (lambda: AveragePooling(), (2, 5, 3)),
    (lambda: GlobalAveragePooling(), (2, 3, 4)),
    (lambda: BatchNormalization(), (3, 2, 4)),
    (lambda: BatchNormalization(), (5,)),
    (lambda: LayerNormalization(), (3, 2, 4)),
    (lambda: LayerNormalization(), (5,)),
    (lambda: LeakyReLU(), (2, 3, 4)),
    (lambda: LeakyReLU(0.3), (7,)),
    (lambda: Tanh(), (2, 3, 4)),
    (lambda: Sigmoid(), (7,)),
    (lambda: GELU(), (2, 3, 4)),
    (lambda: Residual([Convolution(2), BatchNormalization(), ReLU(), Convolution(2), Tanh()]), (2, 4, 3)),
    (
        lambda: Residual(
            [Convolution(3, stride=2), GELU(), Convolution(3, bias=False), BatchNormalization()],
            shortcut=[Convolution(3, kernel=1, stride=2, bias=False), BatchNormalization()],
        ),
        (2, 5, 4),
    ),
    (lambda: MaxPooling(), (2, 4, 6)),
    (lambda: MaxPooling(), (2, 4, 8)),
    (lambda: MaxPooling(), (2, 2, 9)),
    (lambda: MaxPooling(), (2, 5, 3)),
    (lambda: ReLU(), (2, 3, 4)),
    (lambda: ReLU(), (7,)),
    (lambda: ReLU6(), (2, 3, 4)),
    (lambda: ReLU6(), (7,)),
    (lambda: Bias(), (2, 3, 4)),
    (lambda: Bias(), (7,)),
    (lambda: Flatten(), (2, 3, 4)),
    (standardization, (5,)),
    (lambda: Dropout(0.4), (2, 3, 4)),
    (lambda: Dropout(0.4), (9,)),
]
each_example = pytest.mark.parametrize(
    ("make", "shape"), EXAMPLES, ids=[f"{make().kind}-{shape}" for make, shape in EXAMPLES]
)
NOT_TRAINED_THROUGH = {
    Pixels.kind,
    Features.kind,
    FeatureMaps.kind,
}  # the input: no gradient, and tests of their own below


def test_no_layer_escapes_the_examination():
    assert {make().kind for make, _ in EXAMPLES} | NOT_TRAINED_THROUGH == set(LAYERS)


@each_example
@pytest.mark.parametrize("place", ["contiguous", "in a border", "channels first", "in pairs"])
def test_backward_agrees_with_central_differences(make, shape, place):
    bench = Bench(make(), shape, place=place)
    dx = bench.backward()
    gradients = {name: array.copy() for name, array in bench.layer.gradients.items()}
    np.testing.assert_allclose(dx, central_differences(bench.loss, bench.x), rtol=1e-6, atol=1e-7)
    for name, parameter in bench.layer.parameters.items():
        expected = central_differences(bench.loss, parameter)
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-6, atol=1e-7, err_msg=name)


@each_example
def test_backward_agrees_with_central_differences_in_prediction(make, shape):
    layer = make()
    bench = Bench(layer, shape, mode=GRADIENTS)
    for name, constant in layer.constants.items():  # running figures as if it had learned
        constant[...] = np.random.default_rng(1).uniform(0.5, 2, constant.shape)
        assert constant.shape, name
    dx = bench.backward()
    gradients = {name: array.copy() for name, array in layer.gradients.items()}
    np.testing.assert_allclose(dx, central_differences(bench.loss, bench.x), rtol=1e-6, atol=1e-6)
    for name, parameter in layer.parameters.items():
        expected = central_differences(bench.loss, parameter)
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-6, atol=1e-6, err_msg=name)


@each_example
@pytest.mark.parametrize("place", ["contiguous", "in a border", "channels first", "in pairs"])
def test_the_way_back_can_be_gone_twice(make, shape, place):
    once, twice = Bench(make(), shape, place=place), Bench(make(), shape, place=place)
    np.testing.assert_array_equal(once.backward(), twice.backward(times=2))
    for name, gradient in once.layer.gradients.items():
        np.testing.assert_array_equal(gradient, twice.layer.gradients[name], err_msg=name)


@each_example
def test_gradients_are_the_same_when_no_dx_is_wanted(make, shape):
    bench = Bench(make(), shape)
    bench.backward()
    wanted = {name: array.copy() for name, array in bench.layer.gradients.items()}
    dy_slot = bench.layer.bind_gradient(None)
    bench.loss()
    assign(dy_slot, bench.weighting)
    assert bench.layer.backward(dy_slot) is None
    for name, gradient in bench.layer.gradients.items():
        np.testing.assert_allclose(gradient, wanted[name], rtol=1e-12)


@each_example
def test_shape_after_is_the_shape_that_comes_out(make, shape):
    bench = Bench(make(), shape, samples=2)
    bench.layer.derive()
    assign(bench.x_slot, bench.x)
    assert bench.layer.forward(bench.x_slot).shape == array_shape(bench.layer.output_shape, 2)


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [3, 8])
@pytest.mark.parametrize("width", [5, 6])
@pytest.mark.parametrize("padding", ["symmetric", "same"])
@pytest.mark.parametrize("depthwise", [False, True], ids=["full", "depthwise"])
def test_convolutions_follow_their_formula(kernel, stride, channels, width, padding, depthwise):
    if depthwise:
        layer = DepthwiseConvolution(kernel, stride, padding=padding)
    else:
        layer = Convolution(2, kernel, stride, padding=padding)
    bench = Bench(layer, (channels, 4, width), samples=2)
    bench.loss()
    weight = bench.layer.to_file_shapes(bench.layer.parameters)["weight"]
    bias = bench.layer.parameters["bias"]
    filters, height, width = bench.layer.output_shape
    assert (height, width) == ((4, bench.x.shape[2]) if stride == 1 else (2, 3))
    assert weight.shape == (filters, 1 if depthwise else channels, kernel, kernel)
    half = kernel // 2
    borders = [(half, half), (half, half)]
    if padding == "same":  # as few zeros as it needs, the odd one behind
        for axis, (size, out) in enumerate([(4, height), (bench.x.shape[2], width)]):
            zeros = max((out - 1) * stride + kernel - size, 0)
            borders[axis] = (zeros // 2, zeros - zeros // 2)
    x = np.pad(bench.x, (borders[0], (0, 0), borders[1], (0, 0)))
    for f, r, q, s in np.ndindex(filters, height, width, 2):
        square = x[stride * r :, :, stride * q :, s][:kernel, :, :kernel].transpose(1, 0, 2)  # (channel, row, column)
        seen = square[f : f + 1] if depthwise else square
        assert bench.layer.y[r, f, q, s] == pytest.approx((weight[f] * seen).sum() + bias[f], abs=1e-12)


@pytest.mark.parametrize("wrong", [{"kernel": 2}, {"stride": 3}])
def test_convolutions_refuse_an_even_kernel_and_a_long_stride(wrong):
    with pytest.raises(ValueError, match="odd kernel and a stride of 1 or 2"):
        Convolution(2, **wrong)
    with pytest.raises(ValueError, match="odd kernel and a stride of 1 or 2"):
        DepthwiseConvolution(**wrong)


@pytest.mark.parametrize("layer", [DepthwiseConvolution, lambda **words: Convolution(2, **words)])
def test_convolutions_refuse_a_padding_they_do_not_know(layer):
    with pytest.raises(ValueError, match="symmetric or same, not 'valid'"):
        layer(padding="valid")


def test_relu6_ends_at_six():
    bench = Bench(ReLU6(), (4,), samples=1)
    bench.x[:, 0], bench.weighting[...] = (-1.0, 5.0, 6.5, 1e4), 1.0
    assert bench.backward()[:, 0].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert bench.layer.y[:, 0].tolist() == [0.0, 5.0, 6.0, 6.0]


def test_dense_refuses_feature_maps():
    with pytest.raises(ValueError, match="Flatten"):
        Dense(2).build((1, 2, 2))


@pytest.mark.parametrize("pooling", [MaxPooling, AveragePooling])
def test_pooling_refuses_a_map_of_one_pixel(pooling):
    with pytest.raises(ValueError, match="2x2"):
        pooling().build((1, 1, 4))


def test_max_pooling_gives_the_gradient_of_equal_values_to_the_first_alone():
    bench = Bench(MaxPooling(), (1, 2, 2), samples=1)
    bench.x[...] = 7.0
    bench.weighting[...] = 1.5
    dx = bench.backward()
    assert dx[:, 0, :, 0].tolist() == [[1.5, 0.0], [0.0, 0.0]]


def test_dropout_drops_its_rate_keeps_the_mean_and_rests_in_prediction():
    layer, shape = Dropout(0.3), (40_000,)
    bench = Bench(layer, shape, samples=1)
    bench.x[...] = 1.0
    bench.loss()
    assert np.mean(layer.y == 0) == pytest.approx(0.3, abs=0.01)
    assert layer.y.mean() == pytest.approx(1.0, abs=0.02)
    slot = layer.bind(np.zeros((40_000, 1)), PREDICTION)
    slot[...] = bench.x
    assert (layer.forward(slot) == 1.0).all()


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_dropout_refuses_a_rate_that_keeps_nothing(rate):
    with pytest.raises(ValueError, match="dropout"):
        Dropout(rate)


def test_pixels_standardise_each_channel_and_turn_the_axes():
    layer: Layer = Pixels(mean=(100.0, 50.0), std=(10.0, 20.0))
    assert layer.build((2, 3, 2)) == (2, 2, 3)  # (height, width, channels) to (channels, height, width)
    x = np.zeros((4, 2, 3, 2), np.uint8)
    x[3, 1, 2] = (120, 10)
    slot = np.empty((2, 2, 3, 4))
    layer.bind(slot, TRAINING)
    y = layer.forward(x)
    assert y[1, :, 2, 3] == pytest.approx([2.0, -2.0], abs=1e-6)
    assert y[0, :, 0, 0] == pytest.approx([-10.0, -2.5], abs=1e-6)


def test_pixels_refuse_a_mean_of_another_number_of_channels():
    with pytest.raises(ValueError, match="one a channel"):
        Pixels((1.0,), (1.0,)).build((2, 2, 3))


def test_features_are_standardised_with_one_deviation_for_all():
    layer: Layer = Features()
    assert layer.build((3,)) == (3,)
    layer.take_parameters({})
    x = np.array([[1.0, 0.0, 5.0], [3.0, 0.0, 11.0]], np.float32)
    layer.standardise(x)
    assert layer.constants["std"] == pytest.approx([np.sqrt((1 + 0 + 9) / 3)])
    layer.bind(np.empty((3, 2)), TRAINING)
    np.testing.assert_allclose(layer.forward(x), (x - [2.0, 0.0, 8.0]).T / np.sqrt(10 / 3), rtol=1e-6)


def test_features_that_are_all_alike_can_be_divided_by():
    layer = Features()
    layer.build((2,))
    layer.take_parameters({})
    layer.standardise(np.full((3, 2), 7.0, np.float32))
    layer.bind(np.empty((2, 3)), TRAINING)
    assert (layer.forward(np.full((3, 2), 7.0, np.float32)) == 0).all()


def test_features_refuse_images():
    with pytest.raises(ValueError, match="takes vectors"):
        Features().build((2, 2, 3))


@pytest.mark.parametrize("place", ["plain", "in pairs", "channels first", "in a border"])
def test_feature_maps_undo_what_flatten_did(place):
    maps = np.random.default_rng(0).standard_normal((3, 2, 4, 5))  # (height, channels, width, samples)
    flatten: Layer = Flatten()
    flatten.build((2, 3, 4))
    vectors = np.empty((24, 5))
    flatten.bind(vectors, PREDICTION)[...] = maps
    layer: Layer = FeatureMaps(2, 3, 4)
    assert layer.build((24,)) == (2, 3, 4)
    slot = {
        "plain": np.empty((3, 2, 4, 5)),
        "in pairs": np.empty((2, 3, 2, 2, 5)),
        "channels first": np.empty((2, 3, 4, 5)).swapaxes(0, 1),
        "in a border": np.empty((5, 2, 6, 5))[1:-1, :, 1:-1],
    }[place]
    assert layer.bind(slot, TRAINING) is slot
    np.testing.assert_array_equal(natural_order(layer.forward(vectors.T)), maps)


@pytest.mark.parametrize("maps", [(2, 3, 5), (-2, -3, 4), (24, 1, 0)])
def test_feature_maps_refuse_vectors_of_another_length(maps):
    with pytest.raises(ValueError, match="do not come from vectors"):
        FeatureMaps(*maps).build((24,))


def test_standardization_does_what_features_do():
    outside, inside = Features(), Standardization()
    x = np.random.default_rng(0).normal(3, 2, (4, 6)).astype(np.float32)
    for layer in (outside, inside):
        layer.build((6,))
        layer.take_parameters({})
    outside.standardise(x)
    for name, value in outside.constants.items():
        inside.constants[name][...] = value
    outside.bind(np.empty((6, 4), np.float32), PREDICTION)
    slot = inside.bind(np.empty((6, 4), np.float32), PREDICTION)
    slot[...] = x.T
    np.testing.assert_array_equal(inside.forward(slot), outside.forward(x))


def test_standardization_refuses_maps():
    with pytest.raises(ValueError, match="vectors"):
        Standardization().build((2, 2, 3))


ACTIVATIONS = {
    ReLU: [0.0, 0.0, 1.0],
    ReLU6: [0.0, 0.0, 1.0],
    LeakyReLU: [-0.02, 0.0, 1.0],
    Tanh: [-0.96402758, 0.0, 0.76159416],
    Sigmoid: [0.11920292, 0.5, 0.73105858],
    GELU: [-0.04540231, 0.0, 0.84119199],
}


@pytest.mark.parametrize("make", ACTIVATIONS, ids=lambda make: make.kind)
def test_activations_at_minus_two_zero_and_one(make):
    bench = Bench(make(), (3,), samples=1)
    bench.x[:, 0] = (-2.0, 0.0, 1.0)
    bench.loss()
    np.testing.assert_allclose(bench.layer.y[:, 0], ACTIVATIONS[make], atol=1e-8)


@pytest.mark.parametrize("make", ACTIVATIONS, ids=lambda make: make.kind)
def test_activations_of_huge_values_are_numbers(make):
    bench = Bench(make(), (2,), samples=1)
    bench.x[:, 0] = (-1e4, 1e4)
    assert np.isfinite(bench.backward()).all()


def test_leaky_relu_refuses_a_leak_of_one():
    with pytest.raises(ValueError, match="leak"):
        LeakyReLU(1.0)


def test_batch_normalization_normalizes_in_training_and_uses_the_running_figures_in_prediction():
    bench = Bench(BatchNormalization(), (2, 4, 4), samples=8)
    layer = bench.layer
    bench.x[...] = bench.x * 3 + 5
    layer.parameters = {"scale": np.array([1.0, 2.0]), "shift": np.array([0.0, 7.0])}
    bench.loss()
    assert layer.y.mean(axis=(0, 2, 3)) == pytest.approx([0.0, 7.0])
    assert layer.y.std(axis=(0, 2, 3)) == pytest.approx([1.0, 2.0], rel=1e-4)
    for _ in range(200):
        layer.merge_statistics([layer])
    np.testing.assert_allclose(layer.constants["mean"], bench.x.mean(axis=(0, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(layer.constants["variance"], bench.x.var(axis=(0, 2, 3), ddof=1), rtol=1e-5)
    in_training = layer.y.copy()
    slot = layer.bind(np.empty_like(in_training), PREDICTION)
    slot[...] = bench.x
    np.testing.assert_allclose(layer.forward(slot), in_training, rtol=0.01, atol=0.01)


def test_a_residual_block_adds_its_input():
    bench = Bench(Residual([Convolution(2), ReLU()]), (2, 3, 3))
    bench.layer.branch.take_parameters({"convolution1.weight": np.zeros((2, 3, 3, 2)), "convolution1.bias": np.ones(2)})
    bench.loss()
    np.testing.assert_allclose(bench.layer.y, bench.x + 1)


def test_dropout_inside_a_residual_block_draws_from_the_stream_that_is_given():
    """A mask of the stream at hand, not of another and not of none."""
    layer = Residual([Dense(50), Dropout(0.5)])
    layer.build((50,))
    layer.take_parameters({"branch.dense1.weight": np.zeros((50, 50)), "branch.dense1.bias": np.ones(50)})
    x = layer.bind(np.empty((50, 4)), TRAINING)
    layer.bind_gradient(None)
    outputs = []
    for number in (1, 1, 2):
        layer.seed(np.random.default_rng(number))
        x[...] = 0
        outputs.append(np.array(layer.forward(x)))
    kept = np.random.default_rng(1).random((50, 4), np.float32) >= 0.5
    np.testing.assert_array_equal(outputs[0], kept * 2.0)
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert np.any(outputs[0] != outputs[2])


def test_a_residual_block_refuses_a_shortcut_of_another_shape():
    with pytest.raises(ValueError, match="shortcut"):
        Residual([Convolution(3)]).build((2, 4, 4))


@pytest.mark.parametrize("shape", [(7,), (7, 3, 4)])
def test_layer_normalization_makes_the_channels_of_each_pixel_mean_0_and_variance_1_whatever_is_added(shape):
    bench = Bench(LayerNormalization(), shape)
    bench.layer.parameters = {"scale": np.ones(7), "shift": np.zeros(7)}
    channels = bench.x.ndim - 3 if bench.x.ndim == 4 else 0
    bench.loss()
    first = bench.layer.y.copy()
    np.testing.assert_allclose(first.mean(axis=channels), 0, atol=1e-12)
    np.testing.assert_allclose(first.var(axis=channels), 1, rtol=1e-4)
    bench.x += 1000
    bench.loss()
    np.testing.assert_allclose(bench.layer.y, first, atol=1e-9)
