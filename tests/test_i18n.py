import gettext

import pytest

from nn_trainer import i18n
from tests.helpers.pseudo import PseudoTranslations, leftover_words, pseudo


@pytest.fixture
def own_language(monkeypatch):
    """What a test sets is undone after it."""
    for name in ("_translations", "_language", "_pinned"):
        monkeypatch.setattr(i18n, name, getattr(i18n, name))


def test_english_is_the_text_itself(own_language):
    assert i18n._("Open data…") == "Open data…"
    assert i18n.ngettext("{n} image", "{n} images", 1).format(n=1) == "1 image"
    assert i18n.ngettext("{n} image", "{n} images", 2).format(n=2) == "2 images"


def test_a_language_without_a_catalog_is_english(own_language):
    i18n.set_language("xy")
    assert (i18n.language(), i18n._("Train")) == ("en", "Train")


def test_a_catalog_is_read_with_its_plural_forms(own_language, tmp_path, monkeypatch):
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalog = Catalog(locale="pl")
    catalog.add("Train", "Trenuj")
    catalog.add(("{n} image", "{n} images"), ("{n} obraz", "{n} obrazy", "{n} obrazów"))
    folder = tmp_path / "locale" / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "nn_trainer.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr("nn_trainer.paths.resources_dir", lambda: tmp_path)
    i18n.set_language("pl")
    assert (i18n.language(), i18n._("Train"), i18n._("Stop")) == ("pl", "Trenuj", "Stop")
    assert [i18n.ngettext("{n} image", "{n} images", n).format(n=n) for n in (1, 3, 5)] == [
        "1 obraz",
        "3 obrazy",
        "5 obrazów",
    ]


def test_a_pinned_language_stays(own_language):
    i18n.use_translations(gettext.NullTranslations(), "xx")
    i18n.set_language("de")
    assert i18n.language() == "xx"


def test_the_pseudo_language_is_longer_and_keeps_fields_and_markup():
    text = "<b>{images} images</b> of {total:,}&nbsp;files"
    shown = pseudo(text)
    assert "{images}" in shown
    assert "{total:,}" in shown
    assert "<b>" in shown
    assert len(pseudo("Train a classifier")) > 1.3 * len("Train a classifier")
    assert leftover_words(shown.format(images=3, total=4)) == []
    assert leftover_words("Train the network") == ["Train", "the", "network"]
    assert PseudoTranslations().ngettext("{n} image", "{n} images", 2).startswith("{n} îɱâğéš")
