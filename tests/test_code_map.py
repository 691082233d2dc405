"""The map of the code in nn_trainer/README.md is true."""

import re

from tests.helpers.code_map import PACKAGE, with_code_map


def test_the_code_map_is_up_to_date():
    readme = PACKAGE / "README.md"
    text = readme.read_text(encoding="utf-8")
    assert with_code_map(text) == text, "run: python -m tests.helpers.code_map"


def test_every_file_that_the_map_names_is_there():
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+(?:/\w+)+\.py)`", text))
    assert len(named) > 30
    assert not {name for name in named if not (PACKAGE / name).is_file() and not (PACKAGE.parent / name).is_file()}
