"""Classes whose names look alike: Cat and cat, or two that differ in a character that cannot be seen.

Two folders of such names may have come together from two computers, and mean one class; capital and small letters may
as well be two classes. So it is asked. The answer is part of the code of a reading: `joined` or `apart`, alone or after
the reading that is meant, as in `splits+joined`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from nn_trainer.data.layout.choice import AND, LayoutChoice
from nn_trainer.data.layout.reading import Layout
from nn_trainer.data.problems import display_path
from nn_trainer.errors import AmbiguousFolderError, ReadingSummary
from nn_trainer.file_names import in_natural_order, look_alike_key, with_marks_escaped
from nn_trainer.i18n import _
from nn_trainer.wording import counted_classes, counted_images

Answer = Literal["joined", "apart"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

_NAMED = 4  # groups of names that a sentence lists

Groups = Sequence[Sequence[str]]  # of names that look alike, two or more in each


def parted(choice: LayoutChoice) -> tuple[LayoutChoice, Answer | None]:
    """What is chosen of the folders, and what of names that look alike."""
    *codes, last = (choice.layout or "").split(AND)
    answer = next((known for known in ANSWERS if known == last), None)
    return (choice, None) if answer is None else (replace(choice, layout=AND.join(codes) or None), answer)


def settle_alike_names(
    root: Path, layout: Layout, named: Iterable[str], choice: LayoutChoice, answer: Answer | None
) -> Layout:
    """The layout with the classes that are meant. Raises `AmbiguousFolderError` if that is not known.

    `named` are the names in the class label file: what it lists is told apart by it. `choice` is the rest of what a
    person has chosen.
    """
    listed = frozenset(named)
    times = Counter(entry.class_name for entry in layout.files)
    groups = [group for group in _groups(times) if not listed.issuperset(group)]
    if not groups or answer == "apart":
        return layout
    kept = {name: _name_of(group, listed, times) for group in groups for name in group}
    joined = Layout(
        tuple(replace(entry, class_name=kept.get(entry.class_name, entry.class_name)) for entry in layout.files),
        frozenset(kept.get(name, name) for name in layout.class_names),
        layout.problems,
    )
    if answer is None:
        raise _question(root, groups, {"joined": joined, "apart": layout}, choice)
    return joined


def _groups(names: Iterable[str]) -> list[list[str]]:
    alike: dict[str, list[str]] = {}
    for name in in_natural_order(names):
        alike.setdefault(look_alike_key(name), []).append(name)
    return [group for group in alike.values() if len(group) > 1]


def _name_of(group: Sequence[str], listed: frozenset[str], times: Counter[str]) -> str:
    """What all of them are called together: what is listed, else the shortest, else what most images have."""
    return min(group, key=lambda name: (name not in listed, len(with_marks_escaped(name)), -times[name]))


def _question(root: Path, groups: Groups, layouts: dict[Answer, Layout], choice: LayoutChoice) -> AmbiguousFolderError:
    sentences = {
        "joined": _("Names that look alike are one class: {names} ({counts})"),
        "apart": _("Names that look alike are classes of their own: {names} ({counts})"),
    }
    letters = all(len(name) == 1 for group in groups for name in group)  # as of handwriting
    order: tuple[Answer, Answer] = ("apart", "joined") if letters else ("joined", "apart")
    names, summaries = _shown(groups), []
    for answer in order:
        files = layouts[answer].files
        classes = tuple(in_natural_order({entry.class_name for entry in files}))
        counts = _("{classes}, {images}").format(
            classes=counted_classes(len(classes)), images=counted_images(len(files))
        )
        code = answer if choice.layout is None else f"{choice.layout}{AND}{answer}"
        if len(classes) >= 2:
            sentence = sentences[answer].format(names=names, counts=counts)
            summaries.append(ReadingSummary(code, sentence, classes, len(files)))
    ways = "; ".join(
        _("--layout {code}: {reading}").format(code=summary.code, reading=summary.sentence) for summary in summaries
    )
    text = _("{folder} has classes whose names look alike. Say which is meant: {ways}.")
    return AmbiguousFolderError(text.format(folder=display_path(root), ways=ways), summaries)


def _shown(groups: Groups) -> str:
    """Such as "'Cat' and 'cat', 'Dog' and 'dog', ..."."""
    between = _("{some} and {other}")
    shown = []
    for group in groups[:_NAMED]:
        text, *others = (_("'{name}'").format(name=with_marks_escaped(name)) for name in group)
        for other in others:
            text = between.format(some=text, other=other)
        shown.append(text)
    listed = ", ".join(shown)
    return _("{names}, ...").format(names=listed) if len(groups) > _NAMED else listed
