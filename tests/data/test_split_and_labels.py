"""The stratified split, integer and one-hot labels, and the class label file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nn_trainer.data.split import stratified_split
from nn_trainer.data.tables.class_lists import find_label_file, read_label_file
from nn_trainer.data.tables.labels import one_hot, write_label_file
from nn_trainer.errors import LabelFileError


def numbers(seed: int) -> Callable[[int], np.random.Generator]:
    """The random numbers for a class, apart from those of all others."""
    return lambda label: np.random.default_rng((seed, label))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fraction", [0.0, 0.01, 0.2, 0.5, 0.9, 0.999])
def test_the_split_keeps_its_promises(seed: int, fraction: float) -> None:
    rng = np.random.default_rng(seed)
    sizes = [1, 2, 3, 5, *rng.integers(1, 200, 6)]
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    training, validation = stratified_split(labels, fraction, numbers(seed))
    both = np.concatenate([training, validation])
    assert sorted(both) == list(range(len(labels)))
    assert (np.diff(training) > 0).all()
    assert (np.diff(validation) > 0).all()
    for label, size in enumerate(sizes):
        held_out = int((labels[validation] == label).sum())
        assert size - held_out >= 1
        if fraction == 0 or size == 1:
            assert held_out == 0
        else:
            assert held_out >= 1
            assert held_out in (1, size - 1) or abs(held_out - fraction * size) <= 0.5


def test_the_split_is_seeded_and_classes_do_not_disturb_each_other() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    first = stratified_split(labels, 0.2, numbers(3))
    again = stratified_split(list(labels), 0.2, numbers(3))
    np.testing.assert_array_equal(first[1], again[1])
    assert len(first[1]) == 10 + 6 + 4
    assert not np.array_equal(first[1], stratified_split(labels, 0.2, numbers(4))[1])
    without_last = stratified_split(labels[:80], 0.2, numbers(3))
    np.testing.assert_array_equal(first[1][first[1] < 80], without_last[1])


def test_a_split_of_nothing_and_a_wrong_fraction() -> None:
    training, validation = stratified_split([], 0.2, numbers(0))
    assert len(training) == len(validation) == 0
    for fraction in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError, match="fraction"):
            stratified_split([0, 1], fraction, numbers(0))


def test_one_hot() -> None:
    np.testing.assert_array_equal(one_hot(2, 4), np.array([0, 0, 1, 0], dtype=np.float32))
    assert one_hot(0, 1).dtype == np.float32
    for label in (-1, 4):
        with pytest.raises(IndexError):
            one_hot(label, 4)


NAMES = ("Ankle boot", 'a "quoted", name', "semi;colon", "Klasse Ä 😀", "tab\there", "new\nline", "7")
SEPARATORS = ("a\u2028b", "c\x0bd", "e\x85f", "g\x1ch", "i\u2029j", "k\x0cl", "m\rn", "o\r\np", "cafe\u0301")


def test_a_label_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("an older file")
    write_label_file(path, NAMES)
    assert read_label_file(path) == NAMES
    assert read_label_file(str(path)) == NAMES
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text(encoding="utf-8").startswith("label,name\n0,Ankle boot\n1,")


def test_characters_that_some_take_for_the_end_of_a_line_come_back(tmp_path: Path) -> None:
    write_label_file(tmp_path / "labels.csv", SEPARATORS)
    assert read_label_file(tmp_path / "labels.csv") == SEPARATORS


@pytest.mark.parametrize("names", [["a", " b"], ["a", ""], ["a", "a"], ["a", "b\n"]])
def test_names_that_would_not_come_back_are_refused_before_anything_is_written(tmp_path: Path, names) -> None:
    with pytest.raises(LabelFileError, match="Rename the class"):
        write_label_file(tmp_path / "labels.csv", names)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["0;cat, small\n1;dog\n", "0;cat, small\n1;dog\n2;cow, large\n"])
def test_a_separator_is_what_parts_all_lines_alike(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels.csv").write_text(text)
    assert read_label_file(tmp_path / "labels.csv")[:2] == ("cat, small", "dog")


def test_a_comma_in_all_names_is_no_separator_where_a_semicolon_comes_first(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("0;cat, small\n1;dog, large\n")
    assert read_label_file(tmp_path / "labels.csv") == ("cat, small", "dog, large")


def test_many_labels_take_as_much_longer_as_there_are_more(tmp_path: Path) -> None:
    def seconds(labels: int) -> float:
        (tmp_path / "labels.csv").write_text("".join(f"{label},class {label}\n" for label in range(labels)))
        start = time.process_time()
        assert len(read_label_file(tmp_path / "labels.csv")) == labels
        return time.process_time() - start

    assert seconds(40_000) < 12 * max(seconds(10_000), 0.02)


@pytest.mark.parametrize(
    "text",
    [
        "0,cat\n1,dog\n",
        "label,name\n1,dog\n0,cat",
        "Label, Name\r\n0, cat\r\n\r\n1, dog\r\n",
        "0;cat\n1;dog",
        "0\tcat\n1\tdog",
        "1,cat\n2,dog\n",
        "cat,0\ndog,1\n",
        "id,name\n0,cat\n1,dog\n",
        "Class Name,Class Id\ncat,0\ndog,1\n",
        "0 cat\n1 dog\n",
        "0:cat\n1: dog\n",
        "cat\n\ndog\n",
        "sep=;\n0;cat\n1;dog\n",
    ],
)
def test_label_files_as_people_write_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(text.encode("utf-8-sig"))
    assert read_label_file(path) == ("cat", "dog")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "names no class"),
        (b"label,name\n", "names no class"),
        (b"0,cat\ndog\n", "line 2 is not a label and a name"),
        (b"0,cat\n1,\n", "line 2 is not a label and a name"),
        (b"0,cat\n1,dog,3\n", "line 2 is not a label and a name"),
        (b"0,cat\nx,dog\n", "line 2 has 'x'"),
        (b"0,cat\n-1,dog\n", "line 2 has '-1'"),
        (b"0,cat\n1.5,dog\n", "line 2 has '1.5'"),
        (b"0,cat\n99999999999,dog\n", "line 2 has"),
        (b"0,cat\n\n0,dog\n", "line 3 gives label 0 a second time"),
        (b"0,cat\n1,cat\n", "line 2 names the class 'cat' a second time"),
        (b"0,cat\n2,dog\n", "none with label 1"),
        (b"2,cat\n3,dog\n", "none with label 1"),
        (b"0,cat\n\0\x07\xff", "not a text file"),
        ("0,cat\n²,dog\n".encode(), "line 2 has"),
        (b'0,cat\n1,"' + b"x" * 200_000, "line 2 is not CSV"),
    ],
)
def test_a_wrong_label_file_is_refused_with_its_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(LabelFileError) as caught:
        read_label_file(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_label_file_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match="cannot be read"):
        read_label_file(tmp_path / "none.csv")
    with pytest.raises(LabelFileError, match="cannot be written"):
        write_label_file(tmp_path / "none" / "labels.csv", ["a", "b"])
    path = tmp_path / "labels.csv"
    write_label_file(path, ["a", "b"])
    with pytest.raises(LabelFileError, match="cannot be written"):
        write_label_file(path, ["a", "\udcff"])
    assert read_label_file(path) == ("a", "b")
    assert list(tmp_path.iterdir()) == [path]


def test_the_label_file_is_found_by_its_name(tmp_path: Path) -> None:
    assert find_label_file(tmp_path) is None
    (tmp_path / "labels.csv").mkdir()
    assert find_label_file(tmp_path) is None
    (tmp_path / "classes.csv").write_text("0,a")
    found = find_label_file(tmp_path)
    assert found is not None
    assert found.path == tmp_path / "classes.csv"
