import numpy as np
import pytest

from nn_trainer.engine.aligned import aligned_zeros
from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.optimizers import OPTIMIZERS


@pytest.mark.parametrize("shape", [0, 1, 17, (3, 7), (2, 100_003)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_are_zeros_that_begin_on_a_cache_line(shape, dtype):
    for _ in range(4):  # where NumPy puts a block differs from one to the next
        zeros = aligned_zeros(shape, dtype)
        assert zeros.dtype == dtype
        assert np.array_equal(zeros, np.zeros(shape, dtype))
        assert zeros.ctypes.data % 64 == 0 or zeros.size == 0
        assert zeros.flags.writeable
        assert zeros.flags.c_contiguous


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_what_a_step_of_an_optimizer_passes_over_begins_on_a_cache_line(name):
    network = build_network("mlp", (8, 8, 1), 3)
    optimizer = OPTIMIZERS[name](network.weights, 0.1)
    vectors = [network.weights, *optimizer.vectors.values(), optimizer._scratch]
    assert [vector.ctypes.data % 64 for vector in vectors] == [0] * len(vectors)
