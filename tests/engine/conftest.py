import pytest

from nn_trainer.models.blas import single_threaded_blas


@pytest.fixture(autouse=True, scope="module")
def _one_thread_for_blas():
    """As in every training of the program: else its threads and those of a training wait for each other."""
    with single_threaded_blas():
        yield
