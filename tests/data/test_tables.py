"""CSV files that give the classes of images: which file is one, all of them together, nothing from outside."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.source import FileSource
from nn_trainer.data.tables.rows import delimiter_of
from nn_trainer.errors import CancelledError, LabelFileError
from nn_trainer.work import Task
from tests.helpers.images import class_folders, encoded, picture, save


def numbered(folder: Path, count: int, first: int = 0) -> None:
    """Images 0.png, 1.png, ... of which no two are equal."""
    for index in range(count):
        save(picture(100 * first + index), folder / f"{first + index}.png")


def classes_of(dataset: Dataset) -> dict[str, str]:
    """The class of each image, by the name of its file."""
    return {path.name: dataset.class_names[label] for path, label in zip(dataset.paths, dataset.labels, strict=True)}


@pytest.mark.parametrize("splits", [False, True])
@pytest.mark.parametrize("text", ["0,cat\n1,dog\n", "0;dog\n1;cat\n", "label,name\n0,cat\n1,dog\n"])
def test_a_label_file_beside_numbered_images_is_no_table(tmp_path: Path, text: str, splits: bool) -> None:
    for number, name in enumerate(("cat", "dog")):
        for index in range(6):
            folder = tmp_path / "train" / name if splits else tmp_path / name
            save(picture(10 * number + index), folder / f"{index}.png")
    (tmp_path / "labels.csv").write_text(text)
    dataset = load_dataset(tmp_path)
    assert dataset.problems == ()
    assert dataset.counts().tolist() == [6, 6]
    assert dataset.class_names == (("dog", "cat") if "0;dog" in text else ("cat", "dog"))
    for path, label in zip(dataset.paths, dataset.labels, strict=True):
        assert path.parent.name == dataset.class_names[label]


def test_a_table_without_header_whose_labels_are_no_folders_is_a_table(tmp_path: Path) -> None:
    numbered(tmp_path / "images", 2)
    (tmp_path / "labels.csv").write_text("0,cat\n1,dog\n")
    assert classes_of(load_dataset(tmp_path)) == {"0.png": "cat", "1.png": "dog"}


def test_all_tables_of_a_folder_are_read(tmp_path: Path) -> None:
    numbered(tmp_path / "images", 20)
    for name, rows in (("train", range(12)), ("val", range(12, 16)), ("test", range(16, 20))):
        lines = [f"{i}.png,{'ab'[i % 2]}" for i in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join(["filename,label", *lines]))
    dataset = load_dataset(tmp_path)
    assert [dataset.counts(split).tolist() for split in ("train", "validation", "test")] == [[6, 6], [2, 2], [2, 2]]
    assert dataset.problems == ()


def test_an_image_in_two_tables_counts_once_and_for_the_split_that_one_states(tmp_path: Path) -> None:
    numbered(tmp_path, 6)
    (tmp_path / "all.csv").write_text("".join(["file,class\n", *(f"{i}.png,{'ab'[i % 2]}\n" for i in range(6))]))
    (tmp_path / "test.csv").write_text("file,class\n4.png,a\n5.png,b\n")
    dataset = load_dataset(tmp_path)
    assert dataset.problems == ()
    assert dataset.counts("train").tolist() == [2, 2]
    assert dataset.counts("test").tolist() == [1, 1]


def test_an_image_with_two_labels_or_two_splits_is_told_of_its_lines(tmp_path: Path) -> None:
    numbered(tmp_path, 6)
    lines = ["0.png,a,train", "1.png,b,train", "2.png,a,train", "3.png,b,train", "0.png,b,train", "1.png,b,test"]
    (tmp_path / "t.csv").write_text("\n".join(["filename,label,split", *lines, "4.png,a,", "5.png,b,"]))
    told = {problem.path.name: problem for problem in load_dataset(tmp_path).problems}
    assert {name: problem.kind for name, problem in told.items()} == {
        "0.png": "conflicting label",
        "1.png": "shared between splits",
    }
    assert "two lines with different labels, 'a' (t.csv, line 2) and 'b' (t.csv, line 6)" in told["0.png"].reason
    assert told["0.png"].action == "Delete the wrong line"
    assert "two lines for different splits, t.csv, line 3 and t.csv, line 7" in told["1.png"].reason


@pytest.mark.parametrize("absolute", [False, True])
def test_images_outside_of_the_folder_are_refused_by_name(tmp_path: Path, absolute: bool) -> None:
    root = tmp_path / "data"
    numbered(root, 4)
    secret = save(picture(77), tmp_path / "private" / "secret.png")
    written = str(secret.resolve()) if absolute else "../private/secret.png"
    inside = str((root / "3.png").resolve()) if absolute else "images/../3.png"
    (root / "t.csv").write_text(f"filename,label\n0.png,a\n1.png,b\n2.png,a\n{inside},b\n{written},a\n")
    dataset = load_dataset(root)
    assert sorted(path.name for path in dataset.paths) == ["0.png", "1.png", "2.png", "3.png"]
    (told,) = dataset.problems
    assert (told.kind, told.skipped, told.path.name) == ("outside", True, "t.csv")
    assert written in told.reason


def test_a_large_csv_that_is_no_table_is_looked_at_by_its_beginning(tmp_path: Path, monkeypatch) -> None:
    class_folders(tmp_path, {"a": 2, "b": 2})
    (tmp_path / "measurements.csv").write_text("17,0.123,0.987,some text,7\n" * 400_000)
    read = []
    opened = FileSource.open

    def count(self: FileSource) -> object:
        file = opened(self)
        if self.name == "measurements.csv":
            real = file.read
            file.read = lambda size=-1: (read.append(size), real(size))[1]  # type: ignore[method-assign]
        return file

    monkeypatch.setattr(FileSource, "open", count)
    assert load_dataset(tmp_path).problems == ()
    assert read
    assert all(0 < size <= 1 << 16 for size in read)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b.png;cat\nc.png;dog\n", ";"),
        ("a;b.png,cat\nc.png,dog\n", ","),
        ("a.png\tcat, small\nb.png\tdog\n", "\t"),
        ("one\ntwo\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_what_parts_all_lines_alike(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_reading_a_long_table_can_be_cancelled(tmp_path: Path) -> None:
    numbered(tmp_path, 2)
    (tmp_path / "t.csv").write_text("filename,label\n" + "0.png,a\n1.png,b\n" * 10_000)
    heard: list[str] = []
    task = Task(lambda done, total, what: heard.append(what), lambda: "Reading t.csv" in heard)
    with pytest.raises(CancelledError):
        load_dataset(tmp_path, task=task)


def test_a_table_that_is_damaged_further_down_is_refused_with_its_line(tmp_path: Path) -> None:
    numbered(tmp_path, 2)
    (tmp_path / "t.csv").write_bytes(b'filename,label\n0.png,a\n1.png,"' + b"x" * 200_000)
    with pytest.raises(LabelFileError, match=r"t\.csv: line 3 is not CSV"):
        load_dataset(tmp_path)


def test_labels_stay_with_their_images_when_a_class_of_a_table_turns_out_damaged(tmp_path: Path) -> None:
    for index in range(10):
        save(Image.fromarray(np.full((20, 20, 3), 20 * index, np.uint8)), tmp_path / f"{index}.png")
    content = encoded(picture(0, 200, 200), "JPEG")
    (tmp_path / "half.jpg").write_bytes(content[: len(content) // 2])
    lines = ["0.png,a,train", "1.png,b,train", "2.png,a,train", "3.png,b,train", "half.jpg,rare,train"]
    lines += ["0.png,rare,test", "4.png,a,test", "5.png,b,test", "6.png,b,test"]
    (tmp_path / "t.csv").write_text("\n".join(["filename,label,split", *lines]))
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("a", "b")
    assert len(dataset.images) == len(dataset.labels) == 7
    for image, path in zip(dataset.images, dataset.paths, strict=True):
        assert image[0, 0, 0] == 20 * int(path.stem)


@pytest.mark.skipif(os.name != "posix", reason="links are made with POSIX calls")
def test_a_linked_folder_in_a_table_is_used_as_the_person_put_it_there(tmp_path: Path) -> None:
    numbered(tmp_path / "far", 4)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "images").symlink_to(tmp_path / "far")
    rows = "".join(f"images/{i}.png,{'ab'[i % 2]}\n" for i in range(4))
    (tmp_path / "data" / "t.csv").write_text("filename,label\n" + rows)
    assert len(load_dataset(tmp_path / "data").images) == 4
