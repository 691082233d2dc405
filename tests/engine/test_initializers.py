import numpy as np
import pytest

from nn_trainer.engine.initializers import INITIALIZERS

VARIANCE = {"he": 2 / 300, "glorot": 2 / (300 + 100), "small": 0.01 / 300}  # of a uniform within a: a^2 / 3


def test_no_initializer_escapes_the_examination():
    assert set(VARIANCE) == set(INITIALIZERS)


@pytest.mark.parametrize("name", sorted(INITIALIZERS))
def test_mean_and_variance_are_those_of_the_source(name):
    weights = INITIALIZERS[name](np.random.default_rng(0), (300, 100), 300, 100)
    assert weights.shape == (300, 100)
    assert weights.mean() == pytest.approx(0.0, abs=0.003)
    assert weights.var() == pytest.approx(VARIANCE[name], rel=0.03)
