"""Folders that cannot be used as a data set: the sentence says what is in them and what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nn_trainer.data import decoding
from nn_trainer.data.dataset import load_dataset
from nn_trainer.errors import DatasetError
from tests.helpers.images import class_folders, picture, save, write_hostile


def refusal(root: Path) -> str:
    """What is said of a folder."""
    with pytest.raises(DatasetError) as caught:
        load_dataset(root)
    return str(caught.value)


def test_images_that_lie_directly_in_a_folder_are_told_with_both_ways_out(tmp_path: Path) -> None:
    for index in range(4):
        save(picture(index), tmp_path / "flat" / f"{index}.png")
    assert refusal(tmp_path / "flat") == (
        f"{tmp_path / 'flat'} holds no class folders: 4 images lie directly in it, and nothing says of which class "
        "each is. Put the images of each class into a folder of their own, or add a CSV file with one "
        '"filename,label" a line.'
    )


def test_the_folder_of_one_class_names_the_folder_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = class_folders(tmp_path / "pets", {"cat": 3, "dog": 3})
    assert refusal(root / "cat") == (
        f"{root / 'cat'} holds 3 images but no class folders: it looks like one class of {root}. Open {root} instead."
    )
    monkeypatch.chdir(root / "cat")
    assert f"Open {root} instead." in refusal(Path())


def test_a_folder_with_neither_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert refusal(tmp_path).startswith(f"{tmp_path} holds no class folders and no images. Choose a folder that")


def test_nothing_usable_is_told_with_the_commonest_reason(tmp_path: Path) -> None:
    for number, name in enumerate("ab"):
        for index in range(9):
            path = tmp_path / name / f"{index}.jpg"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"" if index < number else b"8BPS" + bytes(40))
    assert refusal(tmp_path) == (
        f"{tmp_path} holds no image that can be used. What is wrong with 17 of the 18 files that are not used: "
        "The file is a Photoshop document. Save it as JPEG or PNG."
    )
    write_hostile(tmp_path / "c")
    assert "holds no image that can be used" in refusal(tmp_path)


def test_memory_that_ends_while_decoding_is_a_sentence_with_the_setting(tmp_path: Path, monkeypatch) -> None:
    root = class_folders(tmp_path, {"a": 3, "b": 3}, 90, 80)

    monkeypatch.setattr("nn_trainer.data.images.to_8_bit", raise_memory_error)
    assert "6 images of 224x224 pixels need 0.0 GB of memory, more than is free. Choose a smaller" in refusal(root)
    monkeypatch.setattr(decoding.np, "empty", raise_memory_error)
    assert "Choose a smaller image size" in refusal(root)


def raise_memory_error(*_arguments: object, **_more: object) -> object:
    raise MemoryError


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE])
def test_a_folder_on_a_broken_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def broken(path: object) -> object:
        raise OSError(code, os.strerror(code), path)

    monkeypatch.setattr(os, "scandir", broken)
    assert f"cannot be opened ({os.strerror(code)})" in refusal(tmp_path)


def test_a_folder_beside_all_kinds_of_others_is_not_taken_for_a_class(tmp_path: Path) -> None:
    class_folders(tmp_path, {"flat": 2, "holiday": 1})
    for name in ("music", "mail", "work"):
        (tmp_path / name).mkdir()
    assert "2 images lie directly in it" in refusal(tmp_path / "flat")


def test_a_table_of_files_that_all_lie_elsewhere_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("filename,label\n/far/away/a.png,cat\n/far/away/b.png,dog\n")
    assert "t.csv names 2 images, and none of them is in" in (text := refusal(tmp_path))
    assert "/far/away/a.png (line 2) was looked for" in text
