"""A pseudo-language: every letter with an accent, every text a third longer, so that a forgotten or cut text shows."""

import gettext
import re

from nn_trainer import i18n

_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "âƀćđéƒğĥîĵķļɱñôƥɋŕšţûṽŵẋýžÂƁĆĐÉƑĞĤÎĴĶĻṀÑÔƤɊŔŠŢÛṼŴẊÝŽ",
)
_KEPT = re.compile(r"(\{\{|\}\}|\{[^}]*\}|<[^>]*>|&\w+;|%[a-z])")  # fields, markup: as they are
_WORDS = re.compile(r"[A-Za-z]{2,}")
LONGER = 1.35
PADDING = "·"


def pseudo(text: str) -> str:
    """The text in the pseudo-language: "Train" becomes "Ţŕâîñ··"."""
    if not text:
        return text
    parts = _KEPT.split(text)
    changed = "".join(part if i % 2 else part.translate(_LETTERS) for i, part in enumerate(parts))
    plain = sum(len(part) for part in parts[::2])
    return changed + PADDING * max(1, round(plain * (LONGER - 1)))


def leftover_words(shown: str) -> list[str]:
    """Words of a shown text that did not go through the translation."""
    return _WORDS.findall(re.sub(r"<[^>]*>|&\w+;", " ", shown))


class PseudoTranslations(gettext.NullTranslations):
    """Translates everything into the pseudo-language."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)


def use_pseudo_language(code: str = "xx") -> None:
    """Speak the pseudo-language in this process; before anything with texts is imported."""
    i18n.use_translations(PseudoTranslations(), code)
