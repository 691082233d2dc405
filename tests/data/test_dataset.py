"""Folders of pictures -> data sets: every layout, every problem named, nothing lost."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn_trainer.data import decoding, small_images
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.duplicates import find_duplicates
from nn_trainer.data.free_memory import MOST_OF_MEMORY, available_memory
from nn_trainer.data.images import load_pixels
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.scan import scan_folder
from nn_trainer.data.tables.labels import write_label_file
from nn_trainer.errors import CancelledError, DatasetError, LabelFileError, SettingError
from nn_trainer.work import Task
from tests.helpers.images import (
    HEIGHT,
    HOSTILE,
    WIDTH,
    class_folders,
    encoded,
    picture,
    save,
    write_hostile,
    write_specials,
)

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes are made with POSIX calls")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pets", {"dog": 3, "cat": 4})


def problem(dataset: Dataset, name: str) -> Problem:
    (found,) = [p for p in dataset.problems if p.path.name == name]
    return found


def test_the_sample() -> None:
    dataset = load_dataset("sample")
    assert dataset.summary == "10 classes, 1,000 images, 28x28 grey"
    assert dataset.test_count == 200
    assert dataset.preprocessing == Preprocessing(28, "grey")
    assert dataset.problems == ()
    assert dataset.name == "fashion"
    np.testing.assert_array_equal(dataset.counts(), np.full(10, 100))
    np.testing.assert_array_equal(dataset.counts("test"), np.full(10, 20))
    assert dataset.images.shape == (1200, 28, 28, 1)
    with Image.open(dataset.paths[517]) as image:
        np.testing.assert_array_equal(dataset.images[517, :, :, 0], np.asarray(image))


def test_class_folders(pets: Path) -> None:
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.labels.tolist() == [0] * 4 + [1] * 3
    assert dataset.labels.dtype == np.int64
    assert set(dataset.splits) == {"train"}
    assert dataset.summary == "2 classes, 7 images, 40x30 colour"
    assert dataset.preprocessing == Preprocessing(30, "rgb")
    assert dataset.problems == ()
    assert dataset.name == "pets"
    for image, path, label in zip(dataset.images, dataset.paths, dataset.labels, strict=True):
        assert path.parent.name == dataset.class_names[label]
        np.testing.assert_array_equal(image, load_pixels(path, dataset.preprocessing))
    with pytest.raises(ValueError, match="read-only"):
        dataset.images[0] = 0


def test_the_wanted_size_and_channels(pets: Path) -> None:
    assert load_dataset(pets, 12, None, None).images.shape == (7, 12, 12, 3)
    assert load_dataset(str(pets), channels="grey").images.shape == (7, 30, 30, 1)
    for wrong in ({"image_size": 0}, {"image_size": 99_999}, {"channels": "blue"}):
        with pytest.raises(SettingError):
            load_dataset(pets, **wrong)


def test_the_size_suggested_is_the_median_side_within_limits(tmp_path: Path) -> None:
    small = class_folders(tmp_path / "small", {"a": 2, "b": 2}, 4, 4, "L")
    large = class_folders(tmp_path / "large", {"a": 2, "b": 2}, 200, 100)
    grey = class_folders(tmp_path / "grey", {"a": 2, "b": 2}, 200, 100, "L")
    assert load_dataset(small).preprocessing == Preprocessing(8, "grey")
    assert load_dataset(grey, as_photos=False).preprocessing == Preprocessing(64, "grey")
    assert load_dataset(grey, channels="grey").preprocessing == Preprocessing(64, "grey")
    assert load_dataset(large, as_photos=False).preprocessing == Preprocessing(64, "rgb")
    assert load_dataset(large, channels="grey").preprocessing == Preprocessing(64, "grey")


@pytest.mark.parametrize(
    ("side", "mode", "photos"), [(64, "RGB", True), (63, "RGB", False), (64, "L", True), (63, "L", False)]
)
def test_photos_get_the_size_of_pretrained_networks(tmp_path: Path, side: int, mode: str, photos: bool) -> None:
    dataset = load_dataset(class_folders(tmp_path / "data", {"a": 2, "b": 2}, side + 20, side, mode))
    assert dataset.preprocessing == Preprocessing(224 if photos else side, "rgb" if photos or mode == "RGB" else "grey")


@pytest.mark.parametrize(("images", "size"), [(1, 224), (1.9, 160), (3.9, 96), (5.5, 64)])
def test_photos_that_would_fill_the_memory_get_a_smaller_size(tmp_path: Path, monkeypatch, images, size) -> None:
    root = class_folders(tmp_path / "data", {"a": 2, "b": 2}, 80, 80)
    monkeypatch.setattr("nn_trainer.data.scan.available_memory", lambda: 8 * 224 * 224 * 3 / images)
    dataset = load_dataset(root)
    assert dataset.preprocessing.image_size == size


def test_mixed_sizes_and_colours_in_the_summary(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "mixed", {"a": 2, "b": 1}, 100, 80)
    save(picture(9, 300, 288, "L"), root / "b" / "grey.png")
    assert load_dataset(root).summary == "2 classes, 4 images, 100x80 to 300x288 colour and grey"
    assert load_dataset(root).preprocessing == Preprocessing(224, "rgb")
    assert load_dataset(root, as_photos=False).preprocessing == Preprocessing(64, "rgb")


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [("train", "val", "test"), ("Training_Set", "Valid", "Test_Set"), ("TRAIN", "validation", "testing")],
)
def test_split_folders(tmp_path: Path, train: str, validation: str, test: str) -> None:
    root = tmp_path / "pets"
    for folder, count in ((train, 3), (validation, 2), (test, 1)):
        class_folders(root / folder, {"cat": count, "dog": count})
    for index, path in enumerate(sorted(root.rglob("*.png"))):  # no two files alike
        save(picture(500 + index), path)
    dataset = load_dataset(root)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.summary == "2 classes, 10 images, 40x30 colour"
    assert dataset.test_count == 2
    assert [dataset.counts(split).tolist() for split in ("train", "validation", "test")] == [[3, 3], [2, 2], [1, 1]]
    assert dataset.counts().tolist() == [5, 5]
    images, labels, paths = dataset.select("test")
    assert images.shape[0] == len(labels) == len(paths) == 2
    assert {path.parent.parent.name for path in paths} == {test}
    assert len(dataset.select()[0]) == 10
    assert dataset.problems == ()


def test_a_test_folder_alone_can_be_evaluated(tmp_path: Path) -> None:
    dataset = load_dataset(class_folders(tmp_path / "pets" / "test", {"cat": 2, "dog": 2}).parent)
    assert dataset.test_count == 4
    assert dataset.summary == "2 classes, 4 images, 40x30 colour"


def test_classes_may_be_called_train_and_test(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "things", {"car": 2, "train": 2, "test": 2})
    assert load_dataset(root).class_names == ("car", "test", "train")
    shutil.move(root / "train", root / "steam")
    (root / "train").mkdir()
    shutil.move(root / "steam", root / "train" / "steam")
    dataset = load_dataset(root)
    assert dataset.class_names == ("car", "test", "train")
    assert set(dataset.splits) == {"train"}


def test_a_class_of_the_test_folder_alone_is_told(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"cat": 2, "dog": 2})
    class_folders(tmp_path / "test", {"cow": 1})
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.test_count == 0
    (found,) = dataset.problems
    assert found.skipped
    assert "no training images" in found.reason


def test_folders_beside_the_splits_are_told(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"cat": 2, "dog": 2})
    class_folders(tmp_path / "test", {"cat": 1, "dog": 1})
    class_folders(tmp_path, {"more": 1})
    for index, path in enumerate(sorted(tmp_path.rglob("*.png"))):
        save(picture(500 + index), path)
    save(picture(99), tmp_path / "train" / "loose.png")
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 6
    assert {(p.path.name, p.kind) for p in dataset.problems} == {("more", "misplaced"), ("loose.png", "misplaced")}


def test_deeper_folders_count_for_their_class_and_wrappers_are_passed(pets: Path, tmp_path: Path) -> None:
    save(picture(50), pets / "cat" / "young" / "very young.jpg" / "a.png")
    outer = tmp_path / "unpacked"
    outer.mkdir()
    shutil.move(pets, outer / "pets")
    dataset = load_dataset(outer)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.counts().tolist() == [5, 3]
    assert dataset.name == "unpacked"


def test_side_files_are_passed_over_without_a_word(pets: Path) -> None:
    junk = (
        "Thumbs.db",
        ".DS_Store",
        "desktop.ini",
        "._0000.png",
        "notes.txt",
        "list.csv",
        "b.pdf",
        "c.zip",
        ".hidden.jpg",
    )
    for name in junk:
        (pets / "cat" / name).write_bytes(b"junk")
        (pets / name).write_bytes(b"junk")
    save(picture(1), pets / "__MACOSX" / "cat" / "x.png")
    save(picture(2), pets / ".ipynb_checkpoints" / "y.png")
    (pets / "cat" / "README").write_text("no picture")
    dataset = load_dataset(pets)
    assert dataset.problems == ()
    assert dataset.counts().tolist() == [4, 3]


def test_files_without_an_extension_are_known_by_their_content(pets: Path) -> None:
    (pets / "cat" / "no extension").write_bytes(encoded(picture(60), "JPEG"))
    (pets / "cat" / "odd.jpg_large").write_bytes(encoded(picture(61), "PNG"))
    (pets / "cat" / "..dots.png").write_bytes(encoded(picture(62), "PNG"))
    dataset = load_dataset(pets)
    assert dataset.counts().tolist() == [7, 3]
    assert dataset.problems == ()


def test_every_hostile_file_is_named_and_the_rest_is_used(pets: Path) -> None:
    write_hostile(pets / "cat")
    dataset = load_dataset(pets)
    assert dataset.counts().tolist() == [4, 3]
    assert len(dataset.skipped) == len(dataset.problems) == len(HOSTILE)
    for name, (_, kind, word) in HOSTILE.items():
        found = problem(dataset, name)
        assert (found.kind, found.skipped) == (kind, True)
        assert word in found.reason
        assert found.action
    scan = scan_folder(pets)
    assert len(scan.images) >= 7


@posix
def test_pipes_and_links(pets: Path, tmp_path: Path) -> None:
    write_specials(pets / "cat")
    (pets / "cat" / "up").symlink_to(pets)
    (pets / "loop").symlink_to(pets)
    for index in range(2):
        save(picture(50 + index), tmp_path / "more" / "x" / f"{index}.png")
    (pets / "cat" / "outside").symlink_to(tmp_path / "more" / "x")
    (pets / "cat" / "linked.png").symlink_to(pets / "dog" / "0000.png")
    (tmp_path / "more" / "x" / "back").symlink_to(pets / "cat")
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.counts().tolist() == [4 + 2 + 1, 3]
    kinds = {p.path.name: p.kind for p in dataset.skipped}
    assert kinds == {"pipe.jpg": "special file", "broken.jpg": "broken link", "itself.jpg": "unreadable"}
    (note,) = [p for p in dataset.problems if not p.skipped]
    assert note.kind == "conflicting label"


@posix
def test_odd_names_work_everywhere(pets: Path) -> None:
    names = [b"not_utf8_\xff.png", "猫 😀.png".encode(), b"new\nline.png", b"-rf.png", b"back\\slash.png", b"a" * 240]
    for index, name in enumerate(names):
        (pets / "cat" / os.fsdecode(name)).write_bytes(encoded(picture(70 + index)))
    (pets / "dog").rename(pets / os.fsdecode(b"hund\xe4"))
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "hund\\xe4")
    assert dataset.counts().tolist() == [4 + len(names), 3]
    assert dataset.problems == ()


def test_duplicates_are_used_and_told(tmp_path: Path) -> None:
    root = tmp_path / "pets"
    class_folders(root / "train", {"cat": 2, "dog": 2})
    class_folders(root / "test", {"cat": 1, "dog": 1})
    for index, path in enumerate(sorted(root.rglob("*.png"))):
        save(picture(500 + index), path)
    first = root / "train" / "cat" / "0000.png"
    for copy in ("train/cat/same.png", "train/dog/other.png", "test/cat/shared.png"):
        shutil.copy(first, root / copy)
    dataset = load_dataset(root)
    assert len(dataset.images) == 9
    assert dataset.skipped == ()
    assert {p.path.name: p.kind for p in dataset.problems} == {
        "same.png": "duplicate",
        "other.png": "conflicting label",
        "shared.png": "shared between splits",
    }
    assert str(Path("train", "cat", "0000.png")) in problem(dataset, "other.png").reason


def test_empty_classes_and_misplaced_pictures_are_told(pets: Path) -> None:
    (pets / "empty").mkdir()
    (pets / "junk").mkdir()
    (pets / "junk" / "readme.txt").write_text("nothing")
    write_hostile(pets / "damaged")
    save(picture(80), pets / "beside.png")
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "dog")
    for name in ("empty", "junk", "damaged"):
        assert problem(dataset, name).kind == "empty class"
        assert not problem(dataset, name).skipped
    assert problem(dataset, "beside.png").kind == "misplaced"


def test_a_class_that_turns_out_damaged_is_no_class(pets: Path) -> None:
    (pets / "ant").mkdir()
    data = encoded(picture(0, 200, 200), "JPEG")
    (pets / "ant" / "half.jpg").write_bytes(data[: len(data) // 2])
    assert scan_folder(pets).class_names == ("ant", "cat", "dog")
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.labels.tolist() == [0] * 4 + [1] * 3
    for image, path in zip(dataset.images, dataset.paths, strict=True):
        np.testing.assert_array_equal(image, load_pixels(path, dataset.preprocessing))
    assert problem(dataset, "ant").kind == "empty class"
    assert problem(dataset, "half.jpg").skipped


def test_the_class_label_file_gives_the_labels(pets: Path) -> None:
    write_label_file(pets / "labels.csv", ["dog", "cat"])
    dataset = load_dataset(pets)
    assert dataset.class_names == ("dog", "cat")
    assert dataset.labels.tolist() == [1] * 4 + [0] * 3
    write_label_file(pets / "labels.csv", ["cow", "dog", "cat"])
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cow", "dog", "cat")
    assert dataset.counts().tolist() == [0, 3, 4]
    assert problem(dataset, "cow").kind == "empty class"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_class_label_file_matches_folders_however_accents_are_written(tmp_path: Path, form: Any) -> None:
    class_folders(tmp_path, {unicodedata.normalize("NFC", "Café"): 2, unicodedata.normalize("NFD", "Übel"): 2})
    (tmp_path / "labels.csv").write_text(unicodedata.normalize(form, "0,Übel\n1,Café\n"), encoding="utf-8")
    assert load_dataset(tmp_path).class_names == ("Übel", "Café")
    (tmp_path / "labels.csv").write_text("0,Übel\n1,Café\n2,Cafe\u0301\n", encoding="utf-8")
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("Café", "Übel")
    (note,) = dataset.problems
    assert "names the class 'Café' twice" in note.reason


@pytest.mark.skipif(sys.platform == "darwin", reason="there both are the name of one folder")
def test_folders_and_tables_with_composed_and_decomposed_accents_are_one_class(tmp_path: Path) -> None:
    composed, decomposed = "Caf\u00e9", "Cafe\u0301"
    class_folders(tmp_path / "train", {composed: 2, decomposed: 3, "Tea": 2})
    class_folders(tmp_path / "test", {decomposed: 1, "Tea": 1})
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == (composed, "Tea")
    assert (dataset.counts("train").tolist(), dataset.counts("test").tolist()) == ([5, 2], [1, 1])
    for index in range(4):
        save(picture(index), tmp_path / "table" / f"a{index}.png")
    labels = (composed, decomposed, "Tea", decomposed)
    lines = "".join(f"a{index}.png,{label}\n" for index, label in enumerate(labels))
    (tmp_path / "table" / "images.csv").write_text(f"file,label\n{lines}", encoding="utf-8")
    assert load_dataset(tmp_path / "table").class_names == (composed, "Tea")
    (tmp_path / "table" / "labels.csv").write_text(f"0,Tea\n1,{decomposed}\n", encoding="utf-8")
    assert load_dataset(tmp_path / "table").class_names == ("Tea", composed)
    assert load_dataset(tmp_path / "table").counts().tolist() == [1, 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [("0,dog\n1,cow\n", "no line for the class 'cat'"), ("0,dog\nnonsense\n", "line 2"), ("Read me first.\n", "'cat'")],
)
def test_a_class_label_file_that_is_not_understood_is_one_note(pets: Path, text: str, words: str) -> None:
    (pets / "labels.csv").write_text(text)
    dataset = load_dataset(pets)
    assert dataset.class_names == ("cat", "dog")
    (note,) = dataset.problems
    assert (note.path, note.kind, note.skipped) == (pets / "labels.csv", "label file", False)
    assert words in note.reason


def test_a_wrong_class_label_file_that_was_chosen_is_refused(pets: Path) -> None:
    (pets / "labels.csv").write_text("0,dog\n1,cow\n")
    with pytest.raises(LabelFileError, match="no line for the class 'cat'"):
        load_dataset(pets, choice=LayoutChoice(labels=pets / "labels.csv"))
    (pets / "labels.csv").write_text("0,dog\nnonsense\n")
    with pytest.raises(LabelFileError, match="line 2"):
        load_dataset(pets, choice=LayoutChoice(labels=pets / "labels.csv"))


def test_a_table_of_pictures(tmp_path: Path) -> None:
    for index in range(6):
        save(picture(index), tmp_path / "images" / f"{index}.png")
    save(picture(50), tmp_path / "images" / "unlisted.png")
    lines = [
        "file name,Label,split",
        *(f"{i}.png,{'cat' if i % 2 else 'dog'},{'test' if i > 3 else ''}" for i in range(6)),
    ]
    (tmp_path / "pictures.csv").write_text("\n".join([*lines, "gone.png,cat,"]))
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("cat", "dog")
    assert dataset.counts().tolist() == [2, 2]
    assert dataset.test_count == 2
    assert problem(dataset, "gone.png").kind == "missing file"
    assert problem(dataset, "unlisted.png").kind == "misplaced"


def test_a_table_without_header_with_numbers_and_a_class_label_file(tmp_path: Path) -> None:
    for index in range(4):
        save(picture(index), tmp_path / f"{index}.png")
    (tmp_path / "table.csv").write_text("".join(f"{i},{i % 2}\n" for i in range(4)))  # without extension, too
    write_label_file(tmp_path / "labels.csv", ["dog", "cat"])
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("dog", "cat")
    assert dataset.labels.tolist() == [0, 1, 0, 1]
    (tmp_path / "labels.csv").unlink()
    assert load_dataset(tmp_path).class_names == ("0", "1")


def test_a_folder_that_is_no_data_set_is_refused_in_a_sentence(tmp_path: Path, pets: Path) -> None:
    flat = tmp_path / "flat"
    save(picture(), flat / "a.png")
    one = class_folders(tmp_path / "one", {"cat": 2})
    nothing = tmp_path / "nothing"
    (nothing / "cat").mkdir(parents=True)
    (nothing / "dog").mkdir()
    (tmp_path / "empty").mkdir()
    damaged = tmp_path / "damaged"
    write_hostile(damaged / "a")
    write_hostile(damaged / "b")
    for path, words in (
        (tmp_path / "missing", "There is no folder"),
        (pets / "cat" / "0000.png", "is not a folder"),
        (flat, "1 image lies directly in it"),
        (tmp_path / "empty", "no class folders"),
        (one, "one class only, 'cat'"),
        (nothing, "no image that can be used"),
        (damaged, "no image that can be used"),
        ("nul\0byte", "There is no folder"),
    ):
        with pytest.raises(DatasetError) as caught:
            load_dataset(path)
        assert words in str(caught.value)
        assert str(caught.value).endswith(".")


def test_a_folder_that_may_not_be_opened(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def refuse(path: str | Path) -> object:  # root may open everything, so chmod would not do
        if Path(path).name == locked:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    save(picture(90), pets / "cat" / "locked" / "a.png")
    locked = "locked"
    found = problem(load_dataset(pets), "locked")
    assert found.kind == "unreadable"
    locked = "pets"
    with pytest.raises(DatasetError, match="may not open"):
        load_dataset(pets)


def test_more_images_than_fit_into_memory(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1e6 < available_memory() < 1e15
    monkeypatch.setattr("nn_trainer.data.free_memory.available_memory", lambda: (7 * 30 * 30 * 3 - 1) / MOST_OF_MEMORY)
    assert isinstance(load_dataset(pets).images, np.memmap)
    assert not isinstance(load_dataset(pets, image_size=29).images, np.memmap)


def test_memory_that_ends_while_images_are_read_is_explained(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decoding, "load_pixels", ended)
    with pytest.raises(DatasetError, match=r"7 images of 30x30 pixels need .* Choose a smaller image size"):
        load_dataset(pets)


def test_small_images_are_read_once_or_twice_with_the_same_bits(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hostile(pets / "dog")
    first = load_dataset(pets)
    for room in (0, 3 * WIDTH * HEIGHT * 3):
        monkeypatch.setattr(small_images, "SHARE", room / available_memory())
        other = load_dataset(pets)
        np.testing.assert_array_equal(first.images, other.images)
        assert set(first.problems) == set(other.problems)


def test_progress_and_cancelling_at_every_stage(pets: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    load_dataset(pets, task=Task(lambda *event: seen.append(event)))
    stages = list(dict.fromkeys(what for _, _, what in seen))
    assert len(stages) == 4
    assert (7, 7, "Reading headers") in seen
    assert seen[-1] == (7, 7, "Reading images")
    for stage in stages:
        reached: list[str] = []
        with pytest.raises(CancelledError):
            load_dataset(
                pets,
                task=Task(
                    lambda done, total, what, reached=reached: reached.append(what),
                    lambda stage=stage, reached=reached: stages.index(stage) <= len(set(reached)),
                ),
            )


def test_loading_is_the_same_each_time_and_on_many_threads(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hostile(pets / "dog")
    first = load_dataset(pets)
    monkeypatch.setattr(decoding, "_WORTH_THREADS", 0)
    monkeypatch.setattr(decoding, "all_cores", lambda: 4)
    for other in (load_dataset(pets), load_dataset(pets)):
        np.testing.assert_array_equal(first.images, other.images)
        assert (first.paths, first.problems) == (other.paths, other.problems)


def test_cancelling_is_asked_for_while_files_are_compared(pets: Path) -> None:
    images = scan_folder(pets).images
    with pytest.raises(CancelledError):
        find_duplicates(pets, images, Task(cancelled=lambda: True))
    assert find_duplicates(pets, images, Task()) == []
