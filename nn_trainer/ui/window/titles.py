"""What is open and what is not saved, in words: the title of the window, entries of its menu, a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.model.current_model import Held
from nn_trainer.wording import clock, number

_UNSAVED = "[*]"


def window_title(data: str, held: Held | None) -> str:
    """The name of the data set, and the classifier with the data it was trained on if that is another.

    `data` is empty where no data set is open; [*] stands where Qt marks what is not saved.
    """
    if held is None:
        what = data
    elif data and held.dataset in ("", data):
        what = _("{data} · {classifier}").format(data=data, classifier=held.origin)
    elif data:
        what = _("{data} · {classifier}, from {other}").format(data=data, classifier=held.origin, other=held.dataset)
    else:
        what = held.origin
    shown = what.replace(_UNSAVED, 2 * _UNSAVED)  # doubled, Qt shows it as it is
    return _("{what}[*] — NN Trainer").format(what=shown) if what else _("NN Trainer")


def described(held: Held) -> str:
    """A classifier in one line, told from others by the time."""
    time = clock(held.since)
    if not held.dataset:
        return _("{classifier}, {time}").format(classifier=held.origin, time=time)
    return _("{classifier}, from {data}, {time}").format(classifier=held.origin, data=held.dataset, time=time)


def rescued_text(paths: Sequence[Path]) -> str:
    """Where the classifiers are that nobody could be asked about."""
    text = ngettext(
        "A classifier was not saved when the program was ended. It is kept as {path}.",
        "{n} classifiers were not saved when the program was ended. The last is kept as {path}, the others beside.",
        len(paths),
    )
    return text.format(n=number(len(paths)), path=display_path(paths[-1]))
