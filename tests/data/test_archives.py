"""Archives: read as the folder is that was packed, with every member that cannot be used named."""

from __future__ import annotations

import gc
import io
import os
import stat
import struct
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nn_trainer.data.archives import archive as archive_room
from nn_trainer.data.archives import tar_index
from nn_trainer.data.archives.archive import open_archive, source_at
from nn_trainer.data.cache import image_cache
from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.images import load_pixels
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.walk import walker_of
from nn_trainer.errors import CancelledError, DatasetError, ImageError
from nn_trainer.work import Task
from tests.helpers.images import class_folders, encoded, picture

ZIP, TAR = "set.zip", "set.tar"
PACKED = ("set.tar.gz", "set.tgz", "set.tar.bz2", "set.tar.xz")
SMALL = encoded(picture(width=8, height=8))
CP437 = "ca\u00f1on"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes with three images each, a class label file, and what macOS adds."""
    root = class_folders(tmp_path / "pets", {"cat": 3, "dog": 3}, 12, 12)
    (root / "labels.csv").write_text("0,dog\n1,cat\n")
    return root


def pack(folder: Path, path: Path, inside: str = "pets") -> Path:
    """The folder as an archive, of the kind that its name says."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, f"{inside}/{file.relative_to(folder)}")
    else:
        kind = {"gz": "gz", "tgz": "gz", "bz2": "bz2", "xz": "xz"}.get(path.suffix[1:], "")
        with tarfile.open(path, f"w:{kind}") as packed:
            packed.add(folder, inside)
    return path


