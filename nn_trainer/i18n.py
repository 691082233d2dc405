"""Texts in the language of the person: `_()` around every sentence, `ngettext` where a number decides the form.

The standard library's gettext.  A text is looked up where it is written, also at module level, so the language is set
before anything with texts is imported: by `app` for the window, by `cli` for the command line.  English is the text
itself; there is no catalog for it.
"""

from __future__ import annotations

import gettext as _gettext

DOMAIN = "nn_trainer"
ENGLISH = "en"

_translations: _gettext.NullTranslations = _gettext.NullTranslations()
_language = ENGLISH
_pinned = False


def set_language(code: str) -> None:
    """Use the catalog of a language, such as "de" or "pt_BR", from now on; English where there is none.

    Nothing changes after `use_translations`.
    """
    global _translations, _language
    if _pinned:
        return
    from nn_trainer.paths import resources_dir  # the engine, which has texts too, needs no folders

    folder = resources_dir() / "locale"
    _translations = _gettext.translation(DOMAIN, folder, [code], fallback=True)
    _language = code if type(_translations) is not _gettext.NullTranslations else ENGLISH


def use_translations(translations: _gettext.NullTranslations, code: str) -> None:
    """Use these translations as the language `code` whatever is set later, as tests of other languages do."""
    global _translations, _language, _pinned
    _translations, _language, _pinned = translations, code, True


def language() -> str:
    """The code of the language in use."""
    return _language


def _(text: str) -> str:
    """The text in the language in use; a template's named fields are filled afterwards, by `format`."""
    return _translations.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a text that goes with a number; "one" and "many" are the English forms."""
    return _translations.ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """As `_`, for a short word that other languages need in several forms; `context` says which is meant."""
    return _translations.pgettext(context, text)
