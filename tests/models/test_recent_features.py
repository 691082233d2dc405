"""Features that are kept for the next classifier: of the right kind, and from any thread."""

import threading
from collections import OrderedDict

import numpy as np
import pytest

from nn_trainer.models.pretrained import recent_features as module
from nn_trainer.models.pretrained.recent_features import recent_features


class FakeBackbone:
    """Says what it was asked for."""

    hash = "fake"

    def features(self, images):
        return np.array([[image[0, 0, 0], -1.0] for image in images], np.float32)

    def maps(self, images, blocks):
        return np.array([[image[0, 0, 0], blocks, blocks] for image in images], np.float32)


class Watched(OrderedDict):
    """Notes when two threads are in it at once; each takes its time."""

    def __init__(self):
        super().__init__()
        self.inside = self.clashes = 0
        self.never = threading.Event()

    def _use(self, method, *arguments):
        self.clashes += self.inside > 0
        self.inside += 1
        self.never.wait(0.002)
        result = method(*arguments)
        self.inside -= 1
        return result

    def __contains__(self, key):
        return self._use(super().__contains__, key)

    def __setitem__(self, key, value):
        return self._use(super().__setitem__, key, value)

    def popitem(self, last=True):
        return self._use(super().popitem, last)


@pytest.fixture
def known(monkeypatch):
    watched = Watched()
    monkeypatch.setattr(module, "_known", watched)
    return watched


def images(*values):
    return [np.full((4, 4, 3), value, np.uint8) for value in values]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 1)])
def test_features_and_the_maps_of_each_number_of_blocks_are_kept_apart(known, order):
    for blocks in order:
        expected = [[7.0, -1.0]] if blocks == 0 else [[7.0, blocks, blocks]]
        assert recent_features(FakeBackbone(), images(7), blocks).tolist() == expected


def test_threads_do_not_meet_in_it(known, monkeypatch):
    monkeypatch.setattr(module, "MOST", 4)
    results, errors = {}, []

    def work(first):
        try:
            results[first] = recent_features(FakeBackbone(), images(*range(first, first + 5)))[:, 0].tolist()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert known.clashes == 0
    assert results == {first: [*map(float, range(first, first + 5))] for first in range(4)}
