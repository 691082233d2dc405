"""Questions to paths that a person names: they are answered, whatever the path."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_trainer.paths import exists, is_file, is_folder


def test_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (is_folder(tmp_path), is_file(tmp_path), exists(tmp_path)) == (True, False, True)
    assert (is_folder(tmp_path / "file"), is_file(tmp_path / "file"), exists(tmp_path / "file")) == (False, True, True)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "loop/loop"])
def test_a_path_that_cannot_be_asked_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert not is_folder(tmp_path / name)
    assert not is_file(tmp_path / name)
    assert not exists(tmp_path / name)
