"""The text of tables as programs save them: every usual encoding and separator, and what is no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_trainer.data.source import FileSource
from nn_trainer.data.tables.rows import first_rows, read_rows
from nn_trainer.data.tables.text_encoding import decode_text
from nn_trainer.errors import LabelFileError

ROWS = [["filename", "label"], ["a b.png", "Café, klein"], ["c.png", "Übel"]]
COMMAS = 'filename,label\na b.png,"Café, klein"\nc.png,Übel\n'
SEMICOLONS = "filename;label\r\na b.png;Café, klein\r\nc.png;Übel\r\n"
TABS = "filename\tlabel\r\na b.png\tCafé, klein\r\nc.png\tÜbel\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", [COMMAS, SEMICOLONS, TABS, "sep=;\r\n" + SEMICOLONS, '"sep=\t"\n' + TABS])
def test_a_table_is_read_as_it_was_saved(tmp_path: Path, encoding: str, text: str) -> None:
    content = text.encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    read = list(read_rows(FileSource.at(path)))
    assert [row for _line, row in read] == ROWS
    lines = [line for line, _row in read]
    assert lines == ([2, 3, 4] if "sep=" in text else [1, 2, 3])
    beginning = first_rows(FileSource.at(path))
    assert [(line, list(row)) for line, row in beginning.rows] == read
    assert beginning.guessed == (encoding == "cp1252")


def test_a_stated_separator_counts_where_another_would_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=,\na;1,cat\nb;2,dog\n")
    assert [row for _line, row in read_rows(FileSource.at(path))] == [["a;1", "cat"], ["b;2", "dog"]]


@pytest.mark.parametrize("cut", range(2, 8))
def test_a_beginning_that_ends_inside_of_a_character_is_still_known(cut: int) -> None:
    for encoding in ("utf-8", "utf-16"):
        content = "päü€😀 and more".encode(encoding)[:cut]
        text = decode_text(content, whole=False)
        assert text is not None
        assert not text.guessed
        assert "päü€😀 and more".startswith(text.characters)


@pytest.mark.parametrize("content", [b"a,b\0\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 50, b"\0" * 40])
def test_what_is_no_text_has_no_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert first_rows(FileSource.at(path)).rows == ()
    with pytest.raises(LabelFileError, match="not a text file"):
        list(read_rows(FileSource.at(path)))


def test_the_beginning_of_a_long_table_ends_with_a_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x" * 50_000 + ",a\n" + "y" * 50_000 + ",b\n")
    assert [row[1] for _line, row in first_rows(FileSource.at(path)).rows] == ["a"]
