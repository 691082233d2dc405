"""Files that are no images of the set are told once a kind, with their number."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.pillow import explain
from nn_trainer.data.problems import Problem
from nn_trainer.data.source import FileSource
from nn_trainer.errors import DatasetError
from tests.helpers.images import class_folders, encoded, picture


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pets", {"cat": 3, "dog": 3})


def only_note(dataset: Dataset) -> Problem:
    """The one thing that is said of a data set of which all images are used."""
    assert len(dataset.labels) == 6
    [note] = dataset.problems
    assert note.path == dataset.root
    return note


def write(folder: Path, names: str, count: int, content: bytes) -> None:
    for index in range(count):
        for name in ("cat", "dog"):
            (folder / name / names.format(index)).write_bytes(content)


def test_placeholders_of_a_cloud_are_images_to_be_downloaded(pets: Path) -> None:
    write(pets, ".IMG_{}.jpg.icloud", 9, b"bplist00")
    write(pets, ".notes{}.txt.icloud", 2, b"bplist00")
    note = only_note(load_dataset(pets))
    assert (note.kind, note.files, note.skipped) == ("not downloaded", 18, True)
    assert note.reason.startswith("18 images are in the cloud only")
    for image in pets.rglob("*.png"):
        image.unlink()
    with pytest.raises(DatasetError, match=r"no image that can be used\. 18 images are in the cloud only.*Download"):
        load_dataset(pets)


@pytest.mark.parametrize("ending", ["_original", ".bak", ".orig", "~"])
def test_a_backup_beside_its_image_is_not_a_second_image(pets: Path, ending: str) -> None:
    for image in pets.rglob("*.png"):
        image.with_name(image.name + ending).write_bytes(image.read_bytes())
    note = only_note(load_dataset(pets))
    assert (note.kind, note.files, note.skipped) == ("backup", 6, False)
    assert note.reason.startswith("6 backups of images")


def test_a_backup_without_its_image_is_an_image(pets: Path) -> None:
    (pets / "cat" / "0001.png").rename(pets / "cat" / "0001.png_original")
    dataset = load_dataset(pets)
    assert len(dataset.labels) == 6
    assert dataset.problems == ()


@pytest.mark.parametrize("name", ["@eaDir", ".@__thumb"])
def test_thumbnails_of_a_network_drive_are_not_images(pets: Path, name: str) -> None:
    for folder in ("cat", "dog", ""):
        thumbnail = pets / folder / name / "0001.png" / "SYNOPHOTO_THUMB_M.jpg"
        thumbnail.parent.mkdir(parents=True)
        thumbnail.write_bytes(encoded(picture(5), "JPEG"))
    note = only_note(load_dataset(pets))
    assert (note.kind, note.files, note.skipped) == ("thumbnails", 3, False)


def test_unknown_files_are_told_once_an_ending(pets: Path) -> None:
    write(pets, "{}.foo", 3, b"\1\2\3\4")
    write(pets, "{}.FOO", 2, b"\1\2\3\4")
    write(pets, "{}.svg", 1, b"<svg></svg>")
    write(pets, "{}.txt", 1, b"a word")
    write(pets, "README", 1, b"a word")
    dataset = load_dataset(pets)
    assert len(dataset.labels) == 6
    assert [(note.kind, note.files, note.skipped) for note in dataset.problems] == [
        ("unsupported format", 2, False),
        ("not an image", 10, False),
    ]
    assert '10 files ending in ".foo"' in dataset.problems[1].reason
    assert "drawings" in dataset.problems[0].reason


def test_what_lies_there_instead_of_images_is_named(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    write(tmp_path, "{}.mp4", 5, b"\0\0\0\x18ftypmp42")
    with pytest.raises(DatasetError, match=r"no image that can be used\. 10 files ending in \.mp4 are there") as caught:
        load_dataset(tmp_path)
    assert [problem.files for problem in caught.value.problems] == [10]


def test_pointers_of_git_lfs_are_told_with_their_number(pets: Path) -> None:
    write(pets, "{}.jpg", 5, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    note = only_note(load_dataset(pets))
    assert (note.kind, note.files, note.skipped) == ("not downloaded", 10, True)
    assert "10 files ending in .jpg are not used" in note.reason
    assert note.action == "Run: git lfs pull"


def test_empty_files_may_be_of_a_cloud_drive(pets: Path) -> None:
    for image in pets.rglob("*.png"):
        image.write_bytes(b"")
    with pytest.raises(DatasetError, match=r"6 of the 6 files that are not used: The file is empty.*cloud drive"):
        load_dataset(pets)


def test_a_file_that_a_cloud_drive_does_not_fetch_is_no_damaged_one(pets: Path) -> None:
    error = OSError(22, "The cloud file provider is not running")
    error.winerror = 362  # ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING
    told = explain(FileSource.at(pets / "cat" / "0001.png"), error)
    assert (told.kind, told.reason) == ("not downloaded", "The image is in the cloud only, and could not be fetched")


def test_three_files_are_still_named_one_by_one(pets: Path) -> None:
    for index in range(3):
        (pets / "cat" / f"x{index}.jpg").write_bytes(b"")
    assert [problem.path.name for problem in load_dataset(pets).problems] == ["x0.jpg", "x1.jpg", "x2.jpg"]


def test_images_that_turn_out_damaged_while_they_are_decoded_are_the_reason(pets: Path) -> None:
    for image in (pets / "dog").iterdir():
        whole = encoded(picture(1, 400, 300))
        image.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        DatasetError, match=r"one class only, 'cat'.*3 of the 3 files that are not used.*cut off"
    ) as error:
        load_dataset(pets)
    assert len(error.value.problems) == 3
