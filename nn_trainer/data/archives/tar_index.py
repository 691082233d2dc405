"""What is in a tar: its members one after the other, packed or not; of a packed one, what may be wanted is kept."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from nn_trainer.data import filetypes
from nn_trainer.data.archives.archive_kinds import ArchiveKind
from nn_trainer.data.archives.bombs import require_harmless
from nn_trainer.data.archives.found import Found, damaged_archive
from nn_trainer.data.archives.member_source import Content, Kept, Plain, Refused
from nn_trainer.data.free_memory import available_memory
from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.wording import fixed
from nn_trainer.work import Task

_BLOCK = 512
_CHUNK = 1 << 20
_MOST_OF_A_HEADER = 1 << 24  # bytes of long names and the like; more is made to fill the memory
_MOST_KEPT = 0.5  # of the memory that is free
_OFTEN = 100  # members between two looks at the task
_TABLES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xls")
_NOT_KEPT = Refused("not an image", _("The file is not an image"), _("Unpack the archive to use it"))  # not shown


def index_tar(path: Path, kind: ArchiveKind, task: Task) -> Iterator[Found]:
    """The members of a tar, in its own order. Raises `DatasetError`, `OSError` and `CancelledError`."""
    name = ""
    try:
        with path.open("rb") as raw:
            stream = _Stream(path, raw, kind, task)
            with tarfile.TarFile(fileobj=cast(Any, stream), encoding="utf-8") as tar:
                keeper = _Keeper(path) if kind != "tar" else None
                for count, member in enumerate(_members(tar)):
                    if count % _OFTEN == 0:
                        task.check()
                        task.progress(count, 0, _("Looking through the archive"))
                    name = stream.at = member.name
                    yield Found(
                        name,
                        member.size if member.isreg() else 0,
                        _content(member, stream, keeper),
                        _what(member),
                        member.linkname if member.islnk() else "",
                    )
            if stream.last.strip(b"\0"):  # what comes after the last member is neither a header nor the end
                raise damaged_archive(path, name)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError, RecursionError) as error:
        raise damaged_archive(path, name) from error
    except OSError as error:
        if error.errno is None:  # of gzip and bz2, on what is packed
            raise damaged_archive(path, name) from error
        raise


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined]  # it would keep all of them
        yield member


def _what(member: tarfile.TarInfo) -> int:
    if member.isdir():
        return stat.S_IFDIR
    if member.issym():
        return stat.S_IFLNK
    plain = member.isreg() and not member.issparse()
    return stat.S_IFREG if plain or member.islnk() else 0


def _content(member: tarfile.TarInfo, stream: _Stream, keeper: _Keeper | None) -> Content:
    if not member.isreg() or member.issparse():
        return _NOT_KEPT
    return Plain(member.offset_data) if keeper is None else keeper.keep(member, stream)


class _Keeper:
    """Keeps what may be an image or a table, as long as there is memory for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._room = _MOST_KEPT * available_memory()

    def keep(self, member: tarfile.TarInfo, stream: _Stream) -> Content:
        """The content of the member that comes next in the stream. Raises `DatasetError`."""
        name = member.name.rpartition("/")[2]
        named = filetypes.by_name(name)
        if filetypes.is_hidden(name) or (named is False and not name.casefold().endswith(_TABLES)):
            return _NOT_KEPT
        head = b""
        if named is None:
            head = stream.read(min(filetypes.HEAD, member.size))
            if not filetypes.by_content(head):
                return _NOT_KEPT
        self._room -= member.size
        if self._room < 0:
            text = _(
                "{file} unpacks to more than the {gigabytes} GB of memory that may be used for it. "
                "Unpack it and open the folder, or pack it as a zip, which is read piece by piece."
            )
            gigabytes = fixed(_MOST_KEPT * available_memory() / 1e9, 1)
            raise DatasetError(text.format(file=display_path(self._path), gigabytes=gigabytes))
        return Kept(head + stream.read_all(member.size - len(head)))


class _Stream:
    """The unpacked bytes of a tar, read once from front to end, as `TarFile` asks for them."""

    def __init__(self, path: Path, raw: io.BufferedReader, kind: ArchiveKind, task: Task) -> None:
        self.at = ""  # the member that is read
        self.last = b""  # what was read last
        self._path = path
        self._packed_size = path.stat().st_size
        self._task = task
        self._file = _unpacked(path, raw, kind)
        self._seekable = kind == "tar"
        self._position = 0

    def read(self, count: int) -> bytes:
        """Up to `count` bytes."""
        if count > _MOST_OF_A_HEADER:
            raise ValueError(f"a header of {count} bytes")
        self.last = self._file.read(count)
        self._position += len(self.last)
        if not self._seekable:
            require_harmless(self._path, self._packed_size, self._position, self.at)
        return self.last

    def read_all(self, count: int) -> bytes:
        """Exactly `count` bytes; raises `EOFError`."""
        pieces = []
        while count:
            pieces.append(self.read(min(count, _CHUNK)))
            if not pieces[-1]:
                raise EOFError
            count -= len(pieces[-1])
            if len(pieces) > 1:
                self._task.check()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def tell(self) -> int:
        """How many bytes lie before the next one."""
        return self._position

    def seek(self, position: int) -> None:
        """Go on at `position`, which is not before the present one where the tar is packed."""
        if self._seekable:
            self._position = self._file.seek(position)
            return
        while self._position < position and self.read(min(position - self._position, _CHUNK)):
            self._task.check()


def _unpacked(path: Path, raw: io.BufferedReader, kind: ArchiveKind) -> Any:
    if kind == "tar":
        return raw
    if kind == "gzip":
        return gzip.GzipFile(fileobj=raw)
    if kind == "bzip2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    try:
        zstd = import_module("compression.zstd")  # since Python 3.14
    except ImportError as error:
        text = _("{file} is packed with Zstandard, which needs Python 3.14. Unpack it, and open the folder.")
        raise DatasetError(text.format(file=display_path(path))) from error
    return zstd.ZstdFile(raw)