def zip_of(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these members, whatever their names."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tar_of(path: Path, members: list[tuple[tarfile.TarInfo, bytes]], kind: str = "") -> Path:
    """A tar of these members."""
    with tarfile.open(path, f"w:{kind}") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def usual(count: int = 2) -> dict[str, bytes]:
    """Members that make a data set of two classes."""
    names = [f"{name}/{index}.png" for name in ("cat", "dog") for index in range(count)]
    return {name: encoded(picture(index, 8, 8)) for index, name in enumerate(names)}


def said(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """The kinds and names of problems."""
    return [(problem.kind, problem.path.name) for problem in problems]


@pytest.mark.parametrize("name", [ZIP, TAR, *PACKED])
def test_an_archive_is_the_folder_that_was_packed(folder: Path, name: str) -> None:
    archive = pack(folder, folder.parent / name)
    packed, plain = load_dataset(archive), load_dataset(folder)
    assert packed.class_names == plain.class_names == ("dog", "cat")
    assert packed.fingerprint == plain.fingerprint
    assert packed.problems == plain.problems == ()
    assert np.array_equal(packed.images, plain.images)
    assert (packed.root, packed.name, packed.summary) == (archive, name, plain.summary)
    assert packed.paths == tuple(archive / "pets" / path.relative_to(folder) for path in plain.paths)
    assert sorted(path.name for path in folder.parent.iterdir()) == sorted([name, "pets"])  # nothing is unpacked


@pytest.mark.parametrize("name", [ZIP, TAR, "set.tar.gz"])
def test_members_are_opened_by_their_path_from_any_thread(folder: Path, name: str) -> None:
    archive = pack(folder, folder.parent / name)
    grey = Preprocessing(12, "grey")
    wanted = [load_pixels(file, grey) for file in sorted(folder.rglob("*.png"))]
    found: list[list[bool]] = []

    def read() -> None:
        paths = sorted(archive / "pets" / file.relative_to(folder) for file in folder.rglob("*.png"))
        pairs = zip(paths, wanted, strict=True)
        found.append([np.array_equal(load_pixels(path, grey), pixels) for path, pixels in pairs] * 5)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[True] * 30] * 4
    with pytest.raises(ImageError, match=r"no such file|Not a directory|cannot be read"):
        load_pixels(archive / "pets" / "cat" / "nothing.png", grey)


def test_an_archive_in_use_is_not_read_again_unless_it_was_changed(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    first = open_archive(path)
    assert open_archive(path) is first
    member = source_at(path / "cat" / "0.png")
    zip_of(path, {**usual(), "cat/new.png": SMALL})
    assert open_archive(path) is not first
    with pytest.raises(ImageError, match=r"changed after it was opened. Reload"):
        member.open()


@pytest.mark.parametrize("name", [ZIP, "set.tar.gz"])
def test_a_known_archive_is_ready_without_being_read(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(image_cache, "_WORTH", 0)
    monkeypatch.setattr("nn_trainer.data.cache.listing._TICK", 0)
    archive = pack(folder, folder.parent / name)
    os.utime(archive, (1_600_000_000,) * 2)
    first = load_dataset(archive)
    archive_room._last.clear()
    opened: list[Path] = []
    real = archive_room.Archive.__init__

    def read(self: archive_room.Archive, path: Path, task: Task | None = None) -> None:
        opened.append(path)
        real(self, path, task)

    monkeypatch.setattr(archive_room.Archive, "__init__", read)
    again = load_dataset(archive)
    assert opened == []
    assert again.fingerprint == first.fingerprint
    assert again.paths == first.paths
    assert again.sources[0].open().read() == first.sources[0].open().read()
    assert again.sources[0].digest() == first.digests[0]

    (folder / "dog" / "new.png").write_bytes(SMALL)
    pack(folder, archive)
    assert len(load_dataset(archive).images) == len(first.images) + 1


def test_folders_and_files_are_asked_for_as_of_a_folder(folder: Path) -> None:
    archive = pack(folder, folder.parent / ZIP)
    walker = walker_of(archive)
    root = archive / "pets"
    assert walker.folders(archive) == [root]
    assert [source.name for source in walker.files(root)] == ["labels.csv"]
    assert walker.holds_image(root)
    found = walker.file(root, "cat/0001.png")
    assert found is not None
    assert found.open().read() == (folder / "cat" / "0001.png").read_bytes()
    assert walker.file(root, "../../x.png") is None
    assert walker.file(root, "bird/0001.png") is None
    with pytest.raises(ImageError, match=r"no such file"):
        walker.missing(root, "bird/1.png").open()


def test_a_table_in_an_archive_says_the_classes(tmp_path: Path) -> None:
    members = {f"images/{index}.png": encoded(picture(index, 8, 8)) for index in range(4)}
    table = "filename,label\n" + "".join(f"images/{index}.png,{'ab'[index % 2]}\n" for index in range(4))
    dataset = load_dataset(zip_of(tmp_path / ZIP, {**members, "table.csv": table.encode()}))
    assert dataset.class_names == ("a", "b")
    assert len(dataset.images) == 4


@pytest.mark.parametrize("name", ["../cat/9.png", "cat/../../9.png", "/cat/9.png", "C:/cat/9.png", "C:\\cat\\9.png"])
def test_what_leads_out_of_the_archive_is_refused_by_name(tmp_path: Path, name: str) -> None:
    dataset = load_dataset(zip_of(tmp_path / ZIP, {**usual(), name: SMALL}))
    assert len(dataset.images) == 4
    (problem,) = dataset.problems
    assert (problem.kind, problem.path, problem.skipped) == ("outside", tmp_path / ZIP, True)
    assert name.replace("\\", "/") in problem.reason


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(SMALL)
    link = zipfile.ZipInfo("cat/link.png")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    path = zip_of(tmp_path / ZIP, usual())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, str(secret))
    assert said(load_dataset(path).problems) == [("special file", "link.png")]

    members = [(tarfile.TarInfo(name), content) for name, content in usual().items()]
    symbolic, device, hard, broken = map(tarfile.TarInfo, ("cat/a.png", "cat/b.png", "cat/c.png", "cat/d.png"))
    symbolic.type, symbolic.linkname = tarfile.SYMTYPE, str(secret)
    device.type = tarfile.CHRTYPE
    hard.type, hard.linkname = tarfile.LNKTYPE, "dog/1.png"
    broken.type, broken.linkname = tarfile.LNKTYPE, "../secret.png"
    dataset = load_dataset(tar_of(tmp_path / TAR, [*members, *((m, b"") for m in (symbolic, device, hard, broken))]))
    assert ("special file", "a.png") in said(dataset.problems)
    assert ("special file", "b.png") in said(dataset.problems)
    assert ("broken link", "d.png") in said(dataset.problems)
    assert ("conflicting label", "1.png") in said(dataset.problems)  # the hard link is that file, as on a disk
    assert len(dataset.images) == 5


def test_what_macos_adds_is_passed_over(tmp_path: Path) -> None:
    extra = {"__MACOSX/cat/._0.png": b"\0\5\x16\7", "cat/._0.png": b"\0\5\x16\7", "cat/.DS_Store": b"x", "cat/": b""}
    dataset = load_dataset(zip_of(tmp_path / ZIP, {**usual(), **extra}))
    assert (len(dataset.images), dataset.class_names, dataset.problems) == (4, ("cat", "dog"), ())


def test_an_archive_in_an_archive_is_not_opened_but_told(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", usual()).read_bytes()
    dataset = load_dataset(zip_of(tmp_path / ZIP, {**usual(), "more/inner.zip": inner, "cat/a.7z": b"7z"}))
    assert [problem for problem in said(dataset.problems) if problem[0] == "nested archive"] == [
        ("nested archive", "inner.zip"),
        ("nested archive", "a.7z"),
    ]
    with pytest.raises(DatasetError, match=r"an archive in the archive, and was not opened. Unpack"):
        load_dataset(zip_of(tmp_path / "outer.zip", {"train.zip": inner, "test.zip": inner}))


def test_a_locked_member_is_told_and_an_archive_of_them_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    content = bytearray(path.read_bytes())
    for place in _places(content, b"PK\x01\x02"):
        if content[place + 46 : place + 55] == b"cat/0.png":
            content[place + 8] |= 1
    path.write_bytes(content)
    assert said(load_dataset(path).problems) == [("encrypted", "0.png")]
    for place in _places(content, b"PK\x01\x02"):
        content[place + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"locked with a password. Unpack the archive with its password"):
        load_dataset(path)


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        path = zip_of(tmp_path / f"{packing}.zip", usual(), packing)
        content = bytearray(path.read_bytes())
        place = content.index(b"cat/0.png") + 40
        content[place : place + 8] = bytes(8)
        path.write_bytes(content)
        assert said(load_dataset(path).problems) == [("damaged", "0.png")]


def test_a_pixel_that_changed_in_the_archive_is_told(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, {**usual(), "cat/9.bmp": encoded(picture(9, 8, 8), "BMP")}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") - 1] ^= 1  # the last byte of the last member: only the checksum tells
    path.write_bytes(content)
    assert said(load_dataset(path).problems) == [("damaged", "9.bmp")]


def test_a_program_before_a_zip_is_passed_over(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    path.write_bytes(b"MZ and more" * 100 + path.read_bytes())
    assert len(load_dataset(path).images) == 4


def test_a_member_packed_in_an_unknown_way_is_told(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("cat/lzma.png", SMALL)
    (problem,) = load_dataset(path).problems
    assert (problem.kind, problem.path.name) == ("unsupported format", "lzma.png")


@pytest.mark.parametrize("name", [ZIP, TAR, *PACKED])
@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.9])
def test_an_archive_that_is_cut_off_is_refused(folder: Path, name: str, kept: float) -> None:
    archive = pack(folder, folder.parent / name)
    content = archive.read_bytes()
    if name == TAR:
        content = content.rstrip(b"\0")
    archive.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(DatasetError, match=r"Copy or download it again|nothing but zeros"):
        load_dataset(archive)


@pytest.mark.parametrize(("name", "content"), [(ZIP, b"<html>"), (TAR, b"text" * 200), ("a.tgz", b"Rar!" * 99)])
def test_what_only_bears_the_name_of_an_archive_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=r"not an archive|RAR archive, which cannot be read. Unpack it"):
        load_dataset(tmp_path / name)


def test_damage_in_the_middle_of_a_tar_is_not_taken_for_its_end(tmp_path: Path) -> None:
    path = tar_of(tmp_path / TAR, [(tarfile.TarInfo(name), content) for name, content in usual().items()])
    content = bytearray(path.read_bytes())
    place = content.index(b"dog/0.png")
    content[place : place + 512] = b"\x55" * 512
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"damaged after cat/1.png"):
        load_dataset(path)


def test_a_kind_is_known_by_the_content_whatever_the_name_says(folder: Path) -> None:
    archive = pack(folder, folder.parent / "set.tar.gz").rename(folder.parent / "set.zip")
    assert load_dataset(archive).class_names == ("dog", "cat")


def test_archives_of_other_kinds_are_to_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "set.rar").write_bytes(b"Rar!")
    with pytest.raises(DatasetError, match=r"of a kind that cannot be read. Unpack it"):
        load_dataset(tmp_path / "set.rar")


def test_of_two_members_with_one_name_the_last_counts(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    with pytest.warns(UserWarning, match=r"Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("cat/0.png", SMALL)
    dataset = load_dataset(path)
    assert dataset.sources[0].open().read() == SMALL
    assert said(dataset.problems) == [("duplicate", "0.png")]
    assert len(dataset.images) == 4


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    dataset = load_dataset(zip_of(tmp_path / ZIP, {**usual(), "cat": SMALL, "dog/0.png/9.png": SMALL}))
    assert said(dataset.problems) == [("duplicate", "cat"), ("duplicate", "0.png")]
    assert len(dataset.images) == 4


@pytest.mark.parametrize("encoding", ["cp437", "utf-8"])
def test_names_without_a_word_on_their_encoding(tmp_path: Path, encoding: str) -> None:
    raw = CP437.encode(encoding)
    placeholder = "x" * len(raw)
    path = zip_of(tmp_path / ZIP, {name.replace("cat", placeholder): content for name, content in usual().items()})
    path.write_bytes(path.read_bytes().replace(placeholder.encode(), raw))
    assert load_dataset(path).class_names == (CP437, "dog")


def test_backslashes_of_windows_part_folders(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, {name.replace("/", "\\"): content for name, content in usual().items()})
    assert load_dataset(path).class_names == ("cat", "dog")


def test_a_small_member_that_unpacks_to_much_is_told(tmp_path: Path) -> None:
    bomb = b"BM" + bytes(120_000_000)
    (problem,) = load_dataset(zip_of(tmp_path / ZIP, {**usual(), "cat/bomb.bmp": bomb})).problems
    assert (problem.path.name, problem.kind) == ("bomb.bmp", "too large")
    assert "120 MB" in problem.reason


def test_an_archive_of_bombs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn_trainer.data.archives.bombs._HARMLESS", 10_000_000)
    members = {f"cat/{index}.bmp": bytes(3_000_000) for index in range(4)}
    with pytest.raises(DatasetError, match=r"unpack to more than .* \(at cat/3.bmp\), as in a file made to do harm"):
        load_dataset(zip_of(tmp_path / ZIP, members))
    tar = tar_of(tmp_path / "a.tgz", [(tarfile.TarInfo(name), content) for name, content in members.items()], "gz")
    with pytest.raises(DatasetError, match=r"unpack to more than .* \(at cat/\d.bmp\), as in a file made to do harm"):
        load_dataset(tar)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    content = bytearray(path.read_bytes())
    first, second = _places(content, b"PK\x01\x02")[:2]
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"made to do harm: its members .* overlap"):
        load_dataset(path)


def test_a_header_of_a_tar_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [(tarfile.TarInfo(name), content) for name, content in usual().items()]
    members[0][0].pax_headers = {"comment": "x" * 5000}
    path = tar_of(tmp_path / "set.tgz", members, "gz")
    assert len(open_archive(path).scandir(path)) == 2
    archive_room._last.clear()
    gc.collect()
    monkeypatch.setattr(tar_index, "_MOST_OF_A_HEADER", 4096)
    with pytest.raises(DatasetError, match=r"cut off, damaged"):
        load_dataset(path)


def test_a_packed_tar_larger_than_the_memory_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_index, "available_memory", lambda: 2000.0)
    load_dataset(pack(folder, folder.parent / TAR))  # not packed: it is read piece by piece
    archive = pack(folder, folder.parent / "set.tar.xz")
    with pytest.raises(DatasetError, match=r"Unpack it and open the folder, or pack it as a zip"):
        load_dataset(archive)


def test_zstandard_needs_a_newer_python(tmp_path: Path) -> None:
    (tmp_path / "set.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(99))
    with pytest.raises(DatasetError, match=r"Zstandard, which needs Python 3.14|cut off"):
        load_dataset(tmp_path / "set.tar.zst")


def test_a_hundred_thousand_members_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / ZIP
    names = [f"{index % 100}/{index}.png".encode() for index in range(100_000)]
    listed = b"".join(struct.pack("<4s24xH16x", b"PK\1\2", len(name)) + name for name in names)  # all of them empty
    end = struct.pack("<4s4xHHIIH", b"PK\5\6", 100_000 % 65536, 100_000 % 65536, len(listed), 0, 0)
    path.write_bytes(listed + end)
    walker = walker_of(path)
    assert sum(1 for _ in walker.walk(path)) == 100_000
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 5

    archive_room._last.clear()
    del walker
    gc.collect()  # an archive and its members know of each other
    with pytest.raises(CancelledError):
        walker_of(path, Task(cancelled=cancelled))


def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zip_of(tmp_path / ZIP, usual())
    real: Callable[..., object] = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, os.strerror(13))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DatasetError, match=r"cannot be read .Permission denied.. Check its permissions"):
        load_dataset(path)


def _places(content: bytes | bytearray, signature: bytes) -> list[int]:
    """Where the signature stands."""
    found, place = [], content.find(signature)
    while place >= 0:
        found.append(place)
        place = content.find(signature, place + 1)
    return found
