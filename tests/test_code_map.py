"""nn_trainer/README.md lists every file with the first sentence of its docstring."""

from tests.helpers.code_map import PACKAGE, with_code_map


def test_the_code_map_is_up_to_date():
    page = (PACKAGE / "README.md").read_text(encoding="utf-8")
    assert page == with_code_map(page), "run `python -m tests.helpers.code_map`"
