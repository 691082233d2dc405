"""Every optimizer that exists takes steps worked out by hand, from the lesson's weight 0.38 at rate 0.01."""

import numpy as np
import pytest

from nn_trainer.engine.optimizers import OPTIMIZERS

GRADIENTS = (-0.55, -0.30)
# sgd: 0.38 - (-0.55)(0.01) = 0.3855, the lesson's step; 0.3855 - (-0.30)(0.01) = 0.3885
# momentum: v = -0.55, then 0.9 (-0.55) - 0.30 = -0.795; 0.3855 - (-0.795)(0.01) = 0.39345
# adam: m / (1 - 0.9) = -0.55 and sqrt(v / (1 - 0.999)) = 0.55, a step of just the rate: 0.39; then
#   m = 0.9 (-0.055) + 0.1 (-0.30) = -0.0795, over 1 - 0.81 = -0.41842105
#   v = 0.999 (0.0003025) + 0.001 (0.09) = 0.0003921975, over 1 - 0.998001 = 0.19619685, root 0.44294113
#   0.39 + 0.01 (0.41842105 / 0.44294113) = 0.39944643
# nesterov: v = -0.55, step 0.9 (-0.55) - 0.55 = -1.045; v = -0.795, step 0.9 (-0.795) - 0.30 = -1.0155
#   0.38 + 0.01045 = 0.39045; 0.39045 + 0.010155 = 0.400605
# rmsprop: s = 0.01 (0.3025) = 0.003025, root 0.055, a step of 10 times the rate: 0.48; then
#   s = 0.99 (0.003025) + 0.01 (0.09) = 0.00389475, root 0.06240793; 0.48 + 0.01 (0.30 / 0.06240793) = 0.52807081
GOLDEN = {
    "sgd": (0.3855, 0.3885),
    "momentum": (0.3855, 0.39345),
    "nesterov": (0.39045, 0.400605),
    "rmsprop": (0.48, 0.52807081),
    "adam": (0.39, 0.39944643),
    "adamw": (0.39, 0.39944643),  # without weight decay the same
}


def test_no_optimizer_escapes_the_examination():
    assert set(GOLDEN) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_steps_worked_out_by_hand(name):
    weights = np.array([0.38])
    optimizer = OPTIMIZERS[name](weights, 0.01)
    for gradient, expected in zip(GRADIENTS, GOLDEN[name], strict=True):
        optimizer.step(weights, np.array([gradient]))
        assert weights[0] == pytest.approx(expected, abs=5e-8)
    assert optimizer.steps == 2
    assert set(optimizer.vectors) == set(optimizer.remembers)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_it_finds_the_bottom_of_a_bowl(name):
    weights = np.array([3.0, -2.0], np.float32)
    optimizer = OPTIMIZERS[name](weights, 0.05)
    for _ in range(400):
        optimizer.step(weights, 2 * (weights - np.array([1.0, 1.0], np.float32)))
    np.testing.assert_allclose(weights, 1.0, atol=0.02)
    assert weights.dtype == np.float32


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_the_gradient_is_left_as_it_was(name):
    gradient = np.array([0.5, -0.25])
    OPTIMIZERS[name](np.zeros(2), 0.1).step(np.zeros(2), gradient)
    assert gradient.tolist() == [0.5, -0.25]


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_weight_decay_is_apart_from_the_gradient(name):
    weights = np.array([0.5])
    optimizer = OPTIMIZERS[name](weights, 0.1, weight_decay=0.2)
    optimizer.step(weights, np.array([0.0]))
    assert weights[0] == pytest.approx(0.5 - 0.5 * 0.1 * 0.2)
    assert all(not array.any() for array in optimizer.vectors.values())
