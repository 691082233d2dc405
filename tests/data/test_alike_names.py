"""Classes whose names look alike are asked about, wherever they stand; never two classes without a word."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.errors import AmbiguousFolderError
from nn_trainer.file_names import look_alike_key
from tests.helpers.images import class_folders, picture, save

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there they cannot lie beside each other")
JOINED, APART = LayoutChoice("joined"), LayoutChoice("apart")


def asked(root: Path, choice: LayoutChoice | None = None) -> AmbiguousFolderError:
    with pytest.raises(AmbiguousFolderError) as caught:
        load_dataset(root, choice=choice)
    return caught.value


def classes(root: Path, choice: LayoutChoice | None = None) -> dict[str, int]:
    dataset = load_dataset(root, choice=choice)
    return dict(zip(dataset.class_names, dataset.counts().tolist(), strict=True))


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("Cat", "cat", "'Cat' and 'cat'"),
        ("cat", "cat\u200b", "'cat' and 'cat\\u200b'"),
        ("cat", "c\u00adat", "'c\\xadat' and 'cat'"),
        ("big cat", "big\u00a0cat", "'big cat' and 'big\\xa0cat'"),
        ("big cat", "big  cat", "'big  cat' and 'big cat'"),
        ("cat", "cat\u200d", "'cat' and 'cat\\u200d'"),
        ("cat", "cat\ufe0f", "'cat' and 'cat\\ufe0f'"),
        ("Straße", "STRASSE", "'STRASSE' and 'Straße'"),
        ("cat", "ｃａｔ", "'cat' and 'ｃａｔ'"),
    ],
)
def test_folders_of_names_that_look_alike_are_asked_about(tmp_path: Path, one: str, other: str, shown: str) -> None:
    class_folders(tmp_path, {one: 3, other: 2, "dog": 2})
    question = asked(tmp_path)
    for code, meaning in (("joined", "one class"), ("apart", "classes of their own")):
        assert f"--layout {code}: Names that look alike are {meaning}: {shown} (" in str(question)
    assert [(reading.code, len(reading.classes), reading.images) for reading in question.readings] == [
        ("joined", 2, 7),
        ("apart", 3, 7),
    ]
    assert sorted(classes(tmp_path, JOINED).values()) == [2, 5]
    assert sorted(classes(tmp_path, APART).values()) == [2, 2, 3]
    assert load_dataset(tmp_path, choice=JOINED).choice == JOINED  # so that it can be remembered


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "cats"), ("cat", "cät"), ("ankle boot", "ankleboot"), ("7", "07"), ("\udcff", "\udcfe")]
)
def test_other_names_are_two_classes(tmp_path: Path, one: str, other: str) -> None:
    class_folders(tmp_path, {one: 2, other: 2})
    assert len(classes(tmp_path)) == 2


def test_outer_spaces_and_the_form_of_accents_make_no_class_of_their_own(tmp_path: Path) -> None:
    class_folders(tmp_path, {"cat": 1, "cat ": 2, " cat": 1, "caf\u00e9": 2, "cafe\u0301": 1})
    assert classes(tmp_path) == {"caf\u00e9": 3, "cat": 4}
    said = [problem.reason for problem in load_dataset(tmp_path).problems if problem.kind == "one class"]
    assert [reason.partition(":")[0] for reason in said] == [
        "3 folders are one class, 'cat'",
        "2 folders are one class, 'caf\u00e9'",
    ]


def test_joined_they_are_called_as_most_of_their_images_are_and_without_what_is_odd(tmp_path: Path) -> None:
    class_folders(tmp_path, {"Cat": 2, "cat": 3, "dog\u200b": 5, "dog": 1})
    assert classes(tmp_path, JOINED) == {"cat": 5, "dog": 6}


def test_a_split_with_other_capitals_is_asked_about(tmp_path: Path) -> None:
    class_folders(tmp_path / "train", {"cat": 2, "dog": 2})
    class_folders(tmp_path / "test", {"Cat": 1, "Dog": 1})
    assert "'Cat' and 'cat', 'Dog' and 'dog'" in str(asked(tmp_path))
    dataset = load_dataset(tmp_path, choice=JOINED)
    assert (dataset.class_names, dataset.counts("test").tolist()) == (("cat", "dog"), [1, 1])


def test_letters_are_more_likely_to_be_told_apart(tmp_path: Path) -> None:
    class_folders(tmp_path, {"A": 1, "a": 1, "B": 1, "b": 1})
    assert [reading.code for reading in asked(tmp_path).readings] == ["apart", "joined"]
    class_folders(tmp_path / "two", {"A": 1, "a": 1})
    assert [reading.code for reading in asked(tmp_path / "two").readings] == ["apart"]  # one class is not enough


def test_the_answer_is_added_to_the_reading_of_the_folders(tmp_path: Path) -> None:
    for place in ("indoor", "outdoor"):
        class_folders(tmp_path / place, {"Cat": 1, "cat": 1, "dog": 2})
    first = asked(tmp_path)
    assert [reading.code for reading in first.readings] == ["inner", "classes"]
    second = asked(tmp_path, LayoutChoice().with_layout("inner"))
    assert [reading.code for reading in second.readings] == ["inner+joined", "inner+apart"]
    assert classes(tmp_path, LayoutChoice("inner+joined")) == {"Cat": 4, "dog": 4}
    assert classes(tmp_path, LayoutChoice("inner+apart")) == {"Cat": 2, "cat": 2, "dog": 4}
    assert classes(tmp_path, LayoutChoice("classes+joined")) == {"indoor": 4, "outdoor": 4}


def test_labels_in_a_table_are_asked_about(tmp_path: Path) -> None:
    for index, label in enumerate(("Cat", "cat", "dog", "cat")):
        save(picture(index), tmp_path / f"a{index}.png")
        with (tmp_path / "images.csv").open("a", encoding="utf-8") as table:
            table.write(f"a{index}.png,{label}\n")
    assert [reading.images for reading in asked(tmp_path).readings] == [4, 4]
    assert classes(tmp_path, JOINED) == {"cat": 3, "dog": 1}
    assert classes(tmp_path, APART) == {"Cat": 1, "cat": 2, "dog": 1}


def test_a_class_label_file_that_lists_both_tells_them_apart(tmp_path: Path) -> None:
    class_folders(tmp_path, {"Cat": 2, "cat": 3, "dog": 1})
    (tmp_path / "labels.csv").write_text("0,dog\n1,Cat\n2,cat\n", encoding="utf-8")
    assert classes(tmp_path) == {"dog": 1, "Cat": 2, "cat": 3}
    (tmp_path / "labels.csv").write_text("0,dog\n1,Cat\n", encoding="utf-8")
    asked(tmp_path)
    assert classes(tmp_path, JOINED) == {"dog": 1, "Cat": 5}
    assert classes(tmp_path, APART) == {"Cat": 2, "cat": 3, "dog": 1}  # the file does not name all of these
    (note,) = load_dataset(tmp_path, choice=APART).problems
    assert "has no line for the class 'cat'" in note.reason


def test_empty_folders_are_no_classes_to_ask_about(tmp_path: Path) -> None:
    class_folders(tmp_path, {"Cat": 0, "cat": 3, "dog": 1})
    assert classes(tmp_path) == {"cat": 3, "dog": 1}


def test_what_makes_no_difference_to_the_eye() -> None:
    assert look_alike_key("Cat") == look_alike_key(" c\u200bA\u200e\\u200bT\u00a0") == "cat"
    assert look_alike_key("\\xff") != look_alike_key("\\xfe")
    assert look_alike_key("İ") == look_alike_key(look_alike_key("İ"))
