"""What the lesson computes is what training computes, and what a textbook says."""

import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.inspection import by_block, lesson_copy, look_inside
from nn_trainer.engine.lesson.filter_maps import convolution_blocks, convolution_names
from nn_trainer.engine.lesson.small_network import SmallNetwork
from nn_trainer.engine.lesson.training_loop import TrainingLoop, place_of
from nn_trainer.engine.training import train
from nn_trainer.errors import TrainingDivergedError
from tests.helpers.plain_numpy import PlainNetwork, losses_and_gradient

SHAPE, CLASSES = (12, 12, 3), 4


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (23, *SHAPE), dtype=np.uint8), rng.integers(0, CLASSES, 23)


@pytest.fixture(params=["linear", "mlp", "cnn", "resnet"])
def network(request):
    return build_network(request.param, SHAPE, CLASSES, seed=1)


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_an_epoch_of_the_loop_is_an_epoch_of_training_with_sgd(network, images, loss):
    loop = TrainingLoop(network, *images, loss, batch_size=8, learning_rate=0.02, seed=5)
    iterations = [loop.run_iteration() for _ in range(6)]
    trained = lesson_copy(network)
    config = make_config(
        optimizer="sgd", learning_rate=0.02, batch_size=8, epochs=2, seed=5, loss=loss, schedule="constant"
    )
    records = [record for record in train(trained, images, None, config) if type(record).__name__ == "IterationRecord"]
    np.testing.assert_allclose(loop.network.weights, trained.weights, rtol=1e-9, atol=1e-12)
    for iteration, record in zip(iterations, records, strict=True):
        assert iteration.loss == pytest.approx(record.loss, rel=1e-9)
        assert (iteration.number, iteration.epoch) == (record.iteration, record.epoch)
        assert iteration.accuracy == record.accuracy
        assert len(iteration.batch) == record.images
    assert [iteration.number_in_epoch for iteration in iterations] == [1, 2, 3, 1, 2, 3]
    assert sorted(np.concatenate([iteration.batch for iteration in iterations[:3]])) == list(range(23))


def test_the_network_that_is_given_is_left_alone(network, images):
    before = network.state()
    loop = TrainingLoop(network, *images, batch_size=8)
    for _ in range(3):
        loop.run_iteration()
    for name, array in network.state().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("preset", ["linear", "mlp", "cnn"])
@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_every_figure_of_an_iteration_against_plain_numpy(preset, loss, images):
    network = build_network(preset, SHAPE, CLASSES, seed=1)
    pixels, labels = images
    loop = TrainingLoop(network, pixels, labels, loss, batch_size=8, learning_rate=0.02)
    plain = PlainNetwork(loop.network)
    for number in range(4):
        loop.shown = number
        iteration = loop.run_iteration()
        batch = iteration.batch
        losses, dlogits = losses_and_gradient(loss, plain.forward(pixels[batch]), labels[batch])
        gradients = plain.backward(dlogits / len(batch))
        np.testing.assert_allclose(iteration.losses, losses, rtol=1e-5)
        squares = {name: float((g**2).sum()) for name, g in gradients.items()}
        assert iteration.gradient_norm == pytest.approx(sum(squares.values()) ** 0.5, rel=1e-5)
        for layer, norm in iteration.layer_norms:
            of_layer = sum(square for name, square in squares.items() if name.startswith(f"{layer}."))
            assert norm == pytest.approx(of_layer**0.5, rel=1e-5, abs=1e-12)
        step = iteration.step
        before = plain.state[step.place.array][step.place.index]
        gradient = gradients[step.place.array][step.place.index]
        assert step.before == pytest.approx(before, rel=1e-5)
        assert step.gradient == pytest.approx(gradient, rel=1e-5, abs=1e-10)
        assert step.after == pytest.approx(before - gradient * 0.02, rel=1e-5)
        for block in iteration.blocks:
            np.testing.assert_allclose(block.values, plain.outputs[block.layer][iteration.shown], atol=1e-5)
        for name, g in gradients.items():
            plain.state[name] -= g * 0.02
    assert np.abs(gradient) > 0


