"""What a folder means: every layout that people have is understood, or asked about, or refused in a sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.layout.name_prefixes import class_in_name
from nn_trainer.data.layout.split_names import split_of, splits_among
from nn_trainer.data.scan import Scan, scan_folder
from nn_trainer.errors import AmbiguousFolderError, DatasetError
from nn_trainer.handbook import read_page
from tests.helpers.images import picture, save


def make(root: Path, files: Mapping[str, int] | list[str]) -> Path:
    """Images of different pixels: for each folder so many, or those that are named."""
    names = files if isinstance(files, list) else [f"{f}/{i}.png" for f, count in files.items() for i in range(count)]
    for number, name in enumerate(names):
        save(picture(number, 12, 10), root / name)
    return root


def counts(scan: Scan) -> dict[tuple[str, str], int]:
    """How many images of each class and split."""
    return dict(Counter((image.class_name, image.split) for image in scan.images))


def notes(scan: Scan) -> dict[str, str]:
    """The kind of what is said of each file or folder."""
    return {problem.path.name: problem.kind for problem in scan.problems}


def codes(root: Path, choice: LayoutChoice | None = None) -> list[tuple[str, tuple[str, ...], int]]:
    """The readings that are asked about."""
    with pytest.raises(AmbiguousFolderError) as caught:
        scan_folder(root, choice=choice)
    for reading in caught.value.readings:
        assert f"--layout {reading.code}" in str(caught.value)
        assert reading.sentence in str(caught.value)
    return [(reading.code, reading.classes, reading.images) for reading in caught.value.readings]


# The names that people give to these folders, one after the other.
TRAIN = "train,Training,TRAIN,training_set,train2017,train_images,seg_train,trainset,train-data,Train(1),trainData,trn"
VALIDATION = "val,valid,Validation,dev,validation_set,val2017,images_val,valset,Dev_Set"
TEST = "test,testing,test1,test_set,eval,evaluation,seg_test,images_test,testImages,holdout,Test-2"
NONE = "cat,trains,invalid,steam train,contest,set,2017,images,pred"


@pytest.mark.parametrize(
    ("split", "name"),
    [
        (split, name)
        for split, names in (("train", TRAIN), ("validation", VALIDATION), ("test", TEST), (None, NONE))
        for name in names.split(",")
    ],
)
def test_names_of_splits(split: str | None, name: str) -> None:
    assert split_of(name) == split


def test_names_beside_one_another_may_share_a_word_of_their_own() -> None:
    assert splits_among(["mnist_train", "mnist_test"]) == ["train", "test"]
    assert splits_among(["steam_train", "test_tube"]) == [None, None]


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("train2017", "dev", "eval"),
        ("images_train", "images_valid", "images_test1"),
        ("seg_train/seg_train", "val/val", "seg_test/seg_test"),
        ("training_set/training_set", "validation_set/more/deep", "test_set"),
        ("out/er/train", "out/er/val", "out/er/test"),
        ("pets_train/pets", "pets_val/pets", "pets_test/pets"),
    ],
)
def test_splits_by_all_their_names_with_wrappers_inside(tmp_path: Path, train: str, validation: str, test: str) -> None:
    folders = {train: 3, validation: 2, test: 1}
    scan = scan_folder(
        make(tmp_path, {f"{f}/{name}": count for f, count in folders.items() for name in ("cat", "dog")})
    )
    assert counts(scan) == {
        (name, split): count
        for name in ("cat", "dog")
        for split, count in (("train", 3), ("validation", 2), ("test", 1))
    }
    assert scan.problems == ()


def test_a_folder_of_a_class_in_a_split_is_no_wrapper(tmp_path: Path) -> None:
    scan = scan_folder(make(tmp_path, {"train/cat": 2, "train/dog": 2, "val/cat/young": 1, "val/cat/old": 1}))
    assert counts(scan) == {("cat", "train"): 2, ("dog", "train"): 2, ("cat", "validation"): 2}


def test_a_wrapper_with_papers_or_an_image_beside_it_is_passed(tmp_path: Path) -> None:
    make(tmp_path, {"set/images/cat": 2, "set/images/dog": 2})
    (tmp_path / "set" / "annotations").mkdir()
    (tmp_path / "set" / "annotations" / "all.xml").write_text("<a/>")
    save(picture(99, 12, 10), tmp_path / "preview.png")
    scan = scan_folder(tmp_path)
    assert scan.class_names == ("cat", "dog")
    assert notes(scan) == {"preview.png": "misplaced"}


def test_a_test_folder_without_classes_beside_a_wrapper_of_splits_is_told(tmp_path: Path) -> None:
    files = {f"plants/plants/{split}/{name}": 2 for split in ("train", "valid") for name in ("fern", "moss")}
    scan = scan_folder(make(tmp_path, files | {"test/test": 3}))
    assert scan.class_names == ("fern", "moss")
    assert len(counts(scan)) == 4
    assert notes(scan) == {"test": "misplaced"}


def test_many_images_of_one_folder_without_a_class_are_one_note(tmp_path: Path) -> None:
    beside = make(tmp_path / "beside", {"cat": 2, "dog": 2, ".": 25})
    (note,) = scan_folder(beside).problems
    assert (note.path, note.files, note.skipped) == (beside, 25, True)
    assert "25 images lie directly in the folder" in note.reason
    named = make(tmp_path / "named", [*(f"train/{name}" for name in FLAT), *(f"test1/{i}.png" for i in range(25))])
    (note,) = scan_folder(named, choice=LayoutChoice("names")).problems
    assert (note.path, note.files) == (named / "test1", 25)
    assert "The names of 25 images in the folder state no class" in note.reason


def test_images_without_a_class_beside_the_splits_are_counted(tmp_path: Path) -> None:
    make(tmp_path, {"seg_train/seg_train/cat": 2, "seg_train/seg_train/dog": 2, "seg_test/cat": 1, "seg_test/dog": 1})
    scan = scan_folder(make(tmp_path, ["seg_pred/seg_pred/a.png", "seg_pred/seg_pred/b.png"]))
    assert scan.class_names == ("cat", "dog")
    (note,) = [problem for problem in scan.problems if problem.path.name == "seg_pred"]
    assert "its 2 images are" in note.reason


def test_a_test_folder_without_classes_beside_one_with_is_told(tmp_path: Path) -> None:
    scan = scan_folder(make(tmp_path, {"train/cat": 2, "train/dog": 2, "test": 3}))
    assert counts(scan) == {("cat", "train"): 2, ("dog", "train"): 2}
    assert notes(scan) == {"test": "misplaced"}


@pytest.mark.parametrize("copy", ["cell_images", "copy/deeper"])
def test_a_copy_beside_the_classes_is_named_and_left_out(tmp_path: Path, copy: str) -> None:
    scan = scan_folder(make(tmp_path, {"cat": 3, "dog": 2, f"{copy}/cat": 3, f"{copy}/dog": 2}))
    assert counts(scan) == {("cat", "train"): 3, ("dog", "train"): 2}
    (note,) = scan.problems
    assert (note.path, note.kind, note.skipped) == (tmp_path / Path(copy).parts[0], "copy", False)
    assert "5 images" in note.reason


def test_a_copy_beside_the_splits_is_named_and_left_out(tmp_path: Path) -> None:
    splits = {f"{split}/{name}": 2 for split in ("train", "test") for name in ("sick", "well")}
    scan = scan_folder(make(tmp_path, splits | {f"chest/{folder}": count for folder, count in splits.items()}))
    assert sum(counts(scan).values()) == 8
    assert notes(scan) == {"chest": "copy"}


def test_sets_side_by_side_are_asked_about(tmp_path: Path) -> None:
    root = make(tmp_path, {"indoor/cat": 2, "indoor/dog": 3, "outdoor/cat": 4, "outdoor/dog": 1})
    assert codes(root) == [("inner", ("cat", "dog"), 10), ("classes", ("indoor", "outdoor"), 10)]
    assert counts(scan_folder(root, choice=LayoutChoice("inner"))) == {("cat", "train"): 6, ("dog", "train"): 4}
    assert scan_folder(root, choice=LayoutChoice("classes")).class_names == ("indoor", "outdoor")


def test_names_that_say_nothing_are_less_likely_classes(tmp_path: Path) -> None:
    root = make(tmp_path, {f"{name}/{year}": 2 for name in ("cat", "dog") for year in (2019, 2020)})
    assert [code for code, _classes, _images in codes(root)] == ["classes", "inner"]


def test_sets_side_by_side_in_splits_and_with_splits_are_asked_about(tmp_path: Path) -> None:
    places = [f"{place}/{name}" for place in ("indoor", "outdoor") for name in ("cat", "dog")]
    root = make(tmp_path / "a", {f"{split}/{place}": 1 for split in ("train", "test") for place in places})
    assert codes(root) == [("inner", ("cat", "dog"), 8), ("splits", ("indoor", "outdoor"), 8)]
    assert len(counts(scan_folder(root, choice=LayoutChoice("inner")))) == 4
    sets = [
        f"{one}/{split}/{name}" for one in ("indoor", "outdoor") for split in ("train", "test") for name in ("x", "y")
    ]
    root = make(tmp_path / "b", dict.fromkeys(sets, 1))
    assert codes(root)[0] == ("inner", ("x", "y"), 8)
    assert counts(scan_folder(root, choice=LayoutChoice("inner")))["x", "test"] == 2


def test_one_folder_in_each_class_and_folders_of_other_names_are_no_question(tmp_path: Path) -> None:
    assert scan_folder(make(tmp_path / "a", {"cat/images": 2, "dog/images": 2})).class_names == ("cat", "dog")
    inner = {"cat/tabby": 2, "cat/siam": 2, "dog/pug": 2, "dog/collie": 2}
    assert scan_folder(make(tmp_path / "b", inner)).class_names == ("cat", "dog")


def test_splits_in_each_class_folder_say_the_split(tmp_path: Path) -> None:
    scan = scan_folder(make(tmp_path, {"cat/train": 3, "cat/test": 1, "dog/train": 2, "dog/test": 2}))
    assert counts(scan) == {("cat", "train"): 3, ("cat", "test"): 1, ("dog", "train"): 2, ("dog", "test"): 2}


def test_a_class_called_train_is_a_class_with_a_word(tmp_path: Path) -> None:
    scan = scan_folder(make(tmp_path, {"car": 2, "bus": 2, "train": 2}))
    assert scan.class_names == ("bus", "car", "train")
    assert notes(scan) == {"train": "named like a split"}


def test_one_split_beside_other_folders_is_asked_about(tmp_path: Path) -> None:
    root = make(tmp_path, {"train/cat": 2, "train/dog": 2, "more": 3})
    assert codes(root) == [("splits", ("cat", "dog"), 4), ("classes", ("more", "train"), 7)]
    scan = scan_folder(root, choice=LayoutChoice("splits"))
    assert scan.class_names == ("cat", "dog")
    assert notes(scan) == {"more": "misplaced"}


def test_a_set_with_splits_beside_a_class_is_told(tmp_path: Path) -> None:
    scan = scan_folder(make(tmp_path, {"alone": 2, "other/train": 2, "other/test": 2}))
    assert notes(scan) == {"other": "holds splits"}


FLAT = [f"cat.{i}.png" for i in range(3)] + [f"dog.{i}.png" for i in range(2)]


def test_classes_in_the_names_of_files_are_offered(tmp_path: Path) -> None:
    flat = make(tmp_path / "flat", FLAT)
    assert codes(flat) == [("names", ("cat", "dog"), 5)]
    for choice in (LayoutChoice("names"), LayoutChoice(classes_from="name")):
        assert counts(scan_folder(flat, choice=choice)) == {("cat", "train"): 3, ("dog", "train"): 2}
    splits = make(tmp_path / "splits", [*(f"train/{name}" for name in FLAT), "test1/1.png", "test1/dog.png"])
    assert codes(splits) == [("names", ("cat", "dog"), 6)]
    scan = scan_folder(splits, choice=LayoutChoice("names"))
    assert counts(scan) == {("cat", "train"): 3, ("dog", "train"): 2, ("dog", "test"): 1}
    assert notes(scan) == {"1.png": "misplaced"}
    deeper = make(tmp_path / "deeper", [f"{split}/all/{name}" for split in ("train", "test") for name in FLAT])
    assert codes(deeper) == [("names", ("cat", "dog"), 10)]
    assert counts(scan_folder(deeper, choice=LayoutChoice("names")))["dog", "test"] == 2


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("cat.0.jpg", "cat"),
        ("IMG_dog_12.png", "dog"),
        ("golden_retriever_0012.jpg", "golden_retriever"),
        ("0001-Cat (2).jpg", "Cat"),
        ("cat_12_left.jpg", "cat"),
        ("rose_img_3.png", "rose"),
        ("Übel7.png", "Übel"),
        ("IMG_2021.jpg", None),
        ("DSC0001.jpg", None),
        ("0.png", None),
        ("train_3.png", None),
    ],
)
def test_the_class_in_a_name(name: str, found: str | None) -> None:
    assert class_in_name(name) == found


def test_names_that_are_all_different_are_no_classes(tmp_path: Path) -> None:
    flat = make(tmp_path, ["garden.png", "harbour.png", "sunset.png", "party.png", "cat.1.png", "cat.2.png"])
    with pytest.raises(DatasetError) as caught:
        scan_folder(flat)
    assert not isinstance(caught.value, AmbiguousFolderError)


def test_splits_without_classes_are_refused_and_may_be_said_to_be_classes(tmp_path: Path) -> None:
    root = make(tmp_path, {"train": 3, "test1": 2})
    with pytest.raises(DatasetError, match="5 images lie directly in test1, train, and nothing says") as caught:
        scan_folder(root)
    assert "--classes-from folder" in str(caught.value)
    scan = scan_folder(root, choice=LayoutChoice(classes_from="folder"))
    assert scan.class_names == ("test1", "train")
    assert set(notes(scan).values()) == {"named like a split"}


def test_a_choice_that_does_not_fit_says_what_does(tmp_path: Path) -> None:
    root = make(tmp_path, {"cat": 2, "dog": 2})
    with pytest.raises(DatasetError, match=r"cannot be read with --layout inner\. What is possible: classes"):
        scan_folder(root, choice=LayoutChoice("inner"))
    with pytest.raises(DatasetError, match="cannot be read with --layout names"):
        scan_folder(root, choice=LayoutChoice(classes_from="name"))


def test_a_choice_is_the_same_after_a_settings_file() -> None:
    for choice in (LayoutChoice(), LayoutChoice("inner", Path("a.csv"), "table"), LayoutChoice(classes_from="name")):
        assert LayoutChoice.from_dict(dict(choice.as_dict())) == choice
    assert LayoutChoice.from_dict({"layout": 3, "classes_from": "nothing", "labels": None}) == LayoutChoice()


def test_the_handbook_names_the_splits_by_the_words_that_are_understood() -> None:
    rows = dict(re.findall(r"^\| (training|validation|testing) \| (.*?) \|$", read_page("folders.md"), re.MULTILINE))
    for kind, split in (("training", "train"), ("validation", "validation"), ("testing", "test")):
        assert {split_of(name) for name in rows[kind].split(", ")} == {split}
    assert [split_of(name) for name in ("train2017", "test_set", "images_val", "seg_train", "Test-2")] == [
        *("train", "test", "validation", "train", "test")
    ]
