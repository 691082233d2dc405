"""Sources: anything with a name that can be opened stands where a file can."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nn_trainer.data.images import load_pixels, read_header
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.small_images import SmallImages
from nn_trainer.data.source import FileSource, Source, digest_of
from nn_trainer.data.tables.class_lists import read_label_file
from nn_trainer.errors import ImageError, LabelFileError
from tests.helpers.images import encoded, picture, save


@dataclass(frozen=True)
class Member:
    """The member of an archive."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Its name."""
        return self.path.name

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content)

    def open(self) -> io.BytesIO:
        """The content."""
        return io.BytesIO(self.content)

    def digest(self) -> bytes:
        """What it is known by."""
        return digest_of(self.content)


def member(name: str, content: bytes) -> Source:
    """The member of an archive that is not on the disk as such."""
    return Member(Path("pets.zip") / name, content)


def test_a_member_of_an_archive_gives_the_bits_of_the_file(tmp_path: Path) -> None:
    content = encoded(picture(3, 50, 40), "JPEG")
    (tmp_path / "a.jpg").write_bytes(content)
    source, preprocessing = member("a.jpg", content), Preprocessing(20, "rgb")
    np.testing.assert_array_equal(load_pixels(source, preprocessing), load_pixels(tmp_path / "a.jpg", preprocessing))
    assert read_header(source) == read_header(tmp_path / "a.jpg")
    small = SmallImages()
    assert small.read(source).digest == FileSource.at(tmp_path / "a.jpg").digest() == source.digest()
    np.testing.assert_array_equal(
        load_pixels(small.take(source), preprocessing), load_pixels(tmp_path / "a.jpg", preprocessing)
    )


def test_what_is_wrong_with_a_member_is_said_of_its_name() -> None:
    with pytest.raises(ImageError, match=r"^a\.png: The file is a web page, not an image"):
        load_pixels(member("a.png", b"<!doctype html><html></html>"), Preprocessing(20, "rgb"))
    with pytest.raises(LabelFileError, match=r"^pets\.zip.labels\.csv: line 2 is not a label and a name"):
        read_label_file(member("labels.csv", b"0,cat\ndog\n"))


def test_a_file_that_is_not_there_has_no_size_and_says_so(tmp_path: Path) -> None:
    source = FileSource.at(tmp_path / "gone.png")
    assert (source.name, source.size) == ("gone.png", -1)
    assert FileSource.at("nul\0.png").size == -1
    with pytest.raises(ImageError, match="There is no such file"):
        load_pixels(source, Preprocessing(20, "rgb"))
    assert FileSource.at(save(picture(), tmp_path / "a.png")).size > 0


def test_the_files_of_a_folder_share_its_text_and_know_their_paths(tmp_path: Path) -> None:
    one, other = (FileSource(tmp_path / "set" / name, 1) for name in ("a.png", "b.png"))
    assert one.folder is other.folder
    assert (one.path, one.name, one.location) == (tmp_path / "set" / "a.png", "a.png", str(tmp_path / "set" / "a.png"))
    assert one == FileSource(str(tmp_path / "set" / "a.png"), 1) != other
    assert FileSource("a.png", 1).path == Path("a.png")
    assert FileSource(Path("/a.png"), 1).path == Path("/a.png")


def test_the_beginning_of_a_file_is_read_also_if_it_grew_or_shrank(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    for known in (0, 5, 9, 10, 11, 50):
        for most in (1, 10, 100):
            assert FileSource(tmp_path / "a", known).read_up_to(most) == b"0123456789"[:most]
