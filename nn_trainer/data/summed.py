"""Many files with one and the same thing wrong -> one problem that says how many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from nn_trainer.data.filetypes import extension_of
from nn_trainer.data.problems import Problem
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

_MANY = 4  # so few are better named one by one

# Kinds that come for whole folders at once, and for which no file is looked at by itself.
_SUMMED = frozenset(("unsupported format", "not downloaded", "empty file"))  # not shown


def sum_up(root: Path, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems, of those that whole folders have one for each reason and ending of names, where the first was."""
    alike: dict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for problem in problems:
        alike[_key(problem)].append(problem)
    told: list[Problem] = []
    for problem in problems:
        same = alike[_key(problem)]
        if problem.kind not in _SUMMED or len(same) < _MANY:
            told.append(problem)
        elif same[0] is problem:
            told.append(_sum(root, same))
    return tuple(told)


def _key(problem: Problem) -> tuple[str, ...]:
    return problem.kind, problem.reason, problem.action, extension_of(problem.path.name)


def _sum(root: Path, same: Sequence[Problem]) -> Problem:
    first, ending = same[0], extension_of(same[0].path.name)
    text = (
        ngettext(
            "{files} file ending in {ending} is not used: {reason}",
            "{files} files ending in {ending} are not used, all for one reason: {reason}",
            len(same),
        )
        if ending
        else ngettext(
            "{files} file is not used: {reason}", "{files} files are not used, all for one reason: {reason}", len(same)
        )
    )
    reason = text.format(files=number(len(same)), ending=ending, reason=first.reason)
    return Problem(root, first.kind, reason, action_for_many(first), first.skipped, len(same))


def action_for_many(first: Problem) -> str:
    """What to do about files of which many have the same thing wrong as the `first`."""
    if first.kind == "empty file":  # not shown
        return _("Copy or download them again; files of a cloud drive must first be kept on this computer")
    return first.action
