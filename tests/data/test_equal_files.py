"""Files that are equal: never on both sides of a split, and what a data set is known by."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nn_trainer.data import small_images
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.split import stratified_split
from nn_trainer.engine.config import make_config
from nn_trainer.models.training_inputs import training_and_validation
from tests.helpers.images import class_folders, encoded, picture, save


def numbers(seed: int) -> Callable[[int], np.random.Generator]:
    """The random numbers for a class."""
    return lambda label: np.random.default_rng((seed, label))


@pytest.mark.parametrize("seed", range(10))
def test_a_group_is_never_on_both_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(0, 4, 200))
    groups = labels * 1000 + rng.integers(0, 30, 200)
    training, validation = stratified_split(labels, 0.25, numbers(seed), groups)
    assert sorted([*training, *validation]) == list(range(200))
    assert not set(groups[training]) & set(groups[validation])
    for label in range(4):
        wanted = 0.25 * (labels == label).sum()
        assert abs((labels[validation] == label).sum() - wanted) <= 5


def test_groups_of_one_change_nothing() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    alone = stratified_split(labels, 0.2, numbers(3))
    for groups in (np.arange(100), np.arange(100)[::-1]):
        np.testing.assert_array_equal(stratified_split(labels, 0.2, numbers(3), groups)[1], alone[1])


def test_a_group_too_large_for_the_share_goes_to_validation_only_where_nothing_else_is() -> None:
    training, validation = stratified_split([0] * 6 + [1] * 6, 0.2, numbers(0), [7] * 3 + [8] * 3 + [9] * 5 + [10])
    assert sorted(validation) in ([0, 1, 2, 11], [3, 4, 5, 11])
    assert len(training) == 8


def test_a_class_of_equal_images_alone_is_kept_for_training() -> None:
    _training, validation = stratified_split([0] * 5 + [1] * 5, 0.5, numbers(0), [7] * 5 + [*range(5)])
    assert set(validation) <= set(range(5, 10))
    assert len(validation) == 3


def test_a_group_of_several_classes_is_kept_for_training() -> None:
    for seed in range(20):
        _training, validation = stratified_split([0, 0, 1, 1], 0.5, numbers(seed), [5, 1, 5, 2])
        assert sorted(validation) == [1, 3]


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    """Each image twice, in two classes."""
    for number, name in enumerate("ab"):
        for index in range(20):
            path = save(picture(100 * number + index), tmp_path / name / f"{index}.png")
            shutil.copy(path, path.with_name(f"{index}_copy.png"))
    return tmp_path


@pytest.mark.parametrize("read_whole", [0, 1 << 16])
def test_equal_files_lie_on_one_side_of_the_validation_split(twins: Path, monkeypatch, read_whole: int) -> None:
    monkeypatch.setattr(small_images, "READ_WHOLE", read_whole)
    dataset = load_dataset(twins)
    assert [problem.kind for problem in dataset.problems] == ["duplicate"] * 40
    training, validation = training_and_validation(dataset, make_config(image_size=30))
    learned = {dataset.images[index].tobytes() for index in training}
    assert len(validation) == 16
    assert not [index for index in validation if dataset.images[index].tobytes() in learned]


def test_the_digests_are_those_of_the_files_however_they_are_read(twins: Path, monkeypatch) -> None:
    dataset = load_dataset(twins)
    monkeypatch.setattr(small_images, "READ_WHOLE", 0)
    assert load_dataset(twins).digests == dataset.digests
    assert None not in dataset.digests
    assert [source.digest() for source in dataset.sources] == list(dataset.digests)
    assert len(set(dataset.digests)) == len(set(dataset.groups.tolist())) == 40


def test_a_fingerprint_stands_for_classes_files_labels_and_splits(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "first", {"a": 3, "b": 3})
    first = load_dataset(root).fingerprint
    assert load_dataset(shutil.copytree(root, tmp_path / "copy")).fingerprint == first
    assert load_dataset(root, image_size=12).fingerprint == first

    def changed(name: str, change: Callable[[Path], object]) -> str:
        copy = shutil.copytree(root, tmp_path / name)
        change(copy)
        return load_dataset(copy).fingerprint

    others = [
        changed("renamed", lambda folder: (folder / "a").rename(folder / "c")),
        changed("pixels", lambda folder: save(picture(99), folder / "a" / "0000.png")),
        changed("moved", lambda folder: (folder / "a" / "0000.png").rename(folder / "b" / "0009.png")),
        changed("fewer", lambda folder: (folder / "a" / "0000.png").unlink()),
    ]
    dataset = load_dataset(root)
    others.append(dataclasses.replace(dataset, splits=np.array(["train"] * 5 + ["test"])).fingerprint)
    assert len({first, *others}) == 6


@pytest.mark.parametrize("name", ["images", "labels", "splits", "sources", "digests", "sizes", "grey"])
def test_what_is_said_of_the_images_is_of_one_length(name: str) -> None:
    dataset: Dataset = load_dataset("sample")
    with pytest.raises(ValueError, match=r"^1(199|200) images"):
        dataclasses.replace(dataset, **{name: getattr(dataset, name)[:-1]})


def test_equal_files_in_given_folders_for_training_and_validation_are_told(tmp_path: Path) -> None:
    for split, first in (("train", 0), ("val", 50)):
        for number, name in enumerate("ab"):
            for index in range(3):
                save(picture(first + 10 * number + index), tmp_path / split / name / f"{index}.png")
    shutil.copy(tmp_path / "train" / "a" / "1.png", tmp_path / "val" / "a" / "same.png")
    (told,) = load_dataset(tmp_path).problems
    assert (told.kind, told.skipped) == ("shared between splits", False)
    assert "also used for training, as " in told.reason
    assert "the figures will be too good" in told.reason


def test_damage_later_in_a_file_moves_no_label(tmp_path: Path) -> None:
    """The order that the class label file gives is kept, also where a class is lost while decoding."""
    root = class_folders(tmp_path, {"ant": 1, "cat": 3, "dog": 3})
    (root / "labels.csv").write_text("0,dog\n1,ant\n2,cat\n")
    content = encoded(picture(0, 200, 200), "JPEG")
    (root / "ant" / "0000.png").write_bytes(content[: len(content) // 2])
    dataset = load_dataset(root)
    assert dataset.class_names == ("dog", "ant", "cat")
    assert dataset.counts().tolist() == [3, 0, 3]
    for path, label in zip(dataset.paths, dataset.labels, strict=True):
        assert path.parent.name == dataset.class_names[label]
