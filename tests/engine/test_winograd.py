import numpy as np
import pytest

from nn_trainer.engine.layers import natural_order, winograd
from nn_trainer.engine.layers.convolution import Convolution
from tests.helpers.examination import Bench


def worked(filters: int, place: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Output, gradient of the input and gradient of the weight of a convolution over 7 rows."""
    bench = Bench(Convolution(filters, bias=False), (8, 7, 6), place=place)
    dx = bench.backward()
    assert isinstance(bench.layer, Convolution)
    assert isinstance(bench.layer.arithmetic, winograd.WinogradConvolution)
    return np.array(natural_order(bench.layer.y)), dx, bench.layer.gradients["weight"]


@pytest.mark.parametrize("place", ["contiguous", "in pairs"])
@pytest.mark.parametrize("filters", [3, 12])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_blocks_of_rows_give_what_all_rows_at_once_give(rows, filters, place, monkeypatch):
    y, dx, dweight = worked(filters, place)
    monkeypatch.setattr(winograd, "_BAND_BYTES", rows * 4 * max(filters, 8) * 3 * 3 * 8)
    monkeypatch.setattr(winograd, "_GRADIENT_BAND_BYTES", rows * 4 * 3 * filters * 8 * 8)
    y_in_blocks, dx_in_blocks, dweight_in_blocks = worked(filters, place)
    np.testing.assert_array_equal(y_in_blocks, y)
    np.testing.assert_array_equal(dx_in_blocks, dx)
    np.testing.assert_allclose(dweight_in_blocks, dweight, rtol=1e-12, atol=1e-12)


def test_bands_hold_every_row_once_and_at_least_one_each():
    assert winograd.bands(7, 10, 30) == [slice(0, 3), slice(3, 6), slice(6, 7)]
    assert winograd.bands(2, 10, 5) == [slice(0, 1), slice(1, 2)]
    assert winograd.bands(4, 10, 1000) == [slice(0, 4)]
