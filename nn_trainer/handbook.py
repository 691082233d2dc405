"""The handbook: pages of Markdown in a folder for each language, and one made from the table of hyperparameters.

A page stands in resources/help/<language>/; where a language has none, the English one is shown.  A translated page
says in its first line of which text it is the translation, `<!-- source: 1a2b3c4d5e6f -->`, where the digits are
`source_hash` of the English page: `outdated` then tells which pages are behind.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.i18n import ENGLISH, _, language
from nn_trainer.paths import resources_dir

HYPERPARAMETERS_PAGE = "hyperparameters.md"  # which is made, not read

PAGES = (  # in the order they are listed; the titles are their first headings
    "first-steps.md",
    "data.md",
    "folders.md",
    "training.md",
    HYPERPARAMETERS_PAGE,
    "predicting.md",
    "command-line.md",
    "lesson-1-labelled-data.md",
    "lesson-2-loss.md",
    "lesson-3-gradient-descent.md",
    "lesson-4-update.md",
    "lesson-5-training-loop.md",
    "lesson-6-plots.md",
    "lesson-7-inference.md",
    "lesson-8-inside.md",
)
_SOURCE = re.compile(r"\A<!-- source: ([0-9a-f]{12}) -->\s*")


def read_page(name: str) -> str:
    """The Markdown of a page in `PAGES`, in the language in use or else in English."""
    return _read(name, language())


def title_of(name: str) -> str:
    """The title of a page: its first heading."""
    return read_page(name).split("\n", 1)[0].lstrip("# ")


def find_pages(words: str) -> list[str]:
    """The pages that hold all these words, in any letters, those first that have one in the title."""
    wanted = words.casefold().split()
    found = [name for name in PAGES if all(word in read_page(name).casefold() for word in wanted)]
    return sorted(found, key=lambda name: not any(word in title_of(name).casefold() for word in wanted))


def source_hash(name: str) -> str:
    """What a translation of the English page as it is now carries in its first line."""
    return hashlib.sha256(_read(name, ENGLISH).encode()).hexdigest()[:12]


def outdated(code: str) -> list[str]:
    """The pages of a language that are translations of an older English text, or do not say of which."""
    behind = []
    for name in PAGES:
        path = _file(name, code)
        if code != ENGLISH and name != HYPERPARAMETERS_PAGE and path.is_file():
            source = _SOURCE.match(path.read_text(encoding="utf-8"))
            if source is None or source[1] != source_hash(name):
                behind.append(name)
    return behind


@cache
def _read(name: str, code: str) -> str:
    if name == HYPERPARAMETERS_PAGE:
        return hyperparameters_page()
    path = _file(name, code)
    if not path.is_file():
        path = _file(name, ENGLISH)
    return _SOURCE.sub("", path.read_text(encoding="utf-8"))


def _file(name: str, code: str) -> Path:
    return resources_dir() / "help" / code / name


def hyperparameters_page() -> str:
    """The Markdown of the page on hyperparameters, in the language of the table."""
    begin = _("Settings that you choose before training; the weights are what training finds.")
    parts = [f"# {_('Hyperparameters')}\n\n{begin}\n"]
    for row in HYPERPARAMETERS:
        does = row.does if row.in_form else _("{what_it_does} Command line only.").format(what_it_does=row.does)
        lines = (
            _("*Option:* `{option}`").format(option=row.option),
            _("*Range:* {range_text}").format(range_text=row.range_text),
            _("*Default:* {default}").format(default=row.default),
            _("*When to change it:* {change}").format(change=row.change),
            _("*When it is wrong:* {wrong}").format(wrong=row.wrong),
        )
        parts.append(f"\n## {row.label}\n\n{does}\n\n" + "".join(f"- {line}\n" for line in lines))
    return "".join(parts)
