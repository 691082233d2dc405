"""Every loss that exists is examined, and the numbers of the lesson come out."""

import numpy as np
import pytest

from nn_trainer.engine.losses import LOSSES, MeanSquaredError, softmax, sum_of_squared_errors
from tests.helpers.examination import central_differences

LABELS = np.array([2, 0, 1, 2, 2])
each_loss = pytest.mark.parametrize("name", sorted(LOSSES))


def logits(scale: float = 2.0) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((3, 5)) * scale


@each_loss
@pytest.mark.parametrize("smoothing", [0.0, 0.15])
def test_gradient_agrees_with_central_differences(name, smoothing):
    loss, z = LOSSES[name](smoothing), logits()
    _, gradient = loss(z, LABELS)
    np.testing.assert_allclose(gradient, central_differences(lambda: loss(z, LABELS)[0], z), rtol=1e-6, atol=1e-9)


@each_loss
@pytest.mark.parametrize("offset", [-700.0, 3.0, 1e4])
def test_adding_a_number_to_all_logits_changes_nothing(name, offset):
    loss, z = LOSSES[name](), logits()
    value, gradient = loss(z, LABELS)
    moved, moved_gradient = loss(z + offset, LABELS)
    assert moved == pytest.approx(value, rel=1e-9)
    np.testing.assert_allclose(moved_gradient, gradient, atol=1e-9)


@each_loss
def test_logits_too_large_for_exp_are_no_trouble(name):
    value, gradient = LOSSES[name]()(logits(1e5).astype(np.float32), LABELS)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


@each_loss
def test_a_batch_is_the_mean_of_its_samples_and_the_sum_of_its_shards(name):
    loss, z = LOSSES[name](), logits()
    value, gradient = loss(z, LABELS)
    alone = [loss(z[:, i : i + 1], LABELS[i : i + 1])[0] for i in range(5)]
    assert value == pytest.approx(np.mean(alone))
    first, first_gradient = loss(z[:, :2], LABELS[:2], batch_size=5)
    second, second_gradient = loss(z[:, 2:], LABELS[2:], batch_size=5)
    assert first + second == pytest.approx(value)
    np.testing.assert_allclose(np.hstack([first_gradient, second_gradient]), gradient, rtol=1e-12)


@each_loss
def test_a_better_prediction_has_a_smaller_loss(name):
    loss, z = LOSSES[name](), logits()
    value, gradient = loss(z, LABELS)
    assert loss(z - 0.1 * gradient, LABELS)[0] < value


def test_the_lessons_sum_of_squared_errors():
    y, predicted = np.array([1.0, 0.0, 0.0]), np.array([0.37, 0.50, 0.13])
    assert sum_of_squared_errors(y, predicted) == pytest.approx(0.6638, abs=1e-12)


def test_the_mse_that_is_minimised_is_the_lessons():
    z = np.log(np.array([[0.37, 0.2], [0.50, 0.3], [0.13, 0.5]]))  # softmax gives these probabilities back
    value, _ = MeanSquaredError()(z, np.array([0, 2]))
    second = 0.2**2 + 0.3**2 + 0.5**2
    assert value == pytest.approx((0.6638 + second) / 2, abs=1e-12)


def test_softmax_gives_probabilities():
    p = softmax(logits(50.0))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=0), 1.0, rtol=1e-12)


@each_loss
def test_label_smoothing_asks_for_a_share_of_every_class(name):
    wanted = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])
    z = np.log(wanted)[:, None]
    _, gradient = LOSSES[name](label_smoothing=0.1)(z, np.array([0]))
    np.testing.assert_allclose(gradient, 0, atol=1e-12)  # the smoothed target itself is the best prediction


def test_smoothed_cross_entropy_worked_out_by_hand():
    z = np.log(np.array([[0.5], [0.3], [0.2]]))
    value, _ = LOSSES["cross-entropy"](label_smoothing=0.3)(z, np.array([0]))
    assert value == pytest.approx(-(0.8 * np.log(0.5) + 0.1 * np.log(0.3) + 0.1 * np.log(0.2)))
