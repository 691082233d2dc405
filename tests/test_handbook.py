"""The handbook is complete, its links lead somewhere, and the table of hyperparameters is what it says."""

import re

import pytest

from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
from nn_trainer.handbook import PAGES, hyperparameters_page, read_page
from nn_trainer.paths import resources_dir


def test_the_page_on_hyperparameters_is_made_from_the_table():
    # After a change of the table: python -m nn_trainer.handbook > resources/help/hyperparameters.md
    assert read_page("hyperparameters.md") == hyperparameters_page()
    for row in HYPERPARAMETERS:
        assert f"`{row.option}`" in hyperparameters_page()


def test_every_file_is_a_page_and_every_page_a_file():
    assert {path.name for path in (resources_dir() / "help").glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_title_and_links(name):
    text = read_page(name)
    assert text.startswith(f"# {PAGES[name]}\n")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target in PAGES
