"""The handbook is complete, its links lead somewhere, and the table of hyperparameters is what it says."""

import re
import shutil
import warnings

import pytest

from nn_trainer import handbook
from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.handbook import (
    HYPERPARAMETERS_PAGE,
    PAGES,
    find_pages,
    hyperparameters_page,
    outdated,
    read_page,
    source_hash,
    title_of,
)
from nn_trainer.paths import resources_dir


def languages():
    return sorted(folder.name for folder in (resources_dir() / "help").iterdir() if folder.is_dir())


@pytest.fixture
def translated(tmp_path, monkeypatch):
    """A copy of the handbook with one page in another language, in force."""
    shutil.copytree(resources_dir() / "help", tmp_path / "help")
    page = tmp_path / "help" / "xx" / "data.md"
    page.parent.mkdir()
    monkeypatch.setattr(handbook, "resources_dir", lambda: tmp_path)
    monkeypatch.setattr(handbook, "language", lambda: "xx")
    handbook._read.cache_clear()
    page.write_text(f"<!-- source: {source_hash('data.md')} -->\n\n# Ðata\n\nText\n", encoding="utf-8")
    yield page
    handbook._read.cache_clear()


def test_the_page_on_hyperparameters_is_made_from_the_table():
    page = read_page(HYPERPARAMETERS_PAGE)
    assert page == hyperparameters_page()
    for row in HYPERPARAMETERS:
        assert f"## {row.label}\n\n{row.does}" in page
        assert f"`{row.option}`" in page
        assert row.change in page


def test_every_file_is_a_page_and_every_page_a_file():
    english = {path.name for path in (resources_dir() / "help" / "en").glob("*.md")}
    assert english | {HYPERPARAMETERS_PAGE} == set(PAGES)
    assert HYPERPARAMETERS_PAGE not in english
    assert [path.name for path in (resources_dir() / "help").iterdir() if path.is_file()] == []


@pytest.mark.parametrize("name", PAGES)
def test_title_and_links(name):
    text = read_page(name)
    assert re.match(r"# \S.*\n", text)
    assert title_of(name)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_one_word_for_one_thing(name):
    """What is learned from are images, and a page of the lesson is a step with its number."""
    text = read_page(name)
    assert not re.search(r"\bpictures?\b", text, re.IGNORECASE)
    assert not re.search(r"\blesson [1-8]\b", text, re.IGNORECASE)
    number = re.match(r"lesson-(\d)-", name)
    if number:
        assert title_of(name).startswith(f"Step {number[1]}: ")


def test_no_two_pages_have_one_title():
    assert len({title_of(name) for name in PAGES}) == len(PAGES)


def test_a_page_is_shown_in_the_language_in_use_and_else_in_english(translated):
    assert read_page("data.md") == "# Ðata\n\nText\n"
    assert title_of("data.md") == "Ðata"
    assert read_page("training.md").startswith("# Training")


def test_a_translation_of_an_older_text_is_found(translated):
    assert outdated("xx") == []
    english = translated.parent.parent / "en" / "data.md"
    english.write_text(english.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    handbook._read.cache_clear()
    assert outdated("xx") == ["data.md"]
    translated.write_text("# No word of its source\n", encoding="utf-8")
    assert outdated("xx") == ["data.md"]


def test_translations_that_are_behind_are_listed():
    """Not a failure: the English text would have to wait for every language."""
    for language in languages():
        behind = outdated(language)
        if behind:
            warnings.warn(f"{language}: behind the English pages: {', '.join(behind)}", stacklevel=1)
    assert outdated("en") == []


def test_pages_are_found_by_their_words():
    assert find_pages("WEIGHT decay")[0] == HYPERPARAMETERS_PAGE
    assert find_pages("inference")[0] == "lesson-7-inference.md"  # its title comes first
    assert find_pages("xylophone") == []
