"""What holds for every test: no screen, no settings of the user, and no thread that outlives its test."""

import gc
import os
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from nn_trainer.workers.threads import join_all, unjoined_threads


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """Settings, cache and log go to a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        yield


@pytest.fixture(autouse=True)
def _no_leaked_threads():
    """Fail when a test leaves a thread behind."""
    before = set(threading.enumerate())
    yield
    leaked = unjoined_threads()
    assert join_all(10_000), f"threads that do not end: {leaked}"
    leaked += tuple(
        thread.name
        for thread in threading.enumerate()
        if thread not in before and not isinstance(thread, threading._DummyThread)
    )
    assert not leaked, f"threads left running: {leaked}"


def pytest_collection_finish():
    """From here on cycles are collected between tests alone; what was imported stays, so it need not be looked at."""
    gc.disable()
    gc.collect()
    gc.freeze()


def pytest_runtest_setup():
    """Let the windows of earlier tests go here, in the main thread, while no other thread runs.

    A window is full of cycles.  Left to chance, it is collected in the middle of a later test, in whichever thread
    allocates the most, and that ends the whole process.
    """
    gc.collect()
