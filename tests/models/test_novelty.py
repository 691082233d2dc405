"""What is unlike the training images, on clusters of vectors."""

import numpy as np
import pytest

from nn_trainer.models.novelty import FEWEST, learn_novelty


def cluster(seed, count, around):
    """Vectors (count, 40) around a direction."""
    spread = np.random.default_rng(seed).random((count, 40))
    return (np.eye(40)[around] * 3 + spread).astype(np.float32)


@pytest.fixture
def novelty():
    training = np.concatenate([cluster(1, 25, 0), cluster(2, 25, 1)])
    return learn_novelty(training, cluster(3, 10, 0), seed=0)


def test_few_of_the_same_kind_are_marked_and_all_of_another(novelty):
    own = np.concatenate([cluster(4, 100, 0), cluster(5, 100, 1)])
    assert np.mean([novelty.is_unlike(row) for row in own]) <= 0.05
    assert all(novelty.is_unlike(row) for row in cluster(6, 100, 2))


def test_brightness_of_the_features_does_not_matter(novelty):
    row = cluster(7, 1, 0)[0]
    assert novelty.is_unlike(row) == novelty.is_unlike(100 * row)
    assert novelty.is_unlike(np.zeros(40, np.float32))


def test_without_validation_images_the_training_images_say_what_is_normal():
    novelty = learn_novelty(cluster(1, 50, 0), cluster(1, 0, 0), seed=0)
    assert np.mean([novelty.is_unlike(row) for row in cluster(4, 200, 0)]) <= 0.05
    assert all(novelty.is_unlike(row) for row in cluster(6, 100, 2))


def test_validation_images_that_vary_more_move_the_limit():
    training = cluster(1, 50, 0)
    assert learn_novelty(training, cluster(2, 25, 3), 0).limit > learn_novelty(training, cluster(2, 25, 0), 0).limit


def test_pictures_that_are_there_twice_are_no_error():
    training = np.repeat(cluster(1, 5, 0), 4, axis=0)
    assert np.isfinite(learn_novelty(training, training[:0], 0).limit)


def test_too_few_training_images_say_nothing():
    assert learn_novelty(cluster(1, FEWEST - 1, 0), cluster(1, 5, 0), 0) is None
    assert learn_novelty(cluster(1, FEWEST, 0), cluster(1, 0, 0), 0) is not None


def test_many_training_images_are_sampled_by_the_seed():
    training = cluster(1, 600, 0)
    one, same, other = (learn_novelty(training, training[:0], seed) for seed in (1, 1, 2))
    assert one.references.shape == (512, 40)
    np.testing.assert_array_equal(one.references, same.references)
    assert not np.array_equal(one.references, other.references)
