"""Archives made to do harm: small files that unpack to what fills the memory or never ends."""

from __future__ import annotations

from pathlib import Path

from nn_trainer.data.pillow import MAX_PIXELS
from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.wording import fixed, number

#: Bytes of the largest member that is read: as many as the largest image has with 16 bits and three channels.
MOST_BYTES = 6 * MAX_PIXELS

_RATIO = 200  # bytes for each packed one; pictures of a single colour reach it, sets of them do not
_HARMLESS = 1 << 30  # bytes that are unpacked whatever the ratio
_HARMLESS_MEMBER = 100_000_000


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether a member of so many bytes packed and unpacked is made to do harm."""
    return unpacked > _HARMLESS_MEMBER and unpacked > _RATIO * max(1, packed)


def require_harmless(archive: Path, packed: int, unpacked: int, member: str) -> None:
    """Raise `DatasetError` for an archive of `packed` bytes that unpacks to `unpacked` or more at `member`."""
    if unpacked > _HARMLESS and unpacked > _RATIO * max(1, packed):
        text = _(
            "{file} holds {packed} MB that unpack to more than {unpacked} GB (at {member}), as in a file made to do "
            "harm. It was not opened."
        )
        raise DatasetError(
            text.format(
                file=display_path(archive),
                packed=fixed(packed / 1e6, 1),
                unpacked=number(unpacked // 10**9),
                member=display_path(member),
            )
        )