def test_the_weight_that_is_watched_has_the_largest_gradient_at_first(images):
    loop = TrainingLoop(build_network("mlp", SHAPE, CLASSES), *images, batch_size=8)
    plain = PlainNetwork(loop.network)
    first = loop.run_iteration()
    _, dlogits = losses_and_gradient("cross-entropy", plain.forward(images[0][first.batch]), images[1][first.batch])
    largest = max(np.abs(g).max() for g in plain.backward(dlogits / 8).values())
    assert abs(first.step.gradient) == pytest.approx(largest, rel=1e-5)
    assert loop.run_iteration().step.place == first.step.place
    loop.place = 0
    assert str(loop.run_iteration().step.place) == "dense1.weight[0, 0]"


def test_a_loss_that_is_no_number_ends_the_loop_with_the_weights_before_it(images):
    loop = TrainingLoop(build_network("mlp", SHAPE, CLASSES), *images, batch_size=8, learning_rate=1e200)
    loop.run_iteration()
    before = loop.network.weights.copy()
    with pytest.raises(TrainingDivergedError, match="iteration 2"):
        loop.run_iteration()
    np.testing.assert_array_equal(loop.network.weights, before)


def test_the_place_of_a_weight_is_that_of_the_model_file():
    network = build_network("cnn", SHAPE, CLASSES, seed=2)
    parameters = network.to_file_shapes(network.weights)
    for index in (0, 17, network.weight_count - 1):
        place = place_of(network, index)
        assert parameters[place.array][place.index] == network.weights[index]
    with pytest.raises(IndexError):
        place_of(network, network.weight_count)


def test_blocks_end_before_the_next_weights(images):
    network = build_network("cnn", SHAPE, CLASSES)
    blocks = by_block(network, look_inside(network, images[0][0]))
    assert [block.layer for block in blocks] == ["pixels1", "relu1", "dense1"]
    network = build_network("resnet", SHAPE, CLASSES)
    blocks = by_block(network, look_inside(network, images[0][0]))
    assert [block.layer for block in blocks][-2:] == ["globalaveragepooling1", "dense1"]


@pytest.mark.parametrize("preset", ["cnn", "resnet"])
def test_a_pixel_of_a_feature_map_is_the_sum_of_its_products(preset, images):
    network = lesson_copy(build_network(preset, (20, 20, 3), CLASSES, seed=4))
    image = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    blocks = convolution_blocks(network, image)
    assert tuple(block.layer for block in blocks) == convolution_names(network)
    for block in blocks:
        _, height, width = block.outputs[0].values.shape
        for place in ((0, 0), (height - 1, 1), (height // 2, width - 1)):
            products = block.products(3, *place)
            assert products.value == pytest.approx(products.products.sum() + products.bias, rel=1e-9, abs=1e-12)
            assert products.channel_sums.sum() == pytest.approx(products.products.sum(), abs=1e-12)


def test_the_maps_of_a_cnn_against_plain_numpy():
    network = lesson_copy(build_network("cnn", (20, 20, 3), CLASSES, seed=4))
    image = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    plain = PlainNetwork(network)
    plain.forward(image[None])
    for block in convolution_blocks(network, image):
        assert [output.kind for output in block.outputs] == ["Convolution", "MaxPooling", "Bias", "ReLU"]
        np.testing.assert_allclose(block.x, plain.inputs[block.layer][0], atol=1e-6)
        for output in block.outputs:
            np.testing.assert_allclose(output.values, plain.outputs[output.layer][0], atol=1e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_the_small_network_against_central_differences(activation, loss):
    rng = np.random.default_rng(7)
    shapes = {"w1": (2, 2), "b1": 2, "w2": (2, 2), "b2": 2}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}

    def run(changed):
        network = SmallNetwork(activation, loss)
        for name, array in changed.items():
            network.weights[name][...] = array
        return network.run_iteration(np.array([0.7, -0.4]), 1, 0.1)

    numbers = run(weights)
    for name, array in weights.items():
        for place in np.ndindex(array.shape):
            near = []
            for step in (1e-6, -1e-6):
                moved = {key: value.copy() for key, value in weights.items()}
                moved[name][place] += step
                near.append(run(moved).loss)
            slope = (near[0] - near[1]) / 2e-6
            gradient = getattr(numbers, f"d{name}")[place]
            assert gradient == pytest.approx(slope, rel=1e-5, abs=1e-8)
            assert getattr(numbers, f"{name}_after")[place] == pytest.approx(array[place] - 0.1 * gradient, rel=1e-12)
    np.testing.assert_array_equal(numbers.y, [0, 1])
    np.testing.assert_allclose(numbers.dz1, numbers.da1 * numbers.slope1)
