"""Walking through folders: image by image, without reading on where nobody wants more; files by name."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest

from nn_trainer.data import walk
from nn_trainer.data.filetypes import by_name, image_extensions
from nn_trainer.data.walk import Walker
from nn_trainer.errors import CancelledError
from nn_trainer.work import Task


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Folders 0 to 9, each with 3 images."""
    for folder in range(10):
        (tmp_path / str(folder)).mkdir()
        for name in "cab":
            (tmp_path / str(folder) / f"{name}.png").touch()
    return tmp_path


def test_whoever_has_enough_does_not_read_on(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.scandir

    def scandir(path: str | Path) -> object:
        opened.append(Path(path).name)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = [source.path.relative_to(tree).as_posix() for source in islice(Walker(tree).walk(tree), 4)]
    assert found == ["0/a.png", "0/b.png", "0/c.png", "1/a.png"]
    assert opened == [tree.name, "0", "1"]


def test_one_by_one_or_all_they_are_the_same(tree: Path) -> None:
    assert list(Walker(tree).walk(tree)) == Walker(tree).images(tree)
    assert len(Walker(tree).images(tree)) == 30
    assert Walker(tree).images(tree, deep=False) == []


def test_the_progress_counts_images_and_a_large_folder_can_be_left(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    Walker(tree, Task(lambda done, total, what: heard.append(done))).images(tree)
    assert heard == [0, *range(0, 30, 3)]
    for number in range(50):
        (tree / f"{number}.txt").touch()
    monkeypatch.setattr(walk, "_OFTEN", 10)
    asked: list[int] = []
    task = Task(lambda done, total, what: asked.append(done), lambda: len(asked) >= 3)
    found = []
    with pytest.raises(CancelledError):
        found.extend(Walker(tree, task).walk(tree))
    assert asked == [0, 0, 0]


def test_files_are_found_by_what_is_written_and_never_outside(tree: Path) -> None:
    walker = Walker(tree / "1")
    (tree / "1" / "deep").mkdir()
    (tree / "1" / "deep" / "d.jpg").touch()

    def found(written: str) -> str | None:
        source = walker.file(tree / "1", written, ("", ".jpg", ".png"))
        return source and source.path.relative_to(tree).as_posix()

    assert found("a.png") == found("a") == found("./a") == found("deep/../a.png") == "1/a.png"
    assert found("deep/d") == "1/deep/d.jpg"
    for nothing in ("../2/a.png", str(tree / "2" / "a.png"), "", ".", "..", "deep", "z", "a\0.png", "x/" * 3000):
        assert found(nothing) is None
    assert [source.name for source in walker.files(tree / "1")] == ["a.png", "b.png", "c.png"]


def test_the_endings_that_are_read(tmp_path: Path) -> None:
    endings = image_extensions()
    assert {".jpg", ".avif", ".png", ".qoi", ".tif", ".webp"} <= endings
    assert not {".jxl", ".cr2", ".txt", ".svg"} & endings
    assert all(by_name(f"a{ending}") for ending in endings)
